package auditd

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"testing"

	"oddkin/parsers/event"
	"oddkin/parsers/internal/ingest"
)

// generate writes about size bytes of a log like those of a server with rules
// for starts, forks, exits and some file access: daemons that repeat the same
// calls, shells that fork and start short-lived tools, records of two events
// interleaved now and then, and what PAM and systemd report. The same seed gives
// the same log.
func generate(seed uint64, size int, enriched bool) []byte {
	g := &generator{r: rand.New(rand.NewPCG(seed, 1)), enriched: enriched, ms: 1700000000000, serial: 1000, next: 5000}
	for _, d := range []string{"/usr/sbin/sshd", "/usr/sbin/nginx", "/usr/sbin/php-fpm8.2", "/usr/lib/postgresql/15/bin/postgres", "/usr/sbin/cron", "/usr/lib/systemd/systemd-journald"} {
		for range 20 {
			g.next++
			g.daemons = append(g.daemons, process{pid: g.next, ppid: 1, exe: d, uid: 100 + len(g.daemons)/20, ses: "4294967295"})
		}
	}
	for g.out.Len() < size {
		switch n := g.r.IntN(100); {
		case n < 35:
			g.command()
		case n < 92:
			g.noise()
		default:
			g.user()
		}
	}
	g.flush()
	return g.out.Bytes()
}

type process struct {
	pid, ppid, uid int
	exe, ses       string
}

type generator struct {
	r        *rand.Rand
	enriched bool
	ms       int64
	serial   int
	next     int
	daemons  []process
	lines    []string // of the event before, held back to interleave
	out      bytes.Buffer
}

// event writes the records of an event, some of them behind the next one's first.
func (g *generator) event(records ...string) {
	g.ms += int64(g.r.IntN(8))
	g.serial++
	stamp := fmt.Sprintf(" msg=audit(%d.%03d:%d): ", g.ms/1000, g.ms%1000, g.serial)
	for i, r := range records {
		typ, body, _ := bytes.Cut([]byte(r), []byte(" "))
		records[i] = "type=" + string(typ) + stamp + string(body) + "\n"
	}
	if g.r.IntN(20) == 0 && len(g.lines) == 0 {
		g.out.WriteString(records[0])
		g.lines = records[1:]
		return
	}
	g.out.WriteString(records[0])
	g.flush()
	for _, r := range records[1:] {
		g.out.WriteString(r)
	}
}

func (g *generator) flush() {
	for _, l := range g.lines {
		g.out.WriteString(l)
	}
	g.lines = nil
}

func (g *generator) syscall(p process, number int, name, result, args string, items int, key string) string {
	tty, auid := "(none)", "4294967295"
	if p.ses != "4294967295" {
		tty, auid = "pts1", "1000"
	}
	comm := p.exe[bytes.LastIndexByte([]byte(p.exe), '/')+1:]
	s := fmt.Sprintf("SYSCALL arch=c000003e syscall=%d%s%s items=%d ppid=%d pid=%d auid=%s uid=%d gid=%d euid=%d suid=%d fsuid=%d egid=%d sgid=%d fsgid=%d tty=%s ses=%s comm=%q exe=%q subj=unconfined key=%s",
		number, result, args, items, p.ppid, p.pid, auid, p.uid, p.uid, p.uid, p.uid, p.uid, p.uid, p.uid, p.uid, tty, p.ses, comm[:min(15, len(comm))], p.exe, key)
	if g.enriched {
		u := fmt.Sprintf("user%d", p.uid)
		s += fmt.Sprintf("\x1dARCH=x86_64 SYSCALL=%s AUID=\"unset\" UID=%q GID=%q EUID=%q SUID=%q FSUID=%q EGID=%q SGID=%q FSGID=%q", name, u, u, u, u, u, u, u, u)
	}
	return s
}

// args are four words of the caller's memory.
func (g *generator) args(first string) string {
	return fmt.Sprintf(" a0=%s a1=%x a2=%x a3=%x", first, g.r.Int64N(1<<47), g.r.Int64N(1<<47), g.r.Int64N(1<<47))
}

func path(item int, name, nametype string, inode int) string {
	return fmt.Sprintf("PATH item=%d name=%q inode=%d dev=fd:00 mode=0100755 ouid=0 ogid=0 rdev=00:00 nametype=%s cap_fp=0 cap_fi=0 cap_fe=0 cap_fver=0 cap_frootid=0", item, name, inode, nametype)
}

