package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A recording of one container h1 below nspawn 100, beside other processes: init is 102; 103 is a web server whose forked
// worker 104 runs an injected command carrying token 0badcafe; pid 105 belongs first to the container and then, after its
// end, to a stranger; 106 is born late in the file's order of times though early in truth (the recorder was interrupted).
const events = `F 1000000000 1 100
F 1010000000 100 102
X 1020000000 102
F 2000000000 102 103
X 2100000000 103
F 3000000000 103 104
X 3100000000 104
F 3200000000 104 105
X 3300000000 105
E 3400000000 105 0
E 3500000000 104 0
F 9999000000 102 106
X 4010000000 106
E 4020000000 106 0
F 5000000000 1 105
X 5010000000 105
`

func syscall(at, serial, call, fields string) string {
	return "type=SYSCALL msg=audit(" + at + ":" + serial + "): arch=c000003e syscall=" + call + " success=yes exit=0 " + fields + ` key="proc"` + "\n"
}

func execve(at, serial, args string) string {
	return "type=EXECVE msg=audit(" + at + ":" + serial + "): argc=3 " + args + "\n"
}

var auditLog = "type=DAEMON_START msg=audit(0.900:1): op=start pid=9\n" +
	syscall("1.000", "10", "56", `ppid=100 pid=102 comm="systemd-nspawn" exe="/usr/bin/systemd-nspawn"`) +
	syscall("1.020", "11", "59", `ppid=100 pid=102 comm="systemd" exe="/usr/lib/systemd/systemd"`) + execve("1.020", "11", `a0="systemd"`) +
	syscall("2.000", "12", "56", `ppid=100 pid=102 comm="systemd" exe="/usr/lib/systemd/systemd"`) +
	syscall("2.100", "13", "59", `ppid=102 pid=103 comm="apache2" exe="/usr/sbin/apache2"`) + execve("2.100", "13", `a0="apache2"`) +
	syscall("3.100", "14", "59", `ppid=103 pid=104 comm="sh" exe="/usr/bin/dash"`) + execve("3.100", "14", `a0="sh" a1="-c" a2=3A2030626164636166653B206964`) +
	syscall("3.300", "15", "59", `ppid=104 pid=105 comm="id" exe="/usr/bin/id"`) + execve("3.300", "15", `a0="id"`) +
	syscall("4.010", "16", "59", `ppid=102 pid=106 comm="ls" exe="/usr/bin/ls"`) + execve("4.010", "16", `a0="ls"`) +
	syscall("5.010", "17", "59", `ppid=1 pid=105 comm="make" exe="/usr/bin/make"`) + execve("5.010", "17", `a0="make" a1="0badcafe"`)

