package detect

import (
	"cmp"
	"context"
	"slices"

	"oddkin/detect/internal/lstm"
	"oddkin/detect/names"
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
	s := newShapes(f.Len())
	p := pulse{ctx: ctx}
	for n := range f.Nodes() {
		if err := p.err(); err != nil {
			return nil, err
		}
		s.node(n)
	}
	unknown := 0
	for name := range s.names {
		if name == names.Random || !m.Knows(name) { // names drawn at random count once, as unknown

			unknown++
		}
	}
	r := &Ranking{Paths: s.paths}
	if len(s.names) > 0 {
		r.UnknownNames = float32(unknown) / float32(len(s.names))
	}
	r.OutOfDomain = r.UnknownNames > outOfDomain && len(s.names) >= outOfDomainNames

	o.begin("score")
	b := m.prefixes(s)
	drafts, err := m.drafts(ctx, b)
	if err != nil {
		return nil, err
	}
	o.begin("rank")
	if drafts, err = b.gather(ctx, drafts); err != nil {
		return nil, err
	}
	byName := s.order(func(x, y hop) int { return cmp.Compare(x.name, y.name) })
	byPlace := s.order(func(x, y hop) int { return cmp.Compare(x.place, y.place) })
	slices.SortFunc(drafts, func(a, b draft) int {
		return cmp.Or(cmp.Compare(b.standing, a.standing), cmp.Compare(byName[a.chain], byName[b.chain]), cmp.Compare(a.way, b.way),
			cmp.Compare(byPlace[a.chain], byPlace[b.chain]), cmp.Compare(a.anchor, b.anchor))
	})
	r.Findings = make([]Finding, len(drafts))
	for i := range drafts {
		if err := p.err(); err != nil {
			return nil, err
		}
		drafts[i].Rank = i + 1
		if drafts[i].disordered {
			sortPaths(drafts[i].Paths)
		}
	}
	nameKin(s, drafts)
	if o.Explain == 0 {
		o.Explain = 200
	}
	o.begin("explain")
	if err := b.explain(ctx, drafts[:min(max(o.Explain, 0), len(drafts))]); err != nil {
		return nil, err
	}
	long := 0
	for i := range drafts {
		if err := p.err(); err != nil {
			return nil, err
		}
		s.name(&drafts[i], &long)
		r.Findings[i] = drafts[i].Finding
	}
	return r, nil
}

// draft is a finding in the making. Its names come last: a forest may hold very many
// chains.
type draft struct {
	Finding
	chain    int32 // an index into shapes.chain
	way      way
	begin    int32   // the beginning that is all of the chain
	worst    int32   // the one that ends the worst window
	standing float64 // that of a known chain is capped last, see gather
	anchor   int32   // the node through which it borrows, -1 for none
	lender   int32   // the leaf of the chain that lends
	// disordered says that Paths, which are in the order of the forest, may not be in that of their starts.
	disordered bool
}

// drafts scores every shape.
func (m *Model) drafts(ctx context.Context, b *prefixes) ([]draft, error) {
	drafts := make([]draft, len(b.s.leaves))
	p := pulse{ctx: ctx}
	for i, leaf := range b.s.leaves {
		if err := p.err(); err != nil {
			return nil, err
		}
		d := &drafts[i]
		d.Paths, d.disordered, d.way, d.chain = leaf.paths, leaf.disordered, leaf.way, leaf.chain
		d.begin = b.whole(leaf.chain, leaf.way)
		b.want(d.begin, false)
	}
	if err := b.judge(ctx); err != nil {
		return nil, err
	}
	for i := range drafts {
		if err := p.err(); err != nil {
			return nil, err
		}
		b.tell(&drafts[i])
	}
	return drafts, nil
}

// tell takes over what is known of the worst window of d. A chain of which nothing is
// named says nothing and scores 0.
func (b *prefixes) tell(d *draft) {
	d.To = int(b.s.chain[d.chain].depth)
	if d.begin == 0 {
		d.standing = negligible
		return
	}
	known := b.list[d.begin].known
	n := &b.list[b.list[d.begin].verdict]
	d.worst, d.standing = n.worst, n.standing
	o := b.opinions(d.worst)
	d.Network, d.Rarity, d.Surprise = lstm.Sigmoid(float32(o.network)), halfway(o.rarity), halfway(o.next)
	d.Score = score(d.standing)
	d.Own, d.Uncapped = d.Score, d.Score
	if d.Known = known; d.Known {
		d.Score = score(capped(d.standing))
		d.Own = d.Score
	}
	if n.length > Length {
		_, index := b.last(d.worst, Length)
		d.From = index[0]
		if n.to >= 0 {
			d.To = int(n.to)
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

// negligible is a standing below all others.
const negligible = -1e6

// halfway maps bits of surprise to 0 to 1: 8 bits, once in 256, is the middle.
func halfway(bits float64) float32 { return float32(bits / (bits + 8)) }

// sortPaths orders paths by their leaf's start, then as the forest has them. Each leaf, which lies
// anywhere in memory, is looked at once.
func sortPaths(paths []tree.Path) {
	type key struct {
		second  int64
		nano    int32
		ordinal int32
		path    tree.Path
	}
	keys := make([]key, len(paths))
	for i, p := range paths {
		start := p.Leaf.Start()
		keys[i] = key{start.Unix(), int32(start.Nanosecond()), p.Leaf.ID, p}
	}
	slices.SortFunc(keys, func(a, b key) int {
		return cmp.Or(cmp.Compare(a.second, b.second), cmp.Compare(a.nano, b.nano), cmp.Compare(a.ordinal, b.ordinal))
	})
	for i := range keys {
		paths[i] = keys[i].path
	}
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
