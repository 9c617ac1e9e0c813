package lstm

import "math"

// The functions here use float32 arithmetic only, and convert every product, which
// forbids the compiler to fuse it with a sum. Hence the same bits everywhere.

const (
	expLimit = 87
	// expMagic pushes the fraction of a sum out of its mantissa, which rounds it to
	// the nearest whole number and leaves that number in its low bits.
	expMagic = 3 << 22
	// ln 2 in two parts: the first has few enough bits for n*ln2High to be exact.
	ln2High = 0.693359375
	ln2Low  = -2.12194440e-4
)

// exp returns e**x for x within expLimit, clamping what lies outside, to a relative
// error of 3e-7. With n = round(x/ln 2) and r = x - n ln 2, e**x = 2**n e**r, and
// Taylor's series of degree 6 gives e**r for |r| <= ln(2)/2.
func exp(x float32) float32 {
	if x > expLimit {
		x = expLimit
	}
	if x < -expLimit {
		x = -expLimit
	}
	shifted := float32(x*math.Log2E) + expMagic
	n := shifted - expMagic
	r := x - float32(n*ln2High)
	r -= float32(n * ln2Low)
	p := float32(1.0 / 720)
	p = float32(p*r) + 1.0/120
	p = float32(p*r) + 1.0/24
	p = float32(p*r) + 1.0/6
	p = float32(p*r) + 1.0/2
	p = float32(p*r) + 1
	p = float32(p*r) + 1
	return float32(p * math.Float32frombits((math.Float32bits(shifted)+127)<<23))
}

// Sigmoid returns 1/(1+exp(-x)), the probability of a logit, to within 1e-6 and
// the same bits on every platform.
func Sigmoid(x float32) float32 { return 1 / (1 + exp(-x)) }

// tanh returns the hyperbolic tangent to within 1e-6, as 1 - 2/(exp(2x)+1).
func tanh(x float32) float32 { return 1 - 2/(exp(2*x)+1) }
