package tree

import (
	"runtime"
	"sync"
	"sync/atomic"

	"oddkin/parsers/event"
)

// inParallel calls do with the numbers below n, several at once where there are processors
// for it. What do makes of a number must not depend on the others.
func inParallel(n int, do func(i int)) {
	workers := min(n, runtime.GOMAXPROCS(0))
	if workers < 2 {
		for i := range n {
			do(i)
		}
		return
	}
	var next atomic.Int64
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			for i := next.Add(1) - 1; i < int64(n); i = next.Add(1) - 1 {
				do(int(i))
			}
		})
	}
	wg.Wait()
}

// perPiece is how many things of a long list a goroutine goes through at once. What the pieces are depends on the
// list alone, so that what is made of them is the same whatever the number of processors. Tests have smaller ones.
var perPiece = 1 << 16

func pieces(n int) int { return (n + perPiece - 1) / perPiece }

// inPieces calls do with each piece of n things, several at once: its number, where it begins and where it ends.
func inPieces(n int, do func(piece, from, to int)) {
	inParallel(pieces(n), func(i int) { do(i, i*perPiece, min((i+1)*perPiece, n)) })
}

// findings is what a part of the work counts and warns of, to be put together with
// that of the others in their order.
type findings struct {
	counts   Counts
	warnings []event.Warning
	copies   map[string]int // see Forest.Copies
}

// copy counts an event of a file that another record has told already.
func (f *findings) copy(file string) {
	if f.copies == nil {
		f.copies = map[string]int{}
	}
	f.copies[file]++
	f.counts.Duplicates++
}

// warn notes a warning unless there are [event.MaxWarnings] of its reason already.
func (f *findings) warn(s event.Source, reason string) {
	n := 0
	for _, w := range f.warnings {
		if w.Reason == reason {
			n++
		}
	}
	if n < event.MaxWarnings {
		f.warnings = append(f.warnings, event.Warning{Source: s, Reason: reason})
	}
}

// take adds what o found, which comes after f.
func (f *findings) take(o *findings) {
	a, b := &f.counts, &o.counts
	a.Duplicates += b.Duplicates
	a.Ignored += b.Ignored
	a.Merged += b.Merged
	a.ZonesApart += b.ZonesApart
	a.UnbelievedForks += b.UnbelievedForks
	a.SelfParents += b.SelfParents
	a.Cycles += b.Cycles
	a.ClockSteps += b.ClockSteps
	for file, n := range o.copies {
		if f.copies == nil {
			f.copies = map[string]int{}
		}
		f.copies[file] += n
	}
	for _, w := range o.warnings {
		f.warn(w.Source, w.Reason)
	}
}
