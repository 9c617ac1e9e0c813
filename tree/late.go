package tree

import (
	"slices"

	"oddkin/parsers/event"
)

// identified finds the owner of the pid that bears guid, the latest of them.
func (w *walker) identified(guid text) *proc {
	if guid == 0 {
		return nil
	}
	for p, n := w.cur, 0; p != nil && n < maxOwners; p, n = p.older, n+1 {
		if p.guid == guid {
			return p
		}
	}
	return nil
}

// bearer finds the Windows process that a sighting means by its GUID, and gives the GUID
// to go by. That is none where its bearer runs another program: the targets of Sysmon 10
// may have the GUID that belonged to their number before.
func (w *walker) bearer(seen *self) (text, *proc) {
	p := w.identified(seen.guid)
	switch {
	case p == nil || seen.prog.OS != event.Windows:
		return seen.guid, nil
	case w.contradicts(p, seen):
		return 0, nil
	}
	return seen.guid, p
}

// byOtherClock reports whether a recorder without GUIDs that saw seen wrote, in another time zone,
// a start of that program in this number: its sightings lie beside what they belong to.
func (w *walker) byOtherClock(seen *self) bool {
	if seen.prog.OS != event.Windows || !w.guids {
		return false
	}
	if w.zoned == nil {
		w.zoned = []*Program{}
		for _, e := range w.entries {
			if r := &w.recs[e.rec()]; !e.ref() && r.kind() == kindExec {
				if n := w.starts[r.arg()].node; n != nil && n.marks&zoned != 0 {
					w.zoned = append(w.zoned, n.prog)
				}
			}
		}
	}
	return slices.ContainsFunc(w.zoned, seen.prog.same)
}

// contradicts reports whether p is known to run another program than the one seen,
// and cannot have replaced it.
func (w *walker) contradicts(p *proc, seen *self) bool {
	if seen.prog.OS != event.Windows || unnamed(seen.prog) {
		return false
	}
	switch {
	case p.last != nil:
		return !p.last.prog.same(seen.prog)
	case p.sight >= 0:
		was := w.seenAt(p.sight).prog
		return !unnamed(was) && !was.same(seen.prog)
	}
	return false
}

// unnamed reports whether the recorder did not know what p runs. Sysmon then writes
// "<unknown process>", which reaches some exports with its brackets as in XML.
func unnamed(p *Program) bool {
	switch p.Base {
	case "?", "<unknown process>", "&lt;unknown process&gt;":
		return true
	}
	return false
}

// awaits finds the process whose own start n is, though other records of it came
// first: Sysmon stamps each kind of event by itself, and the start may be some
// milliseconds late. Only where no program is replaced in place can such a
// record not be of an earlier program of the process: on Windows, or within
// [skew] under the same GUID.
func (w *walker) awaits(n *Node, rec int32) *proc {
	windows := n.prog.OS == event.Windows
	if w.waiting > 0 {
		if p := w.identified(n.guid); p != nil && p.exec < 0 && (windows || w.justSeen(p, n, rec)) {
			return p
		}
	}
	p := w.cur
	if p != nil && windows && p.exec < 0 && (p.guid == 0 || n.guid == 0) && p.ended == untimed && w.justSeen(p, n, rec) {
		return p
	}
	return nil
}

// justSeen reports whether p was seen to run n's program shortly before n.
func (w *walker) justSeen(p *proc, n *Node, rec int32) bool {
	if p.sight < 0 {
		return false
	}
	from, to := w.recs[p.sight].at, w.recs[rec].at
	return (to == from || from != untimed && to-from <= skew) && w.seenAt(p.sight).prog.same(n.prog)
}

// complete gives p, which is known from other records, its start. All that was
// bound to p before is thereby n's.
func (w *walker) complete(p *proc, s *start, rec int32) {
	r, n := &w.recs[rec], s.node
	p.last, p.exec, p.sight, s.proc = n, r.arg(), -1, p
	p.known = max(p.known, rec)
	p.base, p.state = n, resolved
	if r.ppid != 0 {
		p.ppid = r.ppid
	}
	fill(&n.guid, p.guid)
	p.guid = n.guid
	if p.ended != untimed {
		n.end = w.clock(p.ended)
	}
}
