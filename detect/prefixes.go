package detect

import (
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
	run  *scorer
	list []prefix // what is shorter comes first; 0 is the empty one
	// of holds, by what squeezing depends on beside the hops and then by chain, a
	// prefix, or notYet.
	of [entryRows + 1][]int32
}

// prefix is a squeezed chain up to one of its hops.
type prefix struct {
	before int32 // without the last hop
	chain  int32 // where in shapes.chain that hop is
	length int32
	token  int32   // of the last hop
	digest uint64  // of the chain, if there are any that are known
	bits   float64 // the surprise of the last step
	logit  int32   // index of the last window's, -1 if that is not wanted
	whole  bool    // the logits of all shorter ones are wanted too

	// What follows is told by judge for those whose logit is wanted.

	margin float64 // of the worst window
	worst  int32   // the prefix that this window ends
	to     int32   // index in the chain of the hop behind that window; -1 if there is none
	alarm  int32   // the prefix from which on all are alerts; -1 if this one is none
	known  bool    // to the site: no alert, whatever the margin
}

const notYet = -1

func (m *Model) prefixes(s *shapes) *prefixes {
	return &prefixes{m: m, s: s, run: m.scorer(), list: []prefix{{logit: -1, alarm: -1}}}
}

// withAgents is the row of [prefixes.of] where a sandbox's agents are left out.
const withAgents = entryRows

// way tells chains apart that are squeezed or scored in different ways.
func way(entry tree.Entry, os event.OS) int {
	if entry == tree.EntryUnknown && os == event.Windows {
		return withAgents
	}
	return int(entry)
}

// entryOfWay is how the lineages of chains that are squeezed in the way r begin.
func entryOfWay(r int) tree.Entry {
	if r == withAgents {
		return tree.EntryUnknown
	}
	return tree.Entry(r)
}

// whole is the prefix that is all of a chain; 0 if nothing is left of it.
func (b *prefixes) whole(chain int32, entry tree.Entry, os event.OS) int32 {
	s := b.s
	if up := s.chain[chain].parent; up != 0 && s.nameOf(chain) == "conhost" {
		chain = up
	}
	r := way(entry, os)
	at := b.upTo(chain, r)
	if name := s.nameOf(chain); at == 0 && name != names.Unknown {
		return b.add(0, chain, r) // an agent, but nothing is below it
	}
	return at
}

// upTo is the prefix that chain is, if more follows.
func (b *prefixes) upTo(chain int32, r int) int32 {
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
func (b *prefixes) passedOver(at, chain int32, r int) bool {
	h := b.s.hops[b.s.chain[chain].hop]
	if h.name == names.Unknown || at == 0 && r == withAgents && agents[h.name] {
		return true
	}
	if at == 0 {
		return false
	}
	last := b.hop(at)
	return last == h || pads(h) && pads(last) && padding(h, b.padded(at))
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

// add makes a prefix of one and the last hop of chain, which are squeezed in the way r.
func (b *prefixes) add(before, chain int32, r int) int32 {
	h := b.s.hops[b.s.chain[chain].hop]
	n := prefix{before: before, chain: chain, length: b.list[before].length + 1, logit: -1, alarm: -1}
	n.token = b.run.tokenOf(tokenKey{h, -1, false})
	if before != 0 {
		n.bits = b.run.edges.of(edge{b.s.nameOf(b.list[before].chain), h.name})
	}
	if len(b.m.known) > 0 {
		digest := b.list[before].digest
		if before == 0 {
			digest = begun(entryOfWay(r))
		}
		n.digest = extend(digest, h)
	}
	b.list = append(b.list, n)
	return int32(len(b.list) - 1)
}

// want asks for the windows of the chain that at is all of. With every, it asks for those
// of everything that the chain begins with.
func (b *prefixes) want(at int32, entry tree.Entry, every bool) {
	for shorter := false; at != 0; shorter = true {
		n := &b.list[at]
		if every && n.whole || !every && shorter && n.logit >= 0 && n.length > Beginning {
			return // and so all that are shorter
		}
		n.whole = n.whole || every
		if n.logit < 0 {
			n.logit = b.window(at, entry)
		}
		if !every && n.length <= Beginning {
			return
		}
		at = n.before
	}
}

// window notes the last window of a prefix.
func (b *prefixes) window(at int32, entry tree.Entry) int32 {
	var tokens [Length]int32
	first, n := int(entry), int(min(b.list[at].length, Length))
	if b.list[at].length > Length {
		first = continued
	}
	for i := n - 1; i > 0; i-- {
		tokens[i] = b.list[at].token
		at = b.list[at].before
	}
	tokens[0] = b.run.tokenOf(tokenKey{b.s.hops[b.s.chain[b.list[at].chain].hop], first, false})
	return b.run.tokensOf(tokens[:n])
}

// judge scores what is wanted and takes the worst window of each prefix.
func (b *prefixes) judge(ctx context.Context) error {
	if err := b.run.run(ctx); err != nil {
		return err
	}
	fit := b.m.fit
	for i := range b.list {
		n := &b.list[i]
		if n.logit < 0 {
			continue
		}
		n.margin, n.worst, n.to = fit.margin(b.opinions(int32(i))), int32(i), -1
		n.known = b.m.known.has(n.digest)
		before := &b.list[n.before]
		if n.length > Beginning && !before.known && n.margin <= before.margin {
			n.margin, n.worst, n.to = before.margin, before.worst, before.to
			if n.to < 0 {
				n.to = b.s.chain[n.chain].depth - 1
			}
		}
		switch {
		case fit.standing(n.margin) < 0 || n.known:
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
	window := b.list[at].logit
	return opinions{network: float64(b.run.logits[window]), rarity: b.rarest(at), next: float64(b.run.bits[window])}
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
