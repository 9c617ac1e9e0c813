package report

import "oddkin/tree"

// heritage is what a process has from those above it: how its lineage began, which container it
// is in, and the name of the chain. It is carried from parent to child, so that it costs
// the same however deep a lineage is.
type heritage struct {
	forest   *tree.Forest
	leader   *tree.Node
	inside   *tree.Boundary
	boundary *tree.Boundary // set if the node itself is one
	lineage  tree.Lineage
}

// below is the heritage of n, a child of the node that has h, or a root if h is of a forest.
func (h heritage) below(n *tree.Node) heritage {
	if n.Leads {
		h.leader = n
	}
	if h.boundary = h.forest.Boundary(n); h.boundary != nil {
		h.inside = h.boundary
	}
	h.lineage = h.lineage.Then(n.Program())
	return h
}

// process takes over what a node says of its process, and what its place in the forest says.
func (h heritage) process(n *tree.Node) Process {
	p := newProcess(n)
	p.Leads = n.Leads
	p.Lineage = h.lineage.String()
	if p.Container == "" && h.inside != nil {
		p.Container = text(h.inside.ID)
	}
	if b := h.boundary; b != nil {
		p.Boundary = &Boundary{ID: text(b.ID), Runtime: text(b.Runtime), Rule: b.Rule}
	}
	if l := h.forest.LogicalParent(n); l != nil {
		up := l.Parent.Proc()
		p.Logical = &Logical{
			ID: l.Parent.ID, Name: text(up.Base()), Image: text(up.Image), PID: up.PID, CommandLine: text(up.Command()),
			Start: started(l.Parent), Rule: l.Rule, Confidence: l.Confidence, Source: source(l.Parent.Source()),
		}
	}
	return p
}
