package tree

import (
	"strings"

	"oddkin/parsers/event"
)

// placeholder stands for a process of which the evidence has no start.
func (r *resolver) placeholder(p *proc) *Node {
	since := &r.recs[p.since]
	var n *Node
	if p.sight >= 0 {
		n = r.seenNode(r.seenAt(p.sight), p.sight)
		n.Start = r.clock(since.at)
	} else {
		n = &Node{Standing: Named, Stated: &event.Ref{}, Start: r.clock(since.at)}
		n.Source, n.Proc.OS = r.nameSource(since)
	}
	n.ID = p.since
	n.Proc.PID, n.Proc.GUID = p.pid, p.guid
	n.Link = Link{Kind: Orphan, Rule: reasonBeforeLog}
	n.describe(p.said)
	r.known(n)
	p.base, p.state, p.link = n, resolved, Link{}
	r.unseen = append(r.unseen, n)
	return n
}

// describe fills in what a child's record says of its parent.
func (n *Node) describe(said *event.Ref) {
	if said == nil {
		return
	}
	fill(&n.Proc.Image, said.Image)
	fill(&n.Proc.Name, said.Name)
	fill(&n.Proc.CommandLine, said.CommandLine)
	fill(&n.Proc.User, said.User)
}

func fill(dst *string, v string) {
	if *dst == "" {
		*dst = v
	}
}

// known names the processes that every system has: their numbers are fixed by
// the kernel (Linux init/main.c starts init as 1 and kthreadd as 2; the Windows
// System process is 4).
func (r *resolver) known(n *Node) {
	switch {
	case n.Proc.OS == event.Windows && n.Proc.PID == 4:
		fill(&n.Proc.Name, "System")
		n.Link = Link{Kind: Root}
	case n.Proc.OS == event.Linux && n.Proc.PID == 1:
		if n.Proc.Image == "" {
			fill(&n.Proc.Name, r.initName())
		}
		n.Link = Link{Kind: Root}
	case n.Proc.OS == event.Linux && n.Proc.PID == 2:
		fill(&n.Proc.Name, "kthreadd")
		n.Link = Link{Kind: Root}
	}
}

// initName is systemd if the host runs any of systemd's own programs.
func (r *resolver) initName() string {
	for i := range r.starts {
		if n := r.starts[i].node; n != nil && strings.Contains(n.Proc.Image, "/systemd/") {
			return "systemd"
		}
	}
	return "init"
}

// nameSource is the record that first named a process, and its system.
func (r *resolver) nameSource(rec *record) (event.Source, event.OS) {
	os := event.Linux
	switch rec.kind {
	case kindExec:
		os = r.starts[rec.arg].node.Proc.OS
	case kindSight:
		os = r.seen[r.sights[rec.arg].what].proc.OS
	}
	return r.recordSource(rec), os
}

// seenNode makes the node of a process that was seen alive.
func (s *segment) seenNode(what *seen, at int32) *Node {
	rec := &s.recs[at]
	n := &Node{Proc: what.proc, Start: s.clock(rec.at), Standing: Seen}
	n.ID = at
	n.Proc.PID = rec.pid
	stated := what.parent
	stated.PID = rec.ppid
	n.Stated = &stated
	n.Source = s.sourceOf(s.sights[rec.arg].src, rec.serial)
	return n
}
