package detect

import (
	"cmp"
	"context"
	"slices"

	"oddkin/detect/corpus"
	"oddkin/parsers/event"
)

// Metrics is how rankings do on held-out hosts, as plain data.
type Metrics struct {
	Hosts []HostMetrics
}

// HostMetrics is one host in one view: each ranker on the same rows.
type HostMetrics struct {
	Host, View string
	Rows       int // distinct shapes
	Attacks    int // of them, part of an attack and of nothing normal
	Incidents  int // distinct attacks that show in such a shape
	// Hidden counts the attacks all of whose shapes are also shapes of this host's
	// normal life: an intruder who types what the user types. No order of shapes
	// can find them, and they count nowhere else.
	Hidden  int
	Oddkin  Judgement
	Network Judgement // the LSTM alone
	Rarity  Judgement // statistics of the shipped normal life alone
	// Next is what follows what in normal life, as a network learned it, alone; nil for a
	// model without that network.
	Next *Judgement `json:",omitempty"`
	// RarestEdge is the baseline that needs no model: the least frequent edge of
	// the chain within the same evidence, P(child given parent).
	RarestEdge Judgement
	// Plain is the published classifier, if there was one to compare with.
	Plain *Judgement `json:",omitempty"`
}

// Judgement is the quality of one order of the rows. Ties count half in the
// area; elsewhere they are broken against the ranker: normal first.
type Judgement struct {
	AUC              float64 // area under the ROC curve, over shapes
	AveragePrecision float64
	// Precision is the share of attacks among the first 10, 20 and 50.
	Precision [3]float64
	// Recall is the share of attack shapes above a threshold that 1 % and 0.1 % of
	// the normal shapes exceed.
	Recall [2]float64
	// First20 counts the incidents with a chain among the first 20 shapes.
	First20 int
	// Effort is, for each incident, how many shapes are read until it is met.
	Effort []int
	// Alerts is the share of normal and of attack shapes at or above [Threshold];
	// only set for the calibrated score.
	Alerts [2]float64
}

// row is a shape under evaluation.
type row struct {
	names    []string
	recorded []string // file names as recorded, leaf first
	opinions
	standing, edge float64
	plain          float64 // the published classifier's, if there is one
	attack         bool
	tags           []string // attacks it is part of
	count          int
}

// rows scores the distinct shapes of a file. A shape that is part of an attack and
// of normal life too counts as normal.
func (m *Model) rows(f *corpus.File) []row {
	list, run := m.shapesOf(f)
	out := make([]row, len(list))
	for i, p := range list {
		p.standing, p.opinions = m.judged(run, p.reading)
		out[i] = p.row
	}
	ownRarity(out)
	return out
}

// shape is a row in the making, and how it is read.
type shape struct {
	row
	reading
}

// shapesOf are the distinct shapes of a file, and what they were read by.
func (m *Model) shapesOf(f *corpus.File) ([]shape, *scorer) {
	run := newScorer(m.system(f.OS), m.normal.remembering())
	at := map[string]int{}
	var list []shape
	for i := range f.Chains {
		c := &f.Chains[i]
		seq := squeeze(hopsOf(c, f.OS), c.Entry, f.OS)
		if len(seq.hops) == 0 {
			continue
		}
		key := (&example{hops: seq.hops}).key()
		n, ok := at[key]
		if !ok {
			n = len(list)
			at[key] = n
			list = append(list, newShape(c, f.OS, run.read(seq)))
		}
		list[n].take(c)
	}
	_ = run.run(context.Background()) // never ended
	return list, run
}

// newShape is that of a chain, which is not counted yet.
func newShape(c *corpus.Chain, os event.OS, r reading) shape {
	s := shape{reading: r, row: row{attack: true}}
	for _, h := range r.as.hops {
		s.names = append(s.names, h.name)
	}
	for _, h := range slices.Backward(c.Hops) {
		proc := h.Proc(os)
		s.recorded = append(s.recorded, proc.Base())
	}
	return s
}

// take counts a chain of this shape.
func (s *shape) take(c *corpus.Chain) {
	s.count += c.Count
	if s.attack = s.attack && c.Attack; c.Attack && !slices.Contains(s.tags, c.Tag) {
		s.tags = append(s.tags, c.Tag)
	}
}

// ownRarity sets each row's edge: the greatest -P(child given parent) along it,
// counted in paths over the rows themselves.
func ownRarity(rows []row) {
	edges, under := map[edge]float64{}, map[string]float64{}
	for _, r := range rows {
		for i := 1; i < len(r.names); i++ {
			edges[edge{r.names[i-1], r.names[i]}] += float64(r.count)
			under[r.names[i-1]] += float64(r.count)
		}
	}
	for k := range rows {
		r := &rows[k]
		r.edge = -1
		for i := 1; i < len(r.names); i++ {
			r.edge = max(r.edge, -edges[edge{r.names[i-1], r.names[i]}]/under[r.names[i-1]])
		}
	}
}

