package graph

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"

	"gorgonia.org/gorgonia"

	"oddkin/detect/internal/lstm"
)

// trainer carries what lives from step to step.
type trainer struct {
	d      Dataset
	o      Options
	net    *graph
	aim    func(examples []int) // sets what the examples of a step should give
	solver *gorgonia.AdamSolver
	rand   *rand.Rand
	order  []int

	// local gives a token's index in the batch in hand, plus 1; 0 if not in it.
	local []int32
}

// newTrainer returns the trainer of a network that tells normal from abnormal.
func newTrainer(w *lstm.Weights, d Dataset, o Options) (*trainer, error) {
	t, l := untaught(d, o)
	net, err := newNetwork(w, l)
	if err != nil {
		return nil, fmt.Errorf("building the graph: %w", err)
	}
	t.net = &net.graph
	t.aim = func(examples []int) {
		clear(net.labels)
		for i, e := range examples {
			net.labels[i] = d.Train.Labels[e]
		}
	}
	return t, nil
}

// untaught returns a trainer without a graph, and what its graph must hold.
func untaught(d Dataset, o Options) (*trainer, limits) {
	rows := o.BatchSize * d.Train.longest()
	t := &trainer{
		d: d, o: o,
		solver: gorgonia.NewAdamSolver(gorgonia.WithLearnRate(o.Rate)),
		rand:   rand.New(rand.NewPCG(o.Seed, 0x7472_6169_6e)),
		order:  make([]int, len(d.Train.Seqs)),
		local:  make([]int32, len(d.Tokens)),
	}
	for i := range t.order {
		t.order[i] = i
	}
	return t, limits{batch: o.BatchSize, tokens: min(rows, len(d.Tokens)), rows: rows, dropout: o.Dropout > 0}
}

// epoch takes every training example through the network once, in a new order,
// and returns the mean loss. It stops between steps when ctx ends.
func (t *trainer) epoch(ctx context.Context) (float64, error) {
	t.rand.Shuffle(len(t.order), func(i, j int) { t.order[i], t.order[j] = t.order[j], t.order[i] })
	var sum, weight float64
	for lo := 0; lo < len(t.order) && ctx.Err() == nil; lo += t.o.BatchSize {
		loss, w, err := t.step(t.order[lo:min(lo+t.o.BatchSize, len(t.order))])
		if err != nil {
			return 0, err
		}
		sum += float64(loss * w)
		weight += w
		if t.o.Step != nil {
			t.o.Step(min(lo+t.o.BatchSize, len(t.order)))
		}
	}
	if weight == 0 {
		return 0, nil
	}
	return sum / weight, nil
}

// step learns from the given examples. It returns their mean loss before the
// step, and their total weight; if that is 0 it does nothing.
func (t *trainer) step(examples []int) (loss, weight float64, err error) {
	weights := make([]float32, len(examples))
	for _, e := range examples {
		weight += float64(t.d.Train.weight(e))
	}
	if weight == 0 {
		return 0, 0, nil
	}
	for i, e := range examples {
		weights[i] = float32(float64(t.d.Train.weight(e)) / weight)
	}
	t.drop()
	t.aim(examples)
	loss, err = t.net.step(t.batch(examples), weights)
	if err != nil {
		return 0, 0, err
	}
	if norm := clip(t.net.params, t.o.ClipNorm); loss-loss != 0 || norm-norm != 0 {
		return 0, 0, fmt.Errorf("training diverged: loss %v, gradient norm %v; a smaller rate may help", loss, norm)
	}
	return loss, weight, t.solver.Step(t.net.params)
}

// batch gathers the examples' sequences over their distinct tokens, some of which
// are replaced by their twins.
func (t *trainer) batch(examples []int) lstm.Batch {
	var b lstm.Batch
	var used []int32
	for _, e := range examples {
		seq := make([]int32, len(t.d.Train.Seqs[e]))
		for i, token := range t.d.Train.Seqs[e] {
			if t.d.Twins != nil && t.o.TwinRate > 0 && t.rand.Float64() < t.o.TwinRate {
				token = t.d.Twins[token]
			}
			if t.local[token] == 0 {
				b.Tokens = append(b.Tokens, t.d.Tokens[token])
				used = append(used, token)
				t.local[token] = int32(len(b.Tokens))
			}
			seq[i] = t.local[token] - 1
		}
		b.Seqs = append(b.Seqs, seq)
	}
	for _, token := range used {
		t.local[token] = 0
	}
	return b
}

// drop draws a new dropout mask: kept units are scaled up so that the mean stays.
func (t *trainer) drop() {
	for i := range t.net.mask {
		t.net.mask[i] = 0
		if t.rand.Float64() >= t.o.Dropout {
			t.net.mask[i] = float32(1 / (1 - t.o.Dropout))
		}
	}
}

// clip scales all derivatives down together if their L2 norm exceeds most
// (Pascanu et al. 2013), and returns the norm they had.
func clip(params []gorgonia.ValueGrad, most float64) float64 {
	var sum float64
	for _, p := range params {
		for _, v := range p.(parameter).grad.Float32s() {
			sum += float64(v) * float64(v)
		}
	}
	norm := math.Sqrt(sum)
	if !(norm > most) {
		return norm
	}
	scale := float32(most / norm)
	for _, p := range params {
		g := p.(parameter).grad.Float32s()
		for i := range g {
			g[i] *= scale
		}
	}
	return norm
}
