package sysmon

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"oddkin/parsers/event"
	"oddkin/parsers/internal/ingest"
)

func TestDetect(t *testing.T) {
	for in, want := range map[string]int{
		`{"EventID":1,"SourceName":"Microsoft-Windows-Sysmon"}`:                                                                    95,
		`[{"winlog":{"event_id":4688,"channel":"Security"}}]`:                                                                      95,
		"Record 1\n{\n\"Event\":{\"System\":{\"Provider\":{\"#attributes\":{\"Name\":\"Microsoft-Windows-Sysmon\"}},\"EventID\":7": 95,
		`{"EventID":800,"SourceName":"PowerShell"}`:                                                                                80,
		`{"a":1}` + "\n" + `{"EventID":5,"SourceName":"Microsoft-Windows-Sysmon"}`:                                                 95,
		`{"event":{"category":["process"]},"process":{"pid":1}}`:                                                                   70,
		`{"info":{"version":"2.2-CAPE","id":4},"behavior":{"processes":[{"process_id":1}]}}`:                                       0,
		`{"name":"process_events","hostIdentifier":"h","columns":{"pid":"4"},"action":"added"}`:                                    0,
		`type=SYSCALL msg=audit(1.1:1): arch=c000003e`:                                                                             0,
		`{"EventID":1}`: 0,
		``:              0,
		`{`:             0,
		`[[[[`:          0,
		"}\n]\n":        0,
	} {
		if m := (format{}).Detect([]byte(in)); m.Confidence != want || (want > 0) != (m.Reason != "") {
			t.Errorf("%s: %+v, want %d", in, m, want)
		}
	}
}

func TestRawKeepsFieldsAndOrder(t *testing.T) {
	in := `{"EventID":1,"SourceName":"Microsoft-Windows-Sysmon","ProcessId":"7","z":[1,null,{"b":1,"a":-9223372036854775808}],"Image":"C:\\a.exe","f":1.50,"g":2.5}`
	account := event.Account{}
	for ev, err := range (format{}).Events(&ingest.Input{R: strings.NewReader(in), Account: &account, KeepRaw: true}) {
		if err != nil {
			t.Fatal(err)
		}
		got, err := json.Marshal(ev.Raw)
		if err != nil || string(got) != strings.Replace(in, "1.50", `"1.50"`, 1) {
			t.Errorf("%s, %v", got, err)
		}
	}
	if account.Events != 1 {
		t.Fatalf("%+v", account)
	}
}

// FuzzRead holds that no input makes the reader panic, hang, or lose count.
func FuzzRead(f *testing.F) {
	for _, path := range scenarioInputs(f) {
		f.Add(path)
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		for first, f := range map[byte]ingest.Format{'{': format{}, '<': xmlFormat{}} {
			f.Detect(in)
			events, account, err := readAs(f, bytes.NewReader(in))
			if err != nil || !account.Balanced() || account.Events != int64(len(events)) || account.Skipped > int64(len(in)) {
				t.Fatalf("%+v, %v", account, err)
			}
			for _, ev := range events {
				if ev.Kind != event.Boot && ev.Proc.Image == "" && ev.Proc.PID == 0 && ev.Proc.GUID == "" {
					t.Fatalf("event of no process: %+v", ev)
				}
				if ev.Source.Offset < 0 || ev.Source.Offset >= int64(len(in)) || in[ev.Source.Offset] != first {
					t.Fatalf("event at %d", ev.Source.Offset)
				}
			}
		}
	})
}
