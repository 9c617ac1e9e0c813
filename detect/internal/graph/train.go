package graph

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"oddkin/detect/internal/lstm"
)

// Examples are labelled sequences.
type Examples struct {
	// Seqs index [Dataset].Tokens, in reading order.
	Seqs [][]int32
	// Labels are, for [Train], the wanted probabilities: 0 normal, 1 abnormal.
	Labels []float32
	// Classes are, for [TrainNext], the class of what follows each sequence.
	Classes []int32
	// Weights say how much each example counts; nil counts each once. They must be
	// finite and not negative.
	Weights []float32
}

// Dataset is what a network is trained on and judged by.
type Dataset struct {
	Tokens []lstm.Bag
	// Twins, if not nil, gives for each token the token that it may be replaced
	// with in training (its own index: never). A known name's twin is the same
	// name as if it were unknown, so that the rows unknown names are made of learn
	// from known ones.
	Twins []int32
	// Train is learned from. Valid decides which epoch is the best one, and when
	// to stop; it is never learned from.
	Train, Valid Examples
}

// Options steer training. The zero value of a field takes its default.
type Options struct {
	Seed      uint64  // order, dropout and twins all follow from it
	Epochs    int     // at most; default 30
	Patience  int     // epochs without a better one before stopping; default 5
	BatchSize int     // examples a step; default 64
	Rate      float64 // Adam's step size; default 0.001
	ClipNorm  float64 // greatest L2 norm of a step's whole gradient; default 5
	Dropout   float64 // share of the last state dropped in training; default 0, none
	TwinRate  float64 // share of tokens replaced by their twins in training; default 0
	// Step, unless nil, is called after each step with how many examples of the
	// epoch were taken.
	Step func(examples int)
}

// Epoch is the record of one pass over the training examples.
type Epoch struct {
	Number int // from 1
	// Loss is the mean weighted cross-entropy over the epoch's steps, dropout and
	// twins included; ValidLoss the same of the validation examples, without them.
	Loss, ValidLoss float64
	// ValidAUC is the area under the validation examples' ROC curve, ties counted
	// half; 0.5 where only one label is present.
	ValidAUC float64
	Best     bool // lowest ValidLoss so far
}

// Result is what training came to.
type Result struct {
	Epochs []Epoch
	// Best indexes Epochs: the one whose weights were kept. -1 if training was
	// interrupted before the first epoch ended; the weights are then those given.
	Best int
	// Interrupted is set when ctx ended training early.
	Interrupted bool
}

// Train fits w to d.Train by Adam on the cross-entropy of the logits, in place,
// and leaves in w the weights of the epoch with the lowest loss on d.Valid (of
// the last epoch if d.Valid is empty). After each epoch it calls progress, unless
// that is nil.
//
// Ending ctx is no error: Train then returns the best so far. The same weights,
// data and options give the same bits on any number of cores. A loss that is not
// finite is an error, and leaves the best weights before it.
func Train(ctx context.Context, w *lstm.Weights, d Dataset, o Options, progress func(Epoch)) (*Result, error) {
	if err := d.check(w.Shape.Rows, Examples.checkLabels); err != nil {
		return nil, err
	}
	o = o.withDefaults()
	if err := o.check(); err != nil {
		return nil, err
	}
	t, err := newTrainer(w, d, o)
	if err != nil {
		return nil, err
	}
	return t.train(ctx, w.Tensors(), func() (loss, auc float64) { return validate(w, d) }, progress)
}

// train runs epochs over the parameters and leaves those of the best one in them.
func (t *trainer) train(ctx context.Context, params []lstm.Tensor, validate func() (loss, auc float64), progress func(Epoch)) (*Result, error) {
	best := kept{params: params}
	best.keep()
	r := &Result{Best: -1}
	defer best.restore()
	for number := 1; number <= t.o.Epochs; number++ {
		loss, err := t.epoch(ctx)
		if err != nil {
			return r, fmt.Errorf("epoch %d: %w", number, err)
		}
		if ctx.Err() != nil {
			r.Interrupted = true
			return r, nil
		}
		e := Epoch{Number: number, Loss: loss}
		if e.ValidLoss, e.ValidAUC = validate(); e.ValidLoss-e.ValidLoss != 0 {
			return r, fmt.Errorf("epoch %d: training diverged: validation loss %v", number, e.ValidLoss)
		}
		e.Best = len(t.d.Valid.Seqs) == 0 || r.Best < 0 || e.ValidLoss < r.Epochs[r.Best].ValidLoss
		if e.Best {
			r.Best = len(r.Epochs)
			best.keep()
		}
		r.Epochs = append(r.Epochs, e)
		if progress != nil {
			progress(e)
		}
		if len(r.Epochs)-1-r.Best >= t.o.Patience {
			break
		}
	}
	return r, nil
}

// kept is a copy of parameters as they were at a time.
type kept struct {
	params []lstm.Tensor
	copies [][]float32
}

func (k *kept) keep() {
	k.copies = k.copies[:0]
	for _, t := range k.params {
		k.copies = append(k.copies, slices.Clone(t.Data))
	}
}

func (k *kept) restore() {
	for i, t := range k.params {
		copy(t.Data, k.copies[i])
	}
}

func (o Options) withDefaults() Options {
	o.Epochs = cmp.Or(o.Epochs, 30)
	o.Patience = cmp.Or(o.Patience, 5)
	o.BatchSize = cmp.Or(o.BatchSize, 64)
	o.Rate = cmp.Or(o.Rate, 0.001)
	o.ClipNorm = cmp.Or(o.ClipNorm, 5)
	return o
}

func (o Options) check() error {
	switch {
	case o.Epochs < 1 || o.Patience < 1 || o.BatchSize < 1 || o.BatchSize > 1<<16:
		return fmt.Errorf("%d epochs, patience %d, %d examples a step: out of range", o.Epochs, o.Patience, o.BatchSize)
	case !(o.Rate > 0 && o.Rate <= 1) || !(o.ClipNorm > 0):
		return fmt.Errorf("rate %v, greatest norm %v: out of range", o.Rate, o.ClipNorm)
	case !(o.Dropout >= 0 && o.Dropout < 1) || !(o.TwinRate >= 0 && o.TwinRate <= 1):
		return fmt.Errorf("dropout %v, twin rate %v: out of range", o.Dropout, o.TwinRate)
	}
	return nil
}
