package tree

import (
	"cmp"
	"slices"
)

// assemble lists the nodes of one boot in the order of their start.
func (s *segment) assemble(f *Forest) []placed {
	all := s.unseen
	for i := range s.recs {
		r := &s.recs[i]
		if r.kind == kindExec && s.starts[r.arg].node != nil {
			all = append(all, placed{s.starts[r.arg].node, r.at, r.serial})
		}
	}
	slices.SortStableFunc(all, func(a, b placed) int {
		return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.serial, b.serial), cmp.Compare(b.node.Standing, a.node.Standing))
	})
	for _, p := range all {
		p.node.Host, p.node.Boot = s.name, s.boot
	}
	return all
}

// plant hangs the nodes under their parents, cuts circles, and numbers the
// nodes in the order of [Forest.Nodes].
func (f *Forest) plant(all []placed) {
	for i := range all {
		all[i].node.ID = int32(i)
	}
	f.cutCycles(all)
	sizes := make([]int32, len(all))
	children := 0
	for _, p := range all {
		if p.node.Parent != nil {
			sizes[p.node.Parent.ID]++
			children++
		}
	}
	arena := make([]*Node, children)
	for i, p := range all {
		if n := sizes[i]; n > 0 {
			p.node.Children, arena = arena[:0:n], arena[n:]
		}
	}
	for _, p := range all {
		n := p.node
		f.Counts.Links[n.Link.Kind]++
		f.Counts.Standings[n.Standing]++
		if n.Parent == nil {
			f.Roots = append(f.Roots, n)
			continue
		}
		if p.at < all[n.Parent.ID].at && all[n.Parent.ID].at != untimed {
			f.Counts.Skewed++
		}
		n.Parent.Children = append(n.Parent.Children, n)
	}
	id := int32(0)
	for n := range f.Nodes() {
		n.ID = id
		n.setEntry()
		id++
	}
}

// cutCycles makes the earliest node of each circle an orphan. A circle can only
// come from evidence that contradicts itself.
func (f *Forest) cutCycles(all []placed) {
	visit := make([]int32, len(all)) // in which walk a node was met; 0 never
	for i := range all {
		walk := int32(i + 1)
		n := all[i].node
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
		f.warn(first.Source, reasonCycle)
		first.Parent, first.PreviousSelf = nil, nil
		first.Link = Link{Kind: Orphan, Rule: reasonCycle}
	}
}
