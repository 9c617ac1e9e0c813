package sandbox

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
)

// TestDamageInsideAReportCostsWhatItHits overwrites 64 bytes at many places of a
// report. What stands around them must still be read, as in the whole report.
// (Damage that confuses quotes is noticed late: up to three processes.)
func TestDamageInsideAReportCostsWhatItHits(t *testing.T) {
	var bundle, flatTree, nested strings.Builder
	for i := range 300 {
		fmt.Fprintf(&bundle, `{"type": "process", "id": "process--%d", "pid": %d, "created_time": "2024-01-01T00:00:%02dZ", "command_line": "a%d.exe -x", "image_ref": "file--%d"},
  {"type": "file", "id": "file--%d", "name": "a%d.exe"}, `, i, i+100, i%60, i, i, i, i)
		fmt.Fprintf(&flatTree, `{"process_id": "%d", "name": "C:\\a%d.exe", "children": [{"process_id": "%d", "name": "C:\\b%d.exe"}]}, `, 2*i+100, i, 2*i+101, i)
		fmt.Fprintf(&nested, `{"os_pid": %d, "image_name": "a%d.exe"}, `, i+100, i)
	}
	list := func(b *strings.Builder) string { return "[" + strings.TrimSuffix(b.String(), ", ") + "]" }
	for _, c := range []struct {
		format, report string
		lost           int // processes at most
	}{
		{"cape", string(unzipped(t, "../../samples/sandbox/maldoc.cape.json")), 3},
		{"cuckoo", string(unzipped(t, "../../samples/sandbox/pdf.cuckoo2.json.gz")), 2},
		{"stix", `{"type": "bundle", "id": "bundle--1", "objects": ` + list(&bundle) + `}`, 2},
		{"virustotal", `{"data": {"processes_tree": ` + list(&flatTree) + `}}`, 4},
		{"virustotal", `{"data": [{"attributes": {"processes_tree": ` + list(&flatTree) + `}}, {"attributes": {"processes_tree": ` + list(&nested) + `}}]}`, 4},
		{"cuckoo3", `{"task_id": "t1", "processes": {"count": 1, "process_list": ` + strings.ReplaceAll(strings.ReplaceAll(list(&nested), "os_pid", "pid"), "image_name", "image") + `}}`, 3},
	} {
		whole := lines(t, c.format, c.report)
		for at := 64; at+64 < len(c.report); at += len(c.report)/61 + 1 {
			damaged := c.report[:at] + strings.Repeat("#~", 32) + c.report[at+64:]
			events, a := read(t, c.format, bytes.NewReader([]byte(damaged)), false)
			have := map[string]bool{}
			for i := range events {
				have[identifies(line(events[i]))] = true
			}
			lost := 0
			for l := range whole {
				if !have[l] {
					lost++
				}
			}
			if lost > c.lost || lost == len(whole) || len(have)+lost > len(whole)+2 {
				t.Errorf("%s, 64 of %d bytes damaged at %d: %d of %d processes lost, %d read; %+v", c.format, len(c.report), at, lost, len(whole), len(have), a.Warnings)
			}
		}
	}
}

// lines are the events of a report, without what damage before them changes.
func lines(t *testing.T, format, report string) map[string]bool {
	events, _ := read(t, format, strings.NewReader(report), false)
	all := map[string]bool{}
	for i := range events {
		all[identifies(line(events[i]))] = true
	}
	return all
}

// identifies is a line of [line] without the place of the entry in its list,
// which is not known behind damage, and without the parent.
func identifies(line string) string {
	before, rest, _ := strings.Cut(line, " parent ")
	_, rest, _ = strings.Cut(rest, ": ")
	return before + ": " + rest
}

// TestWhatOnlyBeginsLikeAnEntryTakesNoRoom puts more objects with a name behind the
// damage than a report may have processes, and a process behind those.
func TestWhatOnlyBeginsLikeAnEntryTakesNoRoom(t *testing.T) {
	report := `{"behavior": {"processtree": [{"name": "a.exe", "pid": 1}, #~#~, ` +
		strings.Repeat(`{"name": "KeyHandle", "value": "0x0"}, `, maxProcesses+5) + `{"name": "b.exe", "pid": 2}]}}`
	events, a := read(t, "cuckoo", strings.NewReader(report), false)
	if len(events) != 2 || !a.Truncated || !a.Balanced() {
		t.Errorf("%d events; %+v", len(events), a)
	}
}
