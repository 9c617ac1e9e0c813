package auditd

import (
	"fmt"
	"strings"
	"testing"

	"github.com/Velocidex/ordereddict"
)

// Raw keeps every field of every record in order, so that the records can be
// written out again.
func TestRawKeepsTheRecords(t *testing.T) {
	log := `type=SYSCALL msg=audit(1700000000.100:5): arch=c000003e syscall=59 success=yes exit=0 a0=1 a1=2 a2=3 a3=4 items=2 ppid=1 pid=433 auid=4294967295 uid=0 gid=0 euid=0 suid=0 fsuid=0 egid=0 sgid=0 fsgid=0 tty=(none) ses=4294967295 comm="a" exe="/bin/a" key="x y"
type=EXECVE msg=audit(1700000000.100:5): argc=2 a0="a" a1=2D782079
type=PATH msg=audit(1700000000.100:5): item=0 name="/bin/a" inode=131
type=PATH msg=audit(1700000000.100:5): item=1 name="/lib/ld.so" inode=7
type=USER_START msg=audit(1700000000.200:6): user pid=7 uid=0 auid=0 msg='op=PAM:session_open acct="root" exe="/usr/sbin/cron" (hostname=?, res=success)'
`
	events, _ := readFrom(t, Log, strings.NewReader(log), true)
	if len(events) != 2 {
		t.Fatalf("%d events", len(events))
	}
	want := []string{"SYSCALL", "EXECVE", "PATH", "PATH 2"}
	if got := events[0].Raw.Keys(); strings.Join(got, ",") != strings.Join(want, ",") {
		t.Errorf("records %q, want %q", got, want)
	}
	var records []string
	for _, key := range want {
		record, _ := events[0].Raw.Get(key)
		fields := record.(*ordereddict.Dict)
		var words []string
		for _, name := range fields.Keys() {
			value, _ := fields.GetString(name)
			words = append(words, name+"="+value)
		}
		typ, _, _ := strings.Cut(key, " ")
		records = append(records, "type="+typ+" msg=audit(1700000000.100:5): "+strings.Join(words, " "))
	}
	if got, want := strings.Join(records, "\n"), strings.Join(strings.Split(log, "\n")[:4], "\n"); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	user, _ := events[1].Raw.Get("USER_START")
	msg, _ := user.(*ordereddict.Dict).GetString("msg")
	if want := `'op=PAM:session_open acct="root" exe="/usr/sbin/cron" (hostname=?, res=success)'`; msg != want {
		t.Errorf("msg is %s", msg)
	}
	if word, _ := user.(*ordereddict.Dict).GetString(""); word != "user" {
		t.Errorf("word is %q", word)
	}
}

// The kernel takes up to 6 MiB of arguments, each byte two digits: that the records are kept
// besides loses none of them.
func TestRawKeepsLongArguments(t *testing.T) {
	const parts, digits = 1300, 7600
	var b strings.Builder
	b.WriteString(`type=SYSCALL msg=audit(1700000000.100:5): arch=c000003e syscall=59 success=yes exit=0 a0=1 a1=2 a2=3 a3=4 items=2 ppid=1 pid=433 auid=4294967295 uid=0 gid=0 euid=0 suid=0 fsuid=0 egid=0 sgid=0 fsgid=0 tty=(none) ses=4294967295 comm="a" exe="/bin/a" key="x"
`)
	fmt.Fprintf(&b, "type=EXECVE msg=audit(1700000000.100:5): argc=%d a0=\"ls\"\n", parts+1)
	for i := range parts {
		fmt.Fprintf(&b, "type=EXECVE msg=audit(1700000000.100:5): a%d=%s\n", i+1, strings.Repeat("78", digits/2))
	}
	events, account := readFrom(t, Log, strings.NewReader(b.String()), true)
	if len(events) != 1 || len(events[0].Proc.Argv) != parts+1 || len(events[0].Proc.Argv[parts]) != digits/2 || account.Malformed != 0 {
		t.Fatalf("%d events, malformed %d", len(events), account.Malformed)
	}
}
