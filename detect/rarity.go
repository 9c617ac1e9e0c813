package detect

import (
	"cmp"
	"maps"
	"math"
	"slices"

	"oddkin/detect/names"
)

// edge is a program under another.
type edge struct{ parent, child string }

// counts is how often programs ran under which.
type counts map[edge]uint64

// statistics tells, over normal life, which program ran under which: an opinion for the
// reader beside the score, which no network can talk out of a fact.
//
// Each distinct chain counts once, so a loop that runs a thousand times weighs no
// more than a chain. It stands as a few long arrays, which a model's file has as such and which are made at
// every start, and is not written to after it was made.
type statistics struct {
	names []string // in ascending order; an id is an index
	edges edges
	under kindCounts // what programs of a kind did under each parent

	out, program []float64                         // of a parent all its edges, of a child likewise
	kind         [names.Kinds][names.Kinds]float64 // parent's, then child's
	kindOut      [names.Kinds]float64
	ofKind       [names.Kinds]float64
	programs     [names.Kinds]float64 // distinct programs of a kind
}

// edges are those of all parents, one parent's after the other's.
type edges struct {
	end      []int32 // of each parent's
	children []int32 // ids, of one parent in ascending order
	counts   []uint64
}

// of are the places of a parent's edges.
func (e *edges) of(parent int) (first, end int) { return span(e.end, parent) }

// add adds an edge of the last parent, and done says that it has no more.
func (e *edges) add(child int, count uint64) {
	e.children, e.counts = append(e.children, int32(child)), append(e.counts, count)
}

func (e *edges) done() { e.end = append(e.end, int32(len(e.children))) }

// kindCounts are of all parents how often each kind ran under them, likewise.
type kindCounts struct {
	end    []int32
	kinds  []names.Kind
	counts []float64
}

// span is where the i-th of several lists lies that stand one after the other.
func span(ends []int32, i int) (first, end int) {
	if i > 0 {
		first = int(ends[i-1])
	}
	return first, int(ends[i])
}

// statistics is what they tell.
func (c counts) statistics() *statistics {
	seen := map[string]bool{}
	for e := range c {
		seen[e.parent], seen[e.child] = true, true
	}
	list := slices.AppendSeq(make([]string, 0, len(seen)), maps.Keys(seen))
	slices.Sort(list)
	at := make(map[string]int, len(list))
	for i, name := range list {
		at[name] = i
	}
	type child struct {
		id    int
		count uint64
	}
	children := make([][]child, len(list))
	for e, n := range c {
		p := at[e.parent]
		children[p] = append(children[p], child{at[e.child], n})
	}
	all := edges{make([]int32, 0, len(list)), make([]int32, 0, len(c)), make([]uint64, 0, len(c))}
	for _, of := range children {
		slices.SortFunc(of, func(a, b child) int { return cmp.Compare(a.id, b.id) })
		for _, c := range of {
			all.add(c.id, c.count)
		}
		all.done()
	}
	return newStatistics(list, all)
}

// newStatistics is that of names in ascending order and the edges of each. The
// counts are sums of small integers, so no order of adding changes them.
func newStatistics(list []string, all edges) *statistics {
	n := len(list)
	s := &statistics{names: list, edges: all, out: make([]float64, n), program: make([]float64, n)}
	s.under = kindCounts{make([]int32, 0, n), make([]names.Kind, 0, len(all.children)), make([]float64, 0, len(all.children))}
	kinds := make([]names.Kind, n)
	for i, name := range list {
		kinds[i] = names.KindOf(name)
	}
	for p := range list {
		var sums [names.Kinds]float64
		first, end := all.of(p)
		for i := first; i < end; i++ {
			c, count := all.children[i], float64(all.counts[i])
			sums[kinds[c]] += count
			s.program[c] += count
		}
		if first < end {
			s.addKinds(p, kinds[p], &sums)
		}
		s.under.end = append(s.under.end, int32(len(s.under.kinds)))
	}
	for i, n := range s.program {
		if n > 0 {
			s.programs[kinds[i]]++
		}
	}
	return s
}

// addKinds adds what ran under a parent by kind.
func (s *statistics) addKinds(parent int, kind names.Kind, sums *[names.Kinds]float64) {
	for k, n := range sums {
		if n > 0 {
			s.under.kinds, s.under.counts = append(s.under.kinds, names.Kind(k)), append(s.under.counts, n)
			s.out[parent] += n
			s.kind[kind][k] += n
			s.kindOut[kind] += n
			s.ofKind[k] += n
		}
	}
}

