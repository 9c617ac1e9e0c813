package tree

import (
	"math"
	"sort"
)

// guesser finds the process that an unknown one was forked from, where only
// circumstance tells: which programs of the same session and user fork, and
// were at work when the unknown process came to be.
type guesser struct {
	*segment
	acts     map[text][]act      // by session, in order
	services []act               // the starts whose parent is an init
	parents  map[*proc]bool      // processes with children on record
	programs map[string][]*start // starts by the program's name, in order
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

// read looks through the boot for signs of life, once there is something to guess.
func (g *guesser) read() {
	if g.acts != nil {
		return
	}
	g.acts, g.parents = map[text][]act{}, map[*proc]bool{}
	s := g.segment
	for i := range s.recs {
		r := &s.recs[i]
		switch r.kind {
		case kindExec:
			g.start(int32(i), &s.starts[r.arg])
		case kindSight:
			g.sighting(int32(i), &s.sights[r.arg])
		}
	}
}

// startsOf lists the starts of a program by its name, in order.
func (g *guesser) startsOf(base string) []*start {
	if g.programs == nil {
		g.programs = map[string][]*start{}
		for i := range g.recs {
			r := &g.recs[i]
			if r.kind != kindExec {
				continue
			}
			if s := &g.starts[r.arg]; s.node != nil {
				b := s.node.Base()
				g.programs[b] = append(g.programs[b], s)
			}
		}
	}
	return g.programs[base]
}

func (g *guesser) start(rec int32, s *start) {
	n := s.node
	if n == nil {
		return
	}
	p := &n.self
	if up := s.parent; up.node != nil && !n.same {
		o := &up.node.self
		g.add(act{rec, habitOf(o.prog.Base), up, o, p})
		g.parents[up.proc] = true
	}
	a := act{rec, habitOf(p.prog.Base), bind{s.proc, n}, p, p}
	g.add(a)
	if g.isReaper(s.parent) && p.session == 0 {
		g.services = append(g.services, a)
	}
}

func (g *guesser) add(a act) { g.acts[a.self.session] = append(g.acts[a.self.session], a) }

// isReaper reports whether b is an init: of the host, or of a container.
func (g *guesser) isReaper(b bind) bool {
	if b.proc == nil {
		return false
	}
	return b.proc.pid == 1 || b.node != nil && b.node.session == 0 && reapers[b.node.Base()]
}

// sighting notes a process that took on a session after its start, as sshd does.
func (g *guesser) sighting(rec int32, s *sight) {
	p := &g.seen[s.what]
	if s.who.proc != nil && p.session != 0 {
		g.add(act{rec, habitOf(p.prog.Base), s.who, p, p})
	}
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
	switch r.kind {
	case kindExec:
		n := g.starts[r.arg].node
		if n == nil {
			return f, false
		}
		f.what = &n.self
		f.describe(g, n)
	case kindSight:
		f.what = &g.seen[g.sights[r.arg].what]
	default:
		return f, false
	}
	if g.pids.size > 0 { // the number tells when it came to be
		b := g.birth(p.since, p.pid)
		f.rec = int32(sort.Search(int(p.since), func(i int) bool { return g.pids.at[i] >= b }))
	}
	return f, true
}

const (
	// sureCost and sureLead are what a guess must cost at most, and how many times more the next
	// best, to leave little doubt: measured on sixteen recorded hosts, 98 % of such guesses
	// are right, of the others seven in ten.
	sureCost, sureLead = 8, 3
	// maxCost is where a guess is more often wrong than right, measured on recordings
	// of six servers whose forks were recorded beside them.
	maxCost = 24.0
	// lookBack and lookOn are how many signs of life before and after are considered:
	// one costs 1 at least.
	lookBack, lookOn = maxCost, 16
)

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
	if b := g.still(f); b.proc != nil {
		return b, Link{Inferred, ruleStill}
	}
	best := g.nearest(g.acts[f.what.session], f, false)
	if f.what.session != 0 && best.proc == nil {
		best = g.nearest(g.acts[0], f, true)
	}
	if f.what.session == 0 && !f.what.user.isRoot() {
		if b := g.service(f); b.cost < best.cost {
			return b.bind, b.link(ruleService)
		}
	}
	return best.bind, best.link(ruleNearest)
}

// found is a process that was found by circumstance, if any.
type found struct {
	bind
	cost float64
	sure bool // little doubt is left
}

func (f found) link(rule Rule) Link {
	if f.sure {
		return Link{Inferred, rule}
	}
	return Link{Supposed, rule}
}

// nearest is the process at work in acts with the least cost; openers asks for
// programs that open sessions alone.
func (g *guesser) nearest(acts []act, f profile, openers bool) found {
	at := sort.Search(len(acts), func(i int) bool { return acts[i].rec >= f.rec })
	var best bind
	cost, second := maxCost, maxCost // that of best, and the least of another
	try := func(a *act, steps float64) {
		if openers && a.habit != opener {
			return
		}
		switch c := g.cost(a, f, steps); {
		case c < cost:
			if a.who != best {
				second = cost
			}
			best, cost = a.who, c
		case c < second && a.who != best:
			second = c
		}
	}
	for i := at - 1; i >= max(0, at-lookBack); i-- {
		try(&acts[i], float64(at-i))
	}
	for i := at; i < min(len(acts), at+lookOn); i++ {
		try(&acts[i], 1.5*float64(i-at+1))
	}
	return found{best, cost, cost <= sureCost && second >= sureLead*cost}
}

