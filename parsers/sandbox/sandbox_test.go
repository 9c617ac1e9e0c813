package sandbox

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/Velocidex/ordereddict"
	"pgregory.net/rapid"

	"oddkin/parsers/event"
	"oddkin/parsers/internal/ingest"
)

// TestSamplesHoldTheChainsOfTheirAttacks reads the committed reports and looks
// for every chain that their texts list, by pids alone.
func TestSamplesHoldTheChainsOfTheirAttacks(t *testing.T) {
	for name, report := range map[string]string{"maldoc": "maldoc.cape.json", "pdf": "pdf.cuckoo2.json.gz"} {
		content := unzipped(t, "../../samples/sandbox/"+report)
		format, m := claim(content)
		events, a := read(t, format, bytes.NewReader(content), false)
		if m.Confidence < 90 || a.Malformed+a.Suppressed > 0 || len(a.Warnings) > 0 {
			t.Errorf("%s: %+v, %+v", report, m, a)
		}
		wanted, err := os.ReadFile("../../samples/sandbox/" + name + ".attack.txt")
		if err != nil {
			t.Fatal(err)
		}
		have := chains(events)
		for _, chain := range strings.Split(strings.TrimSpace(string(wanted)), "\n") {
			if !have[chain] {
				t.Errorf("%s lacks %s; it has %v", report, chain, have)
			}
		}
	}
}

// chains joins each event to the last one before the end of the list that has
// its parent's pid and is no later, or else the first.
func chains(events []event.Event) map[string]bool {
	up := func(e *event.Event) (parent *event.Event) {
		for i := range events {
			if p := &events[i]; p.Proc.PID == e.Parent.PID && (parent == nil || !p.Time.After(e.Time)) {
				parent = p
			}
		}
		return parent
	}
	out := map[string]bool{}
	for i := range events {
		chain := events[i].Proc.Base()
		for p := up(&events[i]); p != nil; p = up(p) {
			chain = p.Proc.Base() + " > " + chain
		}
		out[chain] = true
	}
	return out
}

func TestRawKeepsTheFieldsInOrderWithoutCalls(t *testing.T) {
	const report = `{"info": {"version": "2.4-CAPE"}, "behavior": {"processes": [{"process_id": 18446744073709551615, "zz": [1, -2.5, "x", null, true, {"b": 1, "a": 2}],
		"calls": [{"big": 1}], "process_name": "a.exe", "environ": {"UserName": "u", "CommandLine": "a /x"}, "aa": NaN}]}}`
	events, _ := read(t, "cape", strings.NewReader(report), true)
	if len(events) != 1 {
		t.Fatalf("%d events", len(events))
	}
	raw, err := events[0].Raw.MarshalJSON()
	want := `{"process_id":18446744073709551615,"zz":[1,-2.5,"x",null,true,{"b":1,"a":2}],"process_name":"a.exe","environ":{"UserName":"u","CommandLine":"a /x"},"aa":"NaN"}`
	if err != nil || string(raw) != want {
		t.Errorf("got  %s (%v)\nwant %s", raw, err, want)
	}
	if p := events[0].Proc; p.User != "u" || p.CommandLine != "a /x" || p.Name != "a.exe" {
		t.Errorf("the facts differ from those read without raw: %+v", p)
	}
	if events, _ := read(t, "cape", strings.NewReader(report), false); events[0].Raw != nil {
		t.Error("raw kept unasked")
	}
}

func TestRawAndPlainReadingAgree(t *testing.T) {
	content := unzipped(t, "../../samples/sandbox/maldoc.cape.json")
	plain, _ := read(t, "cape", bytes.NewReader(content), false)
	raw, _ := read(t, "cape", bytes.NewReader(content), true)
	for i := range plain {
		if line(plain[i]) != line(raw[i]) || raw[i].Raw == (*ordereddict.Dict)(nil) {
			t.Errorf("%s\n%s", line(plain[i]), line(raw[i]))
		}
	}
}

