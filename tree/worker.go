package tree

import (
	"math"
	"slices"
	"strings"
)

// service is the service that started last before the process of f: servers
// fork their workers at once, so the numbers lie close together. One that runs as the same user may be older.
func (g *guesser) service(f profile) found {
	best := found{rule: ruleService, cost: maxCost}
	second, fit := maxCost, 0 // the least cost of another one
	for a := range g.services.before(f.self.since) {
		if a.habit >= shell || a.habit == spawner || !g.older(a.who.proc, f) || !g.runs(a.who, f) || !f.mayStem(a.self.prog.Base) {
			continue
		}
		if a.self.user != f.what.user && (!a.self.user.isRoot() || !dropsUser(a.self.prog.Base)) {
			continue
		}
		fit++
		switch c := g.farOff(a, f); {
		case c < best.cost:
			second = best.cost
			best.bind, best.cost = a.who, c
		case c < second:
			second = c
		}
	}
	best.sure = fit == 1 || second >= sureLead*best.cost
	return best
}

// manager is the systemd that runs the generator f tells of: the user's own, or the system's, which is
// process 1 unless it is a container's.
func (g *guesser) manager(f profile) found {
	const reach = 64 // systemds that are looked at
	best := found{rule: ruleManager, cost: maxCost, sure: true}
	if g.first.proc != nil && f.what.session == 0 && f.what.user.isRoot() {
		best.bind = g.first
	}
	for i := len(g.managers) - 1; i >= max(0, len(g.managers)-reach); i-- {
		a := &g.managers[i]
		if a.self.user != f.what.user || a.self.session != f.what.session || a.rec >= f.rec || !g.runs(a.who, f) {
			continue
		}
		best.sure = best.sure && (best.proc == nil || best.proc == a.who.proc)
		best.bind, best.by = a.who, a.self
	}
	return best
}

// farOff weighs how little the service a passes for the one that has the process of f for a worker.
func (g *guesser) farOff(a *act, f profile) float64 {
	c := 2 * math.Log2(1+float64(g.between(a.who.proc, f)))
	base := a.self.prog.Base
	if !dropsUser(base) && !f.what.user.isRoot() {
		c *= 2
	}
	if f.command != (a.habit == interpreter) {
		c *= 2 // interpreters start programs through a shell
	}
	if startsNothing(base) {
		c *= 2
	}
	if dir := g.texts.of(f.what.cwd); len(dir) > 1 && (a.self.cwd == f.what.cwd || g.names(a.who.node, dir)) {
		c /= 4
	}
	return c
}

// names reports whether n's command line holds a word, or the end of one behind a "=".
func (g *guesser) names(n *Node, word string) bool {
	argv, _ := g.lines.of(n.line)
	return slices.ContainsFunc(argv, func(a string) bool { return a == word || strings.HasSuffix(a, "="+word) })
}

// idled reports whether the process of f had been there for long when it made its first child:
// so do the workers of services, and hardly ever subshells.
func (g *guesser) idled(f profile) bool {
	return g.pids.size > 0 && int64(g.pids.at[f.self.since])-g.numberOf(f.self) > nearby
}

// between counts the process numbers handed out between p's birth and that of f,
// or the records where numbers do not tell.
func (g *guesser) between(p *proc, f profile) int64 {
	if g.pids.size == 0 {
		return int64(f.self.since - p.since)
	}
	return g.numberOf(f.self) - g.number(p.since, p.pid, g.recs[p.since].pid == p.pid)
}

// older reports whether p came to be before the process of f.
func (g *guesser) older(p *proc, f profile) bool { return g.between(p, f) > 0 }
