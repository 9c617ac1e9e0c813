package detect

import (
	"cmp"
	"context"
	"iter"
	"slices"

	"oddkin/detect/names"
	"oddkin/parsers/event"
	"oddkin/tree"
)

// prefixes are the chains of a forest as they are scored, each told as a shorter one
// and a hop more: what [squeeze] makes of every chain, without ever holding one. So a
// forest takes time and memory for its hops, not for the hops of all its chains, which are
// without bound where hostile evidence nests processes.
type prefixes struct {
	m    *Model
	s    *shapes
	run  [ways]*scorer // one for each system
	list []prefix      // what is shorter comes first; 0 is the empty one
	// of holds, by the way of squeezing and then by chain, a prefix, or notYet.
	of [ways][]int32
}

// prefix is a squeezed chain up to one of its hops.
type prefix struct {
	before int32 // without the last hop
	chain  int32 // where in shapes.chain that hop is
	length int32
	way    way
	token  int32   // of the last hop
	digest uint64  // of the chain, if there are any that are known
	bits   float64 // the surprise of the last step
	logit  int32   // index of the last window's, -1 if that is not wanted
	whole  bool    // the logits of all shorter ones are wanted too

	row    relayRow // that it ends in, or that may go on behind what it ends in
	direct int32    // the same read directly; 0 if that leaves out nothing
	past   int32    // of a direct reading the longest row that it passed over
	of     int32    // and what it is a reading of

	// What follows is told by judge for those whose logit is wanted.

	standing float64 // of the worst window
	worst    int32   // the prefix that this window ends
	to       int32   // index in the chain of the hop behind that window; -1 if there is none
	verdict  int32   // the prefix whose standing counts: this one, or the direct one if that overrules it
	alarm    int32   // the prefix from which on all are alerts; -1 if this one is none
	known    bool    // to the site: no alert, whatever it stands at
}

// relayRow is a row of programs that only hand on, see [sequence.direct].
type relayRow struct {
	n     int32 // programs that do
	begin int32 // how many hops are before it
	last  int32 // the prefix that ends with the last of those; 0 if there is none
	head  int32 // the one that ends with the shell that a direct reading keeps, or with what is before the row
	kept  bool  // there is such a shell
}

const notYet = -1

func (m *Model) prefixes(s *shapes) *prefixes {
	b := &prefixes{m: m, s: s, list: []prefix{{logit: -1, alarm: -1}}}
	edges, of := m.normal.remembering(), map[*system]*scorer{}
	for r := range ways {
		system := m.system(r.os())
		if of[system] == nil {
			of[system] = newScorer(system, edges)
		}
		b.run[r] = of[system]
	}
	return b
}

// compute lets the networks read all that was noted.
func (b *prefixes) compute(ctx context.Context) error {
	for _, run := range b.run { // one that two ways share has nothing left to do
		if err := run.run(ctx); err != nil {
			return err
		}
	}
	return nil
}

// way tells chains apart that are squeezed or scored in different ways.
type way uint8

const (
	unixWay way = iota
	windowsWay
	agentsWay // of Windows, a sandbox's agents left out
	ways
)

// wayOf is that of a chain of os whose lineage begins so.
func wayOf(entry tree.Entry, os event.OS) way {
	switch {
	case os != event.Windows:
		return unixWay
	case entry == tree.EntryUnknown:
		return agentsWay
	}
	return windowsWay
}

func (w way) os() event.OS {
	if w == unixWay {
		return event.Linux
	}
	return event.Windows
}

// whole is the prefix that is all of a chain; 0 if nothing is left of it.
func (b *prefixes) whole(chain int32, r way) int32 {
	s := b.s
	if up := s.chain[chain].parent; up != 0 && s.nameOf(chain) == "conhost" {
		chain = up
	}
	at := b.upTo(chain, r)
	if name := s.nameOf(chain); at == 0 && name != names.Unknown {
		return b.add(0, chain, r) // an agent, but nothing is below it
	}
	return at
}

