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

// unfound are events that stand in the logs, as AVC and SYSCALL records of
// apparmor_parser early in two boots, and that ausearch does not find by any option.
var unfound = map[string]bool{" 03/24/12 07:17:53.962 24": true, " 03/24/12 07:19:42.293 24": true}

// TestAusearchInterpretsTheSameValues holds the pids, program and name of every event
// to those that ausearch has decoded by itself, and of starts arguments and folder.
// (TestConformanceAusearch has ausearch group the records and decodes them here.)
func TestAusearchInterpretsTheSameValues(t *testing.T) {
	ausearch, err := exec.LookPath("ausearch")
	if err != nil {
		t.Skip("ausearch is not installed")
	}
	var compared, others, scripts, split int
	logs(t, func(t *testing.T, _ string, log []byte) {
		plain := filepath.Join(t.TempDir(), "audit.log")
		if err := os.WriteFile(plain, log, 0o600); err != nil {
			t.Fatal(err)
		}
		cmd := exec.Command(ausearch, "-i", "-if", plain)
		cmd.Env = append(os.Environ(), "TZ=UTC", "LC_ALL=C")
		out, err := cmd.Output()
		if err != nil && len(out) == 0 {
			t.Skip("ausearch finds nothing") // it exits with 1
		}
		theirs := printed(string(out))
		events, _ := read(t, Log, string(log))
		for _, ev := range events {
			key := fmt.Sprint(ev.Host, " ", ev.Time.UTC().Format("01/02/06 15:04:05.000"), " ", ev.Source.Serial)
			records := theirs[key]
			if ev.Kind == event.Boot || unfound[key] {
				continue // ausearch knows no boots between records
			}
			if len(records["SYSCALL"]) != 1 {
				if len(records) == 0 || ev.Kind == event.Exec {
					t.Errorf("%s: of %s ausearch prints %v", key, ev.Kind, records)
				}
				continue // told by a program, or by the kernel without a call
			}
			for _, field := range ofSyscall(ev) {
				if !strings.Contains(" "+records["SYSCALL"][0]+" ", field) {
					t.Errorf("%s: %s: ausearch has not%s in %s", key, ev.Kind, field, records["SYSCALL"][0])
				}
			}
			if ev.Kind != event.Exec || ev.Proc.Argv == nil || len(records["EXECVE"]) == 0 {
				others++
				continue
			}
			compared++
			want, inPieces := printedArguments(records["EXECVE"])
			if inPieces {
				split++
			} else if len(records["EXECVE"]) > 1 {
				scripts++
			}
			if got := spelled(ev); got != want {
				t.Errorf("%s:\n     got %.300q\nausearch %.300q", key, got, want)
			}
			if cwd := records["CWD"]; len(cwd) == 1 && cwd[0] != "cwd="+tty(ev.Proc.Cwd) {
				t.Errorf("%s: cwd %q, ausearch %q", key, ev.Proc.Cwd, cwd[0])
			}
		}
	})
	if compared < 200 || others < 400 {
		t.Errorf("only %d starts and %d other events compared", compared, others)
	}
	t.Logf("%d starts and %d other events compared; %d scripts logged twice, %d with arguments in pieces, which ausearch leaves in pieces", compared, others, scripts, split)
}

// printed gives the texts of the records that ausearch prints, by stamp and type.
func printed(out string) map[string]map[string][]string {
	all := map[string]map[string][]string{}
	for line := range strings.Lines(out) {
		m := asPrinted.FindStringSubmatch(strings.TrimRight(line, " \n"))
		if m == nil {
			continue
		}
		key := fmt.Sprint(m[1], " ", m[3], " ", m[4])
		if all[key] == nil {
			all[key] = map[string][]string{}
		}
		all[key][m[2]] = append(all[key][m[2]], m[5])
	}
	return all
}

// ofSyscall gives the fields that the SYSCALL record of an event must hold.
func ofSyscall(ev event.Event) []string {
	if ev.Kind == event.Fork { // the record is the parent's
		return []string{fmt.Sprint(" pid=", ev.Parent.PID, " ")}
	}
	fields := []string{fmt.Sprint(" pid=", ev.Proc.PID, " "), " exe=" + tty(ev.Proc.Image) + " ", " comm=" + tty(ev.Proc.Name) + " "}
	if ev.Parent.PID != 0 {
		fields = append(fields, fmt.Sprint(" ppid=", ev.Parent.PID, " "))
	}
	return fields
}

// printedArguments makes one EXECVE record of those of an event. Of two the kernel wrote
// the script's first and then its interpreter's, which runs; pieces of an argument
// are joined, which ausearch does not.
func printedArguments(execves []string) (text string, inPieces bool) {
	if !strings.HasPrefix(execves[0], "argc=") {
		slices.Reverse(execves) // the first piece has the count
	}
	whole := strings.Join(execves, "")
	if !ofPiece.MatchString(whole) {
		return execves[len(execves)-1], false
	}
	return ofPiece.ReplaceAllStringFunc(whole, func(s string) string {
		if n, ok := strings.CutSuffix(s, "[0]="); ok {
			return n + "="
		}
		return ""
	}), true
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