func TestAReadErrorKeepsWhatCameBefore(t *testing.T) {
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	content := unzipped(t, "../../samples/sandbox/maldoc.cape.json")
	if _, err := z.Write(content); err != nil || z.Close() != nil {
		t.Fatal(err)
	}
	cut, err := gzip.NewReader(bytes.NewReader(packed.Bytes()[:packed.Len()/2]))
	if err != nil {
		t.Fatal(err)
	}
	broken := errors.New("broken")
	for _, c := range []struct {
		r    io.Reader
		want error
	}{
		{cut, io.ErrUnexpectedEOF},
		{io.MultiReader(bytes.NewReader(content[:len(content)/2]), iotest.ErrReader(broken)), broken},
	} {
		in := &ingest.Input{Name: "report", R: c.r, Account: &event.Account{}}
		n, last := 0, error(nil)
		for _, err := range formatNamed(t, "cape").Events(in) {
			if err == nil {
				n++
			}
			last = err
		}
		if n == 0 || !errors.Is(last, c.want) || !in.Account.Truncated || !in.Account.Balanced() {
			t.Errorf("%d events, %v, %+v", n, last, in.Account)
		}
	}
}

func TestReadingStopsWhenNobodyListens(t *testing.T) {
	content := `{"info": {"version": "2.4-CAPE"}, "behavior": {"processes": [7, {"process_id": 1}, {"process_id": 2}]}}`
	for stopAt := range 3 {
		n := 0
		in := &ingest.Input{R: strings.NewReader(content + content), Account: &event.Account{}}
		for range formatNamed(t, "cape").Events(in) {
			if n++; n > stopAt {
				break
			}
		}
		if n != stopAt+1 {
			t.Errorf("%d yields after a stop at %d", n, stopAt)
		}
	}
}

// TestOrderOfKeysIsNoMatter shuffles the members of a report's objects.
func TestOrderOfKeysIsNoMatter(t *testing.T) {
	info := `"info": {"version": "2.4-CAPE", "id": 1, "machine": {"label": "m"}}`
	processes := `"processes": [{"process_id": 10, "process_name": "a.exe", "parent_id": 1, "first_seen": "2024-01-01 00:00:01,000", "calls": [[{}]]}, {"process_id": 11, "process_name": "b.exe", "parent_id": 10}]`
	tree := `"processtree": [{"pid": 10, "name": "a.exe", "parent_id": 1, "children": [{"pid": 12, "name": "c.exe", "parent_id": 10, "children": []}]}]`
	rapid.Check(t, func(rt *rapid.T) {
		behavior := rapid.Permutation([]string{processes, tree, `"summary": {"files": ["}"]}`, `"anomaly": []`}).Draw(rt, "behavior")
		top := rapid.Permutation([]string{info, `"behavior": {` + strings.Join(behavior, ", ") + `}`, `"debug": {"log": "\\\""}`}).Draw(rt, "top")
		events, _ := read(t, "cape", strings.NewReader(`{`+strings.Join(top, ", ")+`}`), false)
		var got []string
		for _, e := range events {
			got = append(got, e.Host+" "+line(e))
		}
		want := "m#1 exec - windows pid 11 parent 10 #2: - [b.exe] by -: -|m#1 exec - windows pid 12 parent 10 #0: - [c.exe] by -: -|m#1 exec 2024-01-01T00:00:01Z windows pid 10 parent 1 #1: - [a.exe] by -: -"
		if strings.Join(got, "|") != want {
			rt.Fatalf("got  %s\nwant %s", strings.Join(got, "|"), want)
		}
	})
}

// TestHostileReportsAreBounded reads what no sandbox writes.
func TestHostileReportsAreBounded(t *testing.T) {
	var deep strings.Builder
	for i := range 5000 {
		fmt.Fprintf(&deep, `{"pid": %d, "children": [`, i+1)
	}
	many := `{"behavior": {"processes": [` + strings.Repeat(`{"pid":1},`, maxProcesses+5) + `{"pid":2}]}}`
	long := `{"behavior": {"processes": [{"pid": 1, "name": "` + strings.Repeat("x", 1<<20) + `"}]}}`
	for name, c := range map[string]struct {
		report    string
		events    int
		truncated bool
	}{
		"deep": {`{"behavior": {"processtree": [` + deep.String(), 4990, true},
		"many": {many, 1, false},
		"long": {long, 1, false},
	} {
		events, a := read(t, "cape", strings.NewReader(c.report), false)
		if len(events) != c.events || a.Truncated != c.truncated {
			t.Errorf("%s: %d events, records %d, used %d, duplicate %d, malformed %d, truncated %v", name, len(events), a.Records, a.Used, a.Duplicate, a.Malformed, a.Truncated)
		}
		for _, e := range events {
			if len(e.Proc.Name) > maxText {
				t.Errorf("%s: a name of %d bytes", name, len(e.Proc.Name))
			}
		}
	}
}
