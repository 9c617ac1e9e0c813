package report

import (
	"iter"

	"oddkin/tree"
)

// newForest takes over the nodes of v that are kept; nil keeps all, or under a limit
// those on the chains of the first findings before others. A node has its ancestors kept.
func newForest(v Values, best []best, kept []bool, o Options) *Forest {
	if kept == nil && o.Nodes > 0 && o.Nodes < len(best) {
		kept = chosen(v, o.Nodes, len(best))
	}
	later := newLaterNodes(v.Forest, best, kept)
	f := &Forest{Omitted: len(best) - len(later.nodes)}
	if o.Stream {
		f.later = later
		return f
	}
	f.Nodes = make([]Node, len(later.nodes))
	for i := range f.Nodes {
		f.Nodes[i] = *later.node(i)
	}
	return f
}

// len is the number of nodes, held or not.
func (f *Forest) len() int {
	if f.later != nil {
		return len(f.later.nodes)
	}
	return len(f.Nodes)
}

// node is the i-th node, held or made now: see [laterNodes.node].
func (f *Forest) node(i int32) *Node {
	if f.later != nil {
		return f.later.node(int(i))
	}
	return &f.Nodes[i]
}

// each yields the nodes, held or not, each until the next.
func (f *Forest) each() iter.Seq[*Node] {
	return func(yield func(*Node) bool) {
		for i := range f.len() {
			if !yield(f.node(int32(i))) {
				return
			}
		}
	}
}

// places gives the place of each node by its ID, -1 where there is none.
func (f *Forest) places() func(id int32) int32 {
	if f.later != nil {
		return f.later.index
	}
	at := make(map[int32]int32, len(f.Nodes))
	for i := range f.Nodes {
		at[f.Nodes[i].ID] = int32(i)
	}
	return func(id int32) int32 {
		if i, ok := at[id]; ok {
			return i
		}
		return -1
	}
}

// parent is the ID of the i-th node's parent, -1 for none.
func (f *Forest) parent(i int32) int32 {
	if f.later == nil {
		return f.Nodes[i].Parent
	}
	if up := f.later.nodes[i].Parent; up != nil {
		return up.ID
	}
	return -1
}

// score is the i-th node's.
func (f *Forest) score(i int32) float32 {
	if f.later != nil {
		return f.later.best[f.later.nodes[i].ID].score
	}
	return f.Nodes[i].Score
}

// best is the highest score of the chains through a node.
type best struct {
	score float32
	rank  int32
}

// bestChains gives each node, by ID, its best chain. A walk upward ends where a
// chain at least as good has passed, so that all walks together are linear for
// a ranking in order of score.
func bestChains(v Values) []best {
	list := make([]best, v.Forest.Len())
	r := v.Ranking
	if r == nil {
		return list
	}
	for i := range r.Findings {
		f := &r.Findings[i]
		score := unit(f.Score)
		for _, p := range f.Paths {
			for n := p.Leaf; n != nil; n = n.Parent {
				b := &list[n.ID]
				if b.rank != 0 && b.score >= score {
					break
				}
				*b = best{score, int32(f.Rank)}
			}
		}
	}
	return list
}

// chosen marks, by ID, at most limit nodes: whole chains in the order of the
// ranking, then whole chains in the order of the forest.
func chosen(v Values, limit, total int) []bool {
	kept := make([]bool, total)
	left := limit
	take := func(leaf *tree.Node) {
		missing := 0
		for n := leaf; n != nil && !kept[n.ID] && missing <= left; n = n.Parent {
			missing++
		}
		if missing > left {
			return
		}
		left -= missing
		for n := leaf; n != nil && !kept[n.ID]; n = n.Parent {
			kept[n.ID] = true
		}
	}
	if v.Ranking != nil {
		for i := range v.Ranking.Findings {
			for _, p := range v.Ranking.Findings[i].Paths {
				take(p.Leaf)
			}
		}
	}
	for n := range v.Forest.Nodes() {
		if left == 0 {
			break
		}
		take(n)
	}
	return kept
}
