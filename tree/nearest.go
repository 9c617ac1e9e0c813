package tree

import (
	"slices"
	"sort"
)

const (
	// sureLead is how many times more than a guess the next best must cost, or else maxCost be, to leave little doubt.
	sureLead = 3
	// maxCost is where a guess is as often wrong as right. These were set by recordings of the lab;
	// see "Inference" in the package comment.
	maxCost = 16.0
	// A sign of life costs 1 more than the one before it, that of a process which cannot have
	// made the unknown one costs aside, and one that comes later half as much again.
	aside, later = 0.5, 1.5
)

// search looks for the process that made that of f.
type search struct {
	*guesser
	f       profile
	openers bool // programs that open sessions alone
	best    found
	habit   habit   // of best
	second  float64 // the least cost of another process
}

// nearest is the process at work in a session that fits best.
func (g *guesser) nearest(session text, f profile, openers bool) found {
	s := search{guesser: g, f: f, openers: openers, best: found{rule: ruleNearest, cost: maxCost}, second: maxCost}
	acts, made := g.acts[session], g.made[session]
	at := sort.Search(len(acts), func(i int) bool { return acts[i].rec() >= f.rec })
	i, k := at-1, sort.Search(len(made), func(i int) bool { return made[i].rec >= f.rec })-1
	for steps := 1.0; steps <= maxCost && i+k > -2; {
		if k < 0 || i >= 0 && acts[i].rec() > made[k].rec {
			steps += s.try(g.act(acts[i]), steps)
			i--
		} else {
			steps += s.try(made[k], steps)
			k--
		}
	}
	for i, steps := at, later; i < len(acts) && steps <= maxCost; i++ {
		steps += later * s.try(g.act(acts[i]), steps)
	}
	s.best.sure = s.second >= sureLead*s.best.cost &&
		(s.habit != interpreter || g.outlives(s.best.bind, f) && !g.serves[s.best.node]) // scripts of one purpose end and leave no trace
	return s.best
}

// try weighs a sign of life so many steps away, and says how much further away the next one is.
func (s *search) try(a act, steps float64) float64 {
	if s.openers && a.habit != opener {
		return aside
	}
	c := s.cost(&a, s.f)
	if c >= maxCost {
		return aside
	}
	switch c *= steps; {
	case c < s.best.cost:
		if a.who != s.best.bind {
			s.second = s.best.cost
		}
		s.best.bind, s.best.by, s.best.cost, s.habit = a.who, a.self, c, a.habit
	case c < s.second && a.who != s.best.bind:
		s.second = c
	}
	return 1
}

// note keeps the process of f as a sign of life of its maker, if that is known to have lived on: a script
// forks for one pipeline after the other.
func (g *guesser) note(b found, f profile) {
	if b.by == nil || !g.outlives(b.bind, f) {
		return
	}
	list := g.made[f.what.session]
	i := len(list)
	for i > 0 && list[i-1].rec > f.rec {
		i--
	}
	g.made[f.what.session] = slices.Insert(list, i, act{f.rec, b.by.prog.habit, b.bind, b.by, f.what})
}

// outlives reports whether b gave a sign of life after the process of f came to be.
func (g *guesser) outlives(b bind, f profile) bool { return g.lastSign(b) > f.rec }

// starter is the only shell at work before and after the process of f came to be that started the same
// program itself: a script that runs a program mostly runs it again.
func (g *guesser) starter(f profile) (only found) {
	const reach = 64 // shells that are looked at
	list := g.starters[f.what.prog.named]
	for i := len(list) - 1; i >= max(0, len(list)-reach); i-- {
		a := g.act(list[i])
		if a.self.session != f.what.session || a.rec >= f.rec || !g.outlives(a.who, f) || g.cost(&a, f) > 2 {
			continue
		}
		if only.proc != nil {
			return found{}
		}
		only = found{a.who, a.self, ruleStarter, maxCost, true}
	}
	return only
}

// cost weighs how little a, a sign of life next to f, fits its maker: 1 if nothing speaks against it.
func (g *guesser) cost(a *act, f profile) float64 {
	p := a.who.proc
	if !g.runs(a.who, f) {
		return maxCost
	}
	if a.place.cwd != f.what.cwd && a.habit < switcher {
		return maxCost // a fork works where its parent does
	}
	if !g.older(p, f) || p.ppid == f.self.pid || a.habit == opener && f.what.session == 0 || a.self.container != f.what.container {
		return maxCost
	}
	if !f.mayStem(a.self.prog.Base) {
		return maxCost
	}
	c := g.script(a.who.node).fit(f.called)
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

// runs reports whether the process of b ran that program when that of f came to be: it had begun,
// and neither ended nor begun another. Of one that has begun many since it is not known.
func (g *guesser) runs(b bind, f profile) bool {
	p := b.proc
	if p.ended != untimed && p.ended+skew < g.recs[f.rec].at || b.node != nil && b.node.ID > f.self.since {
		return false
	}
	looked := 0
	for n := p.last; n != nil && n != b.node; n = n.PreviousSelf() {
		if looked++; n.ID <= f.rec || looked > maxSelves {
			return false
		}
	}
	return true
}
