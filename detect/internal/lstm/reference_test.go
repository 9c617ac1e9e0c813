package lstm

import "math"

// The naive reference: the equations of the package comment, one sequence, one
// step and one unit at a time, in float64.

type refLayer struct {
	in, hidden     int
	kernel, rec, b []float64
}

type refNet struct {
	shape                     Shape
	table                     []float64
	forward, backward, second refLayer
	dense, bias               []float64
}

func widen(x []float32) []float64 {
	y := make([]float64, len(x))
	for i, v := range x {
		y[i] = float64(v)
	}
	return y
}

func reference(w *Weights) *refNet {
	layer := func(l Layer) refLayer {
		return refLayer{l.In, l.Hidden, widen(l.Kernel), widen(l.Recurrent), widen(l.Bias)}
	}
	return &refNet{
		w.Shape, widen(w.Table),
		layer(w.Forward), layer(w.Backward), layer(w.Second),
		widen(w.Dense), widen(w.Bias),
	}
}

// params lists the parameters in the order of Weights.Tensors.
func (n *refNet) params() [][]float64 {
	p := [][]float64{n.table}
	for _, l := range []refLayer{n.forward, n.backward, n.second} {
		p = append(p, l.kernel, l.rec, l.b)
	}
	return append(p, n.dense, n.bias)
}

func refSigmoid(x float64) float64 { return 1 / (1 + math.Exp(-x)) }

// run returns h_t for every x_t.
func (l refLayer) run(xs [][]float64) [][]float64 {
	h, c := make([]float64, l.hidden), make([]float64, l.hidden)
	var hs [][]float64
	for _, x := range xs {
		z := append([]float64(nil), l.b...)
		for j := range z {
			for k, v := range x {
				z[j] += v * l.kernel[k*4*l.hidden+j]
			}
			for k, v := range h {
				z[j] += v * l.rec[k*4*l.hidden+j]
			}
		}
		next := make([]float64, l.hidden)
		for j := range next {
			i, f := refSigmoid(z[j]), refSigmoid(z[l.hidden+j])
			g, o := math.Tanh(z[2*l.hidden+j]), refSigmoid(z[3*l.hidden+j])
			c[j] = f*c[j] + i*g
			next[j] = o * math.Tanh(c[j])
		}
		h = next
		hs = append(hs, h)
	}
	return hs
}

func (n *refNet) logit(tokens []Bag, seq []int32) float64 {
	var xs [][]float64
	for _, t := range seq {
		x := make([]float64, n.shape.Embed)
		for k, r := range tokens[t].Rows {
			for j := range x {
				x[j] += float64(tokens[t].scale(k)) * n.table[int(r)*n.shape.Embed+j]
			}
		}
		xs = append(xs, x)
	}
	ahead, back := n.forward.run(xs), n.backward.run(reversed(xs))
	var both [][]float64
	for t := range xs {
		both = append(both, append(append([]float64(nil), ahead[t]...), back[len(xs)-1-t]...))
	}
	z := n.bias[0]
	if hs := n.second.run(both); len(hs) > 0 {
		for j, v := range hs[len(hs)-1] {
			z += v * n.dense[j]
		}
	}
	return z
}

func reversed[T any](s []T) []T {
	r := make([]T, 0, len(s))
	for i := len(s) - 1; i >= 0; i-- {
		r = append(r, s[i])
	}
	return r
}

// loss is sum_i sign_i * logit_i, whose derivative by logit i is sign_i.
func (n *refNet) loss(b Batch, signs []float32) float64 {
	var s float64
	for i, q := range b.Seqs {
		s += float64(signs[i]) * n.logit(b.Tokens, q)
	}
	return s
}
