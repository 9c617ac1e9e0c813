package tree

import "oddkin/parsers/event"

// sight notes what a process was seen to run.
func (w *walker) sight(rec int32) {
	r := &w.recs[rec]
	s := &w.sights[r.arg]
	seen := &w.seen[s.what]
	p := w.cur
	guid, known := w.bearer(seen)
	if guid == 0 && w.byOtherClock(seen) {
		return
	}
	if known != nil && known != p {
		s.who = bind{known, known.last} // the pid has a new owner since
		return
	}
	defer func() { s.who = bind{w.cur, w.cur.last} }()
	switch {
	case known == nil && w.lingers(p, rec, seen):
		return
	case p == nil || known == nil && !p.alive(r.at) || guid != 0 && p.guid != 0 && guid != p.guid:
		p = w.birth(rec, r.pid)
	case p.last != nil:
		if p.last.prog.same(seen.prog) || unnamed(seen.prog) {
			p.known = rec
			return
		}
		if seen.prog.OS == event.Windows || p.ppid != 0 && r.ppid != 0 && p.ppid != r.ppid && !w.reaper(r.ppid) {
			p = w.birth(rec, r.pid)
			break
		}
		w.unseenExec(p, seen, rec)
		return
	case w.livesOn(p, rec, seen):
		p.was = bind{p.older, p.older.last}
		w.cur = p.older
		w.cur.known = rec
		return
	case w.contradicts(p, seen), p.sight < 0 && !w.sameOwner(p.known, rec, p.pid):
		p = w.birth(rec, r.pid)
	}
	if p.sight < 0 || w.recs[p.sight].ppid == 0 && r.ppid != 0 && w.seenAt(p.sight).prog.same(seen.prog) {
		p.sight = rec
	}
	if p.ppid == 0 {
		p.ppid = r.ppid
	}
	if p.guid == 0 {
		p.guid = guid
	}
}

// lingers reports whether a sighting after the end of p is of a thread of it that took longer to
// die: it says what p was, and the number cannot have been handed out again.
func (w *walker) lingers(p *proc, rec int32, seen *self) bool {
	if p == nil || p.alive(w.recs[rec].at) || w.pids.size == 0 || w.cameRound(p.known, rec, p.pid) {
		return false
	}
	return w.seenAs(p, rec, seen)
}

// livesOn reports whether p, of which children alone told after its number might have been handed
// out again, is the process that had the number before: it is seen to be what that was.
func (w *walker) livesOn(p *proc, rec int32, seen *self) bool {
	return p.doubt && p.sight < 0 && p.exec < 0 && !p.older.doubt && w.seenAs(p.older, rec, seen)
}

// seenAs reports whether a sighting shows what p is known to be: by program, session, user and parent.
func (w *walker) seenAs(p *proc, rec int32, seen *self) bool {
	var ran *self
	switch {
	case p.last != nil:
		ran = &p.last.self
	case p.sight >= 0:
		ran = w.seenAt(p.sight)
	default:
		return false
	}
	ppid := w.recs[rec].ppid
	return ran.prog.same(seen.prog) && ran.session == seen.session && ran.user == seen.user &&
		(ppid == p.ppid || w.reaper(ppid))
}

// seenAt is what the sighting of record rec says.
func (s *segment) seenAt(rec int32) *self { return &s.seen[s.sights[s.recs[rec].arg].what] }

// unseenExec adds a program that p must have started without a record of it.
func (w *walker) unseenExec(p *proc, what *self, rec int32) {
	n := w.seenNode(what, rec)
	n.follow(p.last)
	n.Link = Link{Kind: ByPID}
	p.last.end = n.start
	p.last = n
	w.unseen = append(w.unseen, n)
}
