package sysmon

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"
	"unicode"

	"pgregory.net/rapid"

	"oddkin/parsers/event"
	"oddkin/parsers/internal/ingest"
)

// start is a process start in Sysmon's own names.
type start map[string]string

// writers lays one event out in every dialect, with the standard library's
// encoders.
var writers = map[string]func(start) any{
	"flat": func(s start) any {
		m := map[string]any{"EventID": 1, "SourceName": "Microsoft-Windows-Sysmon", "Hostname": "h", "RecordNumber": 5}
		return joined(m, s)
	},
	"winlogbeat 6": func(s start) any {
		return map[string]any{"event_id": 1, "source_name": "Microsoft-Windows-Sysmon", "computer_name": "h", "record_number": "5", "event_data": s}
	},
	"winlogbeat 8": func(s start) any {
		return map[string]any{"winlog": map[string]any{"event_id": "1", "provider_name": "Microsoft-Windows-Sysmon", "computer_name": "h", "record_id": 5, "event_data": s}}
	},
	"evtx_dump": func(s start) any {
		return map[string]any{"Event": map[string]any{"System": map[string]any{
			"Provider": map[string]any{"#attributes": map[string]any{"Name": "Microsoft-Windows-Sysmon"}},
			"EventID":  map[string]any{"#attributes": map[string]any{"Qualifiers": ""}, "#text": 1}, "EventRecordID": 5, "Computer": "h",
		}, "EventData": s}}
	},
	"pairs": func(s start) any {
		var pairs []any
		for name, value := range s {
			pairs = append(pairs, map[string]any{"Name": name, "text": value})
		}
		return map[string]any{"Event": map[string]any{"System": map[string]any{
			"Provider": map[string]any{"Name": "Microsoft-Windows-Sysmon"}, "EventID": "1", "EventRecordID": "5", "Computer": "h",
		}, "EventData": map[string]any{"Data": pairs}}}
	},
	"wazuh": func(s start) any {
		low := map[string]any{}
		for name, value := range s {
			low[strings.ToLower(name[:1])+name[1:]] = strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(value)
		}
		return map[string]any{"win": map[string]any{"system": map[string]any{
			"eventID": "1", "providerName": "Microsoft-Windows-Sysmon", "computer": "h", "eventRecordID": "5",
		}, "eventdata": low}}
	},
	"dotted": func(s start) any {
		m := map[string]any{"winlog.event_id": 1, "winlog.provider_name": "Microsoft-Windows-Sysmon", "winlog.computer_name": "h", "winlog.record_id": 5}
		for name, value := range s {
			m["winlog.event_data."+name] = value
		}
		return m
	},
	"splunk": func(s start) any { return map[string]any{"result": map[string]any{"_raw": asXML(s)}} },
}

func joined(m map[string]any, s start) map[string]any {
	for name, value := range s {
		m[name] = value
	}
	return m
}

func asXML(s start) string {
	var b bytes.Buffer
	b.WriteString(`<Event xmlns="x"><System><Provider Name="Microsoft-Windows-Sysmon"/><EventID>1</EventID><EventRecordID>5</EventRecordID><Computer>h</Computer></System><EventData>`)
	for name, value := range s {
		fmt.Fprintf(&b, `<Data Name="%s">`, name)
		_ = xml.EscapeText(&b, []byte(value)) // memory does not fail
		b.WriteString("</Data>")
	}
	b.WriteString("</EventData></Event>")
	return b.String()
}

// TestEveryDialectGivesTheSameEvent writes one random event in every dialect.
func TestEveryDialectGivesTheSameEvent(t *testing.T) {
	text := rapid.Map(rapid.StringOfN(rapid.RuneFrom([]rune{'a', '\\', '"', '&', '<', '>', '\'', '{', '}', 'é', '😀', ' ', '/', '%'}, unicode.Latin), 1, 30, -1), func(s string) string {
		return "x" + s + "x" // blanks at the ends are no part of an XML value, and "-" is none
	})
	rapid.Check(t, func(t *rapid.T) {
		pid := rapid.Uint32Min(1).Draw(t, "pid")
		at := time.UnixMilli(rapid.Int64Range(0, 4e12).Draw(t, "time")).UTC()
		s := start{
			"UtcTime": at.Format("2006-01-02 15:04:05.000"), "ProcessGuid": "{aabbccdd-0001-65e1-0100-000000000100}", "ProcessId": fmt.Sprint(pid),
			"Image": text.Draw(t, "image"), "CommandLine": text.Draw(t, "command"), "CurrentDirectory": text.Draw(t, "cwd"), "User": text.Draw(t, "user"),
			"LogonId": "0x3E7", "ParentProcessGuid": "{00000000-0000-0000-0000-000000000000}", "ParentProcessId": "4", "ParentImage": text.Draw(t, "parent"), "ParentCommandLine": "-",
		}
		want := event.Event{
			Kind: event.Exec, Host: "h", Time: at,
			Proc: event.Proc{
				PID: pid, OS: event.Windows, GUID: "AABBCCDD-0001-65E1-0100-000000000100", Image: s["Image"], CommandLine: s["CommandLine"],
				Cwd: s["CurrentDirectory"], User: s["User"], Session: "0x3e7",
			},
			Parent: event.Ref{PID: 4, Image: s["ParentImage"]}, Source: event.Source{File: "in.json", Serial: 5},
		}
		check := func(name string, f ingest.Format, in []byte) {
			events, account, err := readAs(f, bytes.NewReader(in))
			if err != nil || len(events) != 1 || !reflect.DeepEqual(events[0], want) {
				t.Fatalf("%s: %s\n got %+v\nwant %+v\n%+v %v", name, in, events, want, account, err)
			}
		}
		for name, write := range writers {
			in, err := json.MarshalIndent(write(s), "", strings.Repeat(" ", rapid.IntRange(0, 3).Draw(t, "indent")))
			if err != nil {
				t.Fatal(err)
			}
			check(name, format{}, in)
		}
		check("xml", xmlFormat{}, []byte(asXML(s)))
	})
}