func recording(t *testing.T) (rec, host string) {
	t.Helper()
	dir := t.TempDir()
	rec, host = dir+"/rec", dir+"/h1"
	for name, text := range map[string]string{
		rec + "/events.txt":    events,
		rec + "/log/audit.log": auditLog,
		host + "/nspawn.pid":   "100\n", host + "/booted": "1.0\n", host + "/stopped": "6.0\n",
		host + "/release": "bookworm\n", host + "/roles": "apache\n",
		host + "/attacks.tsv": "h1-001\t0badcafe\t3.0\t3.5\tcommand\tcommand injection: id\nh1-002\tdeadbeef\t4.0\t4.5\tsession\tnever started\n",
	} {
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return rec, host
}

func read(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestReduceKeepsTheContainerAndNothingElse(t *testing.T) {
	rec, host := recording(t)
	out := t.TempDir()
	if err := run(rec, out, "", []string{host}); err != nil {
		t.Fatal(err)
	}
	full, plain := read(t, out+"/h1.log"), read(t, out+"/h1.execonly.log")
	for _, s := range []string{"nspawn", "DAEMON_START", "make"} {
		if strings.Contains(full, s) {
			t.Errorf("h1.log holds %q, which is not the container's", s)
		}
	}
	for _, s := range []string{":11)", ":12)", ":13)", ":14)", ":15)", ":16)"} {
		if !strings.Contains(full, s) {
			t.Errorf("h1.log lacks event %s", s)
		}
	}
	if want := strings.ReplaceAll(full, syscall("2.000", "12", "56", `ppid=100 pid=102 comm="systemd" exe="/usr/lib/systemd/systemd"`), ""); plain != want {
		t.Errorf("h1.execonly.log is not h1.log without the fork:\n%s", plain)
	}
}

func TestReduceTellsTruthLabelsAndShapes(t *testing.T) {
	rec, host := recording(t)
	out := t.TempDir()
	if err := run(rec, out, "", []string{host}); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"labels": "3.100:14\th1-001\tcommand injection: id\n",
		"chains": "3.300:15\th1-001\tsystemd<apache2<dash<id\n",
		"shapes": "attack\t1\tsystemd<apache2<dash<id\nnormal\t1\tsystemd<ls\n",
		"truth": "102\t1.020000000\t0\t-\t-\t0\t1.020:11\n" +
			"103\t2.000000000\t102\t1.020000000\t-\t0\t2.100:13\n" +
			"104\t3.000000000\t103\t2.000000000\t3.500000000\t0\t3.100:14\n" +
			"105\t3.200000000\t104\t3.000000000\t3.400000000\t0\t3.300:15\n" +
			"106\t4.010000000\t102\t1.020000000\t4.020000000\t0\t4.010:16\n",
	} {
		if got := read(t, out+"/h1."+name+".tsv"); got != want {
			t.Errorf("h1.%s.tsv:\n%swant:\n%s", name, got, want)
		}
	}
	for _, row := range []string{"attacks run\t2\n", "attacks seen\t1\n", "exec counts differ\t0\n"} {
		if !strings.Contains(read(t, out+"/h1.meta"), row) {
			t.Errorf("h1.meta lacks %q", row)
		}
	}
}

// An intruder types two commands in a session of bash 202 below sshd 201; only the second carries the token.
func TestReduceLabelsTheSessionOfAnIntruder(t *testing.T) {
	rec, host := recording(t)
	for name, text := range map[string]string{
		rec + "/events.txt": events + "F 6000000000 102 201\nX 6010000000 201\nF 6100000000 201 202\nX 6110000000 202\n" +
			"F 6200000000 202 203\nX 6210000000 203\nF 6300000000 202 204\nX 6310000000 204\n",
		rec + "/log/audit.log": auditLog +
			syscall("6.010", "20", "59", `ppid=102 pid=201 comm="sshd" exe="/usr/sbin/sshd"`) + execve("6.010", "20", `a0="sshd"`) +
			syscall("6.110", "21", "59", `ppid=201 pid=202 comm="bash" exe="/usr/bin/bash"`) + execve("6.110", "21", `a0="-bash"`) +
			syscall("6.210", "22", "59", `ppid=202 pid=203 comm="curl" exe="/usr/bin/curl"`) + execve("6.210", "22", `a0="curl"`) +
			syscall("6.310", "23", "59", `ppid=202 pid=204 comm="id" exe="/usr/bin/id"`) + execve("6.310", "23", `a0="id" a1="feedf00d"`),
		host + "/attacks.tsv": "h1-001\tfeedf00d\t6.0\t6.5\tsession\tintruder at a terminal\n",
	} {
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	out := t.TempDir()
	if err := run(rec, out, "", []string{host}); err != nil {
		t.Fatal(err)
	}
	want := "6.210:22\th1-001\tsystemd<sshd<bash<curl\n6.310:23\th1-001\tsystemd<sshd<bash<id\n"
	if got := read(t, out+"/h1.chains.tsv"); got != want {
		t.Errorf("h1.chains.tsv:\n%swant:\n%s", got, want)
	}
	if got, want := read(t, out+"/h1.labels.tsv"), "6.110:21\th1-001\tintruder at a terminal\n"; got != want {
		t.Errorf("h1.labels.tsv: %swant: %s", got, want)
	}
}

func TestReduceRefusesWhatWouldShowTheRecordingMachine(t *testing.T) {
	for _, secret := range []string{"apache2", "0badcafe"} { // in clear, and inside a hexadecimal argument
		rec, host := recording(t)
		forbid := filepath.Join(t.TempDir(), "forbid")
		if err := os.WriteFile(forbid, []byte(secret+"\n"), 0o644); err != nil {
			t.Fatal(err)
		}
		if err := run(rec, t.TempDir(), forbid, []string{host}); err == nil || !strings.Contains(err.Error(), secret) {
			t.Errorf("forbidden %q: error %v", secret, err)
		}
	}
}