// Evaluate judges the model on files, host by host and view by view. Hosts
// without attacks are judged for their alerts only.
func (m *Model) Evaluate(files []*corpus.File) *Metrics { return m.Compare(files, nil) }

// Compare is [Model.Evaluate] with the published classifier on the same rows,
// read as it reads them: file names as recorded, leaf first.
func (m *Model) Compare(files []*corpus.File, plain *Plain) *Metrics {
	return m.compare(m.groups(files, plain), plain != nil)
}

// group is the rows of one host in one view.
type group struct {
	file *corpus.File
	rows []row
}

// groups scores the rows of each file by every ranker.
func (m *Model) groups(files []*corpus.File, plain *Plain) []group {
	out := make([]group, len(files))
	for i, f := range files {
		out[i] = group{f, m.rows(f)}
		if plain != nil {
			plain.score(out[i].rows)
		}
	}
	return out
}

// compare judges each group by every ranker; the published classifier only if it
// scored the rows.
func (m *Model) compare(groups []group, plain bool) *Metrics {
	out := &Metrics{}
	for _, g := range groups {
		f, rows := g.file, g.rows
		h := HostMetrics{Host: f.Host, View: f.View, Rows: len(rows)}
		shown, all := map[string]bool{}, map[string]bool{}
		for _, r := range rows {
			if r.attack {
				h.Attacks++
			}
			for _, t := range r.tags {
				all[t] = true
				if r.attack {
					shown[t] = true
				}
			}
		}
		h.Incidents, h.Hidden = len(shown), len(all)-len(shown)
		h.Oddkin = judge(rows, func(r *row) float64 { return r.standing })
		h.Oddkin.Alerts = alerts(rows)
		h.Network = judge(rows, func(r *row) float64 { return r.network })
		h.Rarity = judge(rows, func(r *row) float64 { return r.rarity })
		if m.system(f.OS).next != nil {
			j := judge(rows, func(r *row) float64 { return r.next })
			h.Next = &j
		}
		h.RarestEdge = judge(rows, func(r *row) float64 { return r.edge })
		if plain {
			j := judge(rows, func(r *row) float64 { return r.plain })
			h.Plain = &j
		}
		out.Hosts = append(out.Hosts, h)
	}
	return out
}

func alerts(rows []row) (share [2]float64) {
	var all [2]float64
	for i := range rows {
		side := 0
		if rows[i].attack {
			side = 1
		}
		all[side]++
		if score(rows[i].standing) >= Threshold {
			share[side]++
		}
	}
	for i := range share {
		share[i] /= max(all[i], 1)
	}
	return share
}

// judge measures the order that score gives, highest first.
func judge(rows []row, score func(*row) float64) Judgement {
	order := make([]*row, len(rows))
	attacks := 0
	for i := range rows {
		order[i] = &rows[i]
		if rows[i].attack {
			attacks++
		}
	}
	slices.SortFunc(order, func(a, b *row) int {
		return cmp.Or(cmp.Compare(score(b), score(a)), cmp.Compare(label(a.attack), label(b.attack)), slices.Compare(a.names, b.names))
	})
	j := Judgement{AUC: area(order, score)}
	if attacks == 0 {
		return j
	}
	normals := len(rows) - attacks
	found, normal := 0, 0
	met := map[string]bool{}
	for i, r := range order {
		if !r.attack {
			normal++
			continue
		}
		found++
		j.AveragePrecision += float64(found) / float64(i+1) / float64(attacks)
		for k, share := range [...]float64{0.01, 0.001} {
			if float64(normal) <= share*float64(normals) {
				j.Recall[k] = float64(found) / float64(attacks)
			}
		}
		for k, n := range [...]int{10, 20, 50} {
			if i < n {
				j.Precision[k] = float64(found) / float64(min(n, len(rows)))
			}
		}
		for _, t := range r.tags {
			if !met[t] {
				met[t] = true
				j.Effort = append(j.Effort, i+1)
				if i < 20 {
					j.First20++
				}
			}
		}
	}
	return j
}

// area is the probability that an attack scores above a normal shape.
func area(order []*row, score func(*row) float64) float64 {
	var wins, pairs, normalBelow float64
	for hi := len(order); hi > 0; {
		lo := hi
		var normal, attack float64
		for lo > 0 && score(order[lo-1]) == score(order[hi-1]) {
			lo--
			if order[lo].attack {
				attack++
			} else {
				normal++
			}
		}
		wins += attack * (normalBelow + normal/2)
		pairs += attack
		normalBelow += normal
		hi = lo
	}
	if pairs == 0 || normalBelow == 0 {
		return 0.5
	}
	return wins / (pairs * normalBelow)
}
