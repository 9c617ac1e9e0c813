//go:build linux || darwin || freebsd

package auditd

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/elastic/go-libaudit/v2/aucoalesce"
	"github.com/elastic/go-libaudit/v2/auparse"

	"oddkin/parsers/event"
)

// logs calls use with every audit log of the conformance data.
func logs(t *testing.T, use func(t *testing.T, path string, log []byte)) {
	t.Helper()
	root := os.Getenv("ODDKIN_DATA")
	if root == "" {
		root = filepath.FromSlash("../../../shared/data")
	}
	root = filepath.Join(root, "conformance", "auditd")
	if _, err := os.Stat(root); err != nil {
		t.Skip("no conformance data: set ODDKIN_DATA to its folder")
	}
	n := 0
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		log, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if strings.HasSuffix(path, ".gz") {
			z, err := gzip.NewReader(bytes.NewReader(log))
			if err != nil {
				return err
			}
			if log, err = io.ReadAll(z); err != nil {
				return err
			}
		}
		if best(log) != Log.Name() || strings.HasSuffix(path, ".yaml") { // logs inside YAML are not logs
			return nil
		}
		n++
		name, _ := filepath.Rel(root, path)
		t.Run(filepath.ToSlash(name), func(t *testing.T) { use(t, path, log) })
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if n < 20 {
		t.Errorf("only %d logs found", n)
	}
}

// theirs reads a log's execs with go-libaudit, by host and stamp.
func theirs(log []byte) (execs map[string]aucoalesce.Process, euid map[string]string, text map[string]string) {
	groups := map[string][]*auparse.AuditMessage{}
	text = map[string]string{}
	for line := range strings.Lines(string(log)) {
		line = strings.TrimSpace(line)
		var node string
		if rest, ok := strings.CutPrefix(line, "node="); ok {
			node, line, _ = strings.Cut(rest, " ")
		}
		if !strings.HasPrefix(line, "type=") {
			continue
		}
		m, err := auparse.ParseLogLine(line)
		if err != nil || m.RecordType == auparse.AUDIT_EOE {
			continue
		}
		key := fmt.Sprint(node, " ", m.Timestamp.UnixMilli(), " ", m.Sequence)
		text[key] += line + "\n"
		if m.RecordType == auparse.AUDIT_SYSCALL {
			groups[key] = slices.Insert(groups[key], 0, m)
		} else {
			groups[key] = append(groups[key], m)
		}
	}
	execs, euid = map[string]aucoalesce.Process{}, map[string]string{}
	for key, group := range groups {
		if group[0].RecordType != auparse.AUDIT_SYSCALL {
			continue
		}
		data, err := group[0].Data()
		if err != nil || data["syscall"] != "execve" && data["syscall"] != "execveat" || !strings.Contains(group[0].RawData, "success=") {
			continue
		}
		ev, err := aucoalesce.CoalesceMessages(group)
		if err == nil && ev.Result == "success" {
			execs[key], euid[key] = ev.Process, ev.User.IDs["euid"]
		}
	}
	return execs, euid, text
}

// losesArgs tells why go-libaudit has not the arguments of an event: its
// execveArgs gives up at the first that is split or empty, and takes those whose
// value is "?" or "(null)" for absent.
func losesArgs(records string) string {
	if strings.Count(records, " argc=") > 1 {
		return "second EXECVE record with fewer arguments"
	}
	for sign, why := range map[string]string{"[0]=": "split argument", `=""`: "empty argument", `="?"`: "argument ?", `="(null)"`: "argument (null)"} {
		if strings.Contains(records, sign) {
			return why
		}
	}
	return ""
}

// TestConformanceGoLibaudit: execs, their program, pid, parent, user and
// arguments agree with what go-libaudit reads from the same logs.
func TestConformanceGoLibaudit(t *testing.T) {
	var compared, argvs int
	justified := map[string]int{}
	logs(t, func(t *testing.T, _ string, log []byte) {
		events, _ := read(t, Log, string(log))
		want, euid, text := theirs(log)
		for _, ev := range events {
			if ev.Kind != event.Exec {
				continue
			}
			key := fmt.Sprint(ev.Host, " ", ev.Time.UnixMilli(), " ", ev.Source.Serial)
			p, ok := want[key]
			if !ok {
				t.Errorf("exec %s is none to go-libaudit", key)
				continue
			}
			delete(want, key)
			compared++
			exe, deleted := strings.CutSuffix(p.Exe, " (deleted)")
			got := []string{fmt.Sprint(ev.Proc.PID), fmt.Sprint(ev.Parent.PID), ev.Proc.Image, fmt.Sprint(ev.Proc.Deleted)}
			if other := []string{p.PID, p.PPID, exe, fmt.Sprint(deleted)}; !slices.Equal(got, other) {
				t.Errorf("%s: got %q, go-libaudit %q", key, got, other)
			}
			if _, err := strconv.Atoi(ev.Proc.User); err == nil && ev.Proc.User != euid[key] {
				t.Errorf("%s: euid %s, go-libaudit %s", key, ev.Proc.User, euid[key])
			}
			if ev.Proc.Argv == nil {
				continue
			}
			if !slices.Equal(ev.Proc.Argv, p.Args) {
				why := losesArgs(text[key])
				if why == "" {
					t.Errorf("%s: argv %q, go-libaudit %q", key, ev.Proc.Argv, p.Args)
				}
				justified[why]++
				continue
			}
			argvs++
		}
		for key := range want {
			t.Errorf("exec %s is missing", key)
		}
	})
	t.Logf("%d execs agree, %d of them with arguments; go-libaudit lost the arguments of others: %v", compared, argvs, justified)
}

// TestConformanceAusearch: the execs that ausearch finds, and prints grouped by
// event, are those found in the log as it stands.
func TestConformanceAusearch(t *testing.T) {
	ausearch, err := exec.LookPath("ausearch")
	if err != nil {
		t.Skip("ausearch is not installed")
	}
	total := 0
	logs(t, func(t *testing.T, path string, log []byte) {
		plain := filepath.Join(t.TempDir(), "audit.log")
		if err := os.WriteFile(plain, log, 0o600); err != nil {
			t.Fatal(err)
		}
		cmd := exec.Command(ausearch, "--raw", "-m", "EXECVE", "-sv", "yes", "-if", plain)
		out, err := cmd.Output()
		if err != nil && len(out) == 0 {
			t.Skip("ausearch finds no exec") // it exits with 1
		}
		execs := func(log []byte) []string {
			events, _ := read(t, Log, string(log))
			return starts(slices.DeleteFunc(events, func(ev event.Event) bool {
				return ev.Kind != event.Exec || ev.Proc.Argv == nil
			}), nil)
		}
		got, want := execs(log), execs(out)
		for _, ev := range want {
			if !slices.Contains(got, ev) {
				t.Errorf("ausearch alone has %s", ev)
			}
		}
		for _, ev := range got {
			if !slices.Contains(want, ev) {
				t.Errorf("ausearch misses %s", ev)
			}
		}
		total += len(want)
	})
	t.Logf("%d execs compared", total)
}
