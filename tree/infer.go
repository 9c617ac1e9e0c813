package tree

import (
	"math"
	"sort"

	"oddkin/tree/internal/column"
)

// guesser finds the process that an unknown one was forked from, where only
// circumstance tells: which programs of the same session and user fork, and
// were at work when the unknown process came to be.
type guesser struct {
	*segment
	acts     map[text][]sign  // by session, in order
	made     map[text][]act   // the same: unknown processes whose makers were found
	last     []int32          // by the record of a program's start, that of its last sign of life; 0 if none
	lastOf   map[bind]int32   // the same of programs that were seen and of processes without one
	took     map[taken]bool   // the sessions that processes were seen in
	managers []act            // the starts of systemd
	first    bind             // process 1, if a start names it as parent
	services services         // the starts whose parent is an init, or such a start of the same program
	serves   map[*Node]bool   // those
	served   map[*proc]text   // for whom processes without a program of their own started some, or severalUsers
	starters map[int32][]sign // by the name of a program: the first time that each shell started it
	starting map[started]bool // what is in starters
	programs *startIndex
}

// started is a program by its name, and the one that started it.
type started struct {
	by   *Node
	what int32 // see Program.named
}

// hasStarted reports whether a shell that runs by is known to have started what.
func (g *guesser) hasStarted(by *Node, what *Program) bool {
	return g.starting[started{by, what.named}]
}

// taken is a process and a session that it was seen in.
type taken struct {
	bind
	session text
}

// act is a sign of life of a process that may fork: its own start, that of a child,
// or a record of the session it took on.
type act struct {
	rec   int32
	habit habit
	who   bind
	self  *self // it, as the record shows it
	place *self // whose working directory and terminal were its own: it, or the child
}

// sign is an act in short: twice its record, and one more if the record is of a child's start.
type sign uint32

func (s sign) rec() int32 { return int32(s >> 1) }

// act is what is in short s.
func (g *guesser) act(s sign) act {
	rec := s.rec()
	arg := g.recs[rec].arg()
	if g.recs[rec].kind() == kindSight {
		p := &g.seen[g.sights[arg].what]
		return act{rec, p.prog.habit, g.sights[arg].who, p, p}
	}
	own := &g.starts[arg]
	p := &own.node.self
	if s&1 == 0 {
		return act{rec, p.prog.habit, bind{own.proc, own.node}, p, p}
	}
	up := &own.parent.node.self
	return act{rec, up.prog.habit, own.parent, up, p}
}

// read looks through the boot for signs of life, once there is something to guess.
func (g *guesser) read() {
	if g.acts != nil {
		return
	}
	g.acts, g.made, g.lastOf = map[text][]sign{}, map[text][]act{}, map[bind]int32{}
	g.took = map[taken]bool{}
	g.serves, g.served, g.starters, g.starting = map[*Node]bool{}, map[*proc]text{}, map[int32][]sign{}, map[started]bool{}
	s := g.segment
	g.last = column.Make[int32](s.scratch, len(s.recs))
	for i := range s.recs {
		r := &s.recs[i]
		switch r.kind() {
		case kindExec:
			g.start(int32(i), &s.starts[r.arg()])
		case kindSight:
			g.sighting(int32(i), &s.sights[r.arg()])
		}
	}
}

func (g *guesser) start(rec int32, s *start) {
	n := s.node
	if n == nil {
		return
	}
	p := &n.self
	up := s.parent
	if up.node == nil && up.proc != nil {
		g.serve(up.proc, p.user)
	}
	if up.node != nil && !n.same {
		child := sign(rec)<<1 | 1
		g.add(child, up, up.node.session)
		if up.node.prog.habit == shell && !g.hasStarted(up.node, p.prog) {
			g.starting[started{up.node, p.prog.named}] = true
			g.starters[p.prog.named] = append(g.starters[p.prog.named], child)
		}
		up.proc.facts |= makesOthers
	}
	if up.proc != nil && up.proc.pid == 1 {
		g.first = up
	}
	own := sign(rec) << 1
	g.add(own, bind{s.proc, n}, p.session)
	if p.prog.Base == "systemd" {
		g.managers = append(g.managers, g.act(own))
	}
	if p.session == 0 && (g.isReaper(up) || g.serves[up.node] && up.node.prog.same(n.prog)) {
		g.serves[n] = true
		g.services.add(g.act(own))
	}
}

// severalUsers is no user's number.
const severalUsers text = math.MaxUint32

func (g *guesser) serve(p *proc, user text) {
	if was, known := g.served[p]; known && was != user {
		user = severalUsers
	}
	g.served[p] = user
}

// add takes a sign of life of a process that was then of a session.
func (g *guesser) add(s sign, who bind, session text) {
	g.acts[session] = column.Push(g.scratch, g.acts[session], s)
	g.lives(who, s.rec())
}