// upTo is the prefix that chain is, if more follows.
func (b *prefixes) upTo(chain int32, r way) int32 {
	if b.of[r] == nil {
		b.of[r] = slices.Repeat([]int32{notYet}, len(b.s.chain))
		b.of[r][0] = 0
	}
	of := b.of[r]
	var missing []int32
	for ; of[chain] == notYet; chain = b.s.chain[chain].parent {
		missing = append(missing, chain)
	}
	at := of[chain]
	for _, c := range slices.Backward(missing) {
		if !b.passedOver(at, c, r) {
			at = b.add(at, c, r)
		}
		of[c] = at
	}
	return at
}

// passedOver reports whether squeezing leaves out the last hop of chain, which follows the
// prefix at: see [squeeze].
func (b *prefixes) passedOver(at, chain int32, r way) bool {
	h := b.s.hops[b.s.chain[chain].hop]
	if h.name == names.Unknown || at == 0 && r == agentsWay && agents[h.name] {
		return true
	}
	if at == 0 {
		return false
	}
	last := b.hop(at)
	return last == h || stubs(last, h) || pads(h) && pads(last) && padding(h, b.padded(at))
}

// hop is the last hop of a prefix.
func (b *prefixes) hop(at int32) hop { return b.s.hops[b.s.chain[b.list[at].chain].hop] }

// padded walks the shells and launchers that a prefix ends in, the last first.
func (b *prefixes) padded(at int32) iter.Seq[hop] {
	return func(yield func(hop) bool) {
		for ; at != 0 && pads(b.hop(at)) && yield(b.hop(at)); at = b.list[at].before {
		}
	}
}

// add makes a prefix of one and the last hop of chain, which are squeezed in the way r, and what it is
// read directly.
func (b *prefixes) add(before, chain int32, r way) int32 {
	last, name, up := b.list[before], b.s.nameOf(chain), ""
	if h := cmp.Or(last.row.last, before); h != 0 {
		up = b.s.nameOf(b.list[h].chain)
	}
	direct := int32(0)
	if w := last.row; w.last != 0 && isLong(int(b.list[w.last].length-w.begin), int(w.n)) {
		direct = b.extend(w.head, chain, r)
		b.list[direct].past = max(b.list[direct].past, w.n)
	} else if last.direct != 0 {
		direct = b.extend(last.direct, chain, r)
	}
	at := b.extend(before, chain, r)
	if b.list[at].direct = direct; direct != 0 {
		b.list[direct].of = at
	}
	switch {
	case relays(up, name):
		b.list[at].row = b.longer(last.row, at)
	case carries(name):
		b.list[at].row = last.row
	}
	return at
}

// longer is a row with the last hop of the prefix at.
func (b *prefixes) longer(w relayRow, at int32) relayRow {
	n := b.list[at]
	if w.n == 0 {
		w.begin, w.head = n.length-1, cmp.Or(b.list[n.before].direct, n.before)
	}
	w.n, w.last = w.n+1, at
	if w.kept || names.KindOf(b.s.nameOf(n.chain)) != names.Shell {
		return w
	}
	switch w.kept = true; {
	case n.before == w.head:
		w.head = at
	case n.direct != 0 && b.list[n.direct].before == w.head:
		w.head = n.direct
	default:
		w.head = b.extend(w.head, n.chain, n.way)
		b.list[w.head].of = at
	}
	return w
}

// extend makes a prefix of one and the last hop of chain.
func (b *prefixes) extend(before, chain int32, r way) int32 {
	h := b.s.hops[b.s.chain[chain].hop]
	n := prefix{before: before, chain: chain, length: b.list[before].length + 1, past: b.list[before].past, way: r, logit: -1, alarm: -1}
	run := b.run[r]
	n.token = run.tokenOf(tokenKey{h, false, false})
	if before != 0 {
		n.bits = run.edges.of(edge{b.s.nameOf(b.list[before].chain), h.name})
	}
	if len(b.m.known) > 0 {
		n.digest = extend(b.list[before].digest, h)
	}
	b.list = append(b.list, n)
	return int32(len(b.list) - 1)
}

