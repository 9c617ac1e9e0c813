package tree

import (
	"cmp"
	"math"
	"math/bits"
	"slices"
	"sort"

	"oddkin/tree/internal/column"
)

// startIndex finds the starts of a program, by its name, in an audit session.
type startIndex struct {
	*segment
	// order lists the starts of one bucket after the other, in order of time; ends is where each bucket ends.
	// The number of buckets is a power of two.
	order []int32
	ends  []uint32
	// sorted tells of which buckets the starts of one name and session stand together: those that were asked for.
	sorted map[uint32]bool
}

// startsOf lists the starts of programs called as prog in a session, in order.
func (g *guesser) startsOf(prog *Program, session text) []int32 {
	if g.programs == nil {
		g.programs = newStartIndex(g.segment)
	}
	return g.programs.of(prog, session)
}

func newStartIndex(s *segment) *startIndex {
	const perBucket = 4
	x := &startIndex{segment: s, sorted: map[uint32]bool{}}
	starts := min(len(s.starts), len(s.recs)) // at most: the host's are of all its boots
	x.ends = column.Make[uint32](s.scratch, 1<<bits.Len(uint(starts/perBucket)))
	const none = math.MaxUint32
	buckets := column.Make[uint32](s.scratch, len(s.recs)) // of the records
	inPieces(len(s.recs), func(_, from, to int) {
		for i := from; i < to; i++ {
			buckets[i] = none
			if n := x.node(i); n != nil {
				buckets[i] = x.bucket(n.prog, n.session)
			}
		}
	})
	for _, b := range buckets {
		if b != none {
			x.ends[b]++
		}
	}
	total := uint32(0)
	for i, n := range x.ends { // from sizes to beginnings, which move to the ends
		x.ends[i] = total
		total += n
	}
	x.order = column.Make[int32](s.scratch, int(total))
	for i, b := range buckets {
		if b != none {
			x.order[x.ends[b]] = s.recs[i].arg()
			x.ends[b]++
		}
	}
	column.Drop(s.scratch, buckets)
	return x
}

// node is that of the start of record i, if it is of one.
func (x *startIndex) node(i int) *Node {
	if r := &x.recs[i]; r.kind() == kindExec {
		return x.starts[r.arg()].node
	}
	return nil
}

// bucket mixes a name and a session.
func (x *startIndex) bucket(prog *Program, session text) uint32 {
	h := (uint64(prog.named)<<32 | uint64(session)) * 0x9e3779b97f4a7c15 // Fibonacci hashing
	return uint32(h>>32) & uint32(len(x.ends)-1)
}

// in lists the starts of a bucket.
func (x *startIndex) in(bucket uint32) []int32 {
	from := uint32(0)
	if bucket > 0 {
		from = x.ends[bucket-1]
	}
	return x.order[from:x.ends[bucket]]
}

func (x *startIndex) of(prog *Program, session text) []int32 {
	bucket := x.bucket(prog, session)
	all := x.in(bucket)
	if !x.sorted[bucket] {
		slices.SortStableFunc(all, func(i, j int32) int {
			m := x.starts[j].node
			return x.starts[i].node.compareCalled(m.prog, m.session)
		})
		x.sorted[bucket] = true
	}
	from := sort.Search(len(all), func(i int) bool { return x.starts[all[i]].node.compareCalled(prog, session) >= 0 })
	to := sort.Search(len(all), func(i int) bool { return x.starts[all[i]].node.compareCalled(prog, session) > 0 })
	return all[from:to]
}

// compareCalled orders nodes by the name of the program and the session.
func (n *Node) compareCalled(prog *Program, session text) int {
	return cmp.Or(cmp.Compare(n.prog.named, prog.named), cmp.Compare(n.session, session))
}