// id is the index of a name, or -1 if it was never seen.
func (s *statistics) id(name string) int {
	if i, ok := slices.BinarySearch(s.names, name); ok {
		return i
	}
	return -1
}

// each calls f for every edge, by parent and child in ascending order.
func (s *statistics) each(f func(e edge, n uint64)) {
	for p, parent := range s.names {
		for i, end := s.edges.of(p); i < end; i++ {
			f(edge{parent, s.names[s.edges.children[i]]}, s.edges.counts[i])
		}
	}
}

// addTo adds all edges to c.
func (s *statistics) addTo(c counts) {
	s.each(func(e edge, n uint64) { c[e] += n })
}

// seen is what was counted of one pair of programs.
type seen struct {
	edge, under, out, program float64 // the pair, the child's kind under the parent, all under the parent, the child
	parent, child             names.Kind
}

func (s *statistics) seen(parent, child string) seen {
	e := seen{parent: names.KindOf(parent), child: names.KindOf(child)}
	p, c := s.id(parent), s.id(child)
	if c >= 0 {
		e.program = s.program[c]
	}
	if p < 0 {
		return e
	}
	e.out = s.out[p]
	e.edge = s.edges.count(p, c)
	for i, end := span(s.under.end, p); i < end; i++ {
		if s.under.kinds[i] == e.child {
			e.under = s.under.counts[i]
		}
	}
	return e
}

// count is how often child ran under parent.
func (e *edges) count(parent, child int) float64 {
	first, end := e.of(parent)
	i, ok := slices.BinarySearch(e.children[first:end], int32(child))
	if !ok {
		return 0
	}
	return float64(e.counts[first+i])
}

// prior is the weight of the coarser estimate.
const prior = 4

// probability estimates how often child is what runs when parent starts
// something. Where the pair was not seen it falls back, step by step, to the kind
// of the child under that parent and to the two kinds (absolute counts smoothed
// with their coarser estimate as a Dirichlet prior; MacKay and Peto, 1995).
func (s *statistics) probability(e seen) float64 {
	byKind := s.kindProbability(e)
	share := (e.program + 0.5) / (s.ofKind[e.child] + 0.5*(s.programs[e.child]+1))
	return (e.edge + prior*byKind*share) / (e.out + prior)
}

// kindProbability is probability without telling programs of a kind apart: high
// for any small tool under a shell, low for a shell under a document reader.
func (s *statistics) kindProbability(e seen) float64 {
	byKinds := (s.kind[e.parent][e.child] + 0.5) / (s.kindOut[e.parent] + 0.5*float64(names.Kinds))
	return (e.under + prior*byKinds) / (e.out + prior)
}

// mostSurprise bounds what one edge can say, in bits. What was met in none of
// some ten thousand chains is as strange as counting can tell.
const mostSurprise = 12

// surprise is the edge's in bits: the mean of what the program and, twice, what
// its kind says, so that one of many tools under a shell does not pass for a
// rarity.
func (s *statistics) surprise(parent, child string) float64 {
	e := s.seen(parent, child)
	bits := -(math.Log2(s.probability(e)) + 2*math.Log2(s.kindProbability(e))) / 3
	return min(bits, mostSurprise)
}

// edgeBits remembers surprises: long chains beside each other go over the same edges
// again and again. Not for use by several goroutines.
type edgeBits struct {
	*statistics
	known map[edge]float64
}

// maxEdgeBits bounds what is remembered; then remembering starts afresh.
const maxEdgeBits = 1 << 18

func (s *statistics) remembering() *edgeBits { return &edgeBits{s, map[edge]float64{}} }

// rarest is the greatest surprise along hops; 0 where there is no edge.
func (m *edgeBits) rarest(hops []hop) (bits float64) {
	for i := 1; i < len(hops); i++ {
		bits = max(bits, m.of(edge{hops[i-1].name, hops[i].name}))
	}
	return bits
}

// of is the surprise of an edge.
func (m *edgeBits) of(e edge) float64 {
	b, ok := m.known[e]
	if !ok {
		if len(m.known) >= maxEdgeBits {
			clear(m.known)
		}
		b = m.surprise(e.parent, e.child)
		m.known[e] = b
	}
	return b
}
