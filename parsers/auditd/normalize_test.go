//go:build linux || darwin || freebsd

package auditd

import (
	"slices"
	"testing"
)

func TestNormalize(t *testing.T) {
	execve := []string{
		"node=web1 type=PROCTITLE msg=audit(1700000000.100:5): proctitle=6964002D75",
		`node=web1 type=PATH msg=audit(1700000000.100:5): item=1 name="/lib64/ld.so" inode=7 mode=0100755 ouid=0 ogid=0 nametype=NORMAL`,
		`node=web1 type=PATH msg=audit(1700000000.100:5): item=0 name="/usr/bin/id" inode=131 mode=0100755 ouid=0 ogid=0 nametype=NORMALOUID="root" OGID="root"`,
		`node=web1 type=EXECVE msg=audit(1700000000.100:5): argc=2 a0="id" a1="-u"`,
		"node=web1 type=SYSCALL msg=audit(1700000000.100:5): arch=c000003e syscall=59 success=yes exit=0 a0=1 a1=2 a2=3 a3=4 items=2 ppid=1 pid=433 auid=1000 uid=0 gid=0 euid=0 suid=0 fsuid=0 egid=0 sgid=0 fsgid=0 tty=(none) ses=3 comm=\"id\" exe=\"/usr/bin/id\" key=\"shell\"\x1dARCH=x86_64 SYSCALL=execve AUID=\"ada\" UID=\"www-data\" GID=\"root\" EUID=\"root\"",
		"node=web1 type=EOE msg=audit(1700000000.100:5): ",
	}
	view, err := Normalize(execve)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := view.Summary(), "ada acting as www-data executed /usr/bin/id"; got != want {
		t.Errorf("summary %q, want %q", got, want)
	}
	if view.ObjectType != "file" || view.How != "/usr/bin/id" || view.Result != "success" || !slices.Equal(view.Keys, []string{"shell"}) || len(view.Warnings) > 0 {
		t.Errorf("%+v", view)
	}

	// Numbers stay numbers: root is not looked up.
	login := []string{`type=USER_LOGIN msg=audit(1700000000.100:6): pid=9 uid=0 auid=0 ses=3 msg='op=login id=0 exe="/usr/sbin/sshd" hostname=? addr=192.0.2.7 terminal=/dev/pts/0 res=success'`}
	view, err = Normalize(login)
	if err != nil || view.Actor != "0" || view.Action != "logged-in" || view.How != "/usr/sbin/sshd" {
		t.Errorf("%+v, %v", view, err)
	}

	for name, records := range map[string][]string{
		"nothing":            nil,
		"no record":          {"garbage"},
		"without a SYSCALL":  execve[:3],
		"only the event end": execve[5:],
	} {
		if view, err := Normalize(records); err == nil {
			t.Errorf("%s: %+v", name, view)
		}
	}
}

func BenchmarkNormalize(b *testing.B) {
	records := []string{
		`type=SYSCALL msg=audit(1700000000.100:5): arch=c000003e syscall=59 success=yes exit=0 a0=1 a1=2 a2=3 a3=4 items=2 ppid=1 pid=433 auid=1000 uid=0 gid=0 euid=0 suid=0 fsuid=0 egid=0 sgid=0 fsgid=0 tty=(none) ses=3 comm="id" exe="/usr/bin/id" key="shell"`,
		`type=EXECVE msg=audit(1700000000.100:5): argc=2 a0="id" a1="-u"`,
		`type=PATH msg=audit(1700000000.100:5): item=0 name="/usr/bin/id" inode=131 mode=0100755 ouid=0 ogid=0 nametype=NORMAL`,
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Normalize(records); err != nil {
			b.Fatal(err)
		}
	}
}
