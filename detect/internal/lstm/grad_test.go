package lstm

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

// gradients runs the network forwards and backwards by the exported pieces, as
// package graph chains them, and returns the loss' derivative by every parameter:
// the loss is sum_i signs_i * logit_i.
func gradients(w *Weights, b Batch, signs []float32) *Weights {
	var l Layout
	l.Build(b.Seqs)
	s, d := w.Shape, zero(w.Shape)
	c1, c2 := 4*s.Hidden1, 4*s.Hidden2
	n := len(b.Tokens)
	floats := func(n int) []float32 { return make([]float32, n) }

	x := floats(n * s.Embed)
	Embed(w.Table, s.Embed, b.Tokens, x)
	pf, pb := floats(n*c1), floats(n*c1)
	w.Forward.Project(x, n, 0, pf)
	w.Backward.Project(x, n, 0, pb)
	var tf, tb, t2 Trace
	w.Forward.Run(&l.Forward, [][]float32{pf}, &tf)
	w.Backward.Run(&l.Backward, [][]float32{pb}, &tb)
	nf, nb := l.Forward.Rows(), l.Backward.Rows()
	p2f, p2b := floats(nf*c2), floats(nb*c2)
	w.Second.Project(tf.Hidden, nf, 0, p2f)
	w.Second.Project(tb.Hidden, nb, s.Hidden1, p2b)
	w.Second.Run(&l.Second, [][]float32{p2f, p2b}, &t2)
	last := floats(len(b.Seqs) * s.Hidden2)
	Gather(t2.Hidden, s.Hidden2, l.Last, last)

	dLast := floats(len(last))
	DenseGrad(last, w.Dense, signs, dLast, d.Dense, d.Bias)
	dh2 := floats(len(t2.Hidden))
	GatherGrad(dLast, s.Hidden2, l.Last, dh2)
	dp2f, dp2b := floats(nf*c2), floats(nb*c2)
	w.Second.RunGrad(&l.Second, &t2, dh2, d.Second.Recurrent, d.Second.Bias, [][]float32{dp2f, dp2b})
	dhf, dhb := floats(len(tf.Hidden)), floats(len(tb.Hidden))
	w.Second.ProjectGrad(tf.Hidden, nf, 0, dp2f, d.Second.Kernel, dhf)
	w.Second.ProjectGrad(tb.Hidden, nb, s.Hidden1, dp2b, d.Second.Kernel, dhb)
	dpf, dpb := floats(n*c1), floats(n*c1)
	w.Forward.RunGrad(&l.Forward, &tf, dhf, d.Forward.Recurrent, d.Forward.Bias, [][]float32{dpf})
	w.Backward.RunGrad(&l.Backward, &tb, dhb, d.Backward.Recurrent, d.Backward.Bias, [][]float32{dpb})
	dx := floats(len(x))
	w.Forward.ProjectGrad(x, n, 0, dpf, d.Forward.Kernel, dx)
	w.Backward.ProjectGrad(x, n, 0, dpb, d.Backward.Kernel, dx)
	EmbedGrad(dx, s.Embed, b.Tokens, d.Table)
	return d
}

// Every derivative of the kernel against the central difference of the float64
// reference, whose own error (step 1e-5) is of order 1e-9.
func TestGradientsAgreeWithFiniteDifferences(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := drawNet(t)
		b := drawBatch(t, w.Shape, 5)
		signs := rapid.SliceOfN(rapid.Float32Range(-1, 1), len(b.Seqs), len(b.Seqs)).Draw(t, "signs")
		d := gradients(w, b, signs)
		ref := reference(w)
		for i, p := range ref.params() {
			got := d.Tensors()[i]
			// A random third of each tensor keeps a case short; over the cases every
			// position comes up.
			for j := rapid.IntRange(0, 2).Draw(t, "offset"); j < len(p); j += 3 {
				const step = 1e-5
				was := p[j]
				p[j] = was + step
				above := ref.loss(b, signs)
				p[j] = was - step
				below := ref.loss(b, signs)
				p[j] = was
				want := (above - below) / (2 * step)
				// float32 products through up to 12 steps of two layers, summed over up to
				// 5 sequences.
				if math.Abs(float64(got.Data[j])-want) > 1e-4*(1+math.Abs(want)) {
					t.Fatalf("%s[%d]: derivative %v, finite difference %v", got.Name, j, got.Data[j], want)
				}
			}
		}
	})
}
