package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"oddkin/parsers"
	"oddkin/parsers/event"
)

// What is generated is evidence that reads without a complaint, whose starts are
// as many as were written, and is the same for the same seed.
func TestGenerated(t *testing.T) {
	for kind, c := range map[string]struct{ format, start string }{
		"execs":      {"auditd", "type=EXECVE"},
		"forks":      {"auditd", "type=EXECVE"},
		"winlogbeat": {"sysmon", `"ProcessGuid"`},
		"flat":       {"sysmon", `"ProcessGuid"`},
		"evtxdump":   {"sysmon", `"ProcessGuid"`},
		"evtx":       {"evtx", "**\x00\x00"},
		"cape":       {"cape", `"process_id"`},
	} {
		t.Run(kind, func(t *testing.T) {
			const size = 2e6
			var first, again bytes.Buffer
			for _, b := range []*bytes.Buffer{&first, &again} {
				if err := generate(b, kind, 7, size); err != nil {
					t.Fatal(err)
				}
			}
			if !bytes.Equal(first.Bytes(), again.Bytes()) {
				t.Error("one seed gave two things")
			}
			if n := first.Len(); n < size || n > size*1.05 {
				t.Errorf("%d bytes", n)
			}
			path := filepath.Join(t.TempDir(), "evidence")
			if err := os.WriteFile(path, first.Bytes(), 0o600); err != nil {
				t.Fatal(err)
			}
			evidence, err := parsers.Open([]string{path}, parsers.Options{})
			if err != nil {
				t.Fatal(err)
			}
			starts := 0
			for ev := range evidence.Events(context.Background()) {
				if ev.Kind == event.Exec {
					starts++
				}
			}
			a := evidence.Accounts()[0]
			if a.Format != c.format || a.Malformed != 0 || a.Duplicate != 0 || a.Skipped != 0 {
				t.Errorf("%+v", a)
			}
			if want := strings.Count(first.String(), c.start); starts != want {
				t.Errorf("%d starts, want %d", starts, want)
			}
		})
	}
}

func TestSizes(t *testing.T) {
	for in, want := range map[string]int64{"10": 10, "3B": 3, "10MB": 10e6, "2gb": 2e9, "5k": 5e3} {
		if got, err := parseSize(in); err != nil || got != want {
			t.Errorf("%s: %d, %v", in, got, err)
		}
	}
	for _, in := range []string{"", "MB", "-1", "0", "1.5GB", "1TB", "1MM"} {
		if n, err := parseSize(in); err == nil {
			t.Errorf("%q passed as %d", in, n)
		}
	}
}

// The curve's picture holds every point where its axes say it is.
func TestDraw(t *testing.T) {
	at := func(v float64) spread { return spread{v, v, v} }
	out := draw([]*point{{mb: 10, wall: at(0.1), peak: at(50)}, {mb: 1000, wall: at(10), peak: at(60)}}, "a <b>")
	for _, want := range []string{
		"a &lt;b&gt;",
		`cx="70.0" cy="320.0"`, // the least of both: the left panel's lower corner
		`cx="340.0" cy="60.0"`, // the most: its upper one
	} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in\n%s", want, out)
		}
	}
}

// What a line costs is without what the first ones take. How far sizes lie apart is told of that, and once more in
// what the yardstick took in turn with each: a machine that is half as fast for a while changes nothing there.
func TestCurveTellsHowFlatItIs(t *testing.T) {
	took := func(seconds float64) cost {
		d := time.Duration(seconds * float64(time.Second))
		return cost{cpu: d, user: d / 2}
	}
	yard, first := &point{mb: 20, lines: 2_000_000}, &point{mb: 1, lines: 100_000}
	large := took(5.55)
	large.user = 2650 * time.Millisecond // of which the system took more
	points := []*point{
		{mb: 10, lines: 1_100_000, rounds: []turns{{took(0.55), took(1), took(0.05)}, {took(1.1), took(2), took(0.1)}}},
		{mb: 100, lines: 10_100_000, rounds: []turns{{large, took(1), took(0.05)}, {large, took(1), took(0.05)}}},
	}
	for _, p := range points {
		p.sum()
	}
	var b strings.Builder
	if err := printCurve(&b, points, first, yard); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"which take 0.050 s (0.050 to 0.100), a line takes 550 to 750 ns of a processor (36 % apart)\n",
		"and 1.000 to 1.100 times what a line of the yardstick takes (10 % apart): 20 MB, read in turn with each, 1.00 s (1.00 to 2.00);\n",
		"of that its own, without the system's, 1.000 to 1.050 times (5 % apart)\n",
	} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("no %q in\n%s", want, b.String())
		}
	}
}
