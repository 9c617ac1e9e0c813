package tree

import (
	"time"

	"oddkin/parsers/event"
)

// proc is one process: an owner of a pid from its birth to its end. It may run
// several programs one after the other, or only that of the process it was forked from.
type proc struct {
	ended     int64  // untimed while alive
	pid, ppid uint32 // ppid is what its own records state; 0 if none does
	since     int32  // the first record of it, whatever it is; indexes segment.recs
	known     int32  // the last record in which it acted itself
	last      *Node  // the last program started on record
	older     *proc  // the previous owner of the pid
	// base is the program it ran before its first start, link how that is known; see
	// resolve.go.
	base  *Node
	fork  int32 // the record of the fork it came from; -1 if none is believed
	sight int32 // the record of what it was seen as before its first start; -1 if never
	exec  int32 // its first start; -1 if none
	// round is by which allocation of numbers it has its own, at the latest; see segment.numberOf.
	round int32
	guid  text
	said  refID // what its children say of it, on recorders that tell
	rests rests // on which records base rests
	link  Link
	state resolveState
	facts facts
}

// facts are what is known of a process beside its records.
type facts uint8

const (
	hasChildren facts = 1 << iota // children of it are on record
	makesOthers                   // one of its programs started some, as far as was looked; see guesser.read
	inDoubt                       // it may be older, as far as the numbers tell
	isOlder                       // it was later seen to be no other than older; base is what that ran
)

// doubt reports whether p may be older, as far as the numbers tell.
func (p *proc) doubt() bool { return p.facts&inDoubt != 0 }

// forkOf is the fork that p came from, which is believed.
func (s *segment) forkOf(p *proc) *fork { return &s.forks[s.recs[p.fork].arg()] }

// firstOf is the first program that p started on record, or nil.
func (s *segment) firstOf(p *proc) *Node {
	if p.exec < 0 {
		return nil
	}
	return s.starts[p.exec].node
}

const (
	// maxOwners is how many owners of one pid are looked at, from the last.
	maxOwners = 64
	// maxSelves is how many programs that one process ran are looked at, from the last.
	maxSelves = 256
)

// skew is how far the records of one moment may lie apart: an end is stamped when
// the call is entered, two recorders stamp one start separately.
const skew = int64(2 * time.Second)

// walker goes through the records of one pid.
type walker struct {
	*segment
	trust   *trust
	entries []entry
	cur     *proc
	// made and madeBefore count the forks of the program that cur runs and of the
	// one before.
	made, madeBefore int
	zoned            []*Program // see byOtherClock; nil until asked for
	// waiting is how many owners may yet follow until none of those that identified finds awaits its start.
	waiting int
	met     uint32 // by bringNear
}

func (w *walker) run() {
	for i, e := range w.entries {
		if i%inSight == 0 {
			w.bringNear(w.entries[i:min(i+inSight, len(w.entries))])
		}
		r := &w.recs[e.rec()]
		switch {
		case e.ref():
			w.refer(i, r)
		case r.kind() == kindFork:
			w.claim(i, r)
		case r.kind() == kindExec:
			w.exec(e.rec())
		case r.kind() == kindSight:
			w.sight(e.rec())
		case r.kind() == kindFail:
			w.fail(e.rec())
		case r.kind() == kindExit:
			w.exit(r)
		}
	}
}

// birth makes a new owner of the pid.
func (w *walker) birth(rec int32, pid uint32) *proc {
	p := w.procs.next()
	*p = proc{pid: pid, since: rec, known: rec, round: w.roundOf(w.newNumber(rec, pid)), ended: untimed, fork: -1, sight: -1, exec: -1, older: w.cur}
	w.cur, w.made, w.madeBefore = p, 0, 0
	w.waiting = max(0, w.waiting-1)
	return p
}

// back makes p, the owner now or an older one, the owner.
func (w *walker) back(p *proc) {
	if p != w.cur {
		w.cur, w.waiting = p, maxOwners // they are nearer by now
	}
}

// names gives the owner p, of which no start is known, a GUID by which its start is known when it comes.
func (w *walker) names(p *proc, guid text) {
	if p.guid = guid; guid != 0 {
		w.waiting = maxOwners
	}
}

