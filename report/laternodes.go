package report

import "oddkin/tree"

// laterNodes makes the nodes of a document out of those of the forest, one at a time.
type laterNodes struct {
	forest *tree.Forest
	best   []best       // by ID
	nodes  []*tree.Node // those that are kept, in the order of the forest
	at     []int32      // by ID, the place in nodes; nil where all are kept, and each at its ID
	above  []ancestor   // of the node made last, and that itself
	made   Node
}

// ancestor is a node and what those below it have from it.
type ancestor struct {
	*tree.Node
	heritage
}

// newLaterNodes takes the nodes that are kept, or all for nil.
func newLaterNodes(f *tree.Forest, best []best, kept []bool) *laterNodes {
	l := &laterNodes{forest: f, best: best}
	size := f.Len()
	if kept != nil {
		l.at = make([]int32, size)
		size = 0
		for _, k := range kept {
			if k {
				size++
			}
		}
	}
	l.nodes = make([]*tree.Node, 0, size)
	for n := range f.Nodes() {
		if kept == nil {
			l.nodes = append(l.nodes, n)
		} else if l.at[n.ID] = -1; kept[n.ID] {
			l.at[n.ID] = int32(len(l.nodes))
			l.nodes = append(l.nodes, n)
		}
	}
	return l
}

// index is the place of the node with that ID, -1 for none.
func (l *laterNodes) index(id int32) int32 {
	if l.at != nil && id >= 0 {
		return l.at[id]
	}
	return id
}

// node makes the i-th node, which stands until the next is made. Nodes are to be asked for
// depth first, any of them left out but those above one that is not: what a node has from
// its ancestors is carried down to it.
func (l *laterNodes) node(i int) *Node {
	n := l.nodes[i]
	for len(l.above) > 0 && l.above[len(l.above)-1].Node != n.Parent {
		l.above = l.above[:len(l.above)-1]
	}
	h := heritage{forest: l.forest}
	if len(l.above) > 0 {
		h = l.above[len(l.above)-1].heritage
	}
	h = h.below(n)
	l.above = append(l.above, ancestor{n, h})
	b := l.best[n.ID]
	l.made = Node{
		ID: n.ID, Parent: -1, Score: b.score, Rank: int(b.rank),
		Host: text(n.Host()), Boot: n.Boot(), Entry: entryName(n.Entry), EntryLeader: -1, Process: h.process(n),
	}
	if n.Parent != nil {
		l.made.Parent = n.Parent.ID
	}
	if n.Entry != tree.EntryUnknown && h.leader != nil {
		l.made.EntryLeader = h.leader.ID
	}
	return &l.made
}

// sketch is that of the i-th node.
func (l *laterNodes) sketch(i int) sketch {
	n := l.nodes[i]
	b := l.best[n.ID]
	s := sketch{
		look: look{host: text(n.Host()), boot: n.Boot(), name: text(n.Base()), user: text(n.User()), link: linkName(n.Link.Kind)},
		pid:  n.PID, score: b.score, scored: b.rank > 0, askerID: -1,
	}
	if up := l.forest.LogicalParent(n); up != nil {
		s.asker, s.askerID = text(up.Parent.Base()), up.Parent.ID
	}
	if in := l.forest.Boundary(n); in != nil {
		s.inside = in.Rule + text(in.ID)
	}
	return s
}
