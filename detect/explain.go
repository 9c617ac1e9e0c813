package detect

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"oddkin/detect/names"
)

// explain fills in Why and Nearest.
//
// A hop's weight is by how much the score of the worst window rises when the
// window is read one hop further, up to and including that hop; everything
// behind it is hidden. The weights of all hops add up to the score, less what an
// empty chain scores, so the explanation is complete. Only rises are told. What a
// chain borrows from a stranger one beside it weighs by how much it lifts the score. Of a
// known chain that is told first, and weighs, below zero, by how much it lowers the score.
func (b *prefixes) explain(ctx context.Context, drafts []draft) error {
	var windows []int32
	for i := range drafts {
		hops, _ := b.last(drafts[i].worst, Length)
		for end := 1; end <= len(hops); end++ {
			windows = append(windows, b.runOf(drafts[i].worst).window(hops[:end], b.list[drafts[i].worst].length > Length))
		}
	}
	if err := b.compute(ctx); err != nil {
		return err
	}
	normal := b.m.neighbours()
	for i := range drafts {
		d := &drafts[i]
		if err := ctx.Err(); err != nil {
			return err
		}
		hops, index := b.last(d.worst, Length)
		run := b.runOf(d.worst)
		before, up := float32(0), b.aboveWindow(d.worst)
		for h := range hops {
			after := score(run.fit.standing(run.opinions(windows[h], hops[:h+1])))
			if rise := after - before; rise >= 0.01 {
				text := b.m.reason(up, hops[h])
				if up != "" && b.passes(d.worst, len(hops)-1-h) {
					text += ", past what only hands on between them"
				}
				d.Why = append(d.Why, Reason{Hop: index[h], Weight: rise, Text: text})
			}
			before, up = after, hops[h].name
		}
		windows = windows[len(hops):]
		if d.Kin != nil {
			text := fmt.Sprintf("runs below the same %s as the chain ranked %d", b.s.nameOf(b.s.of[d.anchor]), d.Kin.Rank)
			d.Why = append(d.Why, Reason{Hop: d.Kin.Hop, Weight: d.Score - d.Own, Text: text})
		}
		slices.SortStableFunc(d.Why, func(a, b Reason) int { return cmp.Compare(b.Weight, a.Weight) })
		if d.Known {
			d.Why = slices.Insert(d.Why, 0, d.unremarkable(int(b.s.chain[d.chain].depth)-1))
		}
		d.Nearest = normal.nearest(b.first(d.begin))
	}
	return nil
}

// passes reports whether a direct reading passed over something before the hop that is so many
// before the last of a prefix.
func (b *prefixes) passes(at int32, back int) bool {
	for range back {
		at = b.list[at].before
	}
	read := func(p int32) int32 { return cmp.Or(b.list[p].of, p) }
	return b.list[read(at)].before != read(b.list[at].before)
}

// aboveWindow is the name of the hop above the last window of a prefix; empty if that
// window begins the chain.
func (b *prefixes) aboveWindow(at int32) string {
	if b.list[at].length <= Length {
		return ""
	}
	for range Length {
		at = b.list[at].before
	}
	return b.s.nameOf(b.list[at].chain)
}

// reason says in words what is strange about a hop under up, which is empty where the hop
// begins the chain.
func (m *Model) reason(up string, at hop) string {
	var where string
	if at.place >= names.UserWritable {
		where = fmt.Sprintf(" from a %s", at.place)
	}
	known := ""
	switch {
	case at.name == names.Random:
		known = ", a name drawn at random"
	case !m.Knows(at.name) && names.KindOf(at.name) == names.Other:
		known = ", a program the model does not know"
	}
	if up == "" {
		return fmt.Sprintf("%s%s begins the chain%s", at.name, where, known)
	}
	seen := m.normal.seen(up, at.name)
	switch {
	case seen.edge == 0:
		return fmt.Sprintf("%s%s under %s was never seen in normal life%s", at.name, where, up, known)
	case m.normal.probability(seen) < 0.01:
		return fmt.Sprintf("%s%s under %s is rare in normal life%s", at.name, where, up, known)
	}
	return fmt.Sprintf("%s%s under %s is normal elsewhere, not at this place in a chain%s", at.name, where, up, known)
}