// newNumber is by which allocation the new owner of pid that record rec tells of came to be.
func (w *walker) newNumber(rec int32, pid uint32) int64 {
	if w.pids.size == 0 {
		return 0
	}
	isNew := w.recs[rec].pid == pid
	n := w.number(rec, pid, isNew)
	if isNew && w.cur != nil { // a round later than the owner before, though the clock may lag behind
		if next := w.numberOf(w.cur) + w.pids.size; next > n && next < int64(w.pids.at[rec])+w.pids.size/2 {
			return next
		}
	}
	return n
}

// alive reports whether p may still act at t.
func (p *proc) alive(t int64) bool { return p.ended == untimed || t <= p.ended+skew }

// exec places a start: in the process that owns the pid, or in a new one.
func (w *walker) exec(rec int32) {
	r := &w.recs[rec]
	s := &w.starts[r.arg()]
	n := s.node
	if n == nil || s.proc != nil {
		return // a duplicate, or placed ahead of its turn by owned
	}
	if p := w.awaits(n, rec); p != nil {
		w.complete(p, s, rec)
		return
	}
	p := w.cur
	for p != nil && p.doubt() {
		p = p.older
	}
	if p == nil || !w.renewed(p, n, rec) {
		p = w.cur
	}
	w.back(p)
	if p == nil || !w.samePlace(p, n, rec) {
		p = w.birth(rec, r.pid)
	}
	if p.exec < 0 {
		p.exec = r.arg()
	} else {
		n.follow(p.last)
		p.last.end = n.start
	}
	p.last, s.proc = n, p
	w.lives(p, rec)
	w.madeBefore, w.made = w.made, 0
	if r.ppid != 0 {
		p.ppid = r.ppid
	}
	if n.guid != 0 {
		p.guid = n.guid
	}
}

// samePlace reports whether n was executed by p in place. Otherwise the pid
// passed to a new process of which nothing else is on record.
func (w *walker) samePlace(p *proc, n *Node, rec int32) bool {
	r := &w.recs[rec]
	if r.pid == 0 || n.prog.OS == event.Windows || p.ended != untimed {
		return false
	}
	if p.fork >= 0 && p.exec < 0 {
		return true // claim has looked at it already
	}
	if p.last != nil && !sameSession(&p.last.self, &n.self) || !w.sameOwner(p, rec) && !w.renewed(p, n, rec) {
		return false
	}
	return p.ppid == 0 || r.ppid == 0 || p.ppid == r.ppid || w.adopts(r.ppid)
}

// renewed reports whether p, though its number has been handed out again since its
// start, is the one that now starts its program anew, as daemons do to reload: the
// allocation of numbers is far from its own.
func (w *walker) renewed(p *proc, n *Node, rec int32) bool {
	return p.last != nil && p.last.prog.same(n.prog) && !w.fresh(rec)
}

// sameSession reports whether both may be of one audit session. A session once set does not change.
func sameSession(a, b *self) bool {
	return a == nil || b == nil || a.session == 0 || b.session == 0 || a.session == b.session
}

// reaper reports whether orphans are known to be handed to pid: init is.
func (s *segment) reaper(pid uint32) bool { return pid == 1 }

// adopts reports whether orphans may be handed to pid: it is an init, of the host or of a
// container, or a program that asks for its descendants (prctl(2), PR_SET_CHILD_SUBREAPER).
func (s *segment) adopts(pid uint32) bool { return pid == 1 || s.adopters[pid] }

// fail notes a refused start.
func (w *walker) fail(rec int32) {
	r := &w.recs[rec]
	if w.cur == nil || !w.cur.alive(r.at) {
		w.birth(rec, r.pid)
	}
	f := &w.fails[r.arg()]
	f.proc, f.node = w.cur, w.cur.last
}

// exit ends the owner of the pid.
func (w *walker) exit(r *record) {
	guid := text(r.arg())
	looked := 0
	for p := w.cur; p != nil && looked < maxOwners; p = p.older {
		looked++
		if guid != 0 && p.guid != 0 && p.guid != guid {
			continue
		}
		if p.ended == untimed {
			p.ended = r.at
			if p.last != nil {
				p.last.end = w.clock(r.at)
			}
		}
		return
	}
}
