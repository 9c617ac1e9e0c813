package lstm

// matrix is a view of row-major memory: element (i, j) is data[i*row+j*col].
type matrix struct {
	data     []float32
	row, col int
}

// rowMajor views data as a matrix of the given width.
func rowMajor(data []float32, width int) matrix { return matrix{data, width, 1} }

// transposed views a matrix of the given width with its axes exchanged.
func transposed(data []float32, width int) matrix { return matrix{data, 1, width} }

// gemm adds the product of a (m by k) and b (k by n, row major with rows ldb
// apart) to c (m by n, rows ldc apart):
//
//	c[i][j] += a[i][0]*b[0][j], then += a[i][1]*b[1][j], ...
//
// Each element is summed in that order, every product rounded to float32 before
// it is added, however the loops are blocked or vectorised.
func gemm(c []float32, ldc int, a matrix, b []float32, ldb, m, n, k int) {
	if m == 0 || n == 0 || k == 0 {
		return
	}
	if !hasVectors {
		gemmLoops(c, ldc, a, b, ldb, m, n, k)
		return
	}
	// The last elements that the tiles will touch, so that a size that does not fit
	// panics here and corrupts nothing there.
	_, _, _ = c[(m-1)*ldc+n-1], a.data[(m-1)*a.row+(k-1)*a.col], b[(k-1)*ldb+n-1]
	rows, cols, rest := gemmVector(c, ldc, a, b, ldb, m, n, k)
	if cols < n {
		gemmLoops(c[cols:], ldc, a, b[cols:], ldb, rows, n-cols, k)
	}
	if rows < m && rest < n {
		below := matrix{a.data[rows*a.row:], a.row, a.col}
		gemmLoops(c[rows*ldc+rest:], ldc, below, b[rest:], ldb, m-rows, n-rest, k)
	}
}

// gemmLoops is gemm in portable loops, blocked so that the compiler keeps the
// coefficients in registers.
func gemmLoops(c []float32, ldc int, a matrix, b []float32, ldb, m, n, k int) {
	i := 0
	for ; i+2 <= m; i += 2 {
		c0, c1 := c[i*ldc:][:n], c[(i+1)*ldc:][:n]
		a0, a1 := a.data[i*a.row:], a.data[(i+1)*a.row:]
		p := 0
		for ; p+4 <= k; p += 4 {
			q0, q1, q2, q3 := p*a.col, (p+1)*a.col, (p+2)*a.col, (p+3)*a.col
			rows2x4(c0, c1, b[p*ldb:], b[(p+1)*ldb:], b[(p+2)*ldb:], b[(p+3)*ldb:],
				a0[q0], a0[q1], a0[q2], a0[q3], a1[q0], a1[q1], a1[q2], a1[q3])
		}
		for ; p < k; p++ {
			axpyLoop(c0, b[p*ldb:], a0[p*a.col])
			axpyLoop(c1, b[p*ldb:], a1[p*a.col])
		}
	}
	if i < m {
		c0, a0 := c[i*ldc:][:n], a.data[i*a.row:]
		p := 0
		for ; p+4 <= k; p += 4 {
			row4(c0, b[p*ldb:], b[(p+1)*ldb:], b[(p+2)*ldb:], b[(p+3)*ldb:],
				a0[p*a.col], a0[(p+1)*a.col], a0[(p+2)*a.col], a0[(p+3)*a.col])
		}
		for ; p < k; p++ {
			axpyLoop(c0, b[p*ldb:], a0[p*a.col])
		}
	}
}

// rows2x4 adds four scaled rows of b to two rows of c.
func rows2x4(c0, c1, b0, b1, b2, b3 []float32, a00, a01, a02, a03, a10, a11, a12, a13 float32) {
	n := len(c0)
	c1, b0, b1, b2, b3 = c1[:n], b0[:n], b1[:n], b2[:n], b3[:n]
	for j, x := range c0 {
		v0, v1, v2, v3 := b0[j], b1[j], b2[j], b3[j]
		x += float32(a00 * v0)
		x += float32(a01 * v1)
		x += float32(a02 * v2)
		x += float32(a03 * v3)
		c0[j] = x
		y := c1[j]
		y += float32(a10 * v0)
		y += float32(a11 * v1)
		y += float32(a12 * v2)
		y += float32(a13 * v3)
		c1[j] = y
	}
}

// row4 adds four scaled rows of b to one row of c.
func row4(c0, b0, b1, b2, b3 []float32, a0, a1, a2, a3 float32) {
	n := len(c0)
	b0, b1, b2, b3 = b0[:n], b1[:n], b2[:n], b3[:n]
	for j, x := range c0 {
		x += float32(a0 * b0[j])
		x += float32(a1 * b1[j])
		x += float32(a2 * b2[j])
		x += float32(a3 * b3[j])
		c0[j] = x
	}
}

// axpy adds a times x to y.
func axpy(y, x []float32, a float32) {
	if hasVectors {
		n := axpyVector(y, x, a)
		y, x = y[n:], x[n:]
	}
	axpyLoop(y, x, a)
}

func axpyLoop(y, x []float32, a float32) {
	x = x[:len(y)]
	for j := range y {
		y[j] += float32(a * x[j])
	}
}

// add adds x to y.
func add(y, x []float32) { axpy(y, x, 1) }