// want asks for the windows of the chain that at is all of. With every, it asks for those
// of everything that the chain begins with.
func (b *prefixes) want(at int32, every bool) {
	for shorter := false; at != 0; shorter = true {
		n := &b.list[at]
		if every && n.whole || !every && shorter && n.logit >= 0 && n.length > Length {
			return // and so all that are shorter
		}
		if n.direct != 0 && (every || !shorter) {
			b.want(n.direct, false)
		}
		n.whole = n.whole || every
		if n.logit < 0 {
			n.logit = b.window(at)
		}
		if !every && n.length <= Length {
			return
		}
		at = n.before
	}
}

// window notes the last window of a prefix.
func (b *prefixes) window(at int32) int32 {
	var tokens [Length]int32
	run, below, n := b.runOf(at), b.list[at].length > Length, int(min(b.list[at].length, Length))
	for i := n - 1; i > 0; i-- {
		tokens[i] = b.list[at].token
		at = b.list[at].before
	}
	tokens[0] = run.tokenOf(tokenKey{b.hop(at), below, false})
	return run.tokensOf(tokens[:n])
}

// runOf is what scores a prefix.
func (b *prefixes) runOf(at int32) *scorer { return b.run[b.list[at].way] }

// judge scores what is wanted and takes the worst window of each prefix.
func (b *prefixes) judge(ctx context.Context) error {
	if err := b.compute(ctx); err != nil {
		return err
	}
	for i := range b.list {
		n := &b.list[i]
		if n.logit < 0 {
			continue
		}
		n.standing, n.worst, n.to = b.runOf(int32(i)).fit.standing(b.opinions(int32(i))), int32(i), -1
		n.known = b.m.known.has(n.digest) || n.of != 0 && b.m.known.has(b.list[n.of].digest)
		before := &b.list[n.before]
		if n.length > Length && !before.known && n.standing <= before.standing {
			n.standing, n.worst, n.to = before.standing, before.worst, before.to
			if n.to < 0 {
				n.to = b.s.chain[n.chain].depth - 1
			}
		}
		n.verdict = int32(i)
		if d := &b.list[n.direct]; n.direct != 0 && d.logit >= 0 && !d.known && overrules(d.standing, n.standing, int(d.past)) {
			n.verdict = n.direct
		}
		switch {
		case b.list[n.verdict].standing < 0 || n.known:
			n.alarm = -1
		case before.alarm >= 0:
			n.alarm = before.alarm
		default:
			n.alarm = int32(i)
		}
	}
	return nil
}

// opinions are what is thought of the last window of a prefix whose logit is known.
func (b *prefixes) opinions(at int32) opinions {
	run, window := b.runOf(at), b.list[at].logit
	return opinions{network: float64(run.logits[window]), rarity: b.rarest(at), next: float64(run.bits[window])}
}

// rarest is the greatest surprise in the last window of a prefix.
func (b *prefixes) rarest(at int32) (bits float64) {
	for range min(b.list[at].length, Length) - 1 {
		bits = max(bits, b.list[at].bits)
		at = b.list[at].before
	}
	return bits
}

// last lists the hops of the last n prefixes up to at, and where they are in the chain.
func (b *prefixes) last(at int32, n int) (hops []hop, index []int) {
	n = min(n, int(b.list[at].length))
	hops, index = make([]hop, n), make([]int, n)
	for i := n - 1; i >= 0; i-- {
		link := b.s.chain[b.list[at].chain]
		hops[i], index[i] = b.s.hops[link.hop], int(link.depth)-1
		at = b.list[at].before
	}
	return hops, index
}

// first lists the first hops of a chain, [Length] at most.
func (b *prefixes) first(at int32) []hop {
	for b.list[at].length > Length {
		at = b.list[at].before
	}
	hops, _ := b.last(at, Length)
	return hops
}