// lives notes that who did at rec.
func (g *guesser) lives(who bind, rec int32) {
	if who.hasStart() {
		g.last[who.node.ID] = rec
	} else {
		g.lastOf[who] = rec
	}
}

// lastSign is the record of the last sign of life of b, if any.
func (g *guesser) lastSign(b bind) int32 {
	if b.hasStart() {
		return g.last[b.node.ID]
	}
	return g.lastOf[b]
}

// hasStart reports whether the start of b's program is on record, which is then its node's ID: that of one
// that was seen may be moved to a record before.
func (b bind) hasStart() bool { return b.node != nil && b.node.Standing == Started }

// isReaper reports whether b is an init: of the host, or of a container.
func (g *guesser) isReaper(b bind) bool {
	if b.proc == nil {
		return false
	}
	return b.proc.pid == 1 || b.node != nil && b.node.session == 0 && b.node.prog.reaps
}

// sighting notes a process that took on a session after its start, as sshd does. How often it
// is seen after that depends on what is audited, and says no more than that it lives.
func (g *guesser) sighting(rec int32, s *sight) {
	p := &g.seen[s.what]
	if s.who.proc == nil || p.session == 0 {
		return
	}
	g.lives(s.who, rec)
	key := taken{s.who, p.session}
	if started := s.who.node != nil && s.who.node.session == p.session; started || g.took[key] {
		return
	}
	g.took[key] = true
	g.add(sign(rec)<<1, s.who, p.session)
}

// profile is what its first child tells of an unknown process.
type profile struct {
	rec  int32 // about where it came to be
	what *self
	self *proc
	// called is what a script may have called the child; generator and command tell that
	// it is one of systemd's generators, or a shell that was given a command (sh -c), as
	// programs start it by system or popen and shells seldom do.
	called             []string
	generator, command bool
}

// profileOf describes p by its first child.
func (g *guesser) profileOf(p *proc) (profile, bool) {
	r := &g.recs[p.since]
	f := profile{rec: p.since, self: p}
	switch r.kind() {
	case kindExec:
		n := g.starts[r.arg()].node
		if n == nil {
			return f, false
		}
		f.what = &n.self
		f.describe(g, n)
	case kindSight:
		f.what = &g.seen[g.sights[r.arg()].what]
	default:
		return f, false
	}
	f.rec = g.madeBy(p)
	return f, true
}

// guess is the likeliest process for p to have been forked from, and how that
// was found.
func (g *guesser) guess(p *proc) (bind, Link) {
	if g == nil || p.pid <= 2 { // init and kthreadd are forked from nothing
		return bind{}, Link{}
	}
	if len(g.forks) > len(g.recs)/10 {
		return bind{}, Link{} // forks are on record: it was there before the log
	}
	f, ok := g.profileOf(p)
	if !ok || f.what.user == 0 {
		return bind{}, Link{} // the record says too little to go by
	}
	g.read()
	still, sure := g.still(f)
	if sure {
		return still, Link{Inferred, ruleStill}
	}
	best := g.circumstance(f)
	best.sure = best.sure && g.served[p] != severalUsers // what works for several is no subshell
	switch {
	case best.sure:
		g.note(best, f)
	case still.proc != nil:
		return still, Link{Supposed, ruleStill}
	}
	return best.bind, best.link()
}

// circumstance is the likeliest process by what was at work when that of f came to be.
func (g *guesser) circumstance(f profile) found {
	if f.generator {
		return g.manager(f)
	}
	var worker found
	if f.what.session == 0 {
		worker = g.service(f)
	}
	if worker.proc != nil && g.idled(f) {
		return worker
	}
	best := g.nearest(f.what.session, f, false)
	if f.what.session != 0 && best.proc == nil {
		best = g.nearest(0, f, true)
	}
	if !g.hasStarted(best.node, f.what.prog) {
		if other := g.starter(f); other.proc != nil && other.bind != best.bind {
			if !best.sure {
				return other
			}
			best.sure = false
		}
	}
	switch {
	case worker.proc == nil:
	case !f.what.user.isRoot() && (best.proc == nil || worker.cost < best.cost):
		return worker
	case best.sure && g.between(worker.proc, f) < min(jitter, g.between(best.proc, f)):
		best.sure = false // that service may have forked its daemon
	}
	return best
}

// found is a process that was found by circumstance, if any.
type found struct {
	bind
	by   *self // as its sign of life shows it
	rule Rule
	cost float64
	sure bool // little doubt is left
}

func (f found) link() Link {
	if f.sure {
		return Link{Inferred, f.rule}
	}
	return Link{Supposed, f.rule}
}

