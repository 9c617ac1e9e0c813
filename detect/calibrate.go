package detect

import (
	"errors"
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

// observation is a normal shape for the fit: what is thought of each of its windows.
type observation []opinions

// margin is that of the observation's worst window.
func (o observation) margin(c calibration) float64 {
	worst := math.Inf(-1)
	for _, w := range o {
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

// bitWeight is what a bit of surprise at what comes next weighs beside a unit of the networks'
// logit. The validation hosts do not tell weights up to this one apart; ordinary days that the lab
// did not live do (MEASURED.md, "What comes next").
const bitWeight = 0.1

// fitCalibration sets Offset and Scale from the margins of the normal shapes of hosts, each in one
// view: Offset is what the share given of them exceed on the host where that is highest. next is the
// weight of what comes next.
func fitCalibration(hosts [][]observation, next, share float64) calibration {
	c := calibration{Network: 1, Next: next, Scale: 1}
	first := true
	for _, host := range hosts {
		if len(host) == 0 {
			continue
		}
		margins := make([]float64, len(host))
		for i, o := range host {
			margins[i] = o.margin(c)
		}
		slices.Sort(margins)
		at := func(q float64) float64 { return margins[int(q*float64(len(margins)-1))] }
		if offset := at(1 - share); first || offset > c.Offset {
			c.Offset, c.Scale = offset, max((offset-at(0.9))/math.Log(0.1/share), minScale)
		}
		first = false
	}
	return c
}
