package tree

import (
	"cmp"
	"iter"
	"slices"
	"sort"
	"sync/atomic"

	"oddkin/tree/internal/column"
)

// assemble lists the nodes of one boot in the order of their start.
func (s *segment) assemble() []*Node {
	slices.SortStableFunc(s.unseen, compareBegin)
	counts := make([]int, pieces(len(s.recs)))
	inPieces(len(s.recs), func(i, from, to int) {
		for range s.started(from, to) {
			counts[i]++
		}
		counts[i] += len(s.unseenIn(from, to))
	})
	begins, count := make([]int, len(counts)), 0
	for i, n := range counts {
		begins[i] = count
		count += n
	}
	all := column.Make[*Node](s.store.scratch, count)
	at := s.origin(&origin{store: s.store, host: s.name, boot: s.boot, failed: s.failed, rests: s.rests})
	inPieces(len(s.recs), func(i, from, to int) {
		list, rest := all[begins[i]:begins[i]], s.unseenIn(from, to)
		for n := range s.started(from, to) {
			for len(rest) > 0 && compareBegin(rest[0], n) <= 0 {
				list, rest = append(list, rest[0]), rest[1:]
			}
			list = append(list, n)
		}
		for _, n := range append(list, rest...) {
			n.of = at
		}
	})
	return all
}

// started yields the nodes of the starts among some records.
func (s *segment) started(from, to int) iter.Seq[*Node] {
	return func(yield func(*Node) bool) {
		for i := from; i < to; i++ {
			if r := &s.recs[i]; r.kind() == kindExec {
				if n := s.starts[r.arg()].node; n != nil && !yield(n) {
					return
				}
			}
		}
	}
}

// unseenIn are the nodes that rest on no start and begin with one of those records.
func (s *segment) unseenIn(from, to int) []*Node {
	before := func(rec int) int {
		return sort.Search(len(s.unseen), func(i int) bool { return int(s.unseen[i].ID) >= rec })
	}
	return s.unseen[before(from):before(to)]
}

// compareBegin orders nodes by the records with which they begin. A parent named by a record comes before the
// record's own node.
func compareBegin(a, b *Node) int {
	return cmp.Or(cmp.Compare(a.ID, b.ID), cmp.Compare(b.Standing, a.Standing))
}

// plant hangs the nodes, which are ordered by host, boot and time, under their
// parents, cuts circles, and numbers them in the order of [Forest.Nodes].
func (f *Forest) plant(all []*Node, memory *column.Space) {
	inPieces(len(all), func(_, from, to int) {
		for i := from; i < to; i++ {
			all[i].ID = int32(i)
		}
	})
	if mayHaveCycles(all) {
		f.cutCycles(all, memory)
	}
	f.hang(all)
	id, ids := int32(0), containerIDs{}
	for n := range f.Nodes() {
		n.ID = id
		n.setEntry()
		n.setInside()
		if n.Entry == EntryContainer && n.entersContainer() {
			f.boundary(n, ids)
		} else if n.entersNamespace() {
			f.Boundaries = append(f.Boundaries, Boundary{Node: n, Rule: ruleNamespace})
		}
		id++
	}
}

// hang counts every node and puts it behind its elder siblings; all has them in order.
func (f *Forest) hang(all []*Node) {
	f.count = len(all)
	for _, n := range slices.Backward(all) {
		f.Counts.Links[n.Link.Kind]++
		f.Counts.Standings[n.Standing]++
		if n.Parent == nil {
			f.Roots = append(f.Roots, n)
			continue
		}
		if n.ID < n.Parent.ID && n.start != untimed {
			f.Counts.Skewed++
		}
		n.next, n.Parent.child = n.Parent.child, n
	}
	slices.Reverse(f.Roots)
}

// mayHaveCycles reports whether a node comes before its parent: in each circle one does.
func mayHaveCycles(all []*Node) bool {
	var found atomic.Bool
	inPieces(len(all), func(_, from, to int) {
		for _, n := range all[from:to] {
			if n.Parent != nil && n.Parent.ID >= n.ID {
				found.Store(true)
				return
			}
		}
	})
	return found.Load()
}

// cutCycles makes the earliest node of each circle an orphan. A circle can only
// come from evidence that contradicts itself. It takes what it needs from memory.
func (f *Forest) cutCycles(all []*Node, memory *column.Space) {
	found := findings{warnings: f.Warnings}
	defer func() { f.Warnings = found.warnings }()
	visit := column.Make[int32](memory, len(all)) // in which walk a node was met; 0 never
	for i, n := range all {
		walk := int32(i + 1)
		for n != nil && visit[n.ID] == 0 {
			visit[n.ID] = walk
			n = n.Parent
		}
		if n == nil || visit[n.ID] != walk {
			continue
		}
		first := n
		for m := n.Parent; m != n; m = m.Parent {
			if m.ID < first.ID {
				first = m
			}
		}
		f.Counts.Cycles++
		found.warn(first.Source(), reasonCycle.String())
		first.Parent, first.same = nil, false
		first.Link = Link{Kind: Orphan, Rule: reasonCycle}
	}
}
