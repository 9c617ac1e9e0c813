package lstm

import "math"

// hasVectors tells whether the processor and the operating system have AVX2, hasWide
// whether they have AVX-512F too.
var hasVectors, hasWide = detectVectors()

func detectVectors() (avx2, avx512 bool) {
	const (
		osxsave, avx   = 1 << 27, 1 << 28 // leaf 1, register c
		has256, has512 = 1 << 5, 1 << 16  // leaf 7, register b
		state256       = 1<<1 | 1<<2      // what the system saves
		state512       = state256 | 1<<5 | 1<<6 | 1<<7
	)
	if highest, _, _, _ := cpuid(0, 0); highest < 7 {
		return false, false
	}
	_, _, c, _ := cpuid(1, 0)
	if c&osxsave == 0 || c&avx == 0 {
		return false, false
	}
	_, b, _, _ := cpuid(7, 0)
	saved := xgetbv()
	avx2 = b&has256 != 0 && saved&state256 == state256
	return avx2, avx2 && b&has512 != 0 && saved&state512 == state512
}

// expConstants are those of exp, Sigmoid and tanh, eight times each, in the order
// in which the assembly expects them.
var expConstants = func() (t [15][8]float32) {
	for i, v := range [15]float32{
		-expLimit, expLimit, math.Log2E, expMagic, ln2High, ln2Low,
		1.0 / 720, 1.0 / 120, 1.0 / 24, 1.0 / 6, 1.0 / 2, 1, 2,
		math.Float32frombits(127), math.Float32frombits(1 << 31),
	} {
		for j := range t[i] {
			t[i][j] = v
		}
	}
	return t
}()

//go:noescape
func gemm4x16(c *float32, ldc int, a *float32, arow, acol int, b *float32, ldb, k int)

//go:noescape
func gemm8x32(c *float32, ldc int, a *float32, arow, acol int, b *float32, ldb, k int)

//go:noescape
func gemm1x32(c, a *float32, acol int, b *float32, ldb, k int)

//go:noescape
func axpy8(y, x *float32, a float32, n int)

//go:noescape
func activate8(z *float32, h int, before, cell, tanhCell, hidden *float32, n int, constants *float32)

//go:noescape
func activate16(z *float32, h int, before, cell, tanhCell, hidden *float32, n int, constants *float32)

func cpuid(leaf, sub uint32) (a, b, c, d uint32)

func xgetbv() (low uint32)

// gemmVector does as many whole tiles of a product as there are, and returns how
// many columns of the first rows it has done: those rows' later columns are left,
// and so are the rows after them from column rest on.
func gemmVector(c []float32, ldc int, a matrix, b []float32, ldb, m, n, k int) (rows, cols, rest int) {
	rows, cols, rest = m/4*4, n/16*16, n/32*32
	wide := 0 // rows of which the columns before rest are done
	if hasWide {
		wide = m / 8 * 8
	}
	for j := 0; j < rest; j += 32 {
		for i := 0; i < wide; i += 8 {
			gemm8x32(&c[i*ldc+j], 4*ldc, &a.data[i*a.row], 4*a.row, 4*a.col, &b[j], 4*ldb, k)
		}
	}
	for j := 0; j < cols; j += 16 {
		from := 0
		if j < rest {
			from = wide
		}
		for i := from; i < rows; i += 4 {
			gemm4x16(&c[i*ldc+j], 4*ldc, &a.data[i*a.row], 4*a.row, 4*a.col, &b[j], 4*ldb, k)
		}
	}
	for i := rows; i < m; i++ {
		for j := 0; j < rest; j += 32 {
			gemm1x32(&c[i*ldc+j], &a.data[i*a.row], 4*a.col, &b[j], 4*ldb, k)
		}
	}
	return rows, cols, rest
}

// axpyVector does the first elements of axpy and returns how many.
func axpyVector(y, x []float32, a float32) int {
	n := len(y) / 8 * 8
	if n > 0 {
		axpy8(&y[0], &x[:n][0], a, n)
	}
	return n
}

// activateVector does the first units of a row and returns how many.
func activateVector(z []float32, h int, before, cell, tanhCell, hidden []float32) int {
	at := 0
	if n := h / 16 * 16; n > 0 && hasWide {
		activate16(&z[0], h, &before[0], &cell[0], &tanhCell[0], &hidden[0], n, &expConstants[0][0])
		at = n
	}
	if n := (h - at) / 8 * 8; n > 0 {
		activate8(&z[at], h, &before[at], &cell[at], &tanhCell[at], &hidden[at], n, &expConstants[0][0])
		at += n
	}
	return at
}
