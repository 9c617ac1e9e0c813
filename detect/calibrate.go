package detect

import (
	"errors"
	"maps"
	"math"
	"slices"
)

// opinions are what is thought of a window: the network's logit, the surprise of the
// rarest edge in normal life, which is told and does not count, and how surprising its most
// surprising step is after all before it, both in bits.
type opinions struct{ network, rarity, next float64 }

// calibration joins opinions into one number:
//
//	standing = (Network*network + Next*next - Offset) / Scale
//	score    = 1 / (1 + exp(-standing))
//
// No weight is negative, so the score never falls when one of them finds a chain
// stranger. Offset is what one in a hundred
// normal shapes of a host exceeds, on that of the validation hosts where it is
// highest: 0.5 is meant as one false alarm in a hundred shapes on a host that the
// model has not seen. Scale makes 0.9 of what one in a thousand would exceed, if
// the tail goes on as it does from one in ten to one in a hundred. Generated chains, where there are no
// hosts, may have another share: see [Model.share].
//
// What is above or below means the same of both systems' chains once it is a standing: 0
// is the threshold.
type calibration struct {
	Network, Next, Offset, Scale float64
}

func (c calibration) margin(o opinions) float64 {
	return float64(c.Network*o.network) + float64(c.Next*o.next)
}

func (c calibration) standing(o opinions) float64 { return (c.margin(o) - c.Offset) / c.Scale }

// score is that of a standing.
func score(standing float64) float32 { return float32(1 / (1 + math.Exp(-standing))) }

func (c calibration) check() error {
	for _, v := range []float64{c.Network, c.Next, c.Offset, c.Scale} {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return errors.New("calibration: not a finite number")
		}
	}
	if c.Network < 0 || c.Next < 0 || c.Scale <= 0 {
		return errors.New("calibration: a weight below zero would let the score fall for stranger chains")
	}
	return nil
}

// observation is a labelled shape for the fit.
type observation struct {
	windows []opinions
	attack  bool
	file    int // the host and view it is from
}

// margin is that of the observation's worst window.
func (o *observation) margin(c calibration) float64 {
	worst := math.Inf(-1)
	for _, w := range o.windows {
		worst = max(worst, c.margin(w))
	}
	return worst
}

// rare is the share of a host's normal shapes that may be alerted, mostShare the most of
// generated ones.
const (
	rare      = 0.01
	mostShare = 0.05
)

// minScale keeps the score finite where a host's margins are all alike.
const minScale = 1e-3

// bitWeights are tried by fitCalibration: what a bit of surprise weighs beside a unit
// of the network's logit.
var bitWeights = []float64{0, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5}

// byChance is by how much an average precision has to be higher to leave out what comes next, which
// tells a reader something whatever it earns: less is nothing but luck.
const byChance = 0.002

// fitCalibration chooses among the weights of what comes next the one that orders the
// observations with the highest average precision, the smallest of equals and of none only what is better by more than chance, then sets
// Offset and Scale from the normal observations' margins, so that the share given lies above. It is deterministic.
func fitCalibration(obs []observation, nexts []float64, share float64) calibration {
	c := calibration{Network: 1, Scale: 1}
	best := -1.0
	rows := make([]row, len(obs))
	for _, n := range nexts {
		try := calibration{Network: 1, Next: n}
		for i := range obs {
			rows[i] = row{standing: obs[i].margin(try), attack: obs[i].attack}
		}
		p := judge(rows, func(r *row) float64 { return r.standing }).AveragePrecision
		if n == 0 {
			p -= byChance
		}
		if p > best {
			best, c.Next = p, n
		}
	}
	byFile := map[int][]float64{}
	for i := range obs {
		if o := &obs[i]; !o.attack {
			byFile[o.file] = append(byFile[o.file], o.margin(c))
		}
	}
	for i, file := range slices.Sorted(maps.Keys(byFile)) {
		margins := byFile[file]
		slices.Sort(margins)
		at := func(q float64) float64 { return margins[int(q*float64(len(margins)-1))] }
		if offset := at(1 - share); i == 0 || offset > c.Offset {
			c.Offset, c.Scale = offset, max((offset-at(0.9))/math.Log(0.1/share), minScale)
		}
	}
	return c
}
