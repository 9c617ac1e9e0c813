package detect

import (
	"context"
	"math"

	"oddkin/detect/names"
	"oddkin/tree"
)

// Kin is what a chain has in common with a stranger one of the same incident.
type Kin struct {
	// Rank is the stranger chain's, Hop the last hop that both chains have in
	// common, as an index into [Finding].Names: the same process, not only the same
	// program.
	Rank, Hop int
}

// kinship finds for every chain the incident it belongs to.
//
// What an intruder's shell runs is part of the intrusion, even if id and ls run in a
// hundred other places. So a chain may borrow the standing of an alert with
// which it shares a process p: one at or below the step that made the alert (see
// [Model.steps]), or the shell that took this step. The fewer ordinary chains p has
// below it, the more is borrowed:
//
//	borrowed(chain) = max over p of  strangest(p) - log2(4 + calm(p))
//
// strangest(p) is the highest standing of the alerts that lend through p, calm(p) the
// number of chains through p that are no alert by themselves. A shell that ran for
// one request passes nearly all of it on, a terminal with a day's work nothing.
// Standings are logits of the score, so what is borrowed never exceeds what the
// lender has; only what makes an alert is borrowed.
//
// A chain that the site's own clean evidence has is no alert, so it lends nothing and
// counts as calm. It borrows as others do, and names whom from, but what it comes to
// is capped as its own score is: it stands below the alerts, among the first of the rest.
type kinship struct {
	strangest []float64 // by node
	lender    []int32   // by node: the leaf of the strangest chain
	calm      []int32   // by node
	anchor    []int32   // by node: the process through which it borrows, itself or above; -1 for none
	borrowed  []float64 // by node
}

const (
	// undiluted is up to how many ordinary chains beside an alert thin it out little. What
	// is borrowed is less than what is lent by its logarithm at least, so that the first
	// chains of other incidents are read before all of one.
	undiluted = 4
	// maxReach bounds how many processes above its leaf an alert lends through.
	maxReach = 16
)

// newKinship works on the nodes of s, whose parents come before them. standing is
// that of each distinct chain, reach how many processes above its leaf it
// lends through.
func newKinship(s *shapes, standing []float64, reach []int) *kinship {
	n := len(s.up)
	k := &kinship{make([]float64, n), make([]int32, n), make([]int32, n), make([]int32, n), make([]float64, n)}
	for i := range k.strangest {
		k.strangest[i] = math.Inf(-1)
	}
	for i := n - 1; i >= 0; i-- {
		if leaf := s.leafOf[i]; leaf >= 0 {
			if standing[leaf] < 0 {
				k.calm[i] = 1
			} else {
				k.lend(s, int32(i), standing[leaf], reach[leaf])
			}
		}
		if up := s.up[i]; up >= 0 {
			k.calm[up] += k.calm[i]
		}
	}
	for i := range n {
		k.anchor[i], k.borrowed[i] = -1, 0
		if up := s.up[i]; up >= 0 {
			k.anchor[i], k.borrowed[i] = k.anchor[up], k.borrowed[up]
		}
		if k.strangest[i] <= k.borrowed[i] {
			continue // it lends less than that
		}
		if lent := k.strangest[i] - math.Log2(undiluted+float64(k.calm[i])); lent > k.borrowed[i] {
			k.anchor[i], k.borrowed[i] = int32(i), lent
		}
	}
	return k
}

// lend offers a standing to the processes of the chain that ends at leaf.
func (k *kinship) lend(s *shapes, leaf int32, standing float64, reach int) {
	at := leaf
	for range min(reach, maxReach) + 1 {
		if at < 0 {
			return
		}
		if standing >= k.strangest[at] {
			k.strangest[at], k.lender[at] = standing, leaf
		}
		at = s.up[at]
	}
}

// of is the node through which the chain that ends at leaf, of the given standing, borrows; -1 if through none.
// What it borrows is leaf's in borrowed.
func (k *kinship) of(leaf int32, standing float64) int32 {
	if k.borrowed[leaf] > standing {
		return k.anchor[leaf]
	}
	return -1
}

// borrowers marks the drafts of which a chain borrows.
func (k *kinship) borrowers(s *shapes, drafts []draft) []bool {
	borrows := make([]bool, len(drafts))
	for id, leaf := range s.leafOf {
		if leaf >= 0 && k.of(int32(id), drafts[leaf].standing) >= 0 {
			borrows[leaf] = true
		}
	}
	return borrows
}

