package auditd

import (
	"bytes"
	"strings"
	"testing"

	"oddkin/parsers/event"
	"oddkin/parsers/internal/ingest"
)

// TestACutInTheLastRecordIsTold cuts a log inside its last record, of each type
// whose end can be told.
func TestACutInTheLastRecordIsTold(t *testing.T) {
	const before = `type=SYSCALL msg=audit(1.000:7): arch=c000003e syscall=59 success=yes exit=0 a0=1 a1=2 a2=3 a3=4 items=1 ppid=1 pid=2 auid=0 uid=0 gid=0 euid=0 suid=0 fsuid=0 egid=0 sgid=0 fsgid=0 tty=pts0 ses=1 comm="sh" exe="/bin/sh" key=(null)` + "\n"
	for _, record := range []string{
		`type=EXECVE msg=audit(1.000:7): argc=2 a0="sh" a1="x"`,
		`type=EXECVE msg=audit(1.000:7): argc=2 a0="sh" a1_len=12 a1[0]=2F62696E2F61`,
		`type=EXECVE msg=audit(1.000:7): argc=2 a0_len=12 a0[0]=2F62696E2F61 a1="x"`,
		`type=PATH msg=audit(1.000:7): item=0 name="/bin/sh" inode=1 dev=08:01 mode=0100755 ouid=0 ogid=0 rdev=00:00 nametype=NORMAL`,
		`type=CWD msg=audit(1.000:7): cwd="/root"`,
		`type=PROCTITLE msg=audit(1.000:7): proctitle=7368002D63`,
	} {
		whole := before + record
		if a := accountOf(whole); a.Truncated || a.Malformed > 0 {
			t.Errorf("only the line end is missing: %s: %+v", record, a)
		}
		cut := strings.TrimSuffix(whole[:len(whole)-1], " nametype=NORMA")
		if a := accountOf(cut); !a.Truncated || a.Malformed != 1 {
			t.Errorf("%q: truncated %v, malformed %d", cut[len(before):], a.Truncated, a.Malformed)
		}
	}
}

func accountOf(log string) event.Account {
	a := event.Account{File: "log"}
	for range Formats()[0].Events(&ingest.Input{Name: "log", R: bytes.NewReader([]byte(log)), Account: &a}) {
	}
	return a
}
