package report

import (
	"strings"
	"testing"
	"time"

	"oddkin/detect"
	"oddkin/parsers/event"
	"oddkin/tree"
)

// The list of strange chains tells times in UTC and how many it leaves out.
func TestStrangeChainsAreListed(t *testing.T) {
	at := time.Date(2026, 11, 23, 16, 0, 0, 0, time.UTC)
	f := tree.Build(func(yield func(event.Event) bool) {
		yield(event.Event{Kind: event.Exec, Time: at, Proc: event.Proc{OS: event.Linux, PID: 7, Image: "/bin/sh"}})
	}, tree.Options{})
	leaf := f.Roots[0]
	var b strings.Builder
	findings := []detect.Finding{{Score: 0.75, Names: []string{"sshd", "s\x1bh"}, Paths: []tree.Path{{Leaf: leaf}}}}
	if err := WriteStrange(&b, findings, 3); err != nil {
		t.Fatal(err)
	}
	if got, want := b.String(), "  0.750  sshd → s\\x1bh  (1 path, first 2026-11-23 16:00:00 UTC)\n  and 2 more\n"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}
