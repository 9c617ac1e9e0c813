package detect

import (
	"cmp"
	"context"
	"slices"

	"oddkin/detect/internal/lstm"
	"oddkin/parsers/event"
	"oddkin/tree"
)

// Options say how a forest is ranked. The zero value is the usual way.
type Options struct {
	// Explain is for how many findings, from the top, Why and Nearest are worked
	// out; 0 means 200, negative none.
	Explain int
	// Stage, if set, is told the name of each stage as it begins, on the goroutine
	// that the work is done for.
	Stage func(name string)
}

func (o *Options) begin(stage string) {
	if o.Stage != nil {
		o.Stage(stage)
	}
}

// Threshold is the score from which a chain is worth an alert: on hosts the model
// has not seen, one normal shape in a hundred reaches it.
const Threshold = 0.5

// outOfDomain is the share of unknown names above which a ranking says more about
// the model than about the evidence, given at least outOfDomainNames names.
const (
	outOfDomain      = 0.5
	outOfDomainNames = 8
)

// Rank scores every root-to-leaf chain of the forest. Distinct chains are scored
// once; findings come least normal first, ties by name. The forest is only read.
// The error is the context's.
func (m *Model) Rank(ctx context.Context, f *tree.Forest, o Options) (*Ranking, error) {
	o.begin("shapes")
	s := newShapes()
	p := pulse{ctx: ctx}
	for n := range f.Nodes() {
		if err := p.err(); err != nil {
			return nil, err
		}
		s.node(n)
	}
	unknown := 0
	for name := range s.names {
		if !m.words.knows(name) {
			unknown++
		}
	}
	r := &Ranking{Paths: s.paths}
	if len(s.names) > 0 {
		r.UnknownNames = float32(unknown) / float32(len(s.names))
	}
	r.OutOfDomain = r.UnknownNames > outOfDomain && len(s.names) >= outOfDomainNames

	o.begin("score")
	drafts, err := m.drafts(ctx, s)
	if err != nil {
		return nil, err
	}
	o.begin("rank")
	if drafts, err = m.gather(ctx, s, drafts); err != nil {
		return nil, err
	}
	slices.SortFunc(drafts, func(a, b draft) int {
		return cmp.Or(cmp.Compare(b.margin, a.margin), slices.Compare(a.Names, b.Names), cmp.Compare(a.entry, b.entry),
			slices.CompareFunc(a.chain, b.chain, func(x, y int32) int { return cmp.Compare(s.hops[x].place, s.hops[y].place) }),
			cmp.Compare(a.anchor, b.anchor))
	})
	r.Findings = make([]Finding, len(drafts))
	for i := range drafts {
		if err := p.err(); err != nil {
			return nil, err
		}
		drafts[i].Rank = i + 1
		sortPaths(drafts[i].Paths)
	}
	nameKin(drafts)
	if o.Explain == 0 {
		o.Explain = 200
	}
	o.begin("explain")
	if err := m.explain(ctx, s, drafts[:min(max(o.Explain, 0), len(drafts))]); err != nil {
		return nil, err
	}
	for i := range drafts {
		r.Findings[i] = drafts[i].Finding
	}
	return r, nil
}

// draft is a finding in the making. Its sequence is made anew when it is needed:
// a forest may hold very many chains.
type draft struct {
	Finding
	chain  []int32 // hops, as Names
	entry  tree.Entry
	os     event.OS
	worst  int // window
	margin float64
	anchor int32 // the node through which it borrows, -1 for none
	lender int32 // the leaf of the chain that lends
}

// Hostile evidence can nest processes without end. A chain is read from its leaf
// up to [MaxHops]; when all chains together have used up hopBudget, the rest are
// read up to fewHops.
const (
	MaxHops   = 1024
	fewHops   = 64
	hopBudget = 16 << 20
)

// drafts scores every shape.
func (m *Model) drafts(ctx context.Context, s *shapes) ([]draft, error) {
	run := m.scorer()
	drafts := make([]draft, len(s.leaves))
	first := make([]int, len(s.leaves)+1)
	var windows []int32
	used := 0
	p := pulse{ctx: ctx}
	for i, leaf := range s.leaves {
		if err := p.err(); err != nil {
			return nil, err
		}
		limit := MaxHops
		if used > hopBudget {
			limit = fewHops
		}
		d := &drafts[i]
		d.Paths, d.entry, d.os = leaf.paths, leaf.entry, leaf.paths[0].Leaf.Program().OS
		d.chain = s.chainOf(leaf.chain, limit)
		used += len(d.chain)
		d.Names = make([]string, len(d.chain))
		for j, h := range d.chain {
			d.Names[j] = s.hops[h].name
		}
		seq := s.sequence(d.chain, d.entry, d.os)
		for w := range seq.windows() {
			windows = append(windows, run.window(seq.window(w)))
		}
		first[i+1] = len(windows)
	}
	if err := run.run(ctx); err != nil {
		return nil, err
	}
	for i := range drafts {
		if err := p.err(); err != nil {
			return nil, err
		}
		d := &drafts[i]
		m.judge(run, d, s.sequence(d.chain, d.entry, d.os), windows[first[i]:first[i+1]])
	}
	return drafts, nil
}

// judge takes the worst window of a draft. A chain of which nothing is named says
// nothing and scores 0.
func (m *Model) judge(run *scorer, d *draft, seq sequence, windows []int32) {
	d.To = len(d.Names)
	if len(seq.hops) == 0 {
		d.margin = negligible
		return
	}
	for w, at := range windows {
		hops, _ := seq.window(w)
		o := run.opinions(at, hops)
		if margin := m.fit.margin(o); w == 0 || margin > d.margin {
			d.worst, d.margin = w, margin
			d.Network, d.Rarity, d.Surprise = lstm.Sigmoid(float32(o.network)), halfway(o.rarity), halfway(o.next)
		}
	}
	d.Score, d.Own = m.fit.score(d.margin), m.fit.score(d.margin)
	if len(windows) > 1 {
		d.From = seq.at[d.worst]
		if end := d.worst + Length; end < len(seq.at) {
			d.To = seq.at[end]
		}
	}
}

// pulse looks at a context now and then, which costs too much to do for every node.
type pulse struct {
	ctx context.Context
	n   uint
}

// err is the context's, at most a few thousand calls late.
func (p *pulse) err() error {
	if p.n++; p.n%4096 != 0 {
		return nil
	}
	return p.ctx.Err()
}

// negligible is a margin below all others.
const negligible = -1e6

// halfway maps bits of surprise to 0 to 1: 8 bits, once in 256, is the middle.
func halfway(bits float64) float32 { return float32(bits / (bits + 8)) }

// sortPaths orders paths by their leaf's start, then as the forest has them.
func sortPaths(paths []tree.Path) {
	slices.SortFunc(paths, func(a, b tree.Path) int {
		return cmp.Or(a.Leaf.Start().Compare(b.Leaf.Start()), cmp.Compare(a.Leaf.ID, b.Leaf.ID))
	})
}

// NodeScores gives each node of a forest of n nodes, by ID, the score of the
// worst chain that runs through it.
func (r *Ranking) NodeScores(n int) []float32 {
	scores := make([]float32, n)
	reached := make([]bool, n)
	for i := range r.Findings { // worst first: a node reached before has its score
		for _, p := range r.Findings[i].Paths {
			for at := p.Leaf; at != nil && !reached[at.ID]; at = at.Parent {
				reached[at.ID], scores[at.ID] = true, r.Findings[i].Score
			}
		}
	}
	return scores
}
