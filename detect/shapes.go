package detect

import (
	"time"

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
	hopID   map[hopKey]int32
	same    map[hop]int32
	chain   []link // distinct chains; chain 0 is the empty one
	chainID map[step]int32
	of      []int32 // by node ID: its chain
	up      []int32 // by node ID: its parent, -1 for a root
	leafOf  []int32 // by node ID: an index into leaves, -1 for an inner node

	leaves []leafShape
	leafID map[leafKey]int32
	names  map[string]bool
	paths  int
}

// link is a chain as the chain before it and one hop more.
type link struct {
	step
	depth int32 // how many hops
	jump  int32 // a chain further up, so that any of them is found in few steps
}

// step is what tells chains apart.
type step struct{ parent, hop int32 }

// hopKey is what a hop depends on: the program, and its name where the arguments tell
// that.
type hopKey struct {
	program *tree.Program
	name    string
}

// leafKey tells findings apart: the chain, and the way it is squeezed and scored.
type leafKey struct {
	chain int32
	way   way
}

type leafShape struct {
	leafKey
	paths []tree.Path
	// latest is when the last of them starts, disordered that it is not the order in which they do.
	latest     time.Time
	disordered bool
}

// newShapes makes room for a forest of so many nodes.
func newShapes(nodes int) *shapes {
	return &shapes{
		of: make([]int32, 0, nodes), up: make([]int32, 0, nodes), leafOf: make([]int32, 0, nodes),
		hopID: map[hopKey]int32{}, same: map[hop]int32{}, chainID: map[step]int32{}, chain: make([]link, 1),
		leafID: map[leafKey]int32{}, names: map[string]bool{},
	}
}

// node takes one node; its parent must have been taken before.
func (s *shapes) node(n *tree.Node) {
	up, parent := step{}, int32(-1)
	if n.Parent != nil {
		parent = n.Parent.ID
		up.parent = s.of[parent]
	}
	up.hop = s.hop(n)
	id, ok := s.chainID[up]
	if !ok {
		id = int32(len(s.chain))
		s.chainID[up] = id
		s.chain = append(s.chain, s.extended(up))
	}
	for int(n.ID) >= len(s.of) {
		s.of, s.up, s.leafOf = append(s.of, 0), append(s.up, -1), append(s.leafOf, -1)
	}
	s.of[n.ID], s.up[n.ID] = id, parent
	if !n.Leaf() {
		return
	}
	s.paths++
	key := leafKey{id, wayOf(n.EntryClass(), n.Program().OS)}
	at, ok := s.leafID[key]
	if !ok {
		at = int32(len(s.leaves))
		s.leafID[key] = at
		s.leaves = append(s.leaves, leafShape{leafKey: key})
	}
	s.leafOf[n.ID] = at
	leaf, start := &s.leaves[at], n.Start()
	leaf.disordered = leaf.disordered || len(leaf.paths) > 0 && start.Before(leaf.latest)
	leaf.paths, leaf.latest = append(leaf.paths, tree.Path{Leaf: n}), start
}

// byArguments marks a program in hopID whose name rests on more than its path.
const byArguments = -1

// hop is the number of the hop that n is.
func (s *shapes) hop(n *tree.Node) int32 {
	key := hopKey{program: n.Program()}
	id, ok := s.hopID[key]
	switch {
	case ok && id != byArguments:
		return id
	case !ok && key.program.Image != "" && !names.MultiCall(key.program.Base):
		p := n.Proc()
		return s.newHop(key, &p)
	case !ok:
		s.hopID[key] = byArguments
	}
	p := n.Proc()
	key.name = names.Of(&p)
	if id, ok = s.hopID[key]; ok {
		return id
	}
	return s.newHop(key, &p)
}

// newHop gives a process that was not met before the number of its hop, which
// another may share: python3.9 and python3.11 are one.
func (s *shapes) newHop(key hopKey, p *event.Proc) int32 {
	h := hopOf(p)
	id, ok := s.same[h]
	if !ok {
		id = int32(len(s.hops))
		s.same[h] = id
		s.hops = append(s.hops, h)
		if h.name != names.Unknown {
			s.names[h.name] = true
		}
	}
	s.hopID[key] = id
	return id
}

// extended is a chain that was not met before.
func (s *shapes) extended(up step) link {
	above := &s.chain[up.parent]
	l := link{step: up, depth: above.depth + 1, jump: up.parent}
	// As far again as the chain above jumps, where its jump and that of the chain there are
	// equally long (Myers, An applicative random-access stack, 1983).
	if there := &s.chain[above.jump]; above.depth-there.depth == there.depth-s.chain[there.jump].depth {
		l.jump = there.jump
	}
	return l
}

// above is the chain of the first depth hops of a chain, or itself if it has no more.
func (s *shapes) above(chain, depth int32) int32 {
	for s.chain[chain].depth > depth {
		if jump := s.chain[chain].jump; s.chain[jump].depth >= depth {
			chain = jump
		} else {
			chain = s.chain[chain].parent
		}
	}
	return chain
}

// nameOf is the name of the last hop of a chain.
func (s *shapes) nameOf(chain int32) string { return s.hops[s.chain[chain].hop].name }

// hopsTo is how many hops a chain has more than one that it begins with.
func (s *shapes) hopsTo(chain, beginning int32) int {
	return int(s.chain[chain].depth - s.chain[beginning].depth)
}
