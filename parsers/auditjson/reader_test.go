package auditjson

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"oddkin/parsers/event"
	"oddkin/parsers/internal/ingest"
	"oddkin/parsers/internal/jsonstream"
)

// drain reads an input to its end and gives the error that ended it, if any.
func drain(t *testing.T, format string, in io.Reader) (events int, account *event.Account, ended error) {
	account = &event.Account{}
	for _, err := range byName(t, format).Events(&ingest.Input{Name: "log", R: in, Account: account}) {
		if err == nil {
			events++
		} else if !errors.As(err, new(event.Warning)) {
			ended = err
		}
	}
	if !account.Balanced() {
		t.Errorf("%s: account does not balance: %+v", format, account)
	}
	return events, account, ended
}

// TestReadErrors: what came before a read error counts, and the error ends the
// input.
func TestReadErrors(t *testing.T) {
	broken := errors.New("broken")
	logs, names := scenarios(t)
	for i, log := range logs {
		whole, _, _ := drain(t, names[i], strings.NewReader(log))
		cut, account, err := drain(t, names[i], io.MultiReader(strings.NewReader(log), iotest.ErrReader(broken)))
		if !errors.Is(err, broken) || !account.Truncated || cut != whole {
			t.Errorf("%s: %d events of %d, error %v, truncated %v", names[i], cut, whole, err, account.Truncated)
		}
	}
}

// endless yields its text again and again.
type endless string

func (e endless) Read(p []byte) (int, error) {
	n := 0
	for n < len(p) {
		n += copy(p[n:], e)
	}
	return n, nil
}

// TestUnclosedQuote: a quote that is never closed ends a table in bounded
// memory; what came before it counts.
func TestUnclosedQuote(t *testing.T) {
	const header = "NewProcessId,NewProcessName,ProcessId\n0x10,C:\\x.exe,0x4\n0x11,\""
	events, account, err := drain(t, "process-csv", io.MultiReader(strings.NewReader(header), endless("x\n")))
	if !errors.Is(err, errLongRow) || events != 1 || !account.Truncated {
		t.Errorf("%d events, error %v, %+v", events, err, account)
	}
}

// TestOpenEventsAreBounded: records of events that are never completed do not
// pile up.
func TestOpenEventsAreBounded(t *testing.T) {
	entry := func(serial int, message string) string {
		b, _ := json.Marshal(map[string]any{"_BOOT_ID": "b", "_TRANSPORT": "audit", "_AUDIT_TYPE": "1309", "_AUDIT_ID": serial, "_SOURCE_REALTIME_TIMESTAMP": "1700000000000000", "MESSAGE": message})
		return string(b) + "\n"
	}
	account := &event.Account{}
	in := &ingest.Input{Name: "log", Account: account}
	r := newReader(in, func(event.Event, error) bool { return true })
	var j journal
	feed := func(text string) {
		in.R = strings.NewReader(text)
		r.s = jsonstream.NewScanner(in.R)
		for indent := r.s.Hold(); r.s.Next() == '{'; indent = r.s.Hold() {
			r.object(&j, indent)
		}
	}
	for i := range 3 * maxOpen {
		feed(entry(i+1, "EXECVE argc=1 a0=\"x\""))
		if len(j.events) > maxOpen || len(j.byKey) != len(j.events)+len(j.aside) {
			t.Fatalf("%d events open, %d put by, %d known", len(j.events), len(j.aside), len(j.byKey))
		}
	}
	long := "EXECVE argc=1 a0=\"" + strings.Repeat("x", 4<<20) + "\""
	for i := range 40 {
		feed(entry(100000+i, long))
		if j.size > maxSizeAll+16<<20 {
			t.Fatalf("%d bytes held", j.size)
		}
	}
	j.end(r)
	if j.size != 0 || len(j.byKey) != 0 || !account.Balanced() {
		t.Errorf("%d bytes held, %d events, %+v", j.size, len(j.byKey), account)
	}
}

// Records that stand anywhere in an export, as from several shards of a search engine,
// are put together; what is not there is told of.
func TestRecordsInNoOrder(t *testing.T) {
	const n = 3 * maxOpen
	ways := map[string]func(serial int, typ, body string) string{
		"journald": func(serial int, typ, body string) string {
			b, _ := json.Marshal(map[string]any{"_BOOT_ID": "b", "_TRANSPORT": "audit", "_AUDIT_TYPE_NAME": typ, "_AUDIT_ID": serial, "_SOURCE_REALTIME_TIMESTAMP": "1700000000000000", "MESSAGE": body})
			return string(b) + "\n"
		},
		"auditbeat": func(serial int, typ, body string) string {
			b, _ := json.Marshal(map[string]any{"event": map[string]any{"module": "auditd", "dataset": "auditd.log"}, "message": fmt.Sprintf("type=%s msg=audit(1700000000.000:%d): %s", typ, serial, body)})
			return string(b) + "\n"
		},
	}
	for name, way := range ways {
		t.Run(name, func(t *testing.T) {
			var lines []string
			for i := range n {
				records := map[string]string{
					"SYSCALL":   fmt.Sprintf(`arch=c000003e syscall=59 success=yes exit=0 ppid=1 pid=%d uid=0 euid=0 comm="x" exe="/bin/x"`, i+10),
					"EXECVE":    fmt.Sprintf(`argc=1 a0="x%d"`, i),
					"CWD":       fmt.Sprintf(`cwd="/%d"`, i),
					"PATH":      `item=0 name="/bin/x"`,
					"PROCTITLE": `proctitle="x"`,
					"EOE":       "",
				}
				switch i {
				case 7:
					delete(records, "SYSCALL")
				case 8:
					delete(records, "EXECVE")
				}
				for _, typ := range slices.Sorted(maps.Keys(records)) {
					lines = append(lines, way(i+1, typ, records[typ]))
				}
			}
			r := rand.New(rand.NewPCG(2, 2))
			r.Shuffle(len(lines), func(i, j int) { lines[i], lines[j] = lines[j], lines[i] })
			events, account := read(t, name, strings.NewReader(strings.Join(lines, "")), false)
			whole := 0
			for _, ev := range events {
				if id := fmt.Sprint(ev.Proc.PID - 10); ev.Kind == event.Exec && len(ev.Proc.Argv) == 1 && ev.Proc.Argv[0] == "x"+id && ev.Proc.Cwd == "/"+id {
					whole++
				}
			}
			if len(events) != n-1 || whole != n-2 || account.Duplicate+account.Malformed > 0 {
				t.Errorf("%d events, %d whole, of %d; %+v", len(events), whole, n, account)
			}
			var reasons []string
			for _, w := range account.Warnings {
				reasons = append(reasons, fmt.Sprintf("%d %s", w.Source.Serial, w.Reason))
			}
			want := []string{
				"9 1 starts lack their EXECVE record or a part of it, this the first: lost, left out or too far away",
				"8 1 events lack their SYSCALL record, this the first: lost, left out or too far away",
			}
			if !slices.Equal(reasons, want) {
				t.Errorf("warnings %q, want %q", reasons, want)
			}
		})
	}
}

