package ingest

import (
	"math/rand/v2"
	"testing"
)

func TestMissingNumbers(t *testing.T) {
	for _, c := range []struct {
		numbers            []uint64
		count, gaps, after uint64
	}{
		{[]uint64{5, 6, 7, 8}, 0, 0, 0},
		{[]uint64{8, 7, 6, 5}, 0, 0, 0}, // an export that begins with the newest
		{[]uint64{7, 8, 5, 6}, 0, 0, 0}, // the oldest overwritten
		{[]uint64{1, 2, 4, 5, 9}, 4, 2, 9},
		{[]uint64{9, 5, 4, 2, 1}, 4, 2, 9},
		{[]uint64{1, 3, 5}, 2, 2, 3}, // of two that are as large, the first
		{[]uint64{3, 3, 4, 4, 3}, 0, 0, 0},
		{[]uint64{1<<64 - 1, 1<<64 - 3}, 1, 1, 1<<64 - 1},
		{[]uint64{1<<64 - 1, 0}, 1<<63 - 1, 1, 1<<64 - 1}, // more than can be counted
		{nil, 0, 0, 0},
	} {
		var n Numbers
		for _, number := range c.numbers {
			n.Note(1, Run{number, number})
		}
		if count, gaps, after := n.Missing(); count != c.count || gaps != c.gaps || after != c.after {
			t.Errorf("%v: %d in %d, after %d", c.numbers, count, gaps, after)
		}
	}
}

// A number that one log has is none that another has.
func TestNumbersOfTwoLogs(t *testing.T) {
	var n Numbers
	for i := range uint64(10) {
		n.Note(i%2, Run{i, i})
	}
	if count, gaps, _ := n.Missing(); count != 8 || gaps != 8 {
		t.Errorf("%d in %d", count, gaps)
	}
}

// Of more numbers than are kept as they come, each is known in whatever order; of more
// that cannot be put together nothing is said, rather than something wrong.
func TestManyNumbersInNoOrder(t *testing.T) {
	var shuffled, every Numbers
	for _, i := range rand.New(rand.NewPCG(1, 2)).Perm(maxRuns / 2) { // of which every second starts a run
		for k := range uint64(4) {
			shuffled.Note(7, Run{uint64(i)*5 + k, uint64(i)*5 + k})
		}
	}
	if count, gaps, _ := shuffled.Missing(); count != maxRuns/2-1 || gaps != maxRuns/2-1 {
		t.Errorf("%d in %d", count, gaps)
	}
	for i := range uint64(2 * maxRuns) {
		every.Note(7, Run{2 * i, 2 * i})
	}
	if count, gaps, _ := every.Missing(); count != 0 || gaps != 0 {
		t.Errorf("of too many: %d in %d", count, gaps)
	}
}