// steps tells for each draft that is an alert how many hops above its leaf the step
// lies that made it one: the first from which on every beginning of the chain is an
// alert. If a shell took that step, it counts with it: its other commands
// are of the same script.
func (b *prefixes) steps(ctx context.Context, drafts []draft, standing []float64) ([]int, error) {
	p := pulse{ctx: ctx}
	for i := range drafts {
		if err := p.err(); err != nil {
			return nil, err
		}
		if standing[i] >= 0 {
			b.want(drafts[i].begin, true)
		}
	}
	if err := b.judge(ctx); err != nil {
		return nil, err
	}
	reach := make([]int, len(drafts))
	for i := range drafts {
		if d := &drafts[i]; standing[i] >= 0 {
			at := b.list[b.list[d.begin].alarm].chain
			reach[i] = b.s.hopsTo(d.chain, at)
			for up := b.s.chain[at].parent; up != 0 && reach[i] <= maxReach && b.s.passing(up); up = b.s.chain[up].parent {
				reach[i]++
			}
		}
	}
	return reach, nil
}

// passing reports whether the last of a chain does nothing but run what it was told: the
// shells and runners above a step belong to it, and the interpreters that one of them
// started.
func (s *shapes) passing(chain int32) bool {
	k := names.KindOf(s.nameOf(chain))
	up := s.chain[chain].parent
	return told(k) || k == names.Interpreter && up != 0 && told(names.KindOf(s.nameOf(up)))
}

func told(k names.Kind) bool { return k == names.Shell || k == names.Runner }

// gather takes chains into the incidents they are part of: a shape becomes a draft
// for each incident and one for the chains in none.
func (b *prefixes) gather(ctx context.Context, drafts []draft) ([]draft, error) {
	standing := make([]float64, len(drafts))
	for i := range drafts {
		standing[i] = drafts[i].standing
		if drafts[i].Known {
			standing[i] = capped(drafts[i].standing)
		}
	}
	reach, err := b.steps(ctx, drafts, standing)
	if err != nil {
		return nil, err
	}
	k := newKinship(b.s, standing, reach)
	out := make([]draft, 0, len(drafts))
	part := func(d draft, anchor int32, paths []tree.Path) {
		d.Paths, d.anchor = paths, anchor
		if anchor >= 0 {
			d.lender, d.standing = k.lender[anchor], k.borrowed[paths[0].Leaf.ID]
		}
		if d.Known {
			d.standing = capped(d.standing)
		}
		d.Score = score(d.standing)
		out = append(out, d)
	}
	byAnchor := map[int32]int{} // of one shape, to an index into out
	for i, borrows := range k.borrowers(b.s, drafts) {
		if !borrows {
			part(drafts[i], -1, drafts[i].Paths)
			continue
		}
		clear(byAnchor)
		for _, p := range drafts[i].Paths {
			anchor := k.of(p.Leaf.ID, drafts[i].standing)
			at, ok := byAnchor[anchor]
			if !ok {
				byAnchor[anchor] = len(out)
				part(drafts[i], anchor, []tree.Path{p})
				continue
			}
			out[at].Paths = append(out[at].Paths, p)
		}
	}
	return out, nil
}

// nameKin tells each chain that borrows whom from, once the order is known.
func nameKin(s *shapes, drafts []draft) {
	rank := map[int32]int{}   // of a lender, by its leaf
	lends := map[int32]bool{} // the chains that lenders end
	for i := range drafts {
		if drafts[i].anchor >= 0 {
			rank[drafts[i].lender] = 0
			lends[s.of[drafts[i].lender]] = true
		}
	}
	for i := range drafts {
		if !lends[drafts[i].chain] {
			continue
		}
		for _, p := range drafts[i].Paths {
			if _, asked := rank[p.Leaf.ID]; asked {
				rank[p.Leaf.ID] = drafts[i].Rank
			}
		}
	}
	for i := range drafts {
		d := &drafts[i]
		if d.anchor >= 0 {
			d.Kin = &Kin{Rank: rank[d.lender], Hop: int(s.chain[s.of[d.anchor]].depth) - 1}
		}
	}
}
