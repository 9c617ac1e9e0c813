package graph

import "oddkin/detect/internal/lstm"

// bidirectional is the first layer: token vectors and the parameters of both
// directions -> [2*rows][Hidden1], the states of the distinct beginnings first,
// those of the distinct endings from row l.rows on. Where each row belongs, and
// where a sequence ends, is in the layout: that is the mask.
func (n *network) bidirectional(l limits) *kernelOp {
	s := n.w.Shape
	op := newOp("bidirectional", 2*l.rows, s.Hidden1)
	half := l.rows * s.Hidden1
	directions := [2]*direction{{scan: &n.layout.Forward}, {scan: &n.layout.Backward}}
	op.forward = func(in [][]float32, out []float32) {
		n.layout.Build(n.seqs)
		both(func(i int) {
			d := directions[i]
			d.take(in[1+3*i:], s.Embed, s.Hidden1)
			d.run(in[0][:len(n.tokens)*s.Embed], len(n.tokens), out[i*half:])
		})
	}
	op.backward = func(in [][]float32, dOut []float32, dIn [][]float32) {
		dx := [2][]float32{dIn[0], make([]float32, len(dIn[0]))}
		both(func(i int) {
			x := in[0][:len(n.tokens)*s.Embed]
			directions[i].grad(x, len(n.tokens), dOut[i*half:], dIn[1+3*i:], dx[i])
		})
		for j, v := range dx[1] {
			dIn[0][j] += v
		}
	}
	return op
}

// direction is one direction of the first layer, and what it remembers from the
// forward to the backward pass.
type direction struct {
	layer lstm.Layer
	scan  *lstm.Scan
	trace lstm.Trace
}

// take makes kernel, recurrent kernel and bias, the next three inputs of an Op,
// the layer's parameters.
func (d *direction) take(in [][]float32, width, hidden int) {
	d.layer = lstm.Layer{In: width, Hidden: hidden, Kernel: in[0], Recurrent: in[1], Bias: in[2]}
}

func (d *direction) run(x []float32, tokens int, out []float32) {
	projected := make([]float32, tokens*4*d.layer.Hidden)
	d.layer.Project(x, tokens, 0, projected)
	d.layer.Run(d.scan, [][]float32{projected}, &d.trace)
	copy(out, d.trace.Hidden)
}

// grad adds to dParams (kernel, recurrent kernel, bias) and dx.
func (d *direction) grad(x []float32, tokens int, dOut []float32, dParams [][]float32, dx []float32) {
	dHidden := append([]float32(nil), dOut[:len(d.trace.Hidden)]...)
	dProjected := make([]float32, tokens*4*d.layer.Hidden)
	d.layer.RunGrad(d.scan, &d.trace, dHidden, dParams[1], dParams[2], [][]float32{dProjected})
	d.layer.ProjectGrad(x, tokens, 0, dProjected, dParams[0], dx)
}

// second is the second layer: the first layer's states and its own parameters ->
// [batch][Hidden2], the state at the end of each sequence.
func (n *network) second(l limits) *kernelOp {
	s := n.w.Shape
	op := newOp("second", l.batch, s.Hidden2)
	half := l.rows * s.Hidden1
	layer := lstm.Layer{In: 2 * s.Hidden1, Hidden: s.Hidden2}
	var trace lstm.Trace
	// rows and states give the two sources: beginnings and endings.
	rows := func(i int) int { return [2]int{n.layout.Forward.Rows(), n.layout.Backward.Rows()}[i] }
	states := func(all []float32, i int) []float32 { return all[i*half:][:rows(i)*s.Hidden1] }
	projections := func() [][]float32 {
		return [][]float32{make([]float32, rows(0)*4*s.Hidden2), make([]float32, rows(1)*4*s.Hidden2)}
	}
	op.forward = func(in [][]float32, out []float32) {
		layer.Kernel, layer.Recurrent, layer.Bias = in[1], in[2], in[3]
		projected := projections()
		both(func(i int) { layer.Project(states(in[0], i), rows(i), i*s.Hidden1, projected[i]) })
		layer.Run(&n.layout.Second, projected, &trace)
		lstm.Gather(trace.Hidden, s.Hidden2, n.layout.Last, out)
	}
	op.backward = func(in [][]float32, dOut []float32, dIn [][]float32) {
		dHidden := make([]float32, len(trace.Hidden))
		lstm.GatherGrad(dOut, s.Hidden2, n.layout.Last, dHidden)
		dProjected := projections()
		layer.RunGrad(&n.layout.Second, &trace, dHidden, dIn[2], dIn[3], dProjected)
		both(func(i int) {
			layer.ProjectGrad(states(in[0], i), rows(i), i*s.Hidden1, dProjected[i], dIn[1], states(dIn[0], i))
		})
	}
	return op
}
