package sysmon

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/tools/txtar"

	"oddkin/parsers/event"
	"oddkin/parsers/internal/ingest"
)

// The tests run where another zone is local: what reads or shows a time by the analyst's
// clock fails them.
func init() { time.Local = time.FixedZone("analyst", 5*3600+45*60) }

var update = flag.Bool("update", false, "rewrite what the scenarios expect")

// TestScenarios reads the documents in testdata/scenarios: each says what it
// shows, holds a log and the events, warnings and account that it must give.
func TestScenarios(t *testing.T) {
	paths, _ := filepath.Glob("testdata/scenarios/*.txt")
	if len(paths) < 10 {
		t.Fatalf("%d scenarios", len(paths))
	}
	for _, path := range paths {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txt"), func(t *testing.T) {
			doc, err := txtar.ParseFile(path)
			if err != nil {
				t.Fatal(err)
			}
			got := describe(scenarioInput(doc))
			if *update {
				doc.Files = append(doc.Files[:1], txtar.File{Name: "events", Data: []byte(got)})
				if err := os.WriteFile(path, txtar.Format(doc), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			if len(doc.Files) < 2 || string(doc.Files[1].Data) != got {
				t.Errorf("got\n%s", got)
			}
		})
	}
}

// scenarioInput is the log of a document, with what a text cannot hold.
func scenarioInput(doc *txtar.Archive) []byte {
	in := bytes.ReplaceAll(doc.Files[0].Data, []byte("<NUL>"), []byte{0})
	in = bytes.ReplaceAll(in, []byte("<BOM>"), []byte("\xef\xbb\xbf"))
	return bytes.ReplaceAll(in, []byte("<CUT>\n"), nil)
}

// scenarioInputs gives the logs of all documents.
func scenarioInputs(tb testing.TB) [][]byte {
	paths, _ := filepath.Glob("testdata/scenarios/*.txt")
	var all [][]byte
	for _, path := range paths {
		doc, err := txtar.ParseFile(path)
		if err != nil {
			tb.Fatal(err)
		}
		all = append(all, scenarioInput(doc))
	}
	return all
}

// describe reads a log and writes down everything that came of it.
func describe(in []byte) string {
	var b strings.Builder
	account := event.Account{}
	var reader ingest.Format = format{}
	if best := (xmlFormat{}).Detect(in); best.Confidence > (format{}).Detect(in).Confidence {
		reader = xmlFormat{}
	}
	for ev, err := range reader.Events(&ingest.Input{Name: "log", R: bytes.NewReader(in), Account: &account}) {
		if err != nil {
			fmt.Fprintf(&b, "! %v\n", err)
			continue
		}
		fmt.Fprintf(&b, "%s%s\n", ev.Kind, words(
			"os", ev.Proc.OS.String(), "host", ev.Host, "time", stamp(ev.Time), "serial", fmt.Sprint(ev.Source.Serial), "offset", fmt.Sprint(ev.Source.Offset)))
		p := &ev.Proc
		fmt.Fprintf(&b, "  process%s\n", words("pid", fmt.Sprint(p.PID), "guid", p.GUID, "image", p.Image, "name", p.Name,
			"command", p.CommandLine, "argv", strings.Join(p.Argv, "|"), "cwd", p.Cwd, "user", p.User, "session", p.Session, "container", p.Container))
		if r := &ev.Parent; *r != (event.Ref{}) {
			fmt.Fprintf(&b, "  parent%s\n", words("pid", fmt.Sprint(r.PID), "guid", r.GUID, "image", r.Image, "name", r.Name, "command", r.CommandLine, "user", r.User))
		}
	}
	a := &account
	fmt.Fprintf(&b, "account: %d records = %d used + %d not needed + %d duplicate + %d malformed; %d events, %d bytes skipped, truncated %v, %s to %s\n",
		a.Records, a.Used, a.NotNeeded, a.Duplicate, a.Malformed, a.Events, a.Skipped, a.Truncated, stamp(a.First), stamp(a.Last))
	if !a.Balanced() {
		b.WriteString("NOT BALANCED\n")
	}
	return b.String()
}

// words writes pairs of name and value, leaving out what is empty.
func words(pairs ...string) string {
	var b strings.Builder
	for i := 0; i < len(pairs); i += 2 {
		if v := pairs[i+1]; v != "" && v != "0" && v != "unknown" || pairs[i] == "offset" {
			fmt.Fprintf(&b, " %s=%s", pairs[i], strings.TrimSuffix(strings.TrimPrefix(fmt.Sprintf("%q", v), `"`), `"`))
		}
	}
	return b.String()
}

func stamp(t time.Time) string {
	if t.IsZero() {
		return "none"
	}
	return t.Format("2006-01-02T15:04:05.999999999Z07:00")
}
