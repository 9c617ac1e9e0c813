package detect

import (
	"errors"
	"math"
	"slices"
)

// calibration joins the network's logit z and the surprise r of the rarest edge
// in normal life into one number:
//
//	margin = Network*z + Rarity*r
//	score  = 1 / (1 + exp(-(margin-Offset)/Scale))
//
// No weight is negative, so the score never falls when the network or the
// statistics find a chain stranger. Offset is the margin that one in a hundred
// normal shapes of the validation hosts exceeds: 0.5 is a one per cent false
// positive rate on hosts the model has not seen. Scale puts 0.9 where one in a
// thousand would lie if the tail fell off as the logistic's does.
type calibration struct {
	Network, Rarity float64
	Offset, Scale   float64
}

func (c calibration) margin(z, r float64) float64 { return c.Network*z + c.Rarity*r }

func (c calibration) score(margin float64) float32 {
	return float32(1 / (1 + math.Exp(-(margin-c.Offset)/c.Scale)))
}

func (c calibration) check() error {
	for _, v := range []float64{c.Network, c.Rarity, c.Offset, c.Scale} {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return errors.New("calibration: not a finite number")
		}
	}
	if c.Network < 0 || c.Rarity < 0 || c.Scale <= 0 {
		return errors.New("calibration: a weight below zero would let the score fall for stranger chains")
	}
	return nil
}

// observation is a labelled shape for the fit.
type observation struct {
	z, r      float64
	attack    bool
	threshold bool // the offset is taken from it
}

// rarityWeights are tried by fitCalibration: what a bit of surprise weighs
// beside a unit of the network's logit.
var rarityWeights = []float64{0, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5}

// fitCalibration chooses the weight of r that orders the observations with the
// highest average precision, the smallest of equals, then sets Offset and Scale
// from the normal observations' margins. It is deterministic.
func fitCalibration(obs []observation) calibration {
	c := calibration{Network: 1, Scale: 1}
	best := -1.0
	for _, w := range rarityWeights {
		rows := make([]row, len(obs))
		for i, o := range obs {
			rows[i] = row{margin: o.z + w*o.r, attack: o.attack}
		}
		if p := judge(rows, func(r *row) float64 { return r.margin }).AveragePrecision; p > best {
			best, c.Rarity = p, w
		}
	}
	var margins []float64
	for _, o := range obs {
		if !o.attack && o.threshold {
			margins = append(margins, c.margin(o.z, o.r))
		}
	}
	if len(margins) == 0 {
		return c
	}
	slices.Sort(margins)
	at := func(q float64) float64 { return margins[int(q*float64(len(margins)-1))] }
	c.Offset = at(0.99)
	c.Scale = max((c.Offset-at(0.9))/math.Log(10), 1e-3)
	return c
}
