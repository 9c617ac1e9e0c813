package tree

import (
	"time"

	"oddkin/parsers/event"
)

// mergeReach is how many later starts of a pid are compared with one.
const mergeReach = 16

// mergeStarts makes one of two records of one start that different recorders
// wrote, such as Security 4688 and Sysmon 1. The one with a GUID stays and takes
// over what the other alone knows.
func (s *segment) mergeStarts(group []entry) {
	var starts []int32 // records
	for _, e := range group {
		if r := &s.recs[e.rec]; !e.ref && r.kind == kindExec && r.pid != 0 {
			starts = append(starts, e.rec)
		}
	}
	for i := range starts {
		for j := i + 1; j < min(i+mergeReach, len(starts)); j++ {
			a, b := &s.recs[starts[i]], &s.recs[starts[j]]
			n, o := &s.starts[a.arg], &s.starts[b.arg]
			if n.node == nil {
				break
			}
			if o.node == nil || !s.sameStart(a, b, n.node, o.node) {
				continue
			}
			if n.node.Proc.GUID == "" && o.node.Proc.GUID != "" {
				n, o = o, n
			}
			n.node.enrich(o.node)
			o.node = nil
		}
	}
}

// sameStart reports whether a and b are records of one start, and counts it.
// One recorder's two records of one GUID are copies that differ in the precision of
// the time. A recorder with GUIDs and one without are two views; two GUIDs are
// two starts, and so are two records without any.
func (s *segment) sameStart(a, b *record, n, o *Node) bool {
	if !sameProgram(&n.Proc, &o.Proc) {
		return false
	}
	copies := n.Proc.GUID == o.Proc.GUID && n.Proc.GUID != "" && n.Proc.OS == event.Windows
	views := (n.Proc.GUID == "") != (o.Proc.GUID == "")
	switch {
	case copies && within(n.Start, o.Start, skew):
		s.forest.Counts.Duplicates++
	case views && within(n.Start, o.Start, skew):
		s.forest.Counts.Merged++
	case views && a.ppid != 0 && a.ppid == b.ppid && n.Proc.OS == event.Windows && zoneApart(n.Start, o.Start):
		s.forest.Counts.Merged++
		s.forest.Counts.ZonesApart++
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
func (n *Node) enrich(o *Node) {
	p, q := &n.Proc, &o.Proc
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
