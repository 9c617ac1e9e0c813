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

// fitCalibration chooses the weights of z and r by logistic regression on
// standardised inputs, classes weighted alike (projected gradient: a weight that
// would be negative is nought), then sets Offset and Scale from the normal
// observations' margins. It is deterministic.
func fitCalibration(obs []observation) calibration {
	c := calibration{Network: 1, Rarity: 0.3, Scale: 1}
	attacks := 0
	for _, o := range obs {
		if o.attack {
			attacks++
		}
	}
	if normal := len(obs) - attacks; attacks > 0 && normal > 0 {
		c.Network, c.Rarity = regress(obs, 0.5/float64(attacks), 0.5/float64(normal))
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

// regress fits sigmoid(a*z + b*r + k) with a, b >= 0.
func regress(obs []observation, attackWeight, normalWeight float64) (a, b float64) {
	const steps, rate, decay = 4000, 0.5, 1e-3
	sz, sr := spread(obs, func(o observation) float64 { return o.z }), spread(obs, func(o observation) float64 { return o.r })
	a, b, k := 1.0, 1.0, 0.0
	for range steps {
		ga, gb, gk := decay*a, decay*b, 0.0
		for _, o := range obs {
			y, w := 0.0, normalWeight
			if o.attack {
				y, w = 1, attackWeight
			}
			d := w * (1/(1+math.Exp(-(a*o.z/sz+b*o.r/sr+k))) - y)
			ga += d * o.z / sz
			gb += d * o.r / sr
			gk += d
		}
		a, b, k = max(0, a-rate*ga), max(0, b-rate*gb), k-rate*gk
	}
	return a / sz, b / sr
}

// spread is the standard deviation of one input, at least a little.
func spread(obs []observation, of func(observation) float64) float64 {
	var sum, squares float64
	for _, o := range obs {
		sum += of(o)
		squares += of(o) * of(o)
	}
	n := float64(len(obs))
	return max(math.Sqrt(max(0, squares/n-sum/n*sum/n)), 1e-3)
}
