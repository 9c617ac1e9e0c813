package lstm

import (
	"fmt"
	"slices"
)

// Shape is the size of a network.
type Shape struct {
	// Rows and Embed are the height and width of the embedding table.
	Rows, Embed int
	// Hidden1 is the number of units of each direction of the first layer, whose
	// output is therefore 2*Hidden1 wide.
	Hidden1 int
	// Hidden2 is the number of units of the second layer.
	Hidden2 int
}

// Layer holds one LSTM's parameters, row major. The 4*Hidden columns are the
// gates i, f, c, o, Hidden columns each.
type Layer struct {
	In, Hidden int
	Kernel     []float32 // [In][4*Hidden]
	Recurrent  []float32 // [Hidden][4*Hidden]
	Bias       []float32 // [4*Hidden]
}

// Weights is a network. The slices are the parameters themselves: a solver that
// writes to them changes the network.
type Weights struct {
	Shape    Shape
	Table    []float32 // [Rows][Embed]
	Forward  Layer     // reads in reading order: Embed -> Hidden1
	Backward Layer     // reads from the end: Embed -> Hidden1
	Second   Layer     // 2*Hidden1 -> Hidden2; the forward half of its input comes first
	Dense    []float32 // [Hidden2]
	Bias     []float32 // [1]
}

// Tensor is a named array of a model, row major.
type Tensor struct {
	Name  string
	Shape []int
	Data  []float32
}

// Clone returns a copy that shares no memory with w.
func (w *Weights) Clone() *Weights {
	c := zero(w.Shape)
	from := w.Tensors()
	for i, t := range c.Tensors() {
		copy(t.Data, from[i].Data)
	}
	return c
}

// Tensors lists the parameters in a fixed order under fixed names. Data is the
// network's own memory, not a copy.
func (w *Weights) Tensors() []Tensor {
	ts := []Tensor{{"table", []int{w.Shape.Rows, w.Shape.Embed}, w.Table}}
	for _, l := range []struct {
		name string
		*Layer
	}{{"forward", &w.Forward}, {"backward", &w.Backward}, {"second", &w.Second}} {
		ts = append(ts,
			Tensor{l.name + ".kernel", []int{l.In, 4 * l.Hidden}, l.Kernel},
			Tensor{l.name + ".recurrent", []int{l.Hidden, 4 * l.Hidden}, l.Recurrent},
			Tensor{l.name + ".bias", []int{4 * l.Hidden}, l.Bias})
	}
	return append(ts,
		Tensor{"dense.kernel", []int{w.Shape.Hidden2}, w.Dense},
		Tensor{"dense.bias", []int{1}, w.Bias})
}

// FromTensors builds a network from the tensors of [Weights.Tensors], in any
// order, and takes over their memory. Tensors of other names are ignored, so
// that a model file may hold more than a network. A tensor that is missing,
// given twice, or whose shape does not fit the others is an error.
func FromTensors(ts []Tensor) (*Weights, error) {
	byName, err := named(ts)
	if err != nil {
		return nil, err
	}
	s, err := shapeOf(byName)
	if err != nil {
		return nil, err
	}
	w := layers(s)
	return w, fill(w.Tensors(), w.slots(), byName)
}

// named gives tensors by their names, each of which may be given once.
func named(ts []Tensor) (map[string]Tensor, error) {
	byName := make(map[string]Tensor, len(ts))
	for _, t := range ts {
		if _, twice := byName[t.Name]; twice {
			return nil, fmt.Errorf("network: tensor %q is given twice", t.Name)
		}
		byName[t.Name] = t
	}
	return byName, nil
}

// fill hangs into each slot the tensor that is wanted there.
func fill(wanted []Tensor, slots []*[]float32, byName map[string]Tensor) error {
	for i, want := range wanted {
		got, ok := byName[want.Name]
		switch {
		case !ok:
			return fmt.Errorf("network: tensor %q is missing", want.Name)
		case !slices.Equal(got.Shape, want.Shape):
			return fmt.Errorf("network: tensor %q has shape %v, which should be %v", want.Name, got.Shape, want.Shape)
		case len(got.Data) != product(want.Shape):
			return fmt.Errorf("network: tensor %q holds %d numbers, which should be %d", want.Name, len(got.Data), product(want.Shape))
		}
		*slots[i] = got.Data
	}
	return nil
}

// dimension is the size of a tensor along an axis.
func dimension(byName map[string]Tensor, name string, axis, axes int) (int, error) {
	t, ok := byName[name]
	if !ok {
		return 0, fmt.Errorf("network: tensor %q is missing", name)
	}
	if len(t.Shape) != axes || t.Shape[axis] < 1 {
		return 0, fmt.Errorf("network: tensor %q has shape %v, which should have %d axes, none empty", name, t.Shape, axes)
	}
	return t.Shape[axis], nil
}

// shapeOf reads the network's sizes off the tensors that fix them.
func shapeOf(byName map[string]Tensor) (s Shape, err error) {
	for _, d := range []struct {
		to   *int
		name string
		axis int
	}{{&s.Rows, "table", 0}, {&s.Embed, "table", 1}, {&s.Hidden1, "forward.recurrent", 0}, {&s.Hidden2, "second.recurrent", 0}} {
		if *d.to, err = dimension(byName, d.name, d.axis, 2); err != nil {
			return s, err
		}
	}
	return s, nil
}

// layers returns a network of shape s without memory for its parameters.
func layers(s Shape) *Weights {
	return &Weights{
		Shape:    s,
		Forward:  Layer{In: s.Embed, Hidden: s.Hidden1},
		Backward: Layer{In: s.Embed, Hidden: s.Hidden1},
		Second:   Layer{In: 2 * s.Hidden1, Hidden: s.Hidden2},
	}
}

// zero returns a network of shape s with all parameters zero.
func zero(s Shape) *Weights {
	w := layers(s)
	slots := w.slots()
	for i, t := range w.Tensors() {
		*slots[i] = make([]float32, product(t.Shape))
	}
	return w
}

// slots lists where the parameters hang, in the order of Tensors.
func (w *Weights) slots() []*[]float32 {
	s := []*[]float32{&w.Table}
	for _, l := range []*Layer{&w.Forward, &w.Backward, &w.Second} {
		s = append(s, &l.Kernel, &l.Recurrent, &l.Bias)
	}
	return append(s, &w.Dense, &w.Bias)
}

func product(shape []int) int {
	n := 1
	for _, d := range shape {
		n *= d
	}
	return n
}
