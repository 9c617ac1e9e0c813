package tree

import (
	"slices"
	"testing"
)

// Of the services started before a record all are looked at. Where there are very many it is the last of each program,
// so that a daemon is not lost among what timers start; and of very many programs the first and the last.
func TestServicesBefore(t *testing.T) {
	var timed, many services
	for i := range int32(5000) {
		name := i % 3 // of timers
		if i == 2000 {
			name = 9 // a daemon's
		}
		timed.add(act{rec: i, self: &self{prog: &Program{named: name}}})
		many.add(act{rec: i, self: &self{prog: &Program{named: i}}})
	}
	for _, c := range []struct {
		name  string
		of    *services
		rec   int32
		count int
		among []int32
		not   []int32
	}{
		{"none", &timed, -1, 0, nil, []int32{0}},
		{"few", &timed, 700, 701, []int32{0, 350, 700}, []int32{701}},
		{"timers and a daemon", &timed, 4900, 3*startsPerService + 1, []int32{2000, 4853, 4900}, []int32{0, 4852, 4901}},
		{"timers before the daemon", &timed, 1999, 3 * startsPerService, []int32{1999}, []int32{2000}},
		{"many programs", &many, 4000, 2 * servicePrograms, []int32{0, 127, 3873, 4000}, []int32{128, 3872, 4001}},
	} {
		var got []int32
		for a := range c.of.before(c.rec) {
			got = append(got, a.rec)
		}
		if len(got) != c.count {
			t.Errorf("%s: %d starts, want %d", c.name, len(got), c.count)
		}
		for _, rec := range c.among {
			if !slices.Contains(got, rec) {
				t.Errorf("%s: not %d", c.name, rec)
			}
		}
		for _, rec := range c.not {
			if slices.Contains(got, rec) {
				t.Errorf("%s: %d too", c.name, rec)
			}
		}
	}
}
