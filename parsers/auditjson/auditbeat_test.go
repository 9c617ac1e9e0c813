package auditjson

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"oddkin/parsers/event"
)

// coalesced is what Auditbeat's library makes of one event.
type coalesced struct {
	Time     string `json:"@timestamp"`
	Sequence uint64
	Type     string `json:"record_type"`
	Result   string
	Session  string
	User     struct{ IDs map[string]string }
	Process  struct {
		PID, PPID, Title, Name, Exe, CWD string
		Args                             []string
	}
	Source, Destination map[string]string
	Data                map[string]string
	Paths               []map[string]string
}

// asAuditbeat lays an event out as Auditbeat does.
func (c *coalesced) asAuditbeat() map[string]any {
	ids := c.User.IDs
	maps.DeleteFunc(ids, func(_, id string) bool { return id == "unset" })
	user := map[string]any{"id": ids["uid"], "audit": map[string]string{"id": ids["auid"]}}
	if ids["euid"] != ids["uid"] {
		user["effective"] = map[string]string{"id": ids["euid"]}
	}
	data, socket := map[string]any{}, map[string]string{}
	for key, value := range c.Data {
		if name, ok := strings.CutPrefix(key, "socket_"); ok {
			socket[name] = value
		} else {
			data[key] = value
		}
	}
	if len(socket) > 0 {
		data["socket"] = socket
	}
	auditd := map[string]any{"message_type": c.Type, "sequence": c.Sequence, "result": c.Result, "data": data, "paths": c.Paths}
	if c.Session != "unset" {
		auditd["session"] = c.Session
	}
	p := c.Process
	process := map[string]any{"name": p.Name, "executable": p.Exe, "title": p.Title, "working_directory": p.CWD}
	if p.PID != "" {
		process["pid"] = json.Number(p.PID)
	}
	if p.PPID != "" {
		process["parent"] = map[string]any{"pid": json.Number(p.PPID)}
	}
	if len(p.Args) > 0 {
		process["args"] = p.Args
	}
	return map[string]any{
		"@timestamp": c.Time, "event": map[string]string{"module": "auditd", "kind": "event"}, "user": user, "process": process,
		"auditd": auditd, "source": c.Source, "destination": c.Destination,
	}
}

// TestConformanceAuditbeat: what go-libaudit, which Auditbeat uses, made of real
// records, laid out as Auditbeat does, says what package auditd reads from them.
func TestConformanceAuditbeat(t *testing.T) {
	dir := data(t, "conformance", "auditd", "go_libaudit", "aucoalesce", "testdata")
	paths, _ := filepath.Glob(filepath.Join(dir, "*.golden"))
	compared, addresses := 0, 0
	for _, path := range paths {
		content, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		yaml, err := os.ReadFile(strings.TrimSuffix(path, ".json.golden") + ".yaml")
		if err != nil {
			t.Fatal(err)
		}
		var goldens []struct{ Event *coalesced }
		if err := json.Unmarshal(content, &goldens); err != nil {
			t.Fatal(err)
		}
		for _, g := range goldens {
			if g.Event == nil {
				continue
			}
			object, err := json.Marshal(g.Event.asAuditbeat())
			if err != nil {
				t.Fatal(err)
			}
			var log []byte
			for line := range strings.Lines(string(yaml)) {
				if strings.Contains(line, fmt.Sprintf(":%d)", g.Event.Sequence)) {
					line, _, _ = strings.Cut(strings.TrimSpace(line), "ARCH=") // the library leaves names aside
					log = append(log, line+"\n"...)
				}
			}
			events, _ := read(t, "auditbeat", bytes.NewReader(object), false)
			got, want := said(events), said(fromLog(t, log))
			compared += len(want)
			addresses += strings.Count(strings.Join(got, "\n"), " from=") + strings.Count(strings.Join(got, "\n"), " to=")
			if a, b := strings.Join(got, "\n"), strings.Join(want, "\n"); a != b {
				t.Errorf("auditbeat:\n%s\nlog:\n%s", a, b)
			}
		}
	}
	if compared < 30 || addresses < 3 {
		t.Errorf("only %d events with %d addresses compared", compared, addresses)
	}
}

// said lists events without what only one of the two tells: the folder of a process that
// was merely seen, and processes without a path.
func said(events []event.Event) []string {
	var all []string
	for _, ev := range events {
		if ev.Kind == event.Snapshot {
			ev.Proc.Cwd = ""
		}
		if ev.Source.Offset = 0; ev.Proc.Image != "" {
			all = append(all, show(ev))
		}
	}
	return all
}
