package detect

import (
	"cmp"
	"math"
	"slices"

	"oddkin/detect/names"
)

// statistics counts, over normal life, which program ran under which: an opinion for the
// reader beside the score, which no network can talk out of a fact.
//
// Each distinct chain counts once, so a loop that runs a thousand times weighs no
// more than a chain.
type statistics struct {
	edges    map[edge]float64
	out      map[string]float64                // of a parent, all its edges
	kind     [names.Kinds][names.Kinds]float64 // parent's, then child's
	kindOut  [names.Kinds]float64
	under    map[parentKind]float64
	program  map[string]float64 // how often a program is a child
	ofKind   [names.Kinds]float64
	programs [names.Kinds]float64 // distinct programs of a kind
}

type edge struct{ parent, child string }

type parentKind struct {
	parent string
	child  names.Kind
}

func newStatistics() *statistics {
	return &statistics{
		edges: map[edge]float64{}, out: map[string]float64{},
		under: map[parentKind]float64{}, program: map[string]float64{},
	}
}

// statisticsOf counts edges that are told as a file has them: parent and child by index into
// list, and how often. All are in range. It is [statistics.add] for each, at less cost.
func statisticsOf(list []string, edges [][3]int) *statistics {
	s := newStatistics()
	s.edges = make(map[edge]float64, len(edges))
	kinds, program := make([]names.Kind, len(list)), make([]float64, len(list))
	for i, name := range list {
		kinds[i] = names.KindOf(name)
	}
	for len(edges) > 0 {
		parent, under := edges[0][0], [names.Kinds]float64{}
		kp := kinds[parent]
		for ; len(edges) > 0 && edges[0][0] == parent; edges = edges[1:] { // they are sorted by it
			child, n := edges[0][1], float64(edges[0][2])
			s.edges[edge{list[parent], list[child]}] += n
			under[kinds[child]] += n
			program[child] += n
		}
		for kc, n := range under {
			if n > 0 {
				s.under[parentKind{list[parent], names.Kind(kc)}] += n
				s.kind[kp][kc] += n
				s.out[list[parent]] += n
				s.kindOut[kp] += n
				s.ofKind[kc] += n
			}
		}
	}
	for i, n := range program {
		if n > 0 {
			if s.program[list[i]] == 0 {
				s.programs[kinds[i]]++
			}
			s.program[list[i]] += n
		}
	}
	return s
}

// add counts an edge n times. The counts are sums of small integers, so no order
// of adding changes them.
func (s *statistics) add(e edge, n float64) {
	kp, kc := names.KindOf(e.parent), names.KindOf(e.child)
	s.edges[e] += n
	s.out[e.parent] += n
	s.kind[kp][kc] += n
	s.kindOut[kp] += n
	s.under[parentKind{e.parent, kc}] += n
	if s.program[e.child] == 0 {
		s.programs[kc]++
	}
	s.program[e.child] += n
	s.ofKind[kc] += n
}

// probability estimates how often child is what runs when parent starts
// something. Where the pair was not seen it falls back, step by step, to the kind
// of the child under that parent and to the two kinds (absolute counts smoothed
// with their coarser estimate as a Dirichlet prior; MacKay and Peto, 1995).
func (s *statistics) probability(parent, child string) float64 {
	const prior = 4
	kp, kc := names.KindOf(parent), names.KindOf(child)
	byKinds := (s.kind[kp][kc] + 0.5) / (s.kindOut[kp] + 0.5*float64(names.Kinds))
	byKind := (s.under[parentKind{parent, kc}] + prior*byKinds) / (s.out[parent] + prior)
	share := (s.program[child] + 0.5) / (s.ofKind[kc] + 0.5*(s.programs[kc]+1))
	return (s.edges[edge{parent, child}] + prior*byKind*share) / (s.out[parent] + prior)
}

// kindProbability is probability without telling programs of a kind apart: high
// for any small tool under a shell, low for a shell under a document reader.
func (s *statistics) kindProbability(parent, child string) float64 {
	const prior = 4
	kp, kc := names.KindOf(parent), names.KindOf(child)
	byKinds := (s.kind[kp][kc] + 0.5) / (s.kindOut[kp] + 0.5*float64(names.Kinds))
	return (s.under[parentKind{parent, kc}] + prior*byKinds) / (s.out[parent] + prior)
}

// mostSurprise bounds what one edge can say, in bits. What was met in none of
// some ten thousand chains is as strange as counting can tell.
const mostSurprise = 12

// surprise is the edge's in bits: the mean of what the program and, twice, what
// its kind says, so that one of many tools under a shell does not pass for a
// rarity.
func (s *statistics) surprise(parent, child string) float64 {
	bits := -(math.Log2(s.probability(parent, child)) + 2*math.Log2(s.kindProbability(parent, child))) / 3
	return min(bits, mostSurprise)
}

// sorted lists the edges with their counts in a fixed order.
func (s *statistics) sorted() []edge {
	out := make([]edge, 0, len(s.edges))
	for e := range s.edges {
		out = append(out, e)
	}
	slices.SortFunc(out, func(a, b edge) int {
		return cmp.Or(cmp.Compare(a.parent, b.parent), cmp.Compare(a.child, b.child))
	})
	return out
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
