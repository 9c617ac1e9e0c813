package sums

import (
	"testing"

	"pgregory.net/rapid"
)

// A table is a map.
func TestTableIsAMap(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var table Table[int]
		want := map[uint64]int{}
		// Sums that differ in their highest or lowest bits alone, as somebody may choose them.
		sum := rapid.Custom(func(t *rapid.T) uint64 {
			return rapid.Uint64Range(1, 2000).Draw(t, "n") << rapid.SampledFrom([]int{0, 0, 32, 53}).Draw(t, "shift")
		})
		for i, k := range rapid.SliceOfN(sum, 0, 3000).Draw(t, "sums") {
			v, isNew := table.Put(k)
			if old, known := want[k]; known == isNew || *v != old {
				t.Fatalf("%x is %d, new %v; want %d, known %v", k, *v, isNew, old, known)
			}
			*v, want[k] = i, i
		}
		if table.Len() != len(want) {
			t.Fatalf("%d sums of %d", table.Len(), len(want))
		}
		for k := range uint64(2001) {
			got := table.Find(k)
			if value, known := want[max(k, 1)]; known != (got != nil) || known && *got != value {
				t.Fatalf("%x: %v, want %d, %v", k, got, value, known)
			}
		}
	})
}
