package graph

import (
	"fmt"
	"sync"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"oddkin/detect/internal/lstm"
)

// graph is what the graphs of one training step have in common: parameters, the loss
// of a batch, and its derivatives by the parameters. It belongs to one goroutine.
type graph struct {
	machine gorgonia.VM
	params  []gorgonia.ValueGrad

	// The batch in hand. seqs are as many as the graph's batch size: missing ones are
	// empty and weigh nothing.
	tokens []lstm.Bag
	seqs   [][]int32

	weights, mask []float32 // inputs of the graph; mask is nil without dropout
	loss          gorgonia.Value
}

// network is the graph of a step of [lstm.Weights].
type network struct {
	graph
	w      *lstm.Weights
	layout lstm.Layout
	labels []float32 // an input of the graph
	logits gorgonia.Value
}

// limits bound what a step may hold; the graph's shapes follow from them.
type limits struct {
	batch   int // sequences
	tokens  int // distinct tokens
	rows    int // positions of all sequences
	dropout bool
}

// parameter is a weight tensor and its derivative, for the solver.
type parameter struct{ value, grad *tensor.Dense }

func (p parameter) Value() gorgonia.Value         { return p.value }
func (p parameter) Grad() (gorgonia.Value, error) { return p.grad, nil }

func newNetwork(w *lstm.Weights, l limits) (*network, error) {
	n := &network{w: w}
	g := gorgonia.NewGraph()
	params := parameters(g, w.Tensors())
	z, err := n.forward(g, params, l)
	if err != nil {
		return nil, err
	}
	gorgonia.Read(z, &n.logits)

	labels := zeros(l.batch)
	n.labels = labels.Float32s()
	each, err := crossEntropy(z, input(g, "labels", labels))
	if err != nil {
		return nil, err
	}
	return n, n.finish(g, each, l.batch, params)
}

// parameters enters the parameters of a network.
func parameters(g *gorgonia.ExprGraph, ts []lstm.Tensor) gorgonia.Nodes {
	var params gorgonia.Nodes
	for _, t := range ts {
		params = append(params, input(g, t.Name, tensor.New(tensor.WithShape(t.Shape...), tensor.WithBacking(t.Data))))
	}
	return params
}

// finish enters the loss of a batch, the weighted sum of each example's, and its
// derivatives, and makes the graph ready to run.
func (n *graph) finish(g *gorgonia.ExprGraph, each *gorgonia.Node, batch int, params gorgonia.Nodes) error {
	weights := zeros(batch)
	n.weights, n.seqs = weights.Float32s(), make([][]int32, batch)
	weighed, err := gorgonia.HadamardProd(input(g, "weights", weights), each)
	if err != nil {
		return err
	}
	loss, err := gorgonia.Sum(weighed)
	if err != nil {
		return err
	}
	gorgonia.Read(loss, &n.loss)
	if err := n.derive(loss, params); err != nil {
		return err
	}
	n.machine = gorgonia.NewTapeMachine(g)
	return nil
}

// dropout enters a mask over states, [batch][width], if l asks for one.
func (n *graph) dropout(g *gorgonia.ExprGraph, states *gorgonia.Node, l limits, width int) (*gorgonia.Node, error) {
	if !l.dropout {
		return states, nil
	}
	mask := zeros(l.batch, width)
	n.mask = mask.Float32s()
	return gorgonia.HadamardProd(states, input(g, "dropout", mask))
}

func zeros(shape ...int) *tensor.Dense {
	return tensor.New(tensor.Of(tensor.Float32), tensor.WithShape(shape...))
}

// input enters a node whose value is the memory of v.
func input(g *gorgonia.ExprGraph, name string, v *tensor.Dense) *gorgonia.Node {
	return gorgonia.NewTensor(g, tensor.Float32, v.Dims(),
		gorgonia.WithShape(v.Shape()...), gorgonia.WithName(name), gorgonia.WithValue(v))
}

