package tree

import (
	"time"

	"oddkin/parsers/event"
)

// mergeStarts makes one of two records of one start that different recorders
// wrote: same host, pid and program, at most [skew] apart. The earlier stays
// and takes over what the other alone knows.
func (s *segment) mergeStarts(group []entry) {
	var last *start
	for _, e := range group {
		r := &s.recs[e.rec]
		if e.ref || r.kind != kindExec || r.pid == 0 {
			continue
		}
		st := &s.starts[r.arg]
		if last == nil || !s.sameStart(last.node, st.node) {
			last = st
			continue
		}
		last.node.enrich(st.node)
		st.node = nil
	}
}

// sameStart reports whether o is another record of n's start, and counts it. One recorder's
// two records of one GUID are copies that differ in the precision of the time.
// A recorder with GUIDs and one without are two views; two GUIDs are two starts, and so are
// two records without any.
func (s *segment) sameStart(n, o *Node) bool {
	if !within(n.Start, o.Start, skew) || !sameProgram(&n.Proc, &o.Proc) {
		return false
	}
	switch {
	case (n.Proc.GUID == "") != (o.Proc.GUID == ""):
		s.counts.Merged++
	case n.Proc.GUID == o.Proc.GUID && n.Proc.GUID != "" && n.Proc.OS == event.Windows:
		s.counts.Duplicates++
	default:
		return false
	}
	return true
}

func within(a, b time.Time, d int64) bool {
	if a.IsZero() || b.IsZero() {
		return a.IsZero() && b.IsZero()
	}
	return b.Sub(a).Abs() <= time.Duration(d)
}

// enrich adds to n what another record of the same start knows.
func (n *Node) enrich(o *Node) {
	p, q := &n.Proc, &o.Proc
	if p.GUID == "" && q.GUID != "" { // the richer recorder leads
		n.Source, o.Source = o.Source, n.Source
	}
	fill(&p.GUID, q.GUID)
	fill(&p.Image, q.Image)
	fill(&p.Name, q.Name)
	fill(&p.CommandLine, q.CommandLine)
	fill(&p.Cwd, q.Cwd)
	fill(&p.User, q.User)
	fill(&p.AuditUser, q.AuditUser)
	fill(&p.Session, q.Session)
	fill(&p.TTY, q.TTY)
	fill(&p.Container, q.Container)
	if len(p.Argv) == 0 {
		p.Argv = q.Argv
	}
	p.Deleted = p.Deleted || q.Deleted
	stated := *n.Stated // others may share it
	if stated.PID == 0 {
		stated.PID = o.Stated.PID
	}
	fill(&stated.GUID, o.Stated.GUID)
	fill(&stated.Image, o.Stated.Image)
	fill(&stated.Name, o.Stated.Name)
	fill(&stated.CommandLine, o.Stated.CommandLine)
	fill(&stated.User, o.Stated.User)
	n.Stated = &stated
}
