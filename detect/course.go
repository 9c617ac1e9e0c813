package detect

import (
	"math"
	"slices"

	"oddkin/detect/internal/graph"
)

// course is all networks that are trained for one model, in turn: of each round one for
// each system that still lacks one, and last the successors of each.
type course struct {
	examples []int // of an epoch, by network in that order
	systems  int
	networks int // of a system, at most
	epochs   int // at most, of each network
	progress func(Progress)
	step     func(done, total int64)
}

// newCourse is that of systems with as many networks each as networks says.
func newCourse(classes []lessons, networks []int, o TrainOptions, progress func(Progress)) *course {
	c := &course{systems: len(classes), networks: slices.Max(networks), epochs: o.Epochs, progress: progress, step: o.Step}
	for i := range c.networks {
		for k, l := range classes {
			n := 0
			if i < networks[k] {
				n = len(l.chains.Train.Seqs)
			}
			c.examples = append(c.examples, n)
		}
	}
	for _, l := range classes {
		n := 0
		if l.successors != nil {
			n = len(l.next.Train.Seqs)
		}
		c.examples = append(c.examples, n)
	}
	return c
}

// before counts the examples, and the networks that have any, up to the n-th.
func (c *course) before(n int) (examples, networks int) {
	for _, e := range c.examples[:n] {
		if examples += e; e > 0 {
			networks++
		}
	}
	return examples, networks
}

// teacher trains one network.
type teacher struct {
	*course
	system  string
	place   int // in the course
	network int // of its system, from 0
	next    bool
	seed    uint64

	run, best int // epochs, and the one kept
	lowest    float64
}

// teacher is that of a network of the at-th system, or behind all of these of its
// successors.
func (c *course) teacher(s *system, at, network int, seed uint64) *teacher {
	t := &teacher{course: c, system: s.title(), place: network*c.systems + at, network: network, next: network == c.networks, seed: seed, lowest: math.Inf(1)}
	if !t.next {
		t.seed += uint64(network) << 32
	}
	return t
}

// note takes one finished epoch.
func (t *teacher) note(e graph.Epoch) {
	t.run++
	if e.ValidLoss < t.lowest {
		t.lowest, t.best = e.ValidLoss, t.run
	}
	if t.progress == nil {
		return
	}
	_, done := t.before(t.place)
	_, all := t.before(len(t.examples))
	t.progress(Progress{
		Epoch: t.epochs*done + t.run, Epochs: t.epochs * all,
		System: t.system, Network: t.network + 1, Next: t.next, Examples: t.examples[t.place],
		Loss: e.Loss, ValidLoss: e.ValidLoss, ValidAUC: e.ValidAUC, Best: t.best == t.run,
	})
}

// within takes how many examples of the epoch in hand are done.
func (t *teacher) within(examples int) {
	if t.step == nil {
		return
	}
	done, _ := t.before(t.place)
	all, _ := t.before(len(t.examples))
	t.step(int64(t.epochs*done+t.run*t.examples[t.place]+examples), int64(t.epochs*all))
}