// command is a shell that forks a child, which starts a tool and ends.
func (g *generator) command() {
	tools := []string{"/usr/bin/ls", "/usr/bin/grep", "/usr/bin/sed", "/usr/bin/cat", "/usr/bin/find", "/usr/bin/python3.11", "/usr/bin/awk", "/usr/bin/date", "/usr/bin/stat"}
	shell := process{pid: 2000 + g.r.IntN(30), ppid: 1900, exe: "/usr/bin/bash", uid: 1000, ses: "3"}
	g.next++
	child := process{pid: g.next, ppid: shell.pid, exe: tools[g.r.IntN(len(tools))], uid: 1000, ses: "3"}
	title := "PROCTITLE proctitle=2F62696E2F62617368002D63002F7573722F6C6F63616C2F62696E2F6261636B75702E7368"
	g.event(g.syscall(shell, 56, "clone", fmt.Sprintf(" success=yes exit=%d", child.pid), g.args("1200011"), 0, `"proc"`), title, "EOE ")
	if g.r.IntN(10) == 0 {
		unstarted := child
		unstarted.exe = shell.exe
		g.event(g.syscall(unstarted, 59, "execve", " success=no exit=-2", g.args("55d0c5c0"), 1, `"proc"`),
			"CWD cwd=\"/home/ada\"", path(0, "/usr/local/bin/tool", "UNKNOWN", 0), title, "EOE ")
	}
	g.event(g.syscall(child, 59, "execve", " success=yes exit=0", g.args("55d0c5c0"), 2, `"proc"`),
		fmt.Sprintf("EXECVE argc=3 a0=%q a1=\"--color=auto\" a2=2F7661722F6C6F672F%06X206C6F67", child.exe, g.r.IntN(1<<24)),
		"CWD cwd=\"/home/ada\"", path(0, child.exe, "NORMAL", 1000+g.r.IntN(9000)), path(1, "/lib64/ld-linux-x86-64.so.2", "NORMAL", 131),
		"PROCTITLE proctitle=6C73002D2D636F6C6F723D6175746F002F7661722F6C6F67", "EOE ")
	g.event(g.syscall(child, 231, "exit_group", "", g.args("0"), 0, `"proc"`), title, "EOE ")
}

// noise is a file access that a rule watches.
func (g *generator) noise() {
	d := g.daemons[g.r.IntN(len(g.daemons))]
	g.event(g.syscall(d, 257, "openat", " success=yes exit=11", g.args("ffffff9c"), 1, `"access"`),
		"CWD cwd=\"/\"", path(0, fmt.Sprintf("/var/lib/data/%d", g.r.IntN(1<<20)), "NORMAL", g.r.IntN(1<<20)),
		"PROCTITLE proctitle=2F7573722F7362696E2F7068702D66706D002D46", "EOE ")
}

func (g *generator) user() {
	types := []string{"USER_START", "USER_END", "CRED_ACQ", "CRED_DISP", "USER_ACCT", "SERVICE_START", "SERVICE_STOP"}
	d := g.daemons[g.r.IntN(len(g.daemons))]
	g.event(fmt.Sprintf("%s pid=%d uid=0 auid=4294967295 ses=4294967295 subj=unconfined msg='op=PAM:session_open grantors=pam_permit,pam_unix acct=\"root\" exe=%q hostname=? addr=? terminal=cron res=success'", types[g.r.IntN(len(types))], d.pid, d.exe))
}

func benchmarkEvents(b *testing.B, log []byte) {
	b.SetBytes(int64(len(log)))
	b.ReportAllocs()
	var events int64
	for b.Loop() {
		account := &event.Account{}
		for _, err := range Log.Events(&ingest.Input{Name: "audit.log", R: bytes.NewReader(log), Account: account}) {
			if err != nil {
				b.Fatal(err)
			}
		}
		if !account.Balanced() || account.Malformed > 0 {
			b.Fatalf("%+v", account)
		}
		events = account.Events
	}
	b.ReportMetric(float64(events)/float64(len(log)>>20), "events/MiB")
}

func BenchmarkEventsRaw(b *testing.B)      { benchmarkEvents(b, generate(1, 32<<20, false)) }
func BenchmarkEventsEnriched(b *testing.B) { benchmarkEvents(b, generate(1, 32<<20, true)) }

// BenchmarkLines is the floor: the reader alone.
func BenchmarkLines(b *testing.B) {
	log := generate(1, 32<<20, false)
	b.SetBytes(int64(len(log)))
	for b.Loop() {
		source, part := &blocks{r: bytes.NewReader(log)}, &block{}
		for !source.ended {
			source.next(part)
			c := newCutter(part.text, 0, true)
			for ok := true; ok; {
				_, ok = c.next()
			}
		}
	}
}
