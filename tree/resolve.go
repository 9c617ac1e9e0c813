package tree

import "oddkin/parsers/event"

type resolveState uint8

const (
	unresolved resolveState = iota
	resolving
	resolved
)

// link gives every node its parent. Until the forest is planted, a node's ID is the
// index of the record it rests on: the order of time.
func (s *segment) link(o Options) {
	inPieces(len(s.recs), func(_, from, to int) {
		for i := from; i < to; i++ {
			if r := &s.recs[i]; r.kind() == kindExec && s.starts[r.arg()].node != nil {
				s.starts[r.arg()].node.ID = int32(i)
			}
		}
	})
	s.nameParents()
	s.walk()
	r := resolver{segment: s, strict: o.Strict}
	if o.Records {
		r.rests = newResting(s)
	}
	if !o.Strict && s.windows <= 0 {
		r.guess = &guesser{segment: s}
	}
	for i := range s.recs {
		rec := &s.recs[i]
		if rec.kind() == kindExec && s.starts[rec.arg()].node != nil {
			r.start(&s.starts[rec.arg()], int32(i))
		}
	}
	for p := range s.procs.all() {
		if p.sight >= 0 {
			r.settle(p)
		}
	}
	for i := range s.recs {
		if rec := &s.recs[i]; rec.kind() == kindFail {
			r.fail(&s.fails[rec.arg()], rec)
		}
	}
}

// nameParents gives the pid of the parent to starts that name only its GUID.
func (s *segment) nameParents() {
	if !s.guids {
		return
	}
	pids := map[text]uint32{}
	for i := range s.recs {
		if r := &s.recs[i]; r.kind() == kindExec && r.ppid == 0 && s.refs.of(s.starts[r.arg()].node.parent).guid != 0 {
			pids[s.refs.of(s.starts[r.arg()].node.parent).guid] = 0
		}
	}
	if len(pids) == 0 {
		return
	}
	for i := range s.recs {
		if r := &s.recs[i]; r.kind() == kindExec {
			if pid, asked := pids[s.starts[r.arg()].node.guid]; asked && pid == 0 {
				pids[s.starts[r.arg()].node.guid] = r.pid
			}
		}
	}
	for i := range s.recs {
		if r := &s.recs[i]; r.kind() == kindExec && r.ppid == 0 {
			r.ppid = pids[s.refs.of(s.starts[r.arg()].node.parent).guid]
		}
	}
}

// maxDepth bounds how often settle may start over within itself.
const maxDepth = 100

// resolver turns bonds between processes into links between nodes.
type resolver struct {
	*segment
	strict bool
	guess  *guesser
	depth  int // of settle within settle
	rests  *resting
}

// start links the node of a start.
func (r *resolver) start(s *start, at int32) {
	rec := &r.recs[at]
	n := s.node
	switch {
	case n.same:
		n.Link = Link{Kind: Observed}
	case s.proc.exec == rec.arg() && r.hasBase(s.proc):
		n.follow(r.settle(s.proc))
		n.Link = Link{Kind: Observed}
	case s.proc.fork >= 0:
		r.hang(n, r.forkOf(s.proc).parent, Link{Kind: Observed})
		n.rests = r.rests.then(s.proc, n.rests)
	case s.proc.exec == rec.arg() && r.seenUnder(s.proc):
		r.hang(n, bind{s.proc, nil}, Link{Kind: ByPID})
	case r.byGUID(s):
		r.hang(n, s.parent, Link{Kind: ByGUID})
	case r.isContained(s) && r.strict:
		n.Link = Link{Kind: Orphan, Rule: ruleContained}
	case s.parent.proc != nil:
		b, l := s.parent, Link{Kind: ByPID}
		if up := r.guess.orphaned(s, at); up.proc != nil {
			b, l = up, Link{Kind: Supposed, Rule: ruleOrphaned}
		} else if r.mayBeHandedOn(s, rec) {
			l.Rule = ruleInitOrOrphan
		} else if r.isContained(s) {
			l = Link{Kind: Supposed, Rule: ruleContained}
		}
		r.hang(n, b, l)
		if n.Link.Rule == ruleStill && r.isLeftTo(n, n.Parent) {
			n.Link = Link{Kind: Supposed, Rule: ruleContained}
		}
	case rec.pid != 0 && rec.ppid == rec.pid:
		r.found.counts.SelfParents++
		r.found.warn(r.evidence(rec), reasonSelf.String())
		n.Link = Link{Kind: Orphan, Rule: reasonSelf}
	case rec.pid == 1 && n.prog.OS != event.Windows:
		n.Link = Link{Kind: Root}
	default:
		n.Link = Link{Kind: Orphan, Rule: reasonUnstated}
	}
}

