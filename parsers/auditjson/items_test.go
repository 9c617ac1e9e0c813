package auditjson

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"oddkin/parsers/event"
)

// TestItemsAgreeWithTheRules reads the raw events of the public rule tests and
// holds the process of each system call to what the rules' authors took from it.
func TestItemsAgreeWithTheRules(t *testing.T) {
	dir := data(t, filepath.FromSlash("conformance/xp_rules/packages/system/normalization_formulas/UNIX_like/auditd/syslog_structured"))
	raws, _ := filepath.Glob(filepath.Join(dir, "*", "tests", "raw_*.txt"))
	compared := 0
	for _, raw := range raws {
		content, err := os.ReadFile(raw)
		if err != nil {
			t.Fatal(err)
		}
		if name := best(content); name != "audit-items" {
			t.Errorf("%s: taken for %q", raw, name)
			continue
		}
		events, a := read(t, "audit-items", bytes.NewReader(content), false)
		if a.Malformed > 0 || len(a.Warnings) > 0 || !a.Balanced() {
			t.Errorf("%s: %+v", raw, a)
		}
		want := normalised(t, strings.Replace(strings.TrimSuffix(raw, ".txt")+".js", "raw_", "norm_", 1))
		who := "subject.process."
		if strings.Contains(raw, "syscall_process_start") {
			// The subject is an account there, and the path that of the script, not of
			// its interpreter.
			who = "object.process."
		}
		if want[who+"id"] == "" || !strings.Contains(raw, "syscall_") {
			continue
		}
		if len(events) != 1 && (len(events) != 2 || events[1].Kind != event.ExecFailed && events[0].Kind != event.ExecFailed) { // a failed start is a sighting too
			t.Errorf("%s: %d events", raw, len(events))
			continue
		}
		e := &events[0]
		compared++
		if strings.Contains(raw, "syscall_ptrace") && bytes.Contains(content, []byte(" a0=0 ")) {
			continue // PTRACE_TRACEME: the rules turn tracer and traced round
		}
		if pid := strconv.FormatUint(uint64(e.Proc.PID), 10); pid != want[who+"id"] {
			t.Errorf("%s: pid %s, want %s", raw, pid, want[who+"id"])
		}
		if up := strconv.FormatUint(uint64(e.Parent.PID), 10); up != want[who+"parent.id"] && want[who+"parent.id"] != "" {
			t.Errorf("%s: parent %s, want %s", raw, up, want[who+"parent.id"])
		}
		if p := want[who+"fullpath"]; p != "" && who == "subject.process." && e.Proc.Image != p {
			t.Errorf("%s: program %s, want %s", raw, e.Proc.Image, p)
		}
	}
	if compared < 100 {
		t.Errorf("only %d events compared", compared)
	}
	t.Logf("%d files, %d events compared", len(raws), compared)
}

// normalised is what the rules make of an event.
func normalised(t *testing.T, path string) map[string]string {
	content, err := os.ReadFile(path)
	if err != nil {
		return nil
	}
	var all map[string]any
	if err := json.Unmarshal(content, &all); err != nil {
		t.Fatal(path, err)
	}
	texts := map[string]string{}
	for key, value := range all {
		texts[key], _ = value.(string)
	}
	return texts
}
