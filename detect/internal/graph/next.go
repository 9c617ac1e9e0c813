package graph

import (
	"context"
	"fmt"
	"math"

	"gorgonia.org/gorgonia"

	"oddkin/detect/internal/lstm"
)

// successor is the graph of a step of [lstm.Next].
type successor struct {
	graph
	w       *lstm.Next
	layout  lstm.Layout
	classes []int32 // of the batch in hand
}

func newSuccessor(w *lstm.Next, l limits) (*successor, error) {
	n := &successor{w: w, classes: make([]int32, l.batch)}
	g := gorgonia.NewGraph()
	params := parameters(g, w.Tensors())
	x, err := n.embed(l, w.Shape.Embed).apply(params[0])
	if err != nil {
		return nil, err
	}
	last, err := n.ahead(l).apply(append(gorgonia.Nodes{x}, params[1:4]...)...)
	if err != nil {
		return nil, err
	}
	if last, err = n.dropout(g, last, l, w.Shape.Hidden); err != nil {
		return nil, err
	}
	each, err := n.surprise(l).apply(append(gorgonia.Nodes{last}, params[4:]...)...)
	if err != nil {
		return nil, err
	}
	return n, n.finish(g, each, l.batch, params)
}

// ahead is the recurrent layer: token vectors and its parameters -> [batch][Hidden],
// the state at the end of each sequence.
func (n *successor) ahead(l limits) *kernelOp {
	s := n.w.Shape
	op := newOp("ahead", l.batch, s.Hidden)
	d := &direction{scan: &n.layout.Forward}
	states := make([]float32, l.rows*s.Hidden)
	var ends []int32
	op.forward = func(in [][]float32, out []float32) {
		n.layout.BuildForward(n.seqs)
		ends = n.layout.Ends(n.seqs)
		d.take(in[1:], s.Embed, s.Hidden)
		d.run(in[0][:len(n.tokens)*s.Embed], len(n.tokens), states)
		lstm.Gather(states, s.Hidden, ends, out)
	}
	op.backward = func(in [][]float32, dOut []float32, dIn [][]float32) {
		dStates := make([]float32, len(d.trace.Hidden))
		lstm.GatherGrad(dOut, s.Hidden, ends, dStates)
		d.grad(in[0][:len(n.tokens)*s.Embed], len(n.tokens), dStates, dIn[1:], dIn[0])
	}
	return op
}

// surprise is the two softmaxes: states and their parameters -> [batch], -ln P of each
// sequence's class.
func (n *successor) surprise(l limits) *kernelOp {
	op := newOp("surprise", l.batch)
	var trace lstm.NextTrace
	take := func(in [][]float32) *lstm.Next {
		return &lstm.Next{Shape: n.w.Shape, First: n.w.First, Group: in[1], GroupBias: in[2], Class: in[3], ClassBias: in[4]}
	}
	op.forward = func(in [][]float32, out []float32) { take(in).Loss(in[0], n.classes, out, &trace) }
	op.backward = func(in [][]float32, dOut []float32, dIn [][]float32) {
		take(in).LossGrad(in[0], n.classes, dOut, &trace, dIn[0], [4][]float32(dIn[1:]))
	}
	return op
}

// TrainNext fits w to the sequences of d.Train and the class that follows each, as
// [Train] fits a network to labels: by Adam on the cross-entropy, keeping the epoch
// that is best on d.Valid. There is no area under a curve.
func TrainNext(ctx context.Context, w *lstm.Next, d Dataset, o Options, progress func(Epoch)) (*Result, error) {
	aims := func(e Examples) error { return e.checkClasses(w.Shape.Classes) }
	if err := d.check(w.Shape.Rows, aims); err != nil {
		return nil, err
	}
	o = o.withDefaults()
	if err := o.check(); err != nil {
		return nil, err
	}
	t, l := untaught(d, o)
	net, err := newSuccessor(w, l)
	if err != nil {
		return nil, fmt.Errorf("building the graph: %w", err)
	}
	t.net = &net.graph
	t.aim = func(examples []int) {
		clear(net.classes)
		for i, e := range examples {
			net.classes[i] = d.Train.Classes[e]
		}
	}
	return t.train(ctx, w.Tensors(), func() (loss, auc float64) { return validateNext(w, d), 0 }, progress)
}

// validateNext is the mean weighted surprise of the validation examples, in nats, each
// at most [lstm.MostBits].
func validateNext(w *lstm.Next, d Dataset) float64 {
	// What follows is told by the class of one more token.
	tokens, classes := d.Tokens[:len(d.Tokens):len(d.Tokens)], make([]int32, len(d.Tokens))
	for class := range w.Shape.Classes {
		tokens, classes = append(tokens, lstm.Bag{}), append(classes, int32(class))
	}
	seqs := make([][]int32, len(d.Valid.Seqs))
	for i, s := range d.Valid.Seqs {
		seqs[i] = append(s[:len(s):len(s)], int32(len(d.Tokens))+d.Valid.Classes[i])
	}
	var sum, weight float64
	for i, bits := range w.Bits(lstm.Batch{Tokens: tokens, Seqs: seqs}, classes) {
		c := float64(d.Valid.weight(i))
		sum += float64(c * float64(bits[len(bits)-1]))
		weight += c
	}
	return math.Ln2 * sum / max(weight, 1e-9)
}