// still is the process that owned the number before the allocation last came
// round to it, if f may be that process: it fits, and its program makes others. Little doubt
// is left where it lived through more than one round, started that program before, is a service, or opens sessions.
func (g *guesser) still(f profile) (b bind, sure bool) {
	q := f.self.older
	if q == nil || !f.self.doubt() {
		return bind{}, false
	}
	rounds := 1
	for q.doubt() {
		q = q.older
		rounds++
	}
	if g.hasStarted(q.last, f.what.prog) {
		rounds = max(rounds, longLived)
	}
	sure = rounds >= longLived
	if q.last == nil {
		if q.base != nil && !g.mayBeStill(&q.base.self, f, rounds) {
			return bind{}, false // few subshells live that long
		}
		if o, ok := g.profileOf(q); ok && o.what.user == f.what.user && o.what.session == f.what.session && o.what.tty == f.what.tty {
			return bind{q, nil}, true
		}
		return bind{}, false
	}
	h := q.last.prog.habit
	if q.facts&makesOthers == 0 && h == otherProgram || !g.mayBeStill(&q.last.self, f, rounds) {
		return bind{}, false
	}
	return bind{q, q.last}, sure || h >= switcher || g.isService(q)
}

// isService reports whether an init started p.
func (g *guesser) isService(p *proc) bool {
	if p.exec < 0 {
		return false
	}
	first := &g.starts[p.exec]
	return first.node.session == 0 && g.isReaper(first.parent)
}

// mayBeStill reports whether a process that ran o may be the one that made the child
// that f tells of, so many rounds of pids later.
func (g *guesser) mayBeStill(o *self, f profile, rounds int) bool {
	switch {
	case o.session != f.what.session && o.session != 0, o.user != f.what.user && !o.user.isRoot():
		return false
	case o.prog.habit == shell:
		return rounds >= longLived && o.cwd == f.what.cwd && o.tty == f.what.tty // few live that long
	}
	return true
}

// longLived is in how many rounds of pids a number must have stood for a process that
// fits, before it is believed that a shell is as old as that.
const longLived = 2

// daemonReach is how many starts of a program are looked at.
const daemonReach = 24

// daemon is the start from which p, a process seen under an init, must descend by
// forks alone: it was seen to run that program, and never to start it. A daemon
// forks and lets its first process end.
func (g *guesser) daemon(p *proc) bind {
	if g == nil {
		return bind{}
	}
	s := &g.sights[g.recs[p.sight].arg()]
	what := &g.seen[s.what]
	if !g.isReaper(s.parent) || s.parent.node != nil && s.parent.node.prog.same(what.prog) {
		return bind{}
	}
	best := g.ancestor(p, what, what.session)
	if what.session == 0 {
		return best
	}
	if other := g.ancestor(p, what, 0); best.proc == nil || other.proc != nil && other.node.ID > best.node.ID {
		return other
	}
	return best
}

// ancestor is the last start of the program of what in a session before p came to be, of a process that lived then.
func (g *guesser) ancestor(p *proc, what *self, session text) bind {
	starts := g.startsOf(what.prog, session)
	made := g.recs[g.madeBy(p)].at
	at := sort.Search(len(starts), func(i int) bool { return g.starts[starts[i]].node.ID >= p.since })
	for i := at - 1; i >= max(0, at-daemonReach); i-- {
		o := &g.starts[starts[i]]
		if lived := o.proc.ended == untimed || o.proc.ended+skew >= made; lived && o.node.prog.Image == what.prog.Image &&
			(o.node.user == what.user || o.node.user.isRoot()) {
			return bind{o.proc, o.node}
		}
	}
	return bind{}
}

// madeBy is the record by which p had come to be; its number tells.
func (g *guesser) madeBy(p *proc) int32 {
	if g.pids.size == 0 {
		return p.since
	}
	number := g.numberOf(p)
	return int32(sort.Search(int(p.since), func(i int) bool { return int64(g.pids.at[i]) >= number }))
}

// orphaned is the process that a start whose record names an init as parent came
// from, if it cannot be the init: no init gives its children an audit session.
func (g *guesser) orphaned(s *start, rec int32) bind {
	if g == nil {
		return bind{}
	}
	p := &s.node.self
	if p.session == 0 || p.prog.Base == "systemd" || !g.isReaper(s.parent) {
		return bind{}
	}
	starts := g.startsOf(p.prog, p.session)
	at := sort.Search(len(starts), func(i int) bool { return g.starts[starts[i]].node.ID >= rec })
	for i := at - 1; i >= max(0, at-daemonReach); i-- {
		o := &g.starts[starts[i]]
		if o.proc != s.proc && o.node.prog.Image == p.prog.Image {
			return bind{o.proc, o.node} // a daemon that starts itself anew for its work
		}
	}
	g.read()
	return g.nearest(p.session, profile{rec: rec, what: p, self: s.proc}, false).bind
}
