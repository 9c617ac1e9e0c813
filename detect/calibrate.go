package detect

import (
	"errors"
	"maps"
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
// normal shapes of a host exceeds, on that of the validation hosts where it is
// highest: 0.5 is meant as one false alarm in a hundred shapes on a host that the
// model has not seen. Scale makes 0.9 of what one in a thousand would exceed, if
// the tail goes on as it does from one in ten to one in a hundred.
type calibration struct {
	Network, Rarity float64
	Offset, Scale   float64
}

func (c calibration) margin(z, r float64) float64 { return c.Network*z + c.Rarity*r }

// standing is the logit of the score: 0 at the threshold.
func (c calibration) standing(margin float64) float64 { return (margin - c.Offset) / c.Scale }

func (c calibration) score(margin float64) float32 {
	return float32(1 / (1 + math.Exp(-c.standing(margin))))
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
	z, r   float64
	attack bool
	file   int // the host and view it is from
}

// minScale keeps the score finite where a host's margins are all alike.
const minScale = 1e-3

// rarityWeights are tried by fitCalibration: what a bit of surprise weighs
// beside a unit of the network's logit.
var rarityWeights = []float64{0, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5}

// fitCalibration chooses among weights that of r that orders the observations with the
// highest average precision, the smallest of equals, then sets Offset and Scale
// from the normal observations' margins. It is deterministic.
func fitCalibration(obs []observation, weights []float64) calibration {
	c := calibration{Network: 1, Scale: 1}
	best := -1.0
	for _, w := range weights {
		rows := make([]row, len(obs))
		for i, o := range obs {
			rows[i] = row{margin: o.z + w*o.r, attack: o.attack}
		}
		if p := judge(rows, func(r *row) float64 { return r.margin }).AveragePrecision; p > best {
			best, c.Rarity = p, w
		}
	}
	byFile := map[int][]float64{}
	for _, o := range obs {
		if !o.attack {
			byFile[o.file] = append(byFile[o.file], c.margin(o.z, o.r))
		}
	}
	for i, file := range slices.Sorted(maps.Keys(byFile)) {
		margins := byFile[file]
		slices.Sort(margins)
		at := func(q float64) float64 { return margins[int(q*float64(len(margins)-1))] }
		if offset := at(0.99); i == 0 || offset > c.Offset {
			c.Offset, c.Scale = offset, max((offset-at(0.9))/math.Log(10), minScale)
		}
	}
	return c
}
