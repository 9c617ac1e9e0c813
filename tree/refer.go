package tree

import "oddkin/parsers/event"

// refer binds a record to the process that it names as parent.
func (w *walker) refer(i int, r *record) {
	if r.kind() == kindExec && w.starts[r.arg()].node == nil {
		return // a second record of one start
	}
	said, b := w.stated(r)
	want := w.refs.of(said)
	p := w.owner(i, r, want)
	if p == nil {
		old := w.cur
		p = w.birth(w.entries[i].rec(), r.ppid)
		if old != nil && old.ended == untimed {
			p.facts |= inDoubt
		}
		w.names(p, want.guid)
	}
	if p.said == 0 && (want.image != 0 || want.name != 0 || want.line != 0) {
		p.said = said
	}
	b.proc, b.node = p, p.last
	if r.at != untimed && p == w.cur {
		w.lives(p, w.entries[i].rec())
	}
	p.facts |= hasChildren
	if r.kind() == kindFork {
		w.made++
	} else if p == w.cur && w.made == 0 && w.madeBefore > 0 && p.last.same && !w.forkFollows(i, r) {
		b.node = p.last.Parent // what runs now has made no process yet
	}
}

// forkFollows reports whether a fork of the same moment comes after entry i: vfork
// is logged when it returns, that is after the child's exec.
func (w *walker) forkFollows(i int, r *record) bool {
	for _, e := range w.entries[i+1 : min(i+9, len(w.entries))] {
		n := &w.recs[e.rec()]
		if n.at > r.at+skew/100 {
			return false
		}
		if e.ref() && n.kind() == kindFork {
			return true
		}
	}
	return false
}

// stated is what r says of its parent, and where to note whose it is.
func (w *walker) stated(r *record) (refID, *bind) {
	switch r.kind() {
	case kindExec:
		s := &w.starts[r.arg()]
		return s.node.parent, &s.parent
	case kindFork:
		f := &w.forks[r.arg()]
		return f.caller, &f.parent
	}
	s := &w.sights[r.arg()]
	return w.seen[s.what].parent, &s.parent
}

// owner finds the process that a record of entry i means by the pid it names as
// parent: the owner at that time, if what the record says of it agrees.
func (w *walker) owner(i int, r *record, want stated) *proc {
	p := w.cur
	if want.image == 0 && want.guid == 0 || r.kind() == kindFork {
		if p != nil && w.mayAct(p, r) && !w.outlived(p.pid, p.known, w.entries[i].rec()) && w.stillOwner(p, i, r) {
			return p
		}
		if r.at == untimed {
			return w.owned(i, r, w.refs.of(0))
		}
		return nil
	}
	for n := 0; p != nil && n < maxOwners; n++ {
		if r.ppid == 0 && p.guid != want.guid {
			p = p.older
			continue // there is only the GUID to go by
		}
		if w.agrees(p, want) && (p.alive(r.at) && !w.outlived(p.pid, p.known, w.entries[i].rec()) || want.guid != 0 && p.guid == want.guid) {
			return p
		}
		p = p.older
	}
	return w.owned(i, r, want)
}

// mayAct reports whether p may have made what r tells of: it lives, or has ended within the moment,
// and the child is of no other session, which only programs that open sessions give.
func (w *walker) mayAct(p *proc, r *record) bool {
	if !p.alive(r.at) {
		return false
	}
	was := w.was(p)
	ended := p.ended != untimed && r.at > p.ended
	return sameSession(was, w.childIn(r)) || !ended && was.prog.habit >= switcher
}

// stillOwner reports whether p has the number that entry i names as parent: since its last sign
// of life that cannot have come round, or the log tells of ends and not of its own. But a signal
// ends processes without a record, so of those p must have made children before, or be of
// a kind that does, and the child be of a session that one of p's can be of.
func (w *walker) stillOwner(p *proc, i int, r *record) bool {
	rec := w.entries[i].rec()
	if !w.cameRound(p, rec) {
		return true
	}
	if !w.pids.ended {
		return false
	}
	was, child := w.was(p), w.childIn(r)
	switch {
	case was == nil || child == nil:
		return true
	case p.facts&hasChildren == 0 && was.prog.habit == otherProgram:
		return false
	case was.user.isRoot():
		return was.session == 0 || was.session == child.session
	}
	return was.session == child.session && (child.user == was.user || child.user.isRoot() || was.user == 0)
}

// childIn is what a record that names a parent tells of the child; nil for a fork.
func (s *segment) childIn(r *record) *self {
	switch {
	case r.kind() == kindExec && s.starts[r.arg()].node != nil:
		return &s.starts[r.arg()].node.self
	case r.kind() == kindSight:
		return &s.seen[s.sights[r.arg()].what]
	}
	return nil
}

// owned looks for a parent whose own start is recorded just after its child's, as
// two recorders or a list in no order may have it.
func (w *walker) owned(i int, r *record, want stated) *proc {
	for _, e := range w.entries[i+1 : min(i+9, len(w.entries))] {
		n := &w.recs[e.rec()]
		if r.at != untimed && n.at-r.at > skew {
			break
		}
		if e.ref() || n.kind() != kindExec || w.starts[n.arg()].node == nil || w.starts[n.arg()].proc != nil {
			continue
		}
		q := &w.starts[n.arg()].node.self
		if q.prog.OS != event.Windows && r.at != untimed {
			continue
		}
		if r.at == untimed || want.guid != 0 && want.guid == q.guid || want.image != 0 && samePath(w.texts.of(want.image), q.prog.Image, q.prog.OS) {
			w.exec(e.rec())
			return w.cur
		}
	}
	return nil
}

// agrees reports whether want may be p.
func (w *walker) agrees(p *proc, want stated) bool {
	if want.guid != 0 && p.guid != 0 {
		return want.guid == p.guid
	}
	if want.image == 0 {
		return true
	}
	if p.last != nil {
		last := p.last.prog
		said := event.Proc{OS: last.OS, Image: w.texts.of(want.image)}
		return last.Image == "" || last.same(&Program{OS: last.OS, Base: said.Base()})
	}
	return p.said == 0 || samePath(w.texts.of(w.refs.of(p.said).image), w.texts.of(want.image), event.Windows)
}
