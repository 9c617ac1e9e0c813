//go:build linux

package auditd

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"oddkin/parsers/event"
)

// asPrinted is a record as `ausearch -i` prints it.
var asPrinted = regexp.MustCompile(`^(?:node=(\S+) )?type=(\S+) msg=audit\((\S+ \S+):(\d+)\) : *(.*)$`)

// ofPiece stands before each part of a long argument, or before the first of them.
var ofPiece = regexp.MustCompile(` a\d+_len=\d+| ?a\d+\[\d+\]=`)

// TestAusearchInterpretsTheSameValues holds the fields of every start to those that
// ausearch has decoded by itself: arguments, program, name, pids and folder.
// (TestConformanceAusearch has ausearch group the records and decodes them here.)
func TestAusearchInterpretsTheSameValues(t *testing.T) {
	ausearch, err := exec.LookPath("ausearch")
	if err != nil {
		t.Skip("ausearch is not installed")
	}
	var compared, scripts, split int
	logs(t, func(t *testing.T, _ string, log []byte) {
		plain := filepath.Join(t.TempDir(), "audit.log")
		if err := os.WriteFile(plain, log, 0o600); err != nil {
			t.Fatal(err)
		}
		cmd := exec.Command(ausearch, "-i", "-m", "EXECVE", "-sv", "yes", "-if", plain)
		cmd.Env = append(os.Environ(), "TZ=UTC", "LC_ALL=C")
		out, err := cmd.Output()
		if err != nil && len(out) == 0 {
			t.Skip("ausearch finds no start") // it exits with 1
		}
		theirs := map[string]map[string][]string{} // stamp, type of record
		for line := range strings.Lines(string(out)) {
			m := asPrinted.FindStringSubmatch(strings.TrimRight(line, " \n"))
			if m == nil {
				continue
			}
			key := fmt.Sprint(m[1], " ", m[3], " ", m[4])
			if theirs[key] == nil {
				theirs[key] = map[string][]string{}
			}
			theirs[key][m[2]] = append(theirs[key][m[2]], m[5])
		}
		events, _ := read(t, Log, string(log))
		for _, ev := range events {
			key := fmt.Sprint(ev.Host, " ", ev.Time.UTC().Format("01/02/06 15:04:05.000"), " ", ev.Source.Serial)
			records := theirs[key]
			if ev.Kind != event.Exec || ev.Proc.Argv == nil {
				continue
			}
			if len(records["SYSCALL"]) != 1 || len(records["EXECVE"]) == 0 {
				t.Errorf("%s: ausearch prints %v", key, records)
				continue
			}
			compared++
			// The kernel writes a script's arguments and then its interpreter's; those
			// that came last are what runs.
			execves := records["EXECVE"]
			if !strings.HasPrefix(execves[0], "argc=") {
				slices.Reverse(execves) // the first piece has the count
			}
			want := execves[len(execves)-1]
			switch whole := strings.Join(execves, ""); {
			case ofPiece.MatchString(whole):
				split++
				want = ofPiece.ReplaceAllStringFunc(whole, func(s string) string {
					if n, ok := strings.CutSuffix(s, "[0]="); ok {
						return n + "="
					}
					return ""
				})
			case len(execves) > 1:
				scripts++
			}
			if got := spelled(ev); got != want {
				t.Errorf("%s:\n     got %.300q\nausearch %.300q", key, got, want)
			}
			syscall := " " + records["SYSCALL"][0] + " "
			for _, field := range []string{
				fmt.Sprint(" pid=", ev.Proc.PID, " "), fmt.Sprint(" ppid=", ev.Parent.PID, " "),
				" exe=" + tty(ev.Proc.Image), " comm=" + tty(ev.Proc.Name),
			} {
				if !strings.Contains(syscall, field) {
					t.Errorf("%s: ausearch has not%s in%s", key, field, syscall)
				}
			}
			if cwd := records["CWD"]; len(cwd) == 1 && cwd[0] != "cwd="+tty(ev.Proc.Cwd) {
				t.Errorf("%s: cwd %q, ausearch %q", key, ev.Proc.Cwd, cwd[0])
			}
		}
	})
	if compared < 200 {
		t.Errorf("only %d starts compared", compared)
	}
	t.Logf("%d starts compared; %d scripts logged twice, %d with arguments in pieces, which ausearch leaves in pieces", compared, scripts, split)
}

// spelled is an event's arguments as ausearch prints an EXECVE record.
func spelled(ev event.Event) string {
	var b strings.Builder
	fmt.Fprintf(&b, "argc=%d", len(ev.Proc.Argv))
	for i, a := range ev.Proc.Argv {
		fmt.Fprintf(&b, " a%d=%s", i, tty(a))
	}
	return strings.TrimRight(b.String(), " ")
}

// tty escapes as ausearch does for terminals: control characters in octal.
func tty(s string) string {
	var b strings.Builder
	for _, c := range []byte(s) {
		if c < ' ' {
			fmt.Fprintf(&b, `\%03o`, c)
			continue
		}
		b.WriteByte(c)
	}
	return b.String()
}
