package sandbox

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"

	"oddkin/parsers/event"
)

// The tests below compare each reader with encoding/json on real reports.

// pair is a pid and its parent's.
type pair struct{ pid, parent uint32 }

func pairs(events []event.Event) map[pair]int {
	out := map[pair]int{}
	for _, e := range events {
		out[pair{e.Proc.PID, e.Parent.PID}]++
	}
	return out
}

// sure reads content as the format that must claim it.
func sure(t *testing.T, content []byte, format string) ([]event.Event, *event.Account) {
	t.Helper()
	if name, m := claim(content); name != format || m.Confidence < 80 {
		t.Errorf("taken for %q: %+v", name, m)
	}
	events, a := read(t, format, bytes.NewReader(content), false)
	if a.Truncated || a.Malformed > 0 || len(a.Warnings) > 0 {
		t.Errorf("account: %+v", a)
	}
	return events, a
}

func TestVirusTotalTreesAreReadWhole(t *testing.T) {
	type node struct {
		PID      string `json:"process_id"`
		Name     string
		Children []node
	}
	for _, path := range files(t, data(t, "conformance/sandbox/virustotal"), ".json") {
		content := unzipped(t, path)
		var doc struct {
			Tree       []node `json:"processes_tree"`
			Attributes struct {
				Tree []node `json:"processes_tree"`
			}
		}
		if err := json.Unmarshal(content, &doc); err != nil {
			t.Fatal(err)
		}
		want := map[pair]int{}
		var walk func([]node, uint32)
		walk = func(nodes []node, parent uint32) {
			for _, n := range nodes {
				pid, err := strconv.ParseUint(n.PID, 10, 32)
				if err != nil {
					t.Fatal(err)
				}
				want[pair{uint32(pid), parent}]++
				walk(n.Children, uint32(pid))
			}
		}
		walk(slices.Concat(doc.Tree, doc.Attributes.Tree), 0)
		events, _ := sure(t, content, "virustotal")
		if got := pairs(events); !maps.Equal(got, want) || len(want) == 0 {
			t.Errorf("%s: got %v, want %v", path, got, want)
		}
		for _, e := range events {
			if base := e.Proc.Base(); strings.ContainsAny(base, `"/\ `) {
				t.Errorf("%s: a process called %q", path, base)
			}
		}
	}
}

func TestVMRaySummaries(t *testing.T) {
	for _, path := range files(t, data(t, "conformance/sandbox/vmray"), ".zip") {
		z, err := zip.OpenReader(path)
		if err != nil {
			t.Fatal(err)
		}
		defer z.Close()
		f, err := z.Open("logs/summary_v2.json")
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(f)
		if err != nil {
			t.Fatal(err)
		}
		var doc struct {
			Processes map[string]struct {
				PID  uint32 `json:"os_pid"`
				Name string `json:"image_name"`
				Line string `json:"cmd_line"`
			}
		}
		if err := json.Unmarshal(content, &doc); err != nil {
			t.Fatal(err)
		}
		events, _ := sure(t, content, "vmray")
		if len(events) != len(doc.Processes) {
			t.Errorf("%s: %d events, want %d", path, len(events), len(doc.Processes))
		}
		for _, e := range events {
			p := doc.Processes["process_"+strconv.FormatUint(e.Source.Serial, 10)]
			if e.Proc.PID != p.PID || e.Proc.Base() != p.Name || e.Proc.CommandLine != p.Line {
				t.Errorf("%s: got %+v, want %+v", path, e.Proc, p)
			}
		}
	}
}

func TestDrakvufLog(t *testing.T) {
	for _, path := range files(t, data(t, "conformance/sandbox/drakvuf"), ".log.gz") {
		content := unzipped(t, path)
		var table, starts, lines int64
		for l := range bytes.Lines(content) {
			var d struct{ Plugin, Method, Status string }
			if err := json.Unmarshal(l, &d); err != nil {
				t.Fatal(err)
			}
			lines++
			switch {
			case d.Plugin == "procmon" && d.Method == "":
				table++
			case d.Method == "NtCreateUserProcess" && d.Status == "0x0", d.Plugin == "inject":
				starts++
			}
		}
		events, a := sure(t, content, "drakvuf")
		count := map[event.Kind]int64{}
		for _, e := range events {
			count[e.Kind]++
		}
		if count[event.Snapshot] != table || count[event.Exec] != starts || a.Records != lines || table == 0 || starts == 0 {
			t.Errorf("%v in %d lines, want %d rows of the table and %d starts in %d", count, a.Records, table, starts, lines)
		}
	}
}

func TestSTIXProcesses(t *testing.T) {
	for _, path := range files(t, data(t, "conformance/stix"), ".json.gz") {
		content := unzipped(t, path)
		type object struct {
			Type   string
			PID    uint32 `json:"pid"`
			Parent string `json:"parent_ref"`
		}
		var doc struct {
			Objects []struct{ Objects map[string]object }
		}
		if err := json.Unmarshal(content, &doc); err != nil {
			t.Fatal(err)
		}
		want := map[pair]int{}
		for _, o := range doc.Objects {
			for _, p := range o.Objects {
				if p.Type == "process" {
					want[pair{p.PID, o.Objects[p.Parent].PID}]++
				}
			}
		}
		events, _ := sure(t, content, "stix")
		if got := pairs(events); !maps.Equal(got, want) || len(want) == 0 {
			t.Errorf("%s: got %v, want %v", path, got, want)
		}
	}
}

func TestMAECPackagesAreClaimedAndKeepTheirProcesses(t *testing.T) {
	for _, path := range files(t, data(t, "conformance/sandbox/maec/examples"), ".json") {
		content := unzipped(t, path)
		var doc struct {
			Objects map[string]struct{ Type string } `json:"observable_objects"`
		}
		if err := json.Unmarshal(content, &doc); err != nil {
			t.Fatal(err)
		}
		want := 0
		for _, o := range doc.Objects {
			if o.Type == "process" {
				want++
			}
		}
		if name, m := claim(content); name != "maec" {
			t.Errorf("%s is taken for %q: %+v", path, name, m)
		}
		if events, _ := read(t, "maec", bytes.NewReader(content), false); len(events) != want {
			t.Errorf("%s: %d events, want %d", path, len(events), want)
		}
	}
}
