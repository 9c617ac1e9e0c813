package main

import (
	"testing"
	"time"
)

// A time of the command line without a zone is in UTC, as all times shown are, whatever
// is local.
func TestTimesOfTheCommandLineAreInUTC(t *testing.T) {
	want := time.Date(2026, 11, 23, 16, 0, 0, 0, time.UTC)
	for _, s := range []string{"2026-11-23T16:00:00Z", "2026-11-23T21:45:00+05:45", "2026-11-23T16:00:00", "2026-11-23 16:00:00", "2026-11-23 16:00"} {
		if got, err := moment("--from", s); err != nil || got != want {
			t.Errorf("%s is %v, %v", s, got, err)
		}
	}
}
