package ingest

import (
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"
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
		{[]uint64{0, 63, 64, 1023, 1024, 1026}, 62 + 958 + 1, 3, 1023}, // at the ends of words and pages
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

// Whatever runs there are and in whatever order, what is missing is what no run holds.
func TestMissingNumbersAreThoseOfNoRun(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		const most = 6000
		var n Numbers
		known := make([]bool, most)
		lowest, highest := uint64(most), uint64(0)
		for range rapid.IntRange(1, 40).Draw(t, "runs") {
			first := rapid.Uint64Range(0, most-1).Draw(t, "first")
			last := min(most-1, first+rapid.Uint64Range(0, 2100).Draw(t, "length"))
			n.Note(3, Run{first, last})
			for i := first; i <= last; i++ {
				known[i] = true
			}
			lowest, highest = min(lowest, first), max(highest, last)
		}
		var want, gaps uint64
		for i := lowest; i <= highest; i++ {
			if !known[i] {
				want++
				if known[i-1] {
					gaps++
				}
			}
		}
		if count, g, _ := n.Missing(); count != want || g != gaps {
			t.Fatalf("%d in %d, want %d in %d", count, g, want, gaps)
		}
	})
}

// A large log in no order is known as well as one in its order, in little memory. Of numbers
// too far apart to keep nothing is said, rather than something wrong.
func TestManyNumbersInNoOrder(t *testing.T) {
	const most = 400 * pageNumbers
	var n, every Numbers
	order := rand.New(rand.NewPCG(1, 2)).Perm(most)
	order = slices.DeleteFunc(order, func(i int) bool { return i%10_000 == 5000 })
	for _, i := range order {
		n.Note(7, Run{uint64(i), uint64(i)})
	}
	if count, gaps, _ := n.Missing(); count != 41 || gaps != 41 {
		t.Errorf("%d in %d", count, gaps)
	}
	if n.pages != 41 || len(n.last.all) != 42 {
		t.Errorf("%d pages and %d runs are kept", n.pages, len(n.last.all))
	}
	for i := range uint64(2 * maxNumberPages) {
		every.Note(7, Run{2000 * i, 2000 * i})
	}
	if count, gaps, _ := every.Missing(); count != 0 || gaps != 0 || !every.Lost() {
		t.Errorf("of too many: %d in %d", count, gaps)
	}
}
