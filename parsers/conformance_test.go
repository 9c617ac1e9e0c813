package parsers

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"oddkin/parsers/event"
)

// TestEveryPublicFileIsAccountedFor: each file of the public data sets is read or refused
// with a stated reason, and its account adds up.
func TestEveryPublicFileIsAccountedFor(t *testing.T) {
	if testing.Short() {
		t.Skip("reads every data set")
	}
	root := os.Getenv("ODDKIN_DATA")
	if root == "" {
		root = "../../shared/data"
	}
	for _, set := range []string{"conformance", "full", "train"} {
		t.Run(set, func(t *testing.T) {
			dir := filepath.Join(root, set)
			if _, err := os.Stat(dir); err != nil {
				t.Skipf("the data sets are not here (set ODDKIN_DATA): %v", err)
			}
			e, err := Open([]string{dir}, Options{})
			if err != nil {
				t.Fatal(err)
			}
			events := map[string]int64{}
			for ev := range e.Events(context.Background()) {
				events[ev.Source.File]++
				if ev.Kind == 0 || ev.Source.Offset < -1 {
					t.Errorf("%s, offset %d: kind %d", ev.Source.File, ev.Source.Offset, ev.Kind)
				}
			}
			seen, read := map[string]bool{}, 0
			for _, a := range e.Accounts() {
				file, _, _ := strings.Cut(a.File, "!")
				seen[file] = true
				if a.Format != "" {
					read++
				}
				if fault := unbalanced(&a, events[a.File]); fault != "" {
					t.Errorf("%s: %s: %+v", a.File, fault, a)
				}
			}
			for _, file := range e.Files() {
				if !seen[file] {
					t.Errorf("%s: no account", file)
				}
			}
			t.Logf("%d of %d inputs read, the rest refused", read, len(e.Accounts()))
		})
	}
}

// unbalanced says what is wrong with the account of an input that gave so many events.
func unbalanced(a *event.Account, events int64) string {
	switch {
	case a.Format == "" && a.Reason == "" && a.Failure == "":
		return "refused without a reason"
	case a.Format == "" && events > 0:
		return "refused, and has events"
	case !a.Balanced():
		return "its records do not add up"
	case min(a.Records, a.Used, a.NotNeeded, a.Duplicate, a.Malformed, a.Skipped) < 0:
		return "a number below zero"
	case a.Events != events:
		return "events that were not counted, or counted and not told"
	case a.Skipped > a.Bytes:
		return "more skipped than there is"
	case a.Malformed+a.Skipped > 0 && len(a.Warnings) == 0:
		return "damage without a warning"
	case (a.Gaps > 0) != (a.Missing > 0) || a.Missing < a.Gaps:
		return "gaps without missing numbers"
	case a.First.After(a.Last):
		return "a span that ends before it begins"
	}
	for _, w := range a.Warnings {
		if w.Reason == "" || w.Source.File != a.File {
			return "a warning without a reason or a place"
		}
	}
	return ""
}
