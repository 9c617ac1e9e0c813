package sandbox

import (
	"bytes"
	"strings"
	"testing"

	"oddkin/parsers/event"
	"oddkin/parsers/internal/ingest"
)

// TestACopyOfAReportIsTheSameAnalysis reads reports that name no guest under two
// file names: the host must be the same, so that their events count once, and
// another report's must differ.
func TestACopyOfAReportIsTheSameAnalysis(t *testing.T) {
	for format, report := range map[string]string{
		"virustotal": `{"data": {"processes_tree": [{"process_id": "7", "name": "a.exe"}]}}`,
		"stix":       `{"type": "bundle", "id": "bundle--1", "objects": [{"type": "process", "id": "process--1", "pid": 7, "command_line": "a.exe"}]}`,
		"drakvuf":    `{"Plugin": "procmon", "TimeStamp": "1606226386.7", "PID": 7, "PPID": 4, "ProcessName": "a.exe", "Method": "NtCreateUserProcess", "Status": "0x0", "NewPid": 7, "ImagePathName": "a.exe"}`,
	} {
		one, two := hostOf(t, format, "in/a.json", report), hostOf(t, format, "in/b.json", report)
		other := hostOf(t, format, "in/a.json", strings.ReplaceAll(report, "a.exe", "b.exe"))
		if one == "" || one != two || one == other {
			t.Errorf("%s: %q, its copy %q, another report %q", format, one, two, other)
		}
	}
}

func hostOf(t *testing.T, format, file, report string) (host string) {
	t.Helper()
	for _, f := range Formats() {
		if f.Name() != format {
			continue
		}
		in := &ingest.Input{Name: file, R: bytes.NewReader([]byte(report)), Account: &event.Account{File: file}}
		for e, err := range f.Events(in) {
			if err == nil {
				host = e.Host
			}
		}
	}
	return host
}
