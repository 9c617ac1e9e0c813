package tree

import (
	"sync/atomic"

	"oddkin/tree/internal/column"
)

// claim hears a fork record over the number it gives the child. On Linux that
// is the return value of the call, numbered in the caller's pid namespace
// (kernel/fork.c: pid_vnr): it is believed if the next record of that pid names
// the caller as its parent, or if the caller is known to live in the first namespace.
func (w *walker) claim(i int, r *record) {
	p := w.cur
	if p != nil && p.fork < 0 && p.exec >= 0 && w.firstOf(p) == p.last && p.ppid == r.ppid && p.ended == untimed && r.at-w.recs[p.since].at <= skew/2 {
		p.fork = w.entries[i].rec() // vfork returns, and is logged, after the child's exec
		return
	}
	if !w.believe(i, r) {
		w.found.counts.UnbelievedForks++
		return
	}
	rec := w.entries[i].rec()
	p = w.birth(rec, r.pid)
	p.fork, p.ppid = rec, r.ppid
}

// believe decides on the claim at entry i by the next record of the pid.
func (w *walker) believe(i int, r *record) bool {
	for _, e := range w.entries[i+1 : min(i+65, len(w.entries))] {
		n := &w.recs[e.rec()]
		if e.ref() || n.kind() == kindFail || n.kind() == kindExit && n.ppid == 0 || n.kind() == kindSight && n.ppid == 0 {
			continue
		}
		if n.kind() == kindFork {
			break
		}
		if n.ppid == r.ppid {
			return true
		}
		if w.adopts(n.ppid) && w.trust.of(r.ppid) != otherNamespace && w.trust.most() == firstNamespace && w.endsBetween(r.ppid, w.entries[i].rec(), e.rec()) {
			return true // handed on
		}
		return w.trust.of(r.ppid) == firstNamespace || w.trust.of(r.ppid) == unknownNamespace && w.reaper(n.ppid) && w.trust.most() == firstNamespace
	}
	switch w.trust.of(r.ppid) {
	case firstNamespace:
		return true
	case unknownNamespace:
		free := w.cur == nil || w.cur.ended != untimed
		return free && w.trust.most() == firstNamespace
	}
	return false
}

// endsBetween reports whether the process of that number ends between two records, so that
// its children are handed on.
func (s *segment) endsBetween(pid uint32, from, to int32) bool {
	const reach = 1 << 14 // records looked at
	for i := from; i < min(to, from+reach); i++ {
		if r := &s.recs[i]; r.kind() == kindExit && r.pid == pid {
			return true
		}
	}
	return false
}

type namespace uint8

const (
	unknownNamespace namespace = iota
	firstNamespace             // pids are those of the audit log
	otherNamespace
)

// trust knows in which kind of pid namespace the callers of fork live, by how
// many of their children carry the number that the call returned.
type trust struct {
	*groups
	score []balance
	total balance
}

type balance struct{ agree, differ int32 }

func (b balance) namespace() namespace {
	switch {
	case b.agree > b.differ:
		return firstNamespace
	case b.differ > b.agree:
		return otherNamespace
	}
	return unknownNamespace
}

func (t *trust) of(pid uint32) namespace { return t.score[t.ids.of(pid)].namespace() }

// most is the namespace of nearly all callers.
func (t *trust) most() namespace {
	if t.total.differ == 0 || t.total.agree > 10*t.total.differ {
		return firstNamespace
	}
	return unknownNamespace
}

// trust counts, for each caller, starts whose pid one of its forks returned.
func (s *segment) trust(g *groups, shares []share) *trust {
	t := &trust{groups: g, score: column.Make[balance](s.scratch, g.len())}
	inParallel(len(shares), func(i int) {
		for id := shares[i].from; id < shares[i].to; id++ {
			s.weigh(t, g.of(id))
		}
	})
	for _, b := range t.score {
		switch b.namespace() {
		case firstNamespace:
			t.total.agree++
		case otherNamespace:
			t.total.differ++
		}
	}
	return t
}

// weigh counts the starts of one pid.
func (s *segment) weigh(t *trust, group []entry) {
	caller, claimed := uint32(0), false
	for i, e := range group {
		r := &s.recs[e.rec()]
		if e.ref() {
			continue
		}
		if r.kind() == kindFork {
			caller, claimed = r.ppid, true
		}
		if r.kind() != kindExec || r.ppid == 0 || r.ppid == r.pid {
			continue
		}
		parent := t.ids.of(r.ppid)
		b := &t.score[parent]
		switch {
		case !t.forked[parent]:
		case claimed && caller == r.ppid || s.claimFollows(group[i+1:], r):
			atomic.AddInt32(&b.agree, 1)
		case !s.reaper(r.ppid): // to which children are handed that others made
			atomic.AddInt32(&b.differ, 1)
		}
	}
}

// markApart marks the programs of processes whose forks, more than once and nearly every time, returned
// other numbers than their children bear in the log.
func (s *segment) markApart(t *trust) {
	if t.total.differ == 0 {
		return
	}
	for i := range s.recs {
		r := &s.recs[i]
		if r.kind() != kindExec || s.starts[r.arg()].node == nil {
			continue
		}
		if b := t.score[t.ids.of(r.pid)]; b.differ > 1+4*b.agree {
			s.starts[r.arg()].node.marks |= apart
		}
	}
}

// claimFollows reports whether a fork that returned r's pid to r's parent is
// logged right after r.
func (s *segment) claimFollows(rest []entry, r *record) bool {
	for _, e := range rest[:min(8, len(rest))] {
		n := &s.recs[e.rec()]
		if !e.ref() && n.kind() == kindFork {
			return n.ppid == r.ppid && n.at-r.at <= skew/2
		}
	}
	return false
}