// forward enters the network from the table to the logits. The parameters come in
// the order of [lstm.Weights.Tensors].
func (n *network) forward(g *gorgonia.ExprGraph, params gorgonia.Nodes, l limits) (*gorgonia.Node, error) {
	table, first, second, dense := params[0], params[1:7], params[7:10], params[10:12]
	x, err := n.embed(l, n.w.Shape.Embed).apply(table)
	if err != nil {
		return nil, err
	}
	states, err := n.bidirectional(l).apply(append(gorgonia.Nodes{x}, first...)...)
	if err != nil {
		return nil, err
	}
	last, err := n.second(l).apply(append(gorgonia.Nodes{states}, second...)...)
	if err != nil {
		return nil, err
	}
	if last, err = n.dropout(g, last, l, n.w.Shape.Hidden2); err != nil {
		return nil, err
	}
	return n.dense(l).apply(append(gorgonia.Nodes{last}, dense...)...)
}

// crossEntropy is -log p(label) of each example, from its logit: softplus(z) - y z,
// which does not overflow where the probability would be 0 or 1.
func crossEntropy(z, y *gorgonia.Node) (*gorgonia.Node, error) {
	s, err := gorgonia.Softplus(z)
	if err != nil {
		return nil, err
	}
	yz, err := gorgonia.HadamardProd(y, z)
	if err != nil {
		return nil, err
	}
	return gorgonia.Sub(s, yz)
}

// derive enters the derivatives of loss and notes where each will stand: in the
// memory of the kernelOps that compute them.
func (n *graph) derive(loss *gorgonia.Node, params gorgonia.Nodes) error {
	grads, err := gorgonia.Grad(loss, params...)
	if err != nil {
		return err
	}
	for i, p := range params {
		var grad *tensor.Dense
		switch op := grads[i].Op().(type) {
		case *derivative:
			grad = op.by[0]
		case *handOver:
			grad = op.from.by[op.index]
		default:
			return fmt.Errorf("derivative by %s is computed by %v, not by the kernel", p.Name(), op)
		}
		n.params = append(n.params, parameter{p.Value().(*tensor.Dense), grad})
	}
	return nil
}

// run takes b, its labels and weights through the graph, and returns the loss.
func (n *network) run(b lstm.Batch, labels, weights []float32) (float64, error) {
	clear(n.labels)
	copy(n.labels, labels)
	return n.step(b, weights)
}

// step takes b and its weights through the graph, and returns the loss.
func (n *graph) step(b lstm.Batch, weights []float32) (float64, error) {
	n.tokens = b.Tokens
	clear(n.seqs)
	copy(n.seqs, b.Seqs)
	clear(n.weights)
	copy(n.weights, weights)
	n.machine.Reset()
	if err := n.machine.RunAll(); err != nil {
		return 0, err
	}
	return float64(n.loss.Data().(float32)), nil
}

// embed is the embedding bag: table -> [tokens][Embed].
func (n *graph) embed(l limits, width int) *kernelOp {
	op := newOp("embed", l.tokens, width)
	op.forward = func(in [][]float32, out []float32) { lstm.Embed(in[0], width, n.tokens, out) }
	op.backward = func(_ [][]float32, dOut []float32, dIn [][]float32) {
		lstm.EmbedGrad(dOut, width, n.tokens, dIn[0])
	}
	return op
}

// dense is the dense unit: states, kernel, bias -> [batch] logits.
func (n *network) dense(l limits) *kernelOp {
	op := newOp("dense", l.batch)
	op.forward = func(in [][]float32, out []float32) { lstm.DenseLogits(in[0], in[1], in[2][0], out) }
	op.backward = func(in [][]float32, dOut []float32, dIn [][]float32) {
		lstm.DenseGrad(in[0], in[1], dOut, dIn[0], dIn[1], dIn[2])
	}
	return op
}

// both runs two independent halves of a layer at once.
func both(half func(i int)) {
	var wg sync.WaitGroup
	wg.Go(func() { half(1) })
	half(0)
	wg.Wait()
}
