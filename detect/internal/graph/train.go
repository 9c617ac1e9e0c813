package graph

import (
	"context"

	"oddkin/detect/internal/lstm"
)

// Examples are labelled sequences.
type Examples struct {
	// Seqs index [Dataset].Tokens, in reading order.
	Seqs [][]int32
	// Labels are the wanted probabilities: 0 normal, 1 abnormal.
	Labels []float32
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
// that is nil, from its own goroutine.
//
// Ending ctx is no error: Train then returns the best so far. The same weights,
// data and options give the same bits on any number of cores.
func Train(ctx context.Context, w *lstm.Weights, d Dataset, o Options, progress func(Epoch)) (*Result, error) {
	panic("graph: Train: not yet written")
}