// cost weighs a sign of life that lies steps away from f.
func (g *guesser) cost(a *act, f profile, steps float64) float64 {
	p := a.who.proc
	if a.place.cwd != f.what.cwd && a.habit < switcher {
		return maxCost // a fork works where its parent does
	}
	if p == f.self || !g.older(p, f) || a.habit == opener && f.what.session == 0 || a.self.container != f.what.container {
		return maxCost
	}
	if !f.mayStem(a.self.prog.Base) {
		return maxCost
	}
	c := steps * g.script(a.who.node).fit(f.called)
	if c >= maxCost {
		return maxCost
	}
	switch {
	case a.self.user == f.what.user:
	case a.self.user.isRoot() && a.habit >= switcher && p.pid != 1:
		c *= 1.5
	default:
		return maxCost // no other program changes the user without an exec
	}
	if a.place.tty != f.what.tty && a.habit < switcher {
		c *= 3
	}
	switch a.habit {
	case shell:
		if f.command {
			c *= 4
		}
	case interpreter:
		if !f.command {
			c *= 2
		}
	case otherProgram, spawner:
		return maxCost
	}
	return c
}

// service is the service that started last before the process of f: servers
// fork their workers at once, so the numbers lie close together. One that runs as the same user may be older.
func (g *guesser) service(f profile) found {
	best, fit := found{cost: maxCost}, 0
	for i := range g.services {
		a := &g.services[i]
		if a.habit >= shell || a.habit == spawner || a.who.proc == f.self || !g.older(a.who.proc, f) || !f.mayStem(a.self.prog.Base) {
			continue
		}
		if a.self.user != f.what.user && !a.self.user.isRoot() || a.self.user != f.what.user && !dropsUser(a.self.prog.Base) {
			continue
		}
		c := 2 * math.Log2(1+float64(g.between(a.who.proc, f)))
		if !dropsUser(a.self.prog.Base) {
			c *= 2
		}
		if fit++; c < best.cost {
			best.bind, best.cost = a.who, c
		}
	}
	best.sure = fit == 1
	return best
}

// between counts the process numbers handed out between p's birth and that of f,
// or the records where numbers do not tell.
func (g *guesser) between(p *proc, f profile) int64 {
	if g.pids.size == 0 {
		return int64(f.self.since - p.since)
	}
	return g.birth(f.self.since, f.self.pid) - g.birth(p.since, p.pid)
}

// older reports whether p came to be before the process of f, and was on record
// before it.
func (g *guesser) older(p *proc, f profile) bool {
	return p.since < f.self.since && g.between(p, f) > 0
}

// still is the process that owned the number before the allocation last came
// round to it, if f may be that process: it fits, and its program makes others.
func (g *guesser) still(f profile) bind {
	q := f.self.older
	if q == nil || !f.self.doubt {
		return bind{}
	}
	rounds := 1
	for q.doubt {
		q = q.older
		rounds++
	}
	if q.last == nil {
		if q.base != nil && !g.mayBeStill(&q.base.self, f, rounds) {
			return bind{} // few subshells live that long
		}
		if o, ok := g.profileOf(q); ok && o.what.user == f.what.user && o.what.session == f.what.session && o.what.tty == f.what.tty {
			return bind{q, nil}
		}
		return bind{}
	}
	if !g.parents[q] && habitOf(q.last.Base()) == otherProgram || !g.mayBeStill(&q.last.self, f, rounds) {
		return bind{}
	}
	return bind{q, q.last}
}

// mayBeStill reports whether a process that ran o may be the one that made the child
// that f tells of, so many rounds of pids later.
func (g *guesser) mayBeStill(o *self, f profile, rounds int) bool {
	switch {
	case o.session != f.what.session && o.session != 0, o.user != f.what.user && !o.user.isRoot():
		return false
	case habitOf(o.prog.Base) == shell:
		return rounds >= longLived && o.cwd == f.what.cwd && o.tty == f.what.tty // few live that long
	}
	return true
}

// longLived is in how many rounds of pids a number must have stood for a process that
// fits, before it is believed that a shell is as old as that.
const longLived = 2

// daemon is the start from which p, a process seen under an init, must descend by
// forks alone: it was seen to run that program, and never to start it. A daemon
// forks and lets its first process end.
func (g *guesser) daemon(p *proc) bind {
	if g == nil {
		return bind{}
	}
	s := &g.sights[g.recs[p.sight].arg]
	what := &g.seen[s.what]
	if !g.isReaper(s.parent) || s.parent.node != nil && s.parent.node.prog.same(what.prog) {
		return bind{}
	}
	starts := g.startsOf(what.prog.Base)
	at := sort.Search(len(starts), func(i int) bool { return starts[i].node.ID >= p.since })
	for i := at - 1; i >= max(0, at-lookBack); i-- {
		o := &starts[i].node.self
		if starts[i].proc != p && o.prog.Image == what.prog.Image && (o.session == what.session || o.session == 0) && (o.user == what.user || o.user.isRoot()) {
			return bind{starts[i].proc, starts[i].node}
		}
	}
	return bind{}
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
	starts := g.startsOf(p.prog.Base)
	at := sort.Search(len(starts), func(i int) bool { return starts[i].node.ID >= rec })
	for i := at - 1; i >= max(0, at-lookBack); i-- {
		o := starts[i]
		if o.proc != s.proc && o.node.session == p.session && o.node.prog.Image == p.prog.Image {
			return bind{o.proc, o.node} // a daemon that starts itself anew for its work
		}
	}
	g.read()
	return g.nearest(g.acts[p.session], profile{rec: rec, what: p, self: s.proc}, false).bind
}
