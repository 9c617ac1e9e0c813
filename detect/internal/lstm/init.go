package lstm

import (
	"math"
	"math/rand/v2"
)

// New returns a network of the given shape with freshly drawn weights: the table
// uniform in ±0.05, kernels Glorot uniform, recurrent kernels orthogonal, biases
// zero but for the forget gates' one, as Keras starts its layers. The same seed
// gives the same weights.
func New(s Shape, seed uint64) *Weights {
	w := zero(s)
	r := rand.New(rand.NewPCG(seed, 0x1d872b41)) // the second word only keeps this stream apart from others of the seed
	uniform(r, w.Table, 0.05)
	for _, l := range []*Layer{&w.Forward, &w.Backward, &w.Second} {
		uniform(r, l.Kernel, glorot(l.In, 4*l.Hidden))
		orthogonal(r, l.Recurrent, l.Hidden, 4*l.Hidden)
		for j := l.Hidden; j < 2*l.Hidden; j++ {
			l.Bias[j] = 1
		}
	}
	uniform(r, w.Dense, glorot(s.Hidden2, 1))
	return w
}

// glorot is the bound of Glorot and Bengio's uniform initialisation (2010).
func glorot(in, out int) float64 { return math.Sqrt(6 / float64(in+out)) }

func uniform(r *rand.Rand, m []float32, bound float64) {
	for i := range m {
		m[i] = float32((2*r.Float64() - 1) * bound)
	}
}

// orthogonal fills m, rows by cols with rows <= cols, with orthonormal rows:
// normal deviates, then Gram-Schmidt, twice for accuracy (Saxe et al. 2014).
func orthogonal(r *rand.Rand, m []float32, rows, cols int) {
	q := make([][]float64, rows)
	for i := range q {
		v := make([]float64, cols)
		for j := range v {
			v[j] = r.NormFloat64()
		}
		for range 2 {
			for _, u := range q[:i] {
				d := dot(u, v)
				for j := range v {
					v[j] -= float64(d * u[j])
				}
			}
		}
		norm := math.Sqrt(dot(v, v))
		for j := range v {
			v[j] /= norm
			m[i*cols+j] = float32(v[j])
		}
		q[i] = v
	}
}

func dot(a, b []float64) float64 {
	var s float64
	for i, v := range a {
		s += float64(v * b[i])
	}
	return s
}
