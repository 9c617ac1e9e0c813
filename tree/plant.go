package tree

import (
	"slices"

	"oddkin/tree/internal/column"
)

// assemble lists the nodes of one boot in the order of their start.
func (s *segment) assemble() []*Node {
	count := len(s.unseen)
	for i := range s.recs {
		if r := &s.recs[i]; r.kind() == kindExec && s.starts[r.arg()].node != nil {
			count++
		}
	}
	all := append(column.Make[*Node](s.store.scratch, count)[:0], s.unseen...)
	for i := range s.recs {
		if r := &s.recs[i]; r.kind() == kindExec && s.starts[r.arg()].node != nil {
			all = append(all, s.starts[r.arg()].node)
		}
	}
	slices.SortStableFunc(all, func(a, b *Node) int {
		if a.ID != b.ID {
			return int(a.ID - b.ID)
		}
		return int(b.Standing) - int(a.Standing) // a parent named by a record comes before the record's own node
	})
	at := s.origin(&origin{store: s.store, host: s.name, boot: s.boot, failed: s.failed, rests: s.rests})
	for _, n := range all {
		n.of = at
	}
	return all
}

// plant hangs the nodes, which are ordered by host, boot and time, under their
// parents, cuts circles, and numbers them in the order of [Forest.Nodes].
func (f *Forest) plant(all []*Node, memory *column.Space) {
	for i, n := range all {
		n.ID = int32(i)
	}
	f.cutCycles(all, memory)
	for _, n := range all {
		f.Counts.Links[n.Link.Kind]++
		f.Counts.Standings[n.Standing]++
		if n.Parent != nil && n.ID < n.Parent.ID && n.start != untimed {
			f.Counts.Skewed++
		}
	}
	f.hang(all)
	id := int32(0)
	for n := range f.Nodes() {
		n.ID = id
		n.setEntry()
		n.setInside()
		if n.Entry == EntryContainer && n.entersContainer() {
			f.boundary(n)
		} else if n.entersNamespace() {
			f.Boundaries = append(f.Boundaries, Boundary{Node: n, Rule: ruleNamespace})
		}
		id++
	}
}

// hang puts every node behind its elder siblings; all has them in order.
func (f *Forest) hang(all []*Node) {
	f.count = len(all)
	for _, n := range slices.Backward(all) {
		if n.Parent == nil {
			f.Roots = append(f.Roots, n)
			continue
		}
		n.next, n.Parent.child = n.Parent.child, n
	}
	slices.Reverse(f.Roots)
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
