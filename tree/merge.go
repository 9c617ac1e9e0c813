package tree

import (
	"strings"
	"time"

	"oddkin/parsers/event"
)

// mergeReach is how many later starts of a pid are compared with one.
const mergeReach = 16

// mergeStarts makes one of two records of one start that different recorders
// wrote, such as Security 4688 and Sysmon 1. The one with a GUID stays and takes
// over what the other alone knows.
func (s *segment) mergeStarts(group []entry, found *findings) {
	var starts []int32 // records
	for _, e := range group {
		if r := &s.recs[e.rec()]; !e.ref() && r.kind == kindExec && r.pid != 0 {
			starts = append(starts, e.rec())
		}
	}
	for i := range starts {
		for j := i + 1; j < min(i+mergeReach, len(starts)); j++ {
			a, b := &s.recs[starts[i]], &s.recs[starts[j]]
			n, o := &s.starts[a.arg], &s.starts[b.arg]
			if n.node == nil {
				break
			}
			if o.node == nil || !s.sameStart(a, b, n.node, o.node, found) {
				continue
			}
			if n.node.guid == 0 && o.node.guid != 0 {
				n, o = o, n
			}
			s.enrich(n.node, o.node)
			o.node = nil
		}
	}
}

// sameStart reports whether a and b are records of one start, and counts it.
// One recorder's two records of one GUID are copies that differ in the precision of
// the time. A recorder with GUIDs and one without are two views; two GUIDs are
// two starts, and so are two records without any.
func (s *segment) sameStart(a, b *record, n, o *Node, found *findings) bool {
	if !n.prog.same(o.prog) {
		return false
	}
	copies := n.guid == o.guid && n.guid != 0 && n.prog.OS == event.Windows
	views := (n.guid == 0) != (o.guid == 0)
	switch {
	case copies && within(s.time(n.start), s.time(o.start), skew):
		found.copy(s.evidence(b).File)
	case views && within(s.time(n.start), s.time(o.start), skew):
		found.counts.Merged++
	case views && a.ppid != 0 && a.ppid == b.ppid && n.prog.OS == event.Windows && zoneApart(s.time(n.start), s.time(o.start)) && s.sameCommand(n, o):
		found.counts.Merged++
		found.counts.ZonesApart++
	default:
		return false
	}
	return true
}

// sameCommand is false where both say what was started, and say differently.
func (h *host) sameCommand(n, o *Node) bool {
	a, b := h.words(n.line), h.words(o.line)
	return a == "" || b == "" || strings.EqualFold(a, b)
}

// words is a command line with one blank between words, which recorders write
// differently.
func (h *host) words(l line) string {
	argv, whole := h.lines.of(l)
	if whole == "" {
		whole = strings.Join(argv, " ")
	}
	return strings.Join(strings.Fields(whole), " ")
}

func within(a, b time.Time, d int64) bool {
	if a.IsZero() || b.IsZero() {
		return a.IsZero() && b.IsZero()
	}
	return b.Sub(a).Abs() <= time.Duration(d)
}

// zoneApart reports whether two times differ by what two time zones differ by, as
// they do where a forwarder wrote local time as if it were UTC. Half a day more
// comes from clocks of twelve hours.
func zoneApart(a, b time.Time) bool {
	const quarter, most = 15 * time.Minute, 26 * time.Hour
	d := b.Sub(a).Abs()
	if a.IsZero() || b.IsZero() || d > most || d < quarter/2 {
		return false
	}
	rest := d % quarter
	return min(rest, quarter-rest) <= time.Second
}

// enrich adds to n what another record of the same start knows.
func (h *host) enrich(n, o *Node) {
	n.prog = h.filled(n.prog, o.prog)
	fill(&n.guid, o.guid)
	fill(&n.user, o.user)
	fill(&n.audit, o.audit)
	fill(&n.session, o.session)
	fill(&n.tty, o.tty)
	fill(&n.cwd, o.cwd)
	fill(&n.container, o.container)
	fill(&n.line, o.line)
	fill(&n.ppid, o.ppid)
	n.parent = h.enriched(n.parent, o.parent)
}

// filled is p with what q alone says.
func (st *store) filled(p, q *Program) *Program {
	both := event.Proc{OS: p.OS, Image: p.Image, Name: p.Name, Deleted: p.Deleted || q.Deleted}
	fill(&both.Image, q.Image)
	fill(&both.Name, q.Name)
	if both.Image == "" && both.Name == "" {
		return p
	}
	return st.program(&both)
}

// enriched is what a states of a parent with what b alone does.
func (st *store) enriched(a, b refID) refID {
	if a == b || b == 0 {
		return a
	}
	if a == 0 {
		return b
	}
	both, o := *st.refs.of(a), st.refs.of(b)
	fill(&both.GUID, o.GUID)
	fill(&both.guid, o.guid)
	fill(&both.Image, o.Image)
	fill(&both.Name, o.Name)
	fill(&both.CommandLine, o.CommandLine)
	fill(&both.line, o.line)
	fill(&both.User, o.User)
	fill(&both.user, o.user)
	return st.refs.add(&both)
}

// fill sets what is not said yet.
func fill[T comparable](dst *T, v T) {
	var zero T
	if *dst == zero {
		*dst = v
	}
}
