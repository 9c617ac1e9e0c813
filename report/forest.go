package report

import "oddkin/tree"

// newForest takes over the nodes of v that are kept; nil keeps all, or under a limit
// those on the chains of the first findings before others. A node has its ancestors kept.
func newForest(v Values, best []best, kept []bool, limit int) *Forest {
	if kept == nil && limit > 0 && limit < len(best) {
		kept = chosen(v, limit, len(best))
	}
	size := len(best)
	if kept != nil {
		size = 0
		for _, k := range kept {
			if k {
				size++
			}
		}
	}
	f := &Forest{Nodes: make([]Node, 0, size), Omitted: len(best) - size}
	type frame struct {
		n *tree.Node
		h heritage
	}
	var stack []frame // the ancestors of the node at hand
	for n := range v.Forest.Nodes() {
		if kept != nil && !kept[n.ID] {
			continue
		}
		for len(stack) > 0 && stack[len(stack)-1].n != n.Parent {
			stack = stack[:len(stack)-1]
		}
		h := heritage{forest: v.Forest}
		if len(stack) > 0 {
			h = stack[len(stack)-1].h
		}
		h = h.below(n)
		stack = append(stack, frame{n, h})
		g := Node{
			ID: n.ID, Parent: -1, Score: best[n.ID].score, Rank: best[n.ID].rank,
			Host: text(n.Host()), Boot: n.Boot(), Entry: entryName(n.Entry), EntryLeader: -1, Process: h.process(n),
		}
		if n.Parent != nil {
			g.Parent = n.Parent.ID
		}
		if n.Entry != tree.EntryUnknown && h.leader != nil {
			g.EntryLeader = h.leader.ID
		}
		f.Nodes = append(f.Nodes, g)
	}
	return f
}

// best is the highest score of the chains through a node.
type best struct {
	score float32
	rank  int
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
				*b = best{score, f.Rank}
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
