package graph

import (
	"fmt"
	"hash"
	"hash/fnv"

	"github.com/chewxy/hm"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// kernelOp is a gorgonia Op whose arithmetic is package lstm's. Its result is
// memory of its own, written anew in each run; nothing in this package's graph
// changes it in place.
//
// What changes from step to step and is no number (the batch's layout) reaches the
// two functions through their closures, not through the graph, whose shapes are
// fixed when it is compiled.
type kernelOp struct {
	name string
	in   []int // axes of each input
	out  *tensor.Dense
	// forward computes out.
	forward func(in [][]float32, out []float32)
	// backward adds to dIn the derivatives by each input, given dOut by the output.
	// It runs once after each forward.
	backward func(in [][]float32, dOut []float32, dIn [][]float32)
}

func newOp(name string, shape ...int) *kernelOp {
	return &kernelOp{name: name, out: zeros(shape...)}
}

// apply enters the Op into the graph of its inputs.
func (o *kernelOp) apply(in ...*gorgonia.Node) (*gorgonia.Node, error) {
	for _, n := range in {
		o.in = append(o.in, n.Dims())
	}
	return gorgonia.ApplyOp(o, in...)
}

func (o *kernelOp) Do(values ...gorgonia.Value) (gorgonia.Value, error) {
	o.forward(floats(values), o.out.Float32s())
	return o.out, nil
}

func (o *kernelOp) DiffWRT(n int) []bool {
	by := make([]bool, n)
	for i := range by {
		by[i] = true
	}
	return by
}

// SymDiff enters one node that computes the derivatives by all inputs and is the
// first of them, and a node for each other one that only hands it over.
func (o *kernelOp) SymDiff(in gorgonia.Nodes, _, dOut *gorgonia.Node) (gorgonia.Nodes, error) {
	d := &derivative{of: o}
	for _, n := range in {
		d.by = append(d.by, zeros(n.Shape()...))
	}
	first, err := gorgonia.ApplyOp(d, append(append(gorgonia.Nodes{}, in...), dOut)...)
	if err != nil {
		return nil, err
	}
	nodes := gorgonia.Nodes{first}
	for i := 1; i < len(in); i++ {
		n, err := gorgonia.ApplyOp(&handOver{from: d, index: i}, first)
		if err != nil {
			return nil, err
		}
		nodes = append(nodes, n)
	}
	return nodes, nil
}

func (o *kernelOp) Type() hm.Type { return function(o.in, o.out.Dims()) }
func (o *kernelOp) Arity() int    { return len(o.in) }
func (o *kernelOp) InferShape(...gorgonia.DimSizer) (tensor.Shape, error) {
	return o.out.Shape().Clone(), nil
}
func (o *kernelOp) ReturnsPtr() bool      { return true }
func (o *kernelOp) CallsExtern() bool     { return false }
func (o *kernelOp) OverwritesInput() int  { return -1 }
func (o *kernelOp) WriteHash(h hash.Hash) { fmt.Fprint(h, o.String()) }

func (o *kernelOp) Hashcode() uint32 { return hashOf(o.String()) }

func (o *kernelOp) String() string { return "lstm." + o.name }

// derivative is a kernelOp's backward pass. Its inputs are the Op's own and the
// derivative by the Op's output; its result is the derivative by the first input.
type derivative struct {
	of *kernelOp
	by []*tensor.Dense
}

func (d *derivative) Do(values ...gorgonia.Value) (gorgonia.Value, error) {
	in := floats(values)
	dIn := make([][]float32, len(d.by))
	for i, t := range d.by {
		dIn[i] = t.Float32s()
		clear(dIn[i])
	}
	last := len(in) - 1
	d.of.backward(in[:last], in[last], dIn)
	return d.by[0], nil
}

func (d *derivative) Type() hm.Type {
	return function(append(append([]int{}, d.of.in...), d.of.out.Dims()), d.by[0].Dims())
}
func (d *derivative) Arity() int { return len(d.of.in) + 1 }
func (d *derivative) InferShape(...gorgonia.DimSizer) (tensor.Shape, error) {
	return d.by[0].Shape().Clone(), nil
}
func (d *derivative) ReturnsPtr() bool      { return true }
func (d *derivative) CallsExtern() bool     { return false }
func (d *derivative) OverwritesInput() int  { return -1 }
func (d *derivative) WriteHash(h hash.Hash) { fmt.Fprint(h, d.String()) }
func (d *derivative) Hashcode() uint32      { return hashOf(d.String()) }
func (d *derivative) String() string        { return d.of.String() + ".derivative" }

// handOver is the derivative by one of the later inputs. Its own input only says
// that the derivatives must have been computed.
type handOver struct {
	from  *derivative
	index int
}

func (h *handOver) Do(...gorgonia.Value) (gorgonia.Value, error) { return h.from.by[h.index], nil }
func (h *handOver) Type() hm.Type {
	return function([]int{h.from.by[0].Dims()}, h.from.by[h.index].Dims())
}
func (h *handOver) Arity() int { return 1 }
func (h *handOver) InferShape(...gorgonia.DimSizer) (tensor.Shape, error) {
	return h.from.by[h.index].Shape().Clone(), nil
}
func (h *handOver) ReturnsPtr() bool      { return true }
func (h *handOver) CallsExtern() bool     { return false }
func (h *handOver) OverwritesInput() int  { return -1 }
func (h *handOver) WriteHash(w hash.Hash) { fmt.Fprint(w, h.String()) }
func (h *handOver) Hashcode() uint32      { return hashOf(h.String()) }
func (h *handOver) String() string        { return fmt.Sprintf("%s.%d", h.from, h.index) }

// function is the Op type of float32 tensors with the given numbers of axes.
func function(in []int, out int) hm.Type {
	ts := make([]hm.Type, 0, len(in)+1)
	for _, axes := range append(append([]int{}, in...), out) {
		ts = append(ts, gorgonia.TensorType{Dims: axes, Of: tensor.Float32})
	}
	return hm.NewFnType(ts...)
}

func floats(values []gorgonia.Value) [][]float32 {
	fs := make([][]float32, len(values))
	for i, v := range values {
		fs[i] = v.Data().([]float32)
	}
	return fs
}

func hashOf(s string) uint32 {
	h := fnv.New32a()
	h.Write([]byte(s))
	return h.Sum32()
}
