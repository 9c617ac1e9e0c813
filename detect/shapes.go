package detect

import (
	"oddkin/detect/names"
	"oddkin/parsers/event"
	"oddkin/tree"
)

// shapes finds the distinct chains of a forest in one walk.
//
// Every node gets the number of the chain of hops that ends at it: its parent's
// number and its own hop decide it. So a path costs one look-up a node, however
// deep it is, and nothing is allocated for a chain that was seen before.
type shapes struct {
	hops    []hop // distinct hops
	hopID   map[procKey]int32
	same    map[hop]int32
	chain   []link // distinct chains; chain 0 is the empty one
	chainID map[link]int32
	of      []int32 // by node ID: its chain

	leaves  []leafShape
	leafID  map[leafKey]int32
	edges   map[[2]int32]int // by hops: nodes under a node of another hop
	started []int            // by hop: children of its nodes
	names   map[string]bool
	paths   int
}

// link is a chain as the chain before it and one hop more.
type link struct{ parent, hop int32 }

// procKey is what a hop depends on.
type procKey struct {
	image, name string
	os          event.OS
	deleted     bool
}

// leafKey tells findings apart: the chain, and how the lineage began.
type leafKey struct {
	chain int32
	entry tree.Entry
}

type leafShape struct {
	leafKey
	paths []tree.Path
}

func newShapes() *shapes {
	return &shapes{
		hopID: map[procKey]int32{}, same: map[hop]int32{}, chainID: map[link]int32{}, chain: make([]link, 1),
		leafID: map[leafKey]int32{}, edges: map[[2]int32]int{}, names: map[string]bool{},
	}
}

// node takes one node; its parent must have been taken before.
func (s *shapes) node(n *tree.Node) {
	up := link{}
	if n.Parent != nil {
		up.parent = s.of[n.Parent.ID]
	}
	up.hop = s.hop(&n.Proc)
	id, ok := s.chainID[up]
	if !ok {
		id = int32(len(s.chain))
		s.chainID[up] = id
		s.chain = append(s.chain, up)
	}
	for int(n.ID) >= len(s.of) {
		s.of = append(s.of, 0)
	}
	s.of[n.ID] = id
	if n.Parent != nil {
		above := s.chain[up.parent].hop
		s.edges[[2]int32{above, up.hop}]++
		s.started[above]++
	}
	if len(n.Children) > 0 {
		return
	}
	s.paths++
	key := leafKey{id, n.Entry}
	at, ok := s.leafID[key]
	if !ok {
		at = int32(len(s.leaves))
		s.leafID[key] = at
		s.leaves = append(s.leaves, leafShape{leafKey: key})
	}
	s.leaves[at].paths = append(s.leaves[at].paths, tree.Path{Leaf: n})
}

func (s *shapes) hop(p *event.Proc) int32 {
	key := procKey{p.Image, p.Name, p.OS, p.Deleted}
	if p.Image == "" || names.MultiCall(p.Base()) {
		// The name rests on more than the path: on the applet, or on argv.
		key.name = names.Of(p)
	} else {
		key.name = ""
	}
	if id, ok := s.hopID[key]; ok {
		return id
	}
	id := int32(len(s.hops))
	h := hopOf(p)
	s.hopID[key] = id
	if same, ok := s.same[h]; ok { // python3.9 beside python3.11: one hop
		s.hopID[key] = same
		return same
	}
	s.same[h] = id
	s.hops = append(s.hops, h)
	s.started = append(s.started, 0)
	s.names[h.name] = true
	return id
}

// chainOf lists the hops of a chain, root first.
func (s *shapes) chainOf(id int32) []int32 {
	n := 0
	for i := id; i != 0; i = s.chain[i].parent {
		n++
	}
	out := make([]int32, n)
	for i := id; i != 0; i = s.chain[i].parent {
		n--
		out[n] = s.chain[i].hop
	}
	return out
}
