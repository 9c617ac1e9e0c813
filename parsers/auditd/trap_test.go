package auditd

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"oddkin/parsers/event"
	"oddkin/parsers/internal/ingest"
)

var update = flag.Bool("update", false, "rewrite the expectations in testdata")

// TestTraps runs the scenarios of testdata/traps: a log, named after the format
// that reads it, the events it must give and what the account must say. In the
// documents ␝ stands for the byte 0x1d and ␀ for NUL, ␍ for a
// carriage return.
func TestTraps(t *testing.T) {
	files, err := filepath.Glob("testdata/traps/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no scenarios: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			doc, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			log := doc.Files[0]
			format := Log
			if log.Name == "syslog" {
				format = Syslog
			}
			text := strings.NewReplacer("␝", "\x1d", "␀", "\x00", "␍", "\r").Replace(string(log.Data))
			if doc.Comment = bytes.TrimSpace(doc.Comment); strings.Contains(string(doc.Comment), "no line end") {
				text = strings.TrimSuffix(text, "\n")
			}
			if m := best([]byte(text)); m != format.Name() {
				t.Errorf("taken for %q", m)
			}
			events, account := read(t, format, text)
			var b strings.Builder
			for _, ev := range events {
				fmt.Fprintln(&b, show(ev))
			}
			want := []txtar.File{log, {Name: "events", Data: []byte(b.String())}, {Name: "account", Data: []byte(showAccount(account))}}
			if *update {
				doc.Comment, doc.Files = append(doc.Comment, '\n'), want
				if err := os.WriteFile(file, txtar.Format(doc), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			for i := 1; i < len(want); i++ {
				if i >= len(doc.Files) || doc.Files[i].Name != want[i].Name {
					t.Fatalf("the scenario states no %s", want[i].Name)
				}
				if got := string(want[i].Data); got != string(doc.Files[i].Data) {
					t.Errorf("%s:\n%s\nwant:\n%s", want[i].Name, got, doc.Files[i].Data)
				}
			}
		})
	}
}

// best is the name of the format that detects text with most confidence.
func best(text []byte) string {
	var name string
	var match ingest.Match
	for _, f := range Formats() {
		if m := f.Detect(text[:min(len(text), ingest.HeadSize)]); m.Confidence > match.Confidence {
			name, match = f.Name(), m
		}
	}
	return name
}

func showAccount(a *event.Account) string {
	var b strings.Builder
	fmt.Fprintf(&b, "records %d: used %d, not needed %d, duplicate %d, malformed %d\n", a.Records, a.Used, a.NotNeeded, a.Duplicate, a.Malformed)
	if a.Skipped > 0 {
		fmt.Fprintf(&b, "skipped %d bytes\n", a.Skipped)
	}
	if a.Truncated {
		b.WriteString("truncated\n")
	}
	for _, w := range a.Warnings {
		fmt.Fprintf(&b, "offset %d, serial %d, %d bytes: %s\n", w.Source.Offset, w.Source.Serial, w.Bytes, w.Reason)
	}
	return b.String()
}
