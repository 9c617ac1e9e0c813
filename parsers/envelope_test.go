package parsers

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"oddkin/parsers/event"
	"oddkin/parsers/internal/jsonstream"
)

// exported are the ways in which a search engine gives the records it found.
var exported = map[string]func(records []json.RawMessage) any{
	"elasticsearch": func(records []json.RawMessage) any {
		var hits []any
		for i, rec := range records {
			hits = append(hits, map[string]any{"_index": "logs", "_id": fmt.Sprint(i), "_score": nil, "_source": rec})
		}
		return map[string]any{"took": 5, "timed_out": false, "_shards": map[string]any{"total": 1, "hits": "x"}, "hits": map[string]any{"total": map[string]any{"value": len(records), "relation": "eq"}, "max_score": nil, "hits": hits}}
	},
	"several searches": func(records []json.RawMessage) any {
		var all []any
		for _, rec := range records {
			all = append(all, map[string]any{"hits": map[string]any{"hits": []any{map[string]any{"_source": rec}}}, "status": 200})
		}
		return map[string]any{"took": 3, "responses": all}
	},
	"cloudwatch": func(records []json.RawMessage) any {
		var events []any
		for i, rec := range records {
			events = append(events, map[string]any{"timestamp": 1700000000000 + i, "message": string(rec), "ingestionTime": 1700000001000})
		}
		return map[string]any{"events": events, "nextForwardToken": "f/1", "nextBackwardToken": "b/1"}
	},
	"splunk": func(records []json.RawMessage) any {
		var results []any
		for _, rec := range records {
			results = append(results, map[string]any{"_raw": string(rec), "source": "udp:514", "sourcetype": "_json"})
		}
		return map[string]any{"preview": false, "init_offset": 0, "messages": []any{}, "fields": []any{map[string]any{"name": "_raw"}}, "results": results, "highlighted": map[string]any{}}
	},
}

// TestRecordsWithinAnExport: every scenario of records as JSON lines gives the same
// events and the same account when a search engine exports it as one document.
func TestRecordsWithinAnExport(t *testing.T) {
	paths, _ := filepath.Glob("*/testdata/scenarios/*.txt")
	compared := 0
	for _, path := range paths {
		doc, err := txtar.ParseFile(path)
		if err != nil {
			t.Fatal(err)
		}
		records := lines(doc.Files[0].Data)
		if len(records) < 2 {
			continue
		}
		bare := told(t, bytes.Join(raws(records), []byte("\n")))
		for name, write := range exported {
			for _, indent := range []string{"", "  "} {
				text, err := json.MarshalIndent(write(records), "", indent)
				if indent == "" {
					text, err = json.Marshal(write(records))
				}
				if err != nil {
					t.Fatal(err)
				}
				if got := told(t, text); got != bare {
					t.Errorf("%s as %s, indent %q: %s", path, name, indent, difference(got, bare))
				}
				compared++
			}
		}
	}
	if compared < 100 {
		t.Errorf("only %d compared", compared)
	}
}

// difference is the first line that differs.
func difference(got, want string) string {
	a, b := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			return "\n" + a[i] + "\nwant\n" + b[i]
		}
	}
	return fmt.Sprintf("%d lines, want %d", len(a), len(b))
}

// lines are the lines of a log, if all are JSON.
func lines(log []byte) (records []json.RawMessage) {
	for line := range strings.Lines(string(log)) {
		if !strings.HasPrefix(line, "{") || !json.Valid([]byte(line)) {
			return nil
		}
		records = append(records, json.RawMessage(strings.TrimSpace(line)))
	}
	return records
}

func raws(records []json.RawMessage) (all [][]byte) {
	for _, rec := range records {
		all = append(all, rec)
	}
	return all
}

