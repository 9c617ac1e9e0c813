package lstm

import (
	"fmt"
	"math/rand/v2"
	"slices"
)

// NewNext returns a network of the given groups, by their sizes, with freshly drawn
// weights, as [New] draws them. The classes are as many as the sizes add up to.
func NewNext(rows, embed, hidden int, sizes []int, seed uint64) *Next {
	s := NextShape{Rows: rows, Embed: embed, Hidden: hidden, Groups: len(sizes)}
	first := firstOf(sizes)
	s.Classes = int(first[len(sizes)])
	n := nextLayers(s, first)
	slots := n.slots()
	for i, t := range n.Tensors() {
		*slots[i] = make([]float32, product(t.Shape))
	}
	r := rand.New(rand.NewPCG(seed, 0x6e657874))
	uniform(r, n.Table, 0.05)
	uniform(r, n.Forward.Kernel, glorot(embed, 4*hidden))
	orthogonal(r, n.Forward.Recurrent, hidden, 4*hidden)
	for j := hidden; j < 2*hidden; j++ {
		n.Forward.Bias[j] = 1
	}
	uniform(r, n.Group, glorot(hidden, s.Groups))
	uniform(r, n.Class, glorot(hidden, s.Classes))
	return n
}

func firstOf(sizes []int) []int32 {
	first := make([]int32, 1, len(sizes)+1)
	for _, n := range sizes {
		first = append(first, first[len(first)-1]+int32(n))
	}
	return first
}

func nextLayers(s NextShape, first []int32) *Next {
	return &Next{Shape: s, First: first, Forward: Layer{In: s.Embed, Hidden: s.Hidden}}
}

// Tensors is [Weights.Tensors] for n.
func (n *Next) Tensors() []Tensor {
	s := n.Shape
	return []Tensor{
		{"table", []int{s.Rows, s.Embed}, n.Table},
		{"forward.kernel", []int{s.Embed, 4 * s.Hidden}, n.Forward.Kernel},
		{"forward.recurrent", []int{s.Hidden, 4 * s.Hidden}, n.Forward.Recurrent},
		{"forward.bias", []int{4 * s.Hidden}, n.Forward.Bias},
		{"group.kernel", []int{s.Hidden, s.Groups}, n.Group},
		{"group.bias", []int{s.Groups}, n.GroupBias},
		{"class.kernel", []int{s.Hidden, s.Classes}, n.Class},
		{"class.bias", []int{s.Classes}, n.ClassBias},
	}
}

// slots lists where the parameters hang, in the order of Tensors.
func (n *Next) slots() []*[]float32 {
	return []*[]float32{
		&n.Table, &n.Forward.Kernel, &n.Forward.Recurrent, &n.Forward.Bias,
		&n.Group, &n.GroupBias, &n.Class, &n.ClassBias,
	}
}

// Clone returns a copy that shares no memory with n.
func (n *Next) Clone() *Next {
	c := nextLayers(n.Shape, slices.Clone(n.First))
	slots := c.slots()
	for i, t := range n.Tensors() {
		*slots[i] = slices.Clone(t.Data)
	}
	return c
}

// NextFromTensors builds a network from the tensors of [Next.Tensors], in any order,
// and the sizes of its groups. It takes over the tensors' memory. One that is missing,
// given twice, or does not fit the others is an error.
func NextFromTensors(ts []Tensor, sizes []int) (*Next, error) {
	byName, err := named(ts)
	if err != nil {
		return nil, err
	}
	s := NextShape{Groups: len(sizes)}
	for _, d := range []struct {
		to   *int
		name string
		axis int
	}{{&s.Rows, "table", 0}, {&s.Embed, "table", 1}, {&s.Hidden, "forward.recurrent", 0}} {
		if *d.to, err = dimension(byName, d.name, d.axis, 2); err != nil {
			return nil, err
		}
	}
	for _, n := range sizes {
		if n < 1 || n > 1<<20 || s.Classes > 1<<20 {
			return nil, fmt.Errorf("network: a group of %d classes", n)
		}
		s.Classes += n
	}
	if s.Groups == 0 {
		return nil, fmt.Errorf("network: no groups of classes")
	}
	n := nextLayers(s, firstOf(sizes))
	return n, fill(n.Tensors(), n.slots(), byName)
}
