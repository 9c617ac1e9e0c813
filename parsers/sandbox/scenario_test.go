package sandbox

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/txtar"

	"oddkin/parsers/event"
)

// The tests run where another zone is local: what reads or shows a time by the analyst's
// clock fails them.
func init() { time.Local = time.FixedZone("analyst", 5*3600+45*60) }

var update = flag.Bool("update", false, "rewrite what the scenarios in testdata expect")

// TestScenarios reads the reports in testdata. Each file holds a comment that
// says what it shows, a report, the name of the format that must claim it, and
// what must come of it.
func TestScenarios(t *testing.T) {
	paths, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no scenarios: %v", err)
	}
	for _, path := range paths {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txt"), func(t *testing.T) {
			a, err := txtar.ParseFile(path)
			if err != nil {
				t.Fatal(err)
			}
			for i := 0; i+1 < len(a.Files); i += 2 {
				report, want := a.Files[i], &a.Files[i+1]
				got := outcome(t, bytes.TrimSuffix(report.Data, []byte("\n")))
				if *update {
					want.Data = got
				} else if !bytes.Equal(got, want.Data) {
					t.Errorf("%s:\n%s\nwant:\n%s", report.Name, got, want.Data)
				}
			}
			if *update {
				if err := os.WriteFile(path, txtar.Format(a), 0o644); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

// outcome writes down what reading content gives.
func outcome(t *testing.T, content []byte) []byte {
	name, m := claim(content)
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s %d: %s\n", name, m.Confidence, m.Reason)
	if name == "" {
		return b.Bytes()
	}
	events, a := read(t, name, bytes.NewReader(content), false)
	for i, e := range events {
		if i == 0 || e.Host != events[i-1].Host {
			fmt.Fprintf(&b, "host %s\n", e.Host)
		}
		b.WriteString(line(e) + "\n")
		if at := e.Source.Offset; at < 0 || at >= int64(len(content)) || content[at] != '{' {
			t.Errorf("offset %d of pid %d is no object", at, e.Proc.PID)
		}
	}
	for _, w := range a.Warnings {
		fmt.Fprintf(&b, "warning %v (%d bytes)\n", w, w.Bytes)
	}
	fmt.Fprintf(&b, "records %d used %d duplicate %d malformed %d skipped %d truncated %v\n", a.Records, a.Used, a.Duplicate, a.Malformed, a.Skipped, a.Truncated)
	return b.Bytes()
}

// line is an event in one line; what is absent is "-".
func line(e event.Event) string {
	or := func(s string) string {
		if s == "" {
			return "-"
		}
		return s
	}
	at := "-"
	if !e.Time.IsZero() {
		at = e.Time.Format("2006-01-02T15:04:05.999999999Z07:00")
	}
	parent := fmt.Sprint(e.Parent.PID)
	if e.Parent.Image != "" || e.Parent.GUID != "" {
		parent += " (" + or(e.Parent.Image) + " " + or(e.Parent.GUID) + ")"
	}
	s := fmt.Sprintf("%v %s %v pid %d parent %s #%d: %s [%s] by %s: %s", e.Kind, at, e.Proc.OS, e.Proc.PID, parent, e.Source.Serial,
		or(e.Proc.Image), or(e.Proc.Name), or(e.Proc.User), or(e.Proc.CommandLine))
	if len(e.Proc.Argv) > 0 {
		s += fmt.Sprintf(" argv %q", e.Proc.Argv)
	}
	if e.Proc.GUID != "" {
		s += " guid " + e.Proc.GUID
	}
	return s
}