// mayBeHandedOn reports whether the parent of s, an init by its own record, may have been handed
// a process that another one made and left: where no forks are on record, and nothing speaks for
// a service. What lies where daemons do, is one of systemd's own, or begins lineages, init starts.
func (r *resolver) mayBeHandedOn(s *start, rec *record) bool {
	if rec.ppid != 1 || rec.pid == 2 || s.node.prog.OS != event.Linux || len(r.forks) > 0 {
		return false
	}
	return !s.node.prog.isDaemon()
}

// isContained reports whether s names the subreaper of a container as parent, where no forks are
// on record. Such a program starts nothing but runtimes; each of those makes a process in the
// container, and ends before its first record.
func (r *resolver) isContained(s *start) bool { return r.isLeftTo(s.node, s.parent.node) }

func (r *resolver) isLeftTo(n, up *Node) bool {
	return up != nil && subreapers[up.Base()] && up.prog.plays().system && len(r.forks) == 0 && !n.prog.plays().runtime && !helpers[n.Base()]
}

// byGUID reports whether the record of s names its parent by GUID: that of the process,
// or of the program it ran then, for Sysmon on Linux gives each program of a process its own.
func (r *resolver) byGUID(s *start) bool {
	p, said := s.parent, r.refs.of(s.node.parent).guid
	return p.proc != nil && said != 0 && (said == p.proc.guid || p.node != nil && said == p.node.guid)
}

// hang puts n under the program that b stands for.
func (r *resolver) hang(n *Node, b bind, l Link) {
	if b.node == nil {
		b.node = r.settle(b.proc)
		if b.proc.link.Kind > l.Kind {
			l = b.proc.link
		}
		n.rests = b.proc.rests
	}
	for b.node.ID > n.ID && b.node.same {
		b.node = b.node.Parent // what the parent runs by now is younger than the child
	}
	n.Parent, n.Link = b.node, l
}

// hasBase reports whether p was seen running a program of its own before its
// first start.
func (r *resolver) hasBase(p *proc) bool {
	return p.sight >= 0 && r.settle(p).PID == p.pid
}

// seenUnder reports whether p was seen with a parent before its first start: that is the
// one to go by, since the start may come after the parent's end.
func (r *resolver) seenUnder(p *proc) bool {
	return p.sight >= 0 && p.sight < r.firstOf(p).ID && r.sights[r.recs[p.sight].arg()].parent.proc != nil
}

// settle finds the program that p ran before any start of its own. A process
// that was forked and is not known to run anything else runs its parent's; that node
// stands for it. The chain of such processes may be long, so it is followed in a loop.
func (r *resolver) settle(p *proc) *Node {
	if p.state == resolved {
		return p.base
	}
	var chain []*proc
	var node *Node
	kind := Link{}  // the weakest step of the link to node
	var above rests // of that
	for node == nil {
		if p.state == resolved {
			node, kind, above = p.base, p.link, p.rests
			break
		}
		if p.state == resolving {
			r.found.counts.Cycles++
			r.found.warn(r.evidence(&r.recs[p.since]), reasonCycle.String())
			node = r.placeholder(p)
			break
		}
		p.state = resolving
		chain = append(chain, p)
		b, l := r.above(p)
		p.link = l
		if b.proc == nil {
			node = r.placeholder(p)
			break
		}
		node, p = b.node, b.proc
	}
	for i := len(chain) - 1; i >= 0; i-- {
		q := chain[i]
		if q.state == resolved {
			continue // cut out of a circle above
		}
		if kind.Kind > q.link.Kind {
			q.link = kind
		}
		kind = q.link
		above = r.rests.then(q, above)
		if own := r.ownProgram(q, node); own != nil {
			own.Parent, own.Link = node, q.link
			node, kind = own, Link{}
			q.link = Link{}
			own.rests, above = above, 0
		}
		node.isThereBy(q.since, r)
		q.base, q.rests, q.state = node, above, resolved
	}
	return chain[0].base
}

