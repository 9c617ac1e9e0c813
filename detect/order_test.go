package detect

import (
	"cmp"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"oddkin/tree"
)

// A finding's paths stand in the order of their leaves' starts, those without one first, and
// equal ones as the forest has them.
func TestPathsAreOrderedByStart(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var roots []*tree.Sketch
		for range rapid.IntRange(0, 30).Draw(t, "paths") {
			s := &tree.Sketch{}
			if rapid.IntRange(0, 3).Draw(t, "timed") > 0 {
				s.Start = time.Unix(rapid.SampledFrom([]int64{-1, 0, 1, -11644473600, 253402300799}).Draw(t, "s"), rapid.Int64Range(0, 2).Draw(t, "ns"))
			}
			roots = append(roots, s)
		}
		want := rapid.Permutation(slices.Collect(tree.Plant(roots...).Paths())).Draw(t, "drawn")
		got := slices.Clone(want)
		sortPaths(got)
		slices.SortFunc(want, func(a, b tree.Path) int {
			return cmp.Or(a.Leaf.Start().Compare(b.Leaf.Start()), cmp.Compare(a.Leaf.ID, b.Leaf.ID))
		})
		if !slices.Equal(got, want) {
			t.Fatalf("%v instead of %v", got, want)
		}
	})
}
