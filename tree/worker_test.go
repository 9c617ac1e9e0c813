package tree

import (
	"slices"
	"testing"
)

// Of the services started before a record all are looked at, or the first and the last where a log has more of them
// than hosts have: how many there are is up to whoever writes the log.
func TestServicesBefore(t *testing.T) {
	g := &guesser{services: make([]act, 5000)}
	for i := range g.services {
		g.services[i].rec = int32(i)
	}
	for before, want := range map[int32][]int32{
		-1: nil, 0: {0, 0}, 700: {0, 700}, 1023: {0, 1023}, 1024: {0, 511, 513, 1024}, 4000: {0, 511, 3489, 4000}, 9000: {0, 511, 4488, 4999},
	} {
		var got []int32 // where runs of records begin and end
		for a := range g.servicesBefore(before) {
			if n := len(got); n > 0 && a.rec == got[n-1]+1 {
				got[n-1] = a.rec
			} else {
				got = append(got, a.rec, a.rec)
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("before %d: %v, want %v", before, got, want)
		}
	}
}
