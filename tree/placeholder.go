package tree

import "oddkin/parsers/event"

// placeholder stands for a process of which the evidence has no start.
func (r *resolver) placeholder(p *proc) *Node {
	since := &r.recs[p.since]
	var n *Node
	if p.sight >= 0 {
		n = r.seenNode(r.seenAt(p.sight), p.sight)
	} else {
		n = r.newNode()
		n.Standing = Named
		n.prog = r.program(&event.Proc{OS: r.systemOf(since)})
		n.position, n.serial = r.position(r.recordSource(since)), since.serial
	}
	n.start = r.clock(since.at)
	n.ID = p.since
	n.PID, n.guid = p.pid, p.guid
	n.Link = Link{Kind: Orphan, Rule: reasonBeforeLog}
	r.describe(n, p.said)
	r.known(n)
	p.base, p.state, p.link = n, resolved, Link{}
	r.unseen = append(r.unseen, n)
	return n
}

// describe fills in what a child's record says of its parent.
func (r *resolver) describe(n *Node, who refID) {
	if who == 0 {
		return
	}
	said := r.refs.of(who)
	n.prog = r.filled(n.prog, &Program{Image: r.texts.of(said.image), Name: r.texts.of(said.name)})
	fill(&n.line, said.line)
	both := *n.setting
	fill(&both.user, said.user)
	n.setting = r.setting(both)
}

// known names the processes that every system has: their numbers are fixed by
// the kernel (Linux init/main.c starts init as 1 and kthreadd as 2; the Windows
// System process is 4).
func (r *resolver) known(n *Node) {
	name := ""
	switch {
	case n.prog.OS == event.Windows && n.PID == 4:
		name = "System"
	case n.prog.OS == event.Linux && n.PID == 1:
		if n.prog.Image == "" {
			name = r.init
		}
	case n.prog.OS == event.Linux && n.PID == 2:
		name = "kthreadd"
	default:
		return
	}
	n.prog = r.filled(n.prog, &Program{Name: name})
	n.Link = Link{Kind: Root}
}

// initName is systemd if the host runs any of systemd's own programs.
func (h *host) initName() string {
	if !h.hasSystemd() {
		return "init"
	}
	for i := range h.starts {
		if n := h.starts[i].node; n != nil && n.prog.ofSystemd {
			return "systemd"
		}
	}
	return "init"
}

// systemOf is the system of the record that first named a process.
func (r *resolver) systemOf(rec *record) event.OS {
	switch rec.kind() {
	case kindExec:
		return r.starts[rec.arg()].node.prog.OS
	case kindSight:
		return r.seen[r.sights[rec.arg()].what].prog.OS
	}
	return event.Linux
}

// seenNode makes the node of a process that was seen alive.
func (s *segment) seenNode(what *self, at int32) *Node {
	rec := &s.recs[at]
	n := s.newNode()
	n.self, n.Standing = *what, Seen
	n.ID, n.PID, n.ppid = at, rec.pid, rec.ppid
	n.start = s.clock(rec.at)
	n.position, n.serial = s.position(s.sights[rec.arg()].src), rec.serial
	return n
}
