package auditjson

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/txtar"

	"oddkin/parsers/event"
	"oddkin/parsers/internal/ingest"
)

// The tests run where another zone is local: what reads or shows a time by the analyst's
// clock fails them.
func init() { time.Local = time.FixedZone("analyst", 5*3600+45*60) }

var update = flag.Bool("update", false, "rewrite what the scenarios expect")

// TestScenarios runs the documents in testdata/scenarios: each says what it
// shows and holds a log, the events it must give and what the account must say.
// The log is named after the format that must recognise it. ␀ stands for NUL, ␝
// for the byte 0x1d, and <CUT> for an input that ends there.
func TestScenarios(t *testing.T) {
	paths, _ := filepath.Glob("testdata/scenarios/*.txt")
	if len(paths) < 15 {
		t.Fatalf("%d scenarios", len(paths))
	}
	for _, path := range paths {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txt"), func(t *testing.T) {
			doc, err := txtar.ParseFile(path)
			if err != nil {
				t.Fatal(err)
			}
			text := scenarioInput(doc)
			if got := best([]byte(text)); got != doc.Files[0].Name {
				t.Errorf("taken for %q", got)
			}
			events, account := read(t, doc.Files[0].Name, strings.NewReader(text), false)
			var b strings.Builder
			for _, ev := range events {
				fmt.Fprintln(&b, show(ev))
			}
			fmt.Fprint(&b, showAccount(account))
			if *update {
				doc.Files = append(doc.Files[:1], txtar.File{Name: "events", Data: []byte(b.String())})
				if err := os.WriteFile(path, txtar.Format(doc), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			if len(doc.Files) < 2 || string(doc.Files[1].Data) != b.String() {
				t.Errorf("got\n%s", b.String())
			}
		})
	}
}

func scenarioInput(doc *txtar.Archive) string {
	text := strings.NewReplacer("␝", "\x1d", "␞", "\x1e", "␀", "\x00").Replace(string(doc.Files[0].Data))
	return strings.ReplaceAll(text, "<CUT>\n", "")
}

func byName(t testing.TB, name string) ingest.Format {
	for _, f := range Formats() {
		if f.Name() == name {
			return f
		}
	}
	t.Fatalf("no format %q", name)
	return nil
}

// best is the name of the format that recognises text with most confidence.
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

// read reads an input and checks what holds for every one: the account balances
// and counts what was yielded.
func read(t testing.TB, format string, in io.Reader, keepRaw bool) ([]event.Event, *event.Account) {
	t.Helper()
	account := &event.Account{}
	var events []event.Event
	var warnings int64
	for ev, err := range byName(t, format).Events(&ingest.Input{Name: "log", R: in, KeepRaw: keepRaw, Account: account}) {
		if err != nil {
			if errors.As(err, new(event.Warning)) {
				warnings++
			} else if !errors.Is(err, errHeader) {
				t.Fatalf("input ended: %v", err)
			}
			continue
		}
		events = append(events, ev)
	}
	if !account.Balanced() {
		t.Errorf("account does not balance: %+v", account)
	}
	if account.Events != int64(len(events)) {
		t.Errorf("%d events, %d accounted for", len(events), account.Events)
	}
	if noted := int64(len(account.Warnings)) + account.Suppressed; noted != warnings {
		t.Errorf("%d warnings yielded, %d noted", warnings, noted)
	}
	return events, account
}

// show writes an event on one line, what is absent left out.
func show(ev event.Event) string {
	p := ev.Proc
	s := ev.Kind.String() + words("pid", number(p.PID), "ppid", number(ev.Parent.PID), "exe", p.Image, "comm", p.Name)
	if p.OS == event.Windows {
		s += " windows"
	}
	if p.Deleted {
		s += " deleted"
	}
	if p.Argv != nil {
		s += fmt.Sprintf(" argv=%q", p.Argv)
	}
	from, to := "", ""
	switch r := ev.Remote; {
	case r == nil:
	case r.Inbound:
		from = r.Address
	default:
		to = fmt.Sprint(r.Address, " port ", r.Port)
	}
	s += words("cmd", quoted(p.CommandLine), "cwd", p.Cwd, "user", p.User, "auid", p.AuditUser, "ses", p.Session, "tty", p.TTY,
		"container", p.Container, "parent", ev.Parent.Image, "parentcomm", ev.Parent.Name, "parentcmd", quoted(ev.Parent.CommandLine), "host", ev.Host, "from", from, "to", to)
	if !ev.Time.IsZero() {
		s += ev.Time.Format(" at=2006-01-02T15:04:05.999Z07:00")
	}
	return s + fmt.Sprintf(" serial=%d offset=%d", ev.Source.Serial, ev.Source.Offset)
}

func words(pairs ...string) string {
	var b strings.Builder
	for i := 0; i < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			fmt.Fprintf(&b, " %s=%s", pairs[i], pairs[i+1])
		}
	}
	return b.String()
}

func number(n uint32) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprint(n)
}

func quoted(s string) string {
	if s == "" {
		return ""
	}
	return fmt.Sprintf("%q", s)
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
