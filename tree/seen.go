package tree

import "oddkin/parsers/event"

// sight notes what a process was seen to run.
func (w *walker) sight(rec int32) {
	r := &w.recs[rec]
	s := &w.sights[r.arg()]
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
	case w.livesOn(p, rec, seen):
		p.facts, p.base = p.facts|isOlder, p.older.last
		w.back(p.older)
		w.lives(w.cur, rec)
		return
	case w.another(p, rec, seen):
		p = w.birth(rec, r.pid)
	case p.last != nil:
		w.lives(p, rec)
		if !p.last.prog.same(seen.prog) && !unnamed(seen.prog) {
			w.unseenExec(p, seen, rec)
		}
		return
	}
	w.lives(p, rec)
	if p.sight < 0 || w.recs[p.sight].ppid == 0 && r.ppid != 0 && w.seenAt(p.sight).prog.same(seen.prog) {
		p.sight = rec
	}
	if p.ppid == 0 {
		p.ppid = r.ppid
	}
	if p.guid == 0 {
		w.names(p, guid)
	}
}

// lingers reports whether a sighting after the end of p is of a thread of it that took longer to
// die: it says what p was, and the number cannot have been handed out again.
func (w *walker) lingers(p *proc, rec int32, seen *self) bool {
	if p == nil || p.alive(w.recs[rec].at) || w.pids.size == 0 || w.cameRound(p, rec) {
		return false
	}
	return w.seenAs(p, rec, seen)
}

// livesOn reports whether p, of which children alone told after its number might have been handed
// out again, is the process that had the number before: it is seen to be what that was.
func (w *walker) livesOn(p *proc, rec int32, seen *self) bool {
	return p.doubt() && p.sight < 0 && p.exec < 0 && !p.older.doubt() && w.seenAs(p.older, rec, seen)
}

// another reports whether a sighting cannot be of p. On Windows no program is replaced in place. On
// Linux a session that is set does not change, nor does the parent but for one to which orphans are handed;
// and if the number may have been handed out again, all must be as it was.
func (w *walker) another(p *proc, rec int32, seen *self) bool {
	was := w.was(p)
	switch {
	case seen.prog.OS == event.Windows:
		return w.contradicts(p, seen)
	case was == nil:
		return w.cameRound(p, rec) || w.recs[p.since].ppid == p.pid && !sameSession(w.childIn(&w.recs[p.since]), seen)
	case !sameSession(was, seen):
		return true
	case w.cameRound(p, rec):
		return !w.seenAs(p, rec, seen)
	}
	return !w.sameParent(p, rec) && !w.looksLike(p, rec, seen) && !unnamed(seen.prog)
}

// was is what p is known to be, or nil.
func (w *walker) was(p *proc) *self {
	switch {
	case p.last != nil:
		return &p.last.self
	case p.sight >= 0:
		return w.seenAt(p.sight)
	}
	return nil
}

// seenAs reports whether a sighting shows what p is known to be: by program, session, user and parent.
func (w *walker) seenAs(p *proc, rec int32, seen *self) bool {
	return w.looksLike(p, rec, seen) && w.sameParent(p, rec)
}

// looksLike is seenAs but for the parent. Records of other kinds than SYSCALL know neither that nor the
// effective user.
func (w *walker) looksLike(p *proc, rec int32, seen *self) bool {
	was := w.was(p)
	return was != nil && was.prog.same(seen.prog) && was.session == seen.session && (w.recs[rec].ppid == 0 || was.user == seen.user)
}

// sameParent reports whether a sighting of p may name the parent that it does: p's, or one to which orphans are handed.
func (w *walker) sameParent(p *proc, rec int32) bool {
	ppid := w.recs[rec].ppid
	return ppid == 0 || p.ppid == 0 || ppid == p.ppid || w.adopts(ppid)
}

// seenAt is what the sighting of record rec says.
func (s *segment) seenAt(rec int32) *self { return &s.seen[s.sights[s.recs[rec].arg()].what] }

// unseenExec adds a program that p must have started without a record of it.
func (w *walker) unseenExec(p *proc, what *self, rec int32) {
	n := w.seenNode(what, rec)
	n.follow(p.last)
	n.Link = Link{Kind: ByPID}
	p.last.end = n.start
	p.last = n
	w.unseen = append(w.unseen, n)
}
