package detect

import (
	"slices"

	"oddkin/detect/corpus"
	"oddkin/tree"
)

// JudgeRanking tells how a ranking of a recording does whose attacks are labelled: what a
// reader of the report meets, chains that borrow from others included. As everywhere, a
// finding of which one path is normal counts as normal.
func JudgeRanking(host, view string, r *Ranking, label corpus.Label) HostMetrics {
	rows := make([]row, len(r.Findings))
	shown, all := map[string]bool{}, map[string]bool{}
	h := HostMetrics{Host: host, View: view, Rows: len(rows)}
	for i := range r.Findings {
		f := &r.Findings[i]
		one := row{names: f.Names, opinions: opinions{float64(f.Network), float64(f.Rarity), float64(f.Surprise)}, standing: -float64(f.Rank), count: len(f.Paths), attack: true}
		for _, p := range f.Paths {
			tag, attack := labelled(p, label)
			one.attack = one.attack && attack
			if attack && !slices.Contains(one.tags, tag) {
				one.tags = append(one.tags, tag)
			}
		}
		side := 0
		if one.attack {
			h.Attacks++
			side = 1
		}
		for _, t := range one.tags {
			all[t] = true
			shown[t] = shown[t] || one.attack
		}
		if f.Score >= Threshold {
			h.Oddkin.Alerts[side]++
		}
		rows[i] = one
	}
	for t := range all {
		if shown[t] {
			h.Incidents++
		} else {
			h.Hidden++
		}
	}
	alerts := [2]float64{h.Oddkin.Alerts[0] / float64(max(len(rows)-h.Attacks, 1)), h.Oddkin.Alerts[1] / float64(max(h.Attacks, 1))}
	ownRarity(rows)
	if slices.ContainsFunc(rows, func(one row) bool { return one.next > 0 }) {
		h.Next = &Judgement{} // else the model has no such network
	}
	for k := range Rankers {
		if j := h.Of(k); j != nil {
			*j = judge(rows, scores[k])
		}
	}
	h.Oddkin.Alerts = alerts
	return h
}

// labelled is the attack that the path's first labelled node belongs to.
func labelled(p tree.Path, label corpus.Label) (tag string, attack bool) {
	for _, n := range p.Hops(nil) {
		if tag, attack = label(n); attack {
			return tag, true
		}
	}
	return "", false
}