// told is what a log gives, but for where in it.
func told(t *testing.T, log []byte) string {
	path := filepath.Join(t.TempDir(), "log")
	if err := os.WriteFile(path, log, 0o600); err != nil {
		t.Fatal(err)
	}
	e, err := Open([]string{path}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for ev := range e.Events(context.Background()) {
		ev.Source = event.Source{Serial: ev.Source.Serial}
		remote := ev.Remote
		ev.Remote = nil
		fmt.Fprintf(&b, "%+v %+v\n", ev, remote)
	}
	for _, a := range e.Accounts() {
		if !a.Balanced() {
			t.Errorf("%+v", a)
		}
		fmt.Fprintf(&b, "%s: %d = %d + %d + %d + %d, skipped %d, cut %v\n", a.Format, a.Records, a.Used, a.NotNeeded, a.Duplicate, a.Malformed, a.Skipped, a.Truncated)
		for _, w := range a.Warnings {
			fmt.Fprintln(&b, w.Reason, w.Bytes)
		}
	}
	return b.String()
}

// TestAnExportIsAccountedFor: pages follow each other; what is no page, and where an
// export was cut, is told of.
func TestAnExportIsAccountedFor(t *testing.T) {
	record := func(pid int) string {
		return fmt.Sprintf(`{"_index":"a","_source":{"EventID":1,"SourceName":"Microsoft-Windows-Sysmon","Hostname":"pc","UtcTime":"2020-01-01 00:00:00.000","ProcessId":%d,"Image":"C:\\a.exe"}}`, pid)
	}
	page := func(from int) string {
		return `{"took":1,"hits":{"total":2,"hits":[` + record(from) + "," + record(from+1) + `]}}` + "\n"
	}
	failed := `{"error":{"type":"search_phase_execution_exception"},"status":503}` + "\n"
	for in, want := range map[string]string{
		page(1) + page(3):          "4 used, 0 skipped, cut false",
		page(1) + failed + page(3): "4 used, 66 skipped, cut false; offset 369: documents beside the answers to a search, which are not read with them",
		page(1)[:len(page(1))-2]:   "2 used, 0 skipped, cut true; offset 367: the input ends inside the document around its records",
		page(1)[:len(page(1))-4]:   "2 used, 0 skipped, cut true; offset 365: the input ends inside an array",
		page(1)[:len(page(1))-9]:   "1 used, 159 skipped, cut true; offset 201: the input ends inside a value; offset 360: the input ends inside an array",
	} {
		path := filepath.Join(folder(t, map[string]string{"log": in}), "log")
		for _, as := range []string{"", "sysmon"} {
			_, accounts := read(t, Options{As: as}, path)
			a := accounts[0]
			got := fmt.Sprintf("%d used, %d skipped, cut %v", a.Used, a.Skipped, a.Truncated)
			for _, w := range a.Warnings {
				got += fmt.Sprintf("; offset %d: %s", w.Source.Offset, w.Reason)
			}
			if got != want || !a.Balanced() || a.Bytes != int64(len(in)) || as == "" && !strings.HasSuffix(a.Reason, ", in the hits of an answer by Elasticsearch or OpenSearch") {
				t.Errorf("%q\n got %s\nwant %s\n%+v", in, got, want, a)
			}
		}
	}
}

// TestALargeExportIsNotHeld: a document larger than any record may be is read record by
// record.
func TestALargeExportIsNotHeld(t *testing.T) {
	var b strings.Builder
	b.WriteString(`{"preview":false,"results":[`)
	records := int64(0)
	for b.Len() < 3*jsonstream.MaxHeld/2 {
		if records > 0 {
			b.WriteString(",\n")
		}
		records++
		fmt.Fprintf(&b, `{"_raw":"<Event><System><Provider Name=\"Microsoft-Windows-Sysmon\"/><EventID>1</EventID><EventRecordID>%d</EventRecordID><Computer>pc</Computer></System><EventData><Data Name=\"UtcTime\">2020-01-01 00:00:00.000</Data><Data Name=\"ProcessId\">%d</Data><Data Name=\"Image\">C:\\a.exe</Data><Data Name=\"CommandLine\">%s</Data></EventData></Event>"}`, records, records, strings.Repeat("a ]}", 500))
	}
	b.WriteString(`]}`)
	_, accounts := read(t, Options{}, folder(t, map[string]string{"log": b.String()}))
	if a := accounts[0]; a.Used != records || a.Records != records || len(a.Warnings) > 0 {
		t.Errorf("%d records: %+v", records, a)
	}
}
