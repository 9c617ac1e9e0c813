package main

import (
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"sync"
	"testing"
	"time"
)

// What little evidence takes is hardly collected; if it proves to be more, as a packed file may, garbage is collected as
// for any other from the first collection on.
func TestLittleEvidenceMayBeMore(t *testing.T) {
	t.Setenv("GOGC", "")
	t.Setenv("GOMEMLIMIT", "")
	defer debug.SetGCPercent(debug.SetGCPercent(-1)) // so that none comes in between
	if lean(1000) {
		t.Error("nodes of 1,000 bytes of evidence lie outside of the heap")
	}
	for began := time.Now(); gcPercent() != 100; runtime.GC() {
		if time.Since(began) > time.Minute {
			t.Fatalf("collections at %d %% after one", gcPercent())
		}
	}
}

// A process may read one thing after the other: what the first was to prepare at the next collection may come while the
// second does.
func TestPreparedAtOnce(t *testing.T) {
	defer debug.SetGCPercent(debug.SetGCPercent(-1))
	var all sync.WaitGroup
	for _, percent := range []int{50, 100} {
		all.Go(func() { prepare(percent) })
	}
	all.Wait()
	if p := gcPercent(); p != 50 && p != 100 {
		t.Errorf("collections at %d %%", p)
	}
}

func gcPercent() uint64 {
	s := []metrics.Sample{{Name: "/gc/gogc:percent"}}
	metrics.Read(s)
	return s[0].Value.Uint64()
}
