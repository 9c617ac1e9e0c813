package tree

import (
	"slices"
	"time"

	"oddkin/parsers/event"
)

// Sketch is a node spelled out, for who wants a forest without evidence: tests of what
// works on forests.
type Sketch struct {
	Proc       event.Proc
	Host       string
	Boot       int
	Start, End time.Time
	Source     event.Source
	Entry      Entry
	Link       Link
	Children   []*Sketch
	// Node is set by [Plant].
	Node *Node
}

// Plant makes the forest that the sketches of its roots say, in their order.
func Plant(roots ...*Sketch) *Forest {
	f := &Forest{}
	st := newStore()
	type place struct {
		sketch *Sketch
		parent *Node
	}
	var todo []place // the next one last
	add := func(list []*Sketch, parent *Node) {
		for _, s := range slices.Backward(list) {
			todo = append(todo, place{s, parent})
		}
	}
	add(roots, nil)
	var all []*Node
	for len(todo) > 0 {
		at := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		n := at.sketch.plant(st)
		n.ID, n.Parent = int32(len(all)), at.parent
		all = append(all, n)
		add(at.sketch.Children, n)
	}
	f.hang(all)
	return f
}

// plant makes the node of s.
func (s *Sketch) plant(st *store) *Node {
	n := st.node()
	s.Node = n
	n.of = &origin{store: st, host: s.Host, boot: s.Boot}
	n.self, n.PID = st.self(&s.Proc), s.Proc.PID
	n.start, n.end = st.stamp(s.Start), st.stamp(s.End)
	n.position, n.serial = st.position(source{st.files.id(s.Source.File), s.Source.Offset}), st.serial(s.Source.Serial)
	n.Entry, n.class, n.Link = s.Entry, s.Entry.class(), s.Link
	return n
}
