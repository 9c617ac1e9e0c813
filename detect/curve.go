package detect

import (
	"cmp"
	"math"
	"slices"
)

// Curve is one ranker's quality as lines to draw, over all hosts with attacks
// together.
type Curve struct {
	Ranker string
	// Precision is of points (recall, precision): the shapes of all hosts in one order.
	Precision [][2]float64
	// Met is of points (n, share): of all attacks, how many have a shape among the
	// first n of their host.
	Met [][2]float64
}

// Rankers are what an evaluation compares, in its order: oddkin, its parts alone, and
// the baselines.
var Rankers = [...]string{"oddkin", "LSTM alone", "rarity alone", "next process alone", "rarest edge", "published model"}

// Of gives the judgement of each of [Rankers]; nil where the host has none.
func (h *HostMetrics) Of(ranker int) *Judgement {
	return [...]*Judgement{&h.Oddkin, &h.Network, &h.Rarity, h.Next, &h.RarestEdge, h.Plain}[ranker]
}

// scores give a row's score by each of [Rankers].
var scores = [...]func(*row) float64{
	func(r *row) float64 { return r.standing },
	func(r *row) float64 { return r.network },
	func(r *row) float64 { return r.rarity },
	func(r *row) float64 { return r.next },
	func(r *row) float64 { return r.edge },
	func(r *row) float64 { return r.plain },
}

// curves draws the groups that have attacks; metrics are theirs.
func curves(groups []group, metrics *Metrics) []Curve {
	var rows []row
	for i, g := range groups {
		if metrics.Hosts[i].Attacks > 0 {
			rows = append(rows, g.rows...)
		}
	}
	var out []Curve
	for k, name := range Rankers {
		c := Curve{Ranker: name}
		var effort []int
		for i := range metrics.Hosts {
			if j := metrics.Hosts[i].Of(k); j != nil {
				effort = append(effort, j.Effort...)
			}
		}
		if len(effort) == 0 {
			continue // nothing to find, or no such ranker
		}
		c.Precision, c.Met = precisionRecall(rows, scores[k]), met(effort)
		out = append(out, c)
	}
	return out
}

// mostPoints bounds a curve's points; a picture shows no more.
const mostPoints = 200

// precisionRecall is the curve over rows in the order that score gives, equal scores
// taken together.
func precisionRecall(rows []row, score func(*row) float64) [][2]float64 {
	order := make([]*row, len(rows))
	attacks := 0.0
	for i := range rows {
		order[i] = &rows[i]
		if rows[i].attack {
			attacks++
		}
	}
	slices.SortStableFunc(order, func(a, b *row) int { return cmp.Compare(score(b), score(a)) })
	var out [][2]float64
	found, last := 0.0, -1.0
	for i, r := range order {
		if r.attack {
			found++
		}
		if i+1 < len(order) && score(order[i+1]) == score(r) {
			continue
		}
		recall := found / attacks
		if recall-last < 1.0/mostPoints && i+1 < len(order) || recall == last {
			continue
		}
		last = recall
		out = append(out, [2]float64{round(recall), round(found / float64(i+1))})
	}
	return out
}

// met is the share of attacks met by the number of shapes read, at each number where
// it rises.
func met(effort []int) [][2]float64 {
	slices.Sort(effort)
	var out [][2]float64
	for i, n := range effort {
		if i+1 == len(effort) || effort[i+1] != n {
			out = append(out, [2]float64{float64(n), round(float64(i+1) / float64(len(effort)))})
		}
	}
	return out
}

// round keeps four digits: more say nothing of a picture.
func round(v float64) float64 { return math.Round(v*1e4) / 1e4 }