// TestRaw: the original fields come in their order, an event's records each
// under its type.
func TestRaw(t *testing.T) {
	logs, names := scenarios(t)
	for i, log := range logs {
		events, _ := read(t, names[i], strings.NewReader(log), true)
		for _, ev := range events {
			if ev.Kind == event.Boot {
				continue
			}
			if ev.Raw == nil || ev.Raw.Len() == 0 {
				t.Errorf("%s: no fields of %s", names[i], show(ev))
				continue
			}
			if names[i] == "journald" && ev.Source.Serial == 110 {
				b, _ := json.Marshal(ev.Raw)
				if got := strings.Join(ev.Raw.Keys(), " "); got != "SYSCALL EXECVE EXECVE 2 CWD" || !strings.HasPrefix(string(b), `{"SYSCALL":{"__REALTIME_TIMESTAMP":"1700000000500000","_BOOT_ID":"b1",`) {
					t.Errorf("fields %s: %s", got, b)
				}
			}
		}
	}
}

// Whatever stands between columns and at the ends of lines, and before the header, the table
// gives the same.
func TestTablesOfOtherSeparators(t *testing.T) {
	const table = "EventID,TimeCreated,Computer,NewProcessId,NewProcessName,ProcessId,CommandLine\n" +
		"4688,2024-01-01T00:00:00Z,ws1,0x10,C:\\a.exe,0x4,\"a.exe \"\"x y\"\"\"\n4688,2024-01-01T00:00:01Z,ws1,0x20,C:\\b.exe,0x10,b.exe\n"
	want := starts(func() []event.Event { e, _ := read(t, "process-csv", strings.NewReader(table), false); return e }())
	if len(want) != 2 {
		t.Fatal(want)
	}
	for name, text := range map[string]string{
		"semicolons": strings.ReplaceAll(table, ",", ";"),
		"tabs":       strings.ReplaceAll(table, ",", "\t"),
		"PowerShell": "#TYPE System.Management.Automation.PSCustomObject\r\n" + strings.ReplaceAll(table, "\n", "\r\n"),
		"Excel":      "sep=;\n" + strings.ReplaceAll(table, ",", ";"),
		"returns":    strings.ReplaceAll(table, "\n", "\r"),
		"byte order": "\xef\xbb\xbf" + table,
	} {
		if got := best([]byte(text)); got != "process-csv" {
			t.Errorf("%s: taken for %q", name, got)
		}
		events, a := read(t, "process-csv", strings.NewReader(text), false)
		if got := starts(events); !slices.Equal(got, want) || !a.Balanced() || len(a.Warnings) > 0 {
			t.Errorf("%s: %v, %v", name, got, a.Warnings)
		}
		for _, e := range events {
			if at := e.Source.Offset; !strings.HasPrefix(text[at:], "4688") {
				t.Errorf("%s: offset %d", name, at)
			}
		}
	}
}

// TestACutTableIsTold cuts a table inside its last row, and leaves NULs in one.
func TestACutTableIsTold(t *testing.T) {
	const head = "EventID,TimeCreated,Computer,NewProcessId,NewProcessName,ProcessId,CommandLine\n"
	const row = "4688,2024-01-01T00:00:00Z,ws1,0x10,C:\\a.exe,0x4,a.exe -x\n"
	for name, c := range map[string]struct {
		table     string
		truncated bool
		warnings  int
	}{
		"whole":       {head + row + row, false, 0},
		"no line end": {head + row + strings.TrimSuffix(row, "\n"), false, 0},
		"cut":         {head + row + row[:40], true, 1},
		"short":       {head + row[:40] + "\n" + row, false, 1},
		"NUL":         {head + strings.Replace(row, "-x", "\x00\x00", 1) + row, false, 1},
	} {
		_, a := read(t, "process-csv", strings.NewReader(c.table), false)
		if a.Truncated != c.truncated || len(a.Warnings) != c.warnings || !a.Balanced() {
			t.Errorf("%s: truncated %v, warnings %v, records %d used %d", name, a.Truncated, a.Warnings, a.Records, a.Used)
		}
	}
}
