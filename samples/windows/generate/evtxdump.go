package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
)

// evtxDump writes Sysmon's events as evtx_dump -o json does: each below a line
// with its number, over many lines, numbers as numbers, GUIDs without braces.
func evtxDump(p *played) []byte {
	var out bytes.Buffer
	for i, m := range p.moments {
		id, _, data := sysmonData(m, p.host)
		o := object{"Event", object{
			"#attributes",
			object{"xmlns", "http://schemas.microsoft.com/win/2004/08/events/event"},
			"System",
			object{
				"Provider",
				object{"#attributes", object{"Name", sysmonName, "Guid", strings.Trim(sysmonGUID, "{}")}},
				"EventID", id, "Version", 5, "Level", 4, "Task", id, "Opcode", 0, "Keywords", "0x8000000000000000",
				"TimeCreated",
				object{"#attributes", object{"SystemTime", written(m.at).Format("2006-01-02T15:04:05.000000Z")}},
				"EventRecordID", 77120 + i, "Correlation", nil, "Execution",
				object{"#attributes", object{"ProcessID", 2716, "ThreadID", 3604}},
				"Channel", sysmonName + "/Operational", "Computer", p.host, "Security",
				object{"#attributes", object{"UserID", "S-1-5-18"}},
			},
			"EventData", typed(data),
		}}
		fmt.Fprintf(&out, "Record %d\n", i+1)
		if err := json.Indent(&out, o.line(), "", "  "); err != nil {
			panic(err) // line gives valid JSON
		}
	}
	return out.Bytes()
}

// typed gives event data the types of the event's template.
func typed(data object) object {
	out := object{}
	for i := 0; i < len(data); i += 2 {
		name, text := data[i].(string), data[i+1].(string)
		var v any = text
		switch {
		case strings.HasSuffix(name, "Guid"), strings.HasSuffix(name, "GUID"):
			v = strings.ToUpper(strings.Trim(text, "{}"))
		case strings.HasSuffix(name, "Id") && name != "LogonId", strings.HasSuffix(name, "Port"):
			v, _ = strconv.Atoi(text)
		}
		out = append(out, name, v)
	}
	return out
}
