package detect

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"

	"oddkin/detect/corpus"
)

// chains is a set of chains as the detector reads them: the 64-bit digests of each, in
// ascending order.
//
// A model that was tuned to a site holds those of the site's normal evidence, with
// everything that they begin with, since any process may be the last that a log holds. No
// network can be relied on to call each of them ordinary. Such a chain is known: its
// score stays below the threshold (see [capped]). What hangs below it and is not
// known is scored as ever, but for that it is not held against it what it begins with.
type chains []uint64

// maxKnown bounds the set: 8 MB of a model's file. Of more, those seen least often go.
const maxKnown = 1 << 20

// extend is the digest of a chain with one more hop. What tells chains apart to the
// scoring tells their digests apart: name and place of each hop. Names are
// an intruder's to choose, so it takes a hash that nobody finds collisions for by design.
func extend(before uint64, h hop) uint64 {
	b := binary.BigEndian.AppendUint64(make([]byte, 0, 64), before)
	b = append(append(b, byte(h.place)), h.name...)
	sum := sha256.Sum256(b)
	return binary.BigEndian.Uint64(sum[:])
}

// digest is that of the whole sequence.
func (s sequence) digest() uint64 {
	var d uint64 // of the chain that has no hop yet
	for _, h := range s.hops {
		d = extend(d, h)
	}
	return d
}

func (k chains) has(digest uint64) bool {
	_, ok := slices.BinarySearch(k, digest)
	return ok
}

// holds reports whether the sequence is one of the chains.
func (k chains) holds(s sequence) bool { return len(k) > 0 && k.has(s.digest()) }

// beginningsOf are the normal chains of files and all that they begin with, and those of
// before. dropped counts what did not fit.
func beginningsOf(files []*corpus.File, before chains) (all chains, dropped int) {
	seen := map[uint64]int{}
	for _, f := range files {
		for i := range f.Chains {
			c := &f.Chains[i]
			q := squeeze(hopsOf(c, f.OS), c.Entry, f.OS)
			var d uint64
			for _, h := range q.hops {
				d = extend(d, h)
				seen[d] += c.Count
			}
		}
	}
	for _, d := range before {
		seen[d]++
	}
	for d := range seen {
		all = append(all, d)
	}
	if dropped = len(all) - maxKnown; dropped > 0 {
		slices.SortFunc(all, func(a, b uint64) int { return cmp.Or(cmp.Compare(seen[b], seen[a]), cmp.Compare(a, b)) })
		all = all[:maxKnown]
	}
	slices.Sort(all)
	return all, max(dropped, 0)
}

// bytes are the digests as a model's file has them: eight bytes each, big-endian.
func (k chains) bytes() []byte {
	var b []byte
	for _, d := range k {
		b = binary.BigEndian.AppendUint64(b, d)
	}
	return b
}

// loadChains reads what bytes gave.
func loadChains(b []byte) (chains, error) {
	if len(b)%8 != 0 {
		return nil, fmt.Errorf("%d bytes are no list of 64-bit digests", len(b))
	}
	if len(b)/8 > maxKnown {
		return nil, fmt.Errorf("%d digests, more than %d", len(b)/8, maxKnown)
	}
	var k chains
	for ; len(b) > 0; b = b[8:] {
		d := binary.BigEndian.Uint64(b)
		if len(k) > 0 && d <= k[len(k)-1] {
			return nil, errors.New("the digests do not ascend")
		}
		k = append(k, d)
	}
	return k, nil
}

// knee is the standing, below the threshold's 0, from which what is known is held back.
const knee = 0.08

// capped is the standing of a known chain: as it was where it is well below the
// threshold, and else squeezed into what lies between, so that the order of known chains
// stays as it was and no score of theirs exceeds 0.4901.
func capped(s float64) float64 {
	if !(s > -knee) {
		return s
	}
	// From -knee, with the slope of 1 there, up to half of it.
	return -knee/2 - knee*knee/4/(s+1.5*knee)
}

// ofWhole is the standing that a whole chain gets, given that of its worst window.
func (m *Model) ofWhole(standing float64, s sequence) float64 {
	if m.known.holds(s) {
		return capped(standing)
	}
	return standing
}

// unremarkable is the reason that is told of a known chain, at its last hop.
func (d *draft) unremarkable(hop int) Reason {
	text := "the site's own clean evidence has this chain"
	if d.Uncapped != d.Own {
		text += fmt.Sprintf(": else it scored %.3f", d.Uncapped)
	}
	return Reason{Hop: hop, Text: text, Weight: d.Own - d.Uncapped}
}
