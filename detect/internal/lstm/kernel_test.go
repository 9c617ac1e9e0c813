package lstm

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestGemmSumsInOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m, n, k := rapid.IntRange(0, 7).Draw(t, "m"), rapid.IntRange(1, 40).Draw(t, "n"), rapid.IntRange(0, 11).Draw(t, "k")
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
		plain, flipped := slices.Clone(c), c
		gemm(plain, n, rowMajor(a, k), b, n, m, n, k)
		gemm(flipped, n, transposed(transpose(a, m, k), m), b, n, m, n, k)
		if !slices.Equal(plain, want) || !slices.Equal(flipped, want) {
			t.Fatalf("product differs from the plain loop's bits")
		}
	})
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
