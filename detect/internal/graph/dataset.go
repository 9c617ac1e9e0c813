package graph

import (
	"cmp"
	"fmt"

	"oddkin/detect/internal/lstm"
)

// check checks all but what the examples should give, which aims checks.
func (d Dataset) check(rows int, aims func(Examples) error) error {
	if len(d.Train.Seqs) == 0 {
		return fmt.Errorf("no examples to train on")
	}
	for _, part := range []struct {
		name string
		Examples
	}{{"training", d.Train}, {"validation", d.Valid}} {
		if err := cmp.Or(part.check(), aims(part.Examples)); err != nil {
			return fmt.Errorf("%s examples: %w", part.name, err)
		}
		if err := (lstm.Batch{Tokens: d.Tokens, Seqs: part.Seqs}).Check(lstm.Shape{Rows: rows}); err != nil {
			return fmt.Errorf("%s examples: %w", part.name, err)
		}
	}
	if d.Twins != nil && len(d.Twins) != len(d.Tokens) {
		return fmt.Errorf("%d tokens but %d twins", len(d.Tokens), len(d.Twins))
	}
	for i, t := range d.Twins {
		if t < 0 || int(t) >= len(d.Tokens) {
			return fmt.Errorf("token %d has token %d of %d as its twin", i, t, len(d.Tokens))
		}
	}
	return nil
}

func (e Examples) check() error {
	if e.Weights != nil && len(e.Weights) != len(e.Seqs) {
		return fmt.Errorf("%d sequences but %d weights", len(e.Seqs), len(e.Weights))
	}
	for i := range e.Weights {
		if v := e.weight(i); v-v != 0 || v < 0 {
			return fmt.Errorf("example %d has weight %v", i, v)
		}
	}
	return nil
}

func (e Examples) checkLabels() error {
	if len(e.Labels) != len(e.Seqs) {
		return fmt.Errorf("%d sequences but %d labels", len(e.Seqs), len(e.Labels))
	}
	for i, y := range e.Labels {
		if !(y >= 0 && y <= 1) {
			return fmt.Errorf("example %d has label %v, which should be from 0 to 1", i, y)
		}
	}
	return nil
}

func (e Examples) checkClasses(classes int) error {
	if len(e.Classes) != len(e.Seqs) {
		return fmt.Errorf("%d sequences but %d classes", len(e.Seqs), len(e.Classes))
	}
	for i, c := range e.Classes {
		if c < 0 || int(c) >= classes {
			return fmt.Errorf("example %d has class %d of %d", i, c, classes)
		}
	}
	return nil
}

func (e Examples) weight(i int) float32 {
	if e.Weights == nil {
		return 1
	}
	return e.Weights[i]
}

// longest is the length of the longest sequence, 1 at least.
func (e Examples) longest() int {
	n := 1
	for _, s := range e.Seqs {
		n = max(n, len(s))
	}
	return n
}
