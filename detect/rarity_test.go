package detect

import (
	"reflect"
	"testing"

	"pgregory.net/rapid"
)

// Counting what a file tells is counting edge by edge, in whatever order they stand, and even
// if a name stands twice.
func TestStatisticsOf(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		list := rapid.SliceOfN(rapid.SampledFrom([]string{"sh", "bash", "nginx", "curl", "python", "", "x", "systemd"}), 1, 8).Draw(t, "names")
		at := rapid.IntRange(0, len(list)-1)
		edges := rapid.SliceOf(rapid.Custom(func(t *rapid.T) [3]int {
			return [3]int{at.Draw(t, "parent"), at.Draw(t, "child"), rapid.IntRange(1, 5).Draw(t, "times")}
		})).Draw(t, "edges")
		want := newStatistics()
		for _, e := range edges {
			want.add(edge{list[e[0]], list[e[1]]}, float64(e[2]))
		}
		if got := statisticsOf(list, edges); !reflect.DeepEqual(got, want) {
			t.Fatalf("got %v, want %v", got, want)
		}
	})
}