// above is the process that p was forked from, as far as the evidence tells.
func (r *resolver) above(p *proc) (bind, Link) {
	switch {
	case p.facts&isOlder != 0:
		return bind{p.older, p.base}, Link{Kind: ByPID}
	case p.fork >= 0:
		return r.forkOf(p).parent, Link{Kind: Observed}
	case p.sight >= 0 && r.sights[r.recs[p.sight].arg()].parent.proc != nil:
		if b := r.guess.daemon(p); b.proc != nil {
			return b, Link{Kind: Inferred, Rule: ruleDaemon}
		}
		if r.handedOn(p) {
			return r.guess.guess(p)
		}
		return r.ran(&r.sights[r.recs[p.sight].arg()]), Link{Kind: ByPID}
	case p.exec >= 0 && r.starts[p.exec].parent.proc != nil && r.executesLater(p) && !r.strict:
		return r.starts[p.exec].parent, Link{Kind: Inferred, Rule: ruleExecsLater}
	}
	if b, l := r.guess.guess(p); b.proc != nil {
		return b, l
	}
	return bind{}, Link{}
}

// isThereBy moves the beginning of n, and of what is above it, to a record that names a process which runs n's
// program: of one that only was seen, the first sign of life may be later than one of its children's.
func (n *Node) isThereBy(rec int32, r *resolver) {
	for ; n != nil && n.Standing != Started && n.ID > rec; n = n.Parent {
		n.ID, n.start = rec, r.clock(r.recs[rec].at)
	}
}

// handedOn reports whether p was seen under an init that cannot have made it: in an audit session,
// which no init gives, running what is not the init's own program.
func (r *resolver) handedOn(p *proc) bool {
	what := r.seenAt(p.sight)
	up := r.sights[r.recs[p.sight].arg()].parent
	return what.prog.OS == event.Linux && what.session != 0 && up.proc.pid == 1 && what.prog.Base != "systemd"
}

// executesLater reports whether p's first start may name the parent that p had when it was
// first named: on a system that forks, a parent that was there before it.
func (r *resolver) executesLater(p *proc) bool {
	return r.starts[p.exec].parent.proc.since < p.since
}

// ran is the program of the parent that s was forked from. When s was seen the
// parent may have gone on to another: the one that s still runs is the one.
func (r *resolver) ran(s *sight) bind {
	b := s.parent
	what := r.seen[s.what].prog
	looked := 0
	for n := b.node; n != nil && looked < maxSelves; n = n.PreviousSelf() {
		if n.prog.same(what) {
			return bind{b.proc, n}
		}
		looked++
	}
	if p := b.proc; b.node != nil && p.exec >= 0 && p.since < r.firstOf(p).ID && p.state != resolving && r.depth < maxDepth {
		r.depth++
		base := r.settle(p)
		r.depth--
		if base.prog.same(what) {
			return bind{p, base}
		}
	}
	return b
}

// ownProgram makes the node of a process that was seen running something else
// than the process it came from.
func (r *resolver) ownProgram(p *proc, parent *Node) *Node {
	if p.sight < 0 {
		return nil
	}
	what := r.seenAt(p.sight)
	if what.prog.OS != event.Windows && what.prog.same(parent.prog) {
		return nil
	}
	n := r.seenNode(what, p.sight)
	n.ID, n.start = p.since, r.clock(r.recs[p.since].at)
	n.guid = p.guid // the sighting's own may be of another; see bearer
	r.unseen = append(r.unseen, n)
	return n
}

// fail attaches a refused start to the program that tried it.
func (r *resolver) fail(f *fail, rec *record) {
	if f.node == nil {
		f.node = r.settle(f.proc)
	}
	if r.failed == nil {
		r.failed = map[*Node][]attempt{}
	}
	f.node.marks |= hasFailed
	r.failed[f.node] = append(r.failed[f.node], attempt{f.command, r.clock(rec.at), f.src, rec.serial})
}
