package lstm

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestGemmSumsInOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m, n, k := rapid.IntRange(0, 19).Draw(t, "m"), rapid.IntRange(1, 70).Draw(t, "n"), rapid.IntRange(0, 11).Draw(t, "k")
		draw := func(size int, name string) []float32 {
			return rapid.SliceOfN(rapid.Float32Range(-2, 2), size, size).Draw(t, name)
		}
		a, b, c := draw(m*k, "a"), draw(k*n, "b"), draw(m*n, "c")
		want := slices.Clone(c)
		for i := range m {
			for j := range n {
				for p := range k {
					want[i*n+j] += float32(a[i*k+p] * b[p*n+j])
				}
			}
		}
		plain, narrow, flipped := slices.Clone(c), slices.Clone(c), c
		gemm(plain, n, rowMajor(a, k), b, n, m, n, k)
		narrowly(func() { gemm(narrow, n, rowMajor(a, k), b, n, m, n, k) })
		gemm(flipped, n, transposed(transpose(a, m, k), m), b, n, m, n, k)
		if !slices.Equal(plain, want) || !slices.Equal(narrow, want) || !slices.Equal(flipped, want) {
			t.Fatalf("product differs from the plain loop's bits")
		}
	})
}

// plainly runs f without vectors, narrowly with the narrow ones alone.
func plainly(f func()) {
	was := hasVectors
	hasVectors = false
	defer func() { hasVectors = was }()
	narrowly(f)
}

func narrowly(f func()) {
	was := hasWide
	hasWide = false
	defer func() { hasWide = was }()
	f()
}

// The vector forms must give the loops' bits, ragged tails included.
func TestVectorsGiveTheLoopsBits(t *testing.T) {
	if !hasVectors {
		t.Skip("this processor has no vector forms")
	}
	r := rand.New(rand.NewPCG(3, 3))
	for _, s := range []Shape{published, {Rows: 50, Embed: 37, Hidden1: 41, Hidden2: 19}, {Rows: 9, Embed: 5, Hidden1: 3, Hidden2: 2}} {
		w := New(s, 3)
		for _, p := range w.Tensors() {
			for i := range p.Data {
				p.Data[i] += float32(r.NormFloat64() * 0.3)
			}
		}
		b := randomBatch(67, s.Rows, 8)
		signs := make([]float32, len(b.Seqs))
		for i := range signs {
			signs[i] = float32(r.NormFloat64())
		}
		vector, narrow, plain := make([]float32, len(b.Seqs)), make([]float32, len(b.Seqs)), make([]float32, len(b.Seqs))
		w.Logits(b, vector)
		dv := gradients(w, b, signs)
		narrowly(func() { w.Logits(b, narrow) })
		var dp *Weights
		plainly(func() {
			w.Logits(b, plain)
			dp = gradients(w, b, signs)
		})
		if !slices.Equal(vector, plain) || !slices.Equal(narrow, plain) {
			t.Errorf("%+v: logits differ", s)
		}
		for i, p := range dp.Tensors() {
			if !slices.Equal(dv.Tensors()[i].Data, p.Data) {
				t.Errorf("%+v: derivatives by %s differ", s, p.Name)
			}
		}
	}
}

func TestVectorActivationsGiveTheLoopsBits(t *testing.T) {
	if !hasVectors {
		t.Skip("this processor has no vector forms")
	}
	inf := float32(math.Inf(1))
	values := []float32{0, float32(math.Copysign(0, -1)), 1e-30, 87, -87, 88, -200, inf, -inf, float32(math.NaN()), 1e30}
	for i := range 5001 {
		values = append(values, float32(i-2500)/25)
	}
	const h = 16 + 8 + 1 // wide, narrow and one by one
	l := Layer{Hidden: h}
	run := func(v, before float32) Trace {
		t := Trace{gates: make([]float32, 4*h), cell: make([]float32, 2*h), tanhCell: make([]float32, 2*h), Hidden: make([]float32, 2*h)}
		for i := range h {
			t.cell[i] = before
		}
		t.gates = append(t.gates, make([]float32, 4*h)...)
		for i := 4 * h; i < 8*h; i++ {
			t.gates[i] = v
		}
		l.activate(&t, 1, 0)
		return t
	}
	bits := func(s []float32) (b []uint32) {
		for _, v := range s {
			if v != v {
				v = float32(math.NaN())
			}
			b = append(b, math.Float32bits(v))
		}
		return b
	}
	for _, v := range values {
		vector := run(v, 0.7)
		var plain, narrow Trace
		plainly(func() { plain = run(v, 0.7) })
		narrowly(func() { narrow = run(v, 0.7) })
		if !slices.Equal(bits(narrow.Hidden), bits(plain.Hidden)) || !slices.Equal(bits(narrow.gates), bits(plain.gates)) {
			t.Fatalf("at %v: narrow vectors %v, loops %v", v, narrow.Hidden[h:], plain.Hidden[h:])
		}
		if !slices.Equal(bits(vector.gates), bits(plain.gates)) || !slices.Equal(bits(vector.cell), bits(plain.cell)) ||
			!slices.Equal(bits(vector.Hidden), bits(plain.Hidden)) || !slices.Equal(bits(vector.tanhCell), bits(plain.tanhCell)) {
			t.Fatalf("at %v: vectors %v %v, loops %v %v", v, vector.gates[4*h:], vector.Hidden[h:], plain.gates[4*h:], plain.Hidden[h:])
		}
	}
}

func TestActivationsAreAccurate(t *testing.T) {
	worstSigmoid, worstTanh, worstExp := 0.0, 0.0, 0.0
	for i := -200000; i <= 200000; i++ {
		x := float32(i) / 2000 // -100 to 100
		worstSigmoid = max(worstSigmoid, math.Abs(float64(Sigmoid(x))-1/(1+math.Exp(-float64(x)))))
		worstTanh = max(worstTanh, math.Abs(float64(tanh(x))-math.Tanh(float64(x))))
		if x > -87 && x < 87 {
			e := math.Exp(float64(x))
			worstExp = max(worstExp, math.Abs(float64(exp(x))-e)/e)
		}
	}
	t.Logf("worst error: sigmoid %.2g, tanh %.2g; exp, relative, %.2g", worstSigmoid, worstTanh, worstExp)
	if worstSigmoid > 1e-6 || worstTanh > 1e-6 || worstExp > 3e-7 {
		t.Error("less accurate than documented")
	}
	inf := float32(math.Inf(1))
	for x, want := range map[float32]float32{inf: 1, -inf: 0, 0: 0.5} {
		if got := Sigmoid(x); math.Abs(float64(got-want)) > 1e-30 {
			t.Errorf("Sigmoid(%v) = %v", x, got)
		}
	}
	if nan := float32(math.NaN()); Sigmoid(nan) == Sigmoid(nan) || tanh(nan) == tanh(nan) {
		t.Error("not a number went in and a number came out")
	}
}

// The bits of a few values, so that a platform or compiler that rounds otherwise
// shows up here.
func TestActivationBits(t *testing.T) {
	for _, c := range []struct{ x, sigmoid, tanh float32 }{
		{0.1, 0.52497917, 0.09966797},
		{-3.7, 0.02412702, -0.9987781},
		{8.25, 0.99973875, 0.9999999},
	} {
		if s, h := Sigmoid(c.x), tanh(c.x); s != c.sigmoid || h != c.tanh {
			t.Errorf("at %v: sigmoid %v, tanh %v; recorded were %v, %v", c.x, s, h, c.sigmoid, c.tanh)
		}
	}
}
