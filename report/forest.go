package report

import (
	"oddkin/detect"
	"oddkin/tree"
)

// newForest takes over the nodes of v, at most limit of them ([All] for every
// one). Under a limit the nodes on the chains of the first findings come before
// others, and every node kept has its ancestors kept.
func newForest(v Values, limit int) *Forest {
	total := 0
	for range v.Forest.Nodes() {
		total++
	}
	best := bestChains(v.Ranking, total)
	keep := func(int32) bool { return true }
	if limit > 0 && limit < total {
		kept := chosen(v, limit, total)
		keep = func(id int32) bool { return kept[id] }
	}
	f := &Forest{Nodes: []Node{}}
	for n := range v.Forest.Nodes() {
		if !keep(n.ID) {
			f.Omitted++
			continue
		}
		g := Node{
			ID: n.ID, Parent: -1, Score: best[n.ID].score, Rank: best[n.ID].rank,
			Host: text(n.Host()), Boot: n.Boot(), Entry: entryName(n.Entry), Process: newProcess(n),
		}
		if n.Parent != nil {
			g.Parent = n.Parent.ID
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
func bestChains(r *detect.Ranking, nodes int) []best {
	list := make([]best, nodes)
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
