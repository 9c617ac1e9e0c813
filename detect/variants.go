package detect

import (
	"maps"
	"slices"

	"oddkin/detect/corpus"
	"oddkin/detect/generate"
	"oddkin/detect/names"
	"oddkin/parsers/event"
	"oddkin/tree"
)

// variants adds what the chain would look like in poorer evidence and in disguise.
func (c *curriculum) variants(hops []hop, chain *corpus.Chain, weight float64, made bool) {
	often := 2
	if made {
		often = 4
	}
	if n := c.lost(hops, chain); n > 0 && c.rand.IntN(often) == 0 {
		cut := *chain
		cut.Entry = tree.EntryUnknown
		cut.From -= n
		c.chain(hops[n:], &cut, weight, made)
	}
	if n := c.middle(hops, chain); n > 0 && c.rand.IntN(often) == 0 {
		cut := *chain
		cut.From = max(0, cut.From-n)
		c.chain(slices.Concat(hops[:1], hops[1+n:]), &cut, weight, made)
	}
	if c.disguise {
		c.disguised(hops, chain, weight, 2*often)
	}
	// Scripts of one purpose may be short or long.
	if short := squeeze(hops, chain.Entry, c.os).without(handsOn, nothing); short.past > 0 && chain.Tag != generate.RandomTag && c.rand.IntN(often) == 0 {
		c.windows(short, example{attack: chain.Attack, leaf: true, weight: weight}, chain.From)
	}
	if c.rand.IntN(2*often) == 0 {
		bare := slices.Clone(hops)
		for i := range bare {
			bare[i].place = names.Nowhere
		}
		c.chain(bare, chain, weight, made)
	}
}

// disguised adds what the chain would look like had its programs other names, or
// started others by way of launchers. An attack is one for all that, and of normal
// life the like is normal too, so that neither an unknown name nor a launcher tells of an attack by
// itself. Rows of interpreters are no disguise to learn: see [sequence.direct].
func (c *curriculum) disguised(hops []hop, chain *corpus.Chain, weight float64, often int) {
	if chain.Tag == generate.RandomTag || len(hops) < 2 {
		return
	}
	if c.rand.IntN(often) == 0 {
		other := slices.Clone(hops)
		last := &other[len(other)-1]
		last.name = names.Normalise(generate.InventedName(c.rand), c.os)
		c.end(other, chain, weight)
	}
	if c.os == event.Windows || chain.Attack && len(hops) == chain.From+1 || c.rand.IntN(often) > 0 {
		return
	}
	at := 1 + c.rand.IntN(len(hops)-1) // what is put there is below that hop
	if chain.Attack {
		at = chain.From + 1
	}
	launcher := hop{launching[c.rand.IntN(len(launching))], names.System}
	c.end(slices.Insert(slices.Clone(hops), at, launcher), chain, weight)
}

var launching = slices.Sorted(maps.Keys(launchers))

// end adds a chain as a whole.
func (c *curriculum) end(hops []hop, from *corpus.Chain, weight float64) {
	whole := squeeze(hops, from.Entry, c.os)
	c.windows(whole, example{attack: from.Attack, leaf: true, weight: weight}, from.From)
}

// lost draws how many hops at the top the evidence lacks. An attack keeps the hop
// that it came in by.
func (c *curriculum) lost(hops []hop, chain *corpus.Chain) int {
	most := len(hops) - 2
	if chain.Attack {
		most = chain.From - 1
	}
	if most < 1 || chain.Tag == generate.RandomTag {
		return 0
	}
	return 1 + c.rand.IntN(most)
}

// middle draws how many hops below the first the evidence lacks: where forks are not
// recorded, what an exited process started hangs under init. An attack keeps the hop that
// it came in by.
func (c *curriculum) middle(hops []hop, chain *corpus.Chain) int {
	most := len(hops) - 2
	if chain.Attack {
		most = chain.From - 2
	}
	if most < 1 || chain.Tag == generate.RandomTag || !initial[hops[0].name] {
		return 0
	}
	return 1 + c.rand.IntN(most)
}

// initial are the programs that a Linux system begins with, to which orphans fall.
var initial = map[string]bool{"systemd": true, "init": true}
