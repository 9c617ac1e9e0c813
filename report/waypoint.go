package report

import (
	"slices"

	"oddkin/tree"
)

// waypoints are processes at regular depths of deep lineages, and what those below them
// have from above (see heritage). With them any hop of a chain is told in few steps, so that chains
// beside each other cost the hops that are told of them, however deep the lineage that they share.
type waypoints struct {
	top *waypoint           // above every root
	at  map[int32]*waypoint // by the node's ID
}

type waypoint struct {
	node     *tree.Node
	depth    int // stride-1, 2*stride-1 and so on
	heritage heritage
	up       *waypoint // stride hops above, or the top
	jump     *waypoint // further up: see back
}

const stride = 16

func newWaypoints(f *tree.Forest) *waypoints {
	top := &waypoint{depth: -1, heritage: heritage{forest: f}}
	top.up, top.jump = top, top
	return &waypoints{top: top, at: map[int32]*waypoint{}}
}

// reach gives the last waypoint above n and the nodes from there down to n, fewer than a stride.
// It walks no stretch twice, but for the last.
func (w *waypoints) reach(n *tree.Node) (*waypoint, []*tree.Node) {
	last := w.top
	var below []*tree.Node
	for ; n != nil; n = n.Parent {
		if at := w.at[n.ID]; at != nil {
			last = at
			break
		}
		below = append(below, n)
	}
	slices.Reverse(below)
	for ; len(below) >= stride; below = below[stride:] {
		last = last.next(below[:stride])
		w.at[last.node.ID] = last
	}
	return last, below
}

// next is the waypoint a stride below.
func (p *waypoint) next(nodes []*tree.Node) *waypoint {
	q := &waypoint{node: nodes[stride-1], depth: p.depth + stride, heritage: p.heritage, up: p, jump: p}
	for _, n := range nodes {
		q.heritage = q.heritage.below(n)
	}
	// As far again as p jumps, where its jump and the one there are equally long (Myers, An
	// applicative random-access stack, 1983).
	if p.depth-p.jump.depth == p.jump.depth-p.jump.jump.depth {
		q.jump = p.jump.jump
	}
	return q
}

// back is the waypoint of that depth at or above p.
func (p *waypoint) back(depth int) *waypoint {
	for p.depth > depth {
		if p.jump.depth >= depth {
			p = p.jump
		} else {
			p = p.up
		}
	}
	return p
}

// stretch lists the nodes between the waypoint above p and p, which is the last of them.
func (p *waypoint) stretch() []*tree.Node {
	nodes := make([]*tree.Node, stride)
	n := p.node
	for i := stride - 1; i >= 0; i-- {
		nodes[i], n = n, n.Parent
	}
	return nodes
}

// chain takes over the hops of a path at the depths given, in ascending order; nil for all.
func (w *waypoints) chain(path tree.Path, depths []int) Chain {
	last, tail := w.reach(path.Leaf)
	length := last.depth + 1 + len(tail)
	if depths == nil {
		depths = make([]int, length)
		for i := range depths {
			depths[i] = i
		}
	}
	c := Chain{
		Host: text(path.Leaf.Host()), Boot: path.Leaf.Boot(), Entry: entryName(path.Leaf.Entry),
		Hops: make([]Hop, 0, len(depths)),
	}
	for len(depths) > 0 && depths[0] < length {
		above, nodes := last, tail
		if d := depths[0]; d <= last.depth {
			end := last.back(d - d%stride + stride - 1)
			above, nodes = end.up, end.stretch()
		}
		h := above.heritage
		for i, n := range nodes {
			h = h.below(n)
			if depth := above.depth + 1 + i; len(depths) > 0 && depths[0] == depth {
				c.Hops = append(c.Hops, Hop{depth, h.process(n)})
				depths = depths[1:]
			}
		}
	}
	c.HopsOmitted = length - len(c.Hops)
	return c
}
