package tree

import (
	"sort"
	"strings"
	"time"

	"oddkin/parsers/event"
)

// mergeReach is how many later starts of a pid are compared with one.
const mergeReach = 16

// lateView is how far two records of one start may lie apart where pid, parent, program and
// command line agree: a recorder that was busy stamps late.
const lateView = 10 * time.Second

// surelyBefore is how long before a start an end must be to be of another process: recorders
// stamp each by itself.
const surelyBefore = int64(100 * time.Millisecond)

// mergeStarts makes one of two records of one start that different recorders
// wrote, such as Security 4688 and Sysmon 1. What lies close together finds each other
// first. The one with a GUID stays and takes over what the other alone knows; of two
// that lie further apart the earlier one, for children may come between.
func (s *segment) mergeStarts(group []entry, found *findings) {
	v := views{segment: s, found: found}
	var with, without bool // GUIDs
	for _, e := range group {
		switch r := &s.recs[e.rec()]; {
		case e.ref() || r.pid == 0:
		case r.kind() == kindExec:
			v.starts = append(v.starts, e.rec())
			if n := v.node(e.rec()); n != nil {
				with, without = with || n.guid != 0, without || n.guid == 0
			}
		case r.kind() == kindExit:
			v.ends = append(v.ends, e.rec())
		}
	}
	if !with { // one of two that are one has a GUID
		return
	}
	v.mixed = without
	v.merge(v.sameStart)
	if v.mixed {
		v.merge(v.sameLater)
	}
}

// views are the records of one pid among which two may be of one start.
type views struct {
	*segment
	found        *findings
	starts, ends []int32 // records
	mixed        bool    // some starts have a GUID and some have none; else those of equal ones alone may be one
	// took is when the view without a GUID was stamped that a record with one was joined with.
	took map[int32]int64
}

// merge makes one of each two starts that same says are one; it also says whether the earlier
// record is to stay.
func (v *views) merge(same func(a, b int32) (one, earlier bool)) {
	for i := range v.starts {
		for j := i + 1; j < min(i+mergeReach, len(v.starts)); j++ {
			n, o := &v.segment.starts[v.recs[v.starts[i]].arg()], &v.segment.starts[v.recs[v.starts[j]].arg()]
			if n.node == nil {
				break
			}
			if o.node == nil || !v.mixed && n.node.guid != o.node.guid || !n.node.prog.same(o.node.prog) {
				continue
			}
			one, earlier := same(v.starts[i], v.starts[j])
			if !one {
				continue
			}
			if n.node.guid != o.node.guid {
				v.join(v.starts[i], v.starts[j], earlier)
			}
			if !earlier && n.node.guid == 0 && o.node.guid != 0 {
				n, o = o, n
			}
			v.enrich(n.node, o.node)
			o.node = nil
		}
	}
}

// join notes that a and b, one of which has a GUID, are two views of one start.
func (v *views) join(a, b int32, earlier bool) {
	with, without := v.sides(a, b)
	if v.took == nil {
		v.took = map[int32]int64{}
	}
	at := v.recs[without].at
	if earlier {
		with = a
	}
	v.took[with] = at
}

// sides are the record with a GUID and the one without.
func (v *views) sides(a, b int32) (with, without int32) {
	if v.node(a).guid == 0 {
		return b, a
	}
	return a, b
}

// areViews reports whether only one of both has a GUID and the other recorder has not written down
// that start already, at another time.
func (v *views) areViews(a, b int32) bool {
	if (v.node(a).guid == 0) == (v.node(b).guid == 0) {
		return false
	}
	with, without := v.sides(a, b)
	at, taken := v.took[with]
	return !taken || max(at, v.recs[without].at)-min(at, v.recs[without].at) < int64(time.Second)
}

// sameStart reports whether two records that lie close together are of one start, and counts it.
// One recorder's two records of one GUID are copies that differ in the precision of
// the time. A recorder with GUIDs and one without are two views; two GUIDs are
// two starts, and so are two records without any.
func (v *views) sameStart(a, b int32) (one, earlier bool) {
	n, o := v.node(a), v.node(b)
	if !within(v.time(n.start), v.time(o.start), skew) {
		return false, false
	}
	switch {
	case n.guid == o.guid && n.guid != 0 && n.prog.OS == event.Windows:
		v.found.copy(v.evidence(&v.recs[b]).File)
	case v.areViews(a, b) && !v.endBetween(a, b):
		v.found.counts.Merged++
	default:
		return false, false
	}
	return true, false
}

// sameLater reports the same of two views that lie further apart: by what a late stamp makes,
// or by a time zone.
func (v *views) sameLater(a, b int32) (one, earlier bool) {
	n, o := v.node(a), v.node(b)
	r, q := &v.recs[a], &v.recs[b]
	if !v.areViews(a, b) || n.prog.OS != event.Windows || r.ppid == 0 || r.ppid != q.ppid || !v.sameCommand(n, o) {
		return false, false
	}
	first, second := v.time(n.start), v.time(o.start)
	switch {
	case within(first, second, int64(lateView)) && !v.endBetween(a, b):
		earlier = true
	case zoneApart(first, second):
		v.found.counts.ZonesApart++
		n.marks |= zoned
		o.marks |= zoned
	default:
		return false, false
	}
	v.found.counts.Merged++
	return true, earlier
}

func (v *views) node(rec int32) *Node { return v.segment.starts[v.recs[rec].arg()].node }

// endBetween reports whether the process of a ended before that of b started. A recorder may
// stamp the end of a short process before another one its start.
func (v *views) endBetween(a, b int32) bool {
	own := v.node(b).guid
	from := sort.Search(len(v.ends), func(i int) bool { return v.ends[i] > a })
	for _, e := range v.ends[from:min(from+mergeReach, len(v.ends))] {
		r := &v.recs[e]
		if e < b && r.at+surelyBefore < v.recs[b].at && (text(r.arg()) == 0 || text(r.arg()) != own) {
			return true
		}
	}
	return false
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
	both := *n.setting
	fill(&both.user, o.user)
	fill(&both.audit, o.audit)
	fill(&both.session, o.session)
	fill(&both.tty, o.tty)
	fill(&both.cwd, o.cwd)
	fill(&both.container, o.container)
	n.setting = h.setting(both)
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
	both, o := st.refs.of(a), st.refs.of(b)
	fill(&both.guid, o.guid)
	fill(&both.image, o.image)
	fill(&both.name, o.name)
	fill(&both.user, o.user)
	fill(&both.line, o.line)
	return st.refs.add(both)
}

// fill sets what is not said yet.
func fill[T comparable](dst *T, v T) {
	var zero T
	if *dst == zero {
		*dst = v
	}
}
