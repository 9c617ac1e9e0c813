package main

import (
	"bytes"
	"math/rand/v2"
	"strconv"
	"strings"
)

// host is a Linux server whose life is logged: daemons that fork workers, timers
// and sessions whose shells run tools.
type host struct {
	r       *rand.Rand
	all     bool  // forks, exits and the rest are logged too
	ms      int64 // since 1970
	serial  int
	pid     uint32
	daemons []process
	event   []byte // the records of the event being written
	held    []byte // records of the event before, not yet out
	stamp   []byte
}

type process struct {
	pid, ppid uint32
	exe, comm string
	uid       int
	session   int // 0 for none
}

func newHost(seed uint64, all bool) *host {
	h := &host{r: rand.New(rand.NewPCG(seed, 1)), all: all, ms: 1750000000000, serial: 400, pid: 900}
	for i, exe := range strings.Fields("/usr/sbin/cron /usr/sbin/sshd /usr/sbin/apache2 /usr/sbin/php-fpm8.2 /usr/bin/python3.11 /usr/lib/postgresql/15/bin/postgres /usr/lib/systemd/systemd /usr/bin/node /usr/lib/jvm/java-17-openjdk-amd64/bin/java /usr/libexec/postfix/master") {
		uid := 0
		if i >= 2 && i < 6 {
			uid = 33 + i
		}
		h.daemons = append(h.daemons, process{pid: h.next(), ppid: 1, exe: exe, comm: comm(exe), uid: uid})
	}
	return h
}

// next gives the next pid, as the kernel numbers them on 64-bit machines.
func (h *host) next() uint32 {
	if h.pid++; h.pid >= 1<<22 {
		h.pid = 300
	}
	return h.pid
}

func comm(exe string) string {
	name := exe[strings.LastIndexByte(exe, '/')+1:]
	return name[:min(15, len(name))]
}

// log writes jobs until size bytes are out.
func (h *host) log(w *writer, size int64) {
	for w.n < size && w.err == nil {
		d := h.daemons[h.r.IntN(len(h.daemons))]
		switch n := h.r.IntN(100); {
		case n < 60 || !h.all:
			h.job(w, d)
		case n < 80:
			h.session(w)
		case n < 90:
			h.watched(w, d)
		default:
			h.report(w, d)
		}
	}
	w.write(h.held)
	h.held = h.held[:0]
}

// job is a shell that a daemon starts and that runs some tools.
func (h *host) job(w *writer, d process) {
	shell := process{pid: h.next(), ppid: d.pid, exe: "/usr/bin/dash", comm: "sh", uid: d.uid, session: d.session}
	h.fork(w, d, shell.pid)
	h.exec(w, shell, []string{"/bin/sh", "-c", "cd / && run-parts --report /etc/cron." + h.word()})
	for range 1 + h.r.IntN(6) {
		tool := tools[min(h.r.IntN(len(tools)), h.r.IntN(len(tools)))] // the first are the most frequent
		p := process{pid: h.next(), ppid: shell.pid, exe: tool.exe, comm: comm(tool.exe), uid: d.uid, session: d.session}
		h.fork(w, shell, p.pid)
		h.exec(w, p, h.arguments(tool))
		h.exit(w, p)
	}
	h.exit(w, shell)
}

// session is somebody who logs in and works.
func (h *host) session(w *writer) {
	sshd := h.daemons[1]
	login := process{pid: h.next(), ppid: sshd.pid, exe: sshd.exe, comm: "sshd"}
	h.fork(w, sshd, login.pid)
	h.report(w, login)
	bash := process{pid: h.next(), ppid: login.pid, exe: "/usr/bin/bash", comm: "bash", uid: 1000 + h.r.IntN(20), session: 1 + h.serial/50}
	h.fork(w, login, bash.pid)
	h.exec(w, bash, []string{"-bash"})
	for range 1 + h.r.IntN(4) {
		h.job(w, bash)
	}
	h.exit(w, bash)
	h.exit(w, login)
}

func (h *host) fork(w *writer, p process, child uint32) {
	if !h.all {
		return
	}
	h.begin()
	h.syscall(p, "56", " success=yes exit="+strconv.Itoa(int(child)), "1200011", 0)
	h.title(p.exe)
	h.end(w)
}

func (h *host) exit(w *writer, p process) {
	if !h.all {
		return
	}
	h.begin()
	h.syscall(p, "231", "", "0", 0)
	h.title(p.exe)
	h.end(w)
}

// exec is the start of p's program, for one in twenty after a directory of PATH
// that has it not.
func (h *host) exec(w *writer, p process, argv []string) {
	if h.r.IntN(20) == 0 {
		h.begin()
		before := p
		before.exe, before.comm = "/usr/bin/dash", "sh"
		h.syscall(before, "59", " success=no exit=-2", "5581b2c0", 1)
		h.text("CWD", `cwd="/"`)
		h.text("PATH", `item=0 name="/usr/local/sbin/`+p.comm+`" nametype=UNKNOWN cap_fp=0 cap_fi=0 cap_fe=0 cap_fver=0 cap_frootid=0`)
		h.title(before.exe)
		h.end(w)
	}
	h.begin()
	h.syscall(p, "59", " success=yes exit=0", "5581b2c0", 2)
	if p.uid == 0 && h.all {
		h.text("BPRM_FCAPS", "fver=0 fp=0 fi=0 fe=0 old_pp=00000000fcecbfff old_pi=00000000fcecbfff old_pe=00000000fcecbfff old_pa=0 pp=00000000fcecbfff pi=00000000fcecbfff pe=00000000fcecbfff pa=0 frootid=0")
	}
	h.head("EXECVE")
	h.event = append(h.event, "argc="...)
	h.number(len(argv))
	for i, a := range argv {
		h.event = append(h.event, " a"...)
		h.number(i)
		h.event = append(h.event, '=')
		h.untrusted(a)
	}
	h.event = append(h.event, '\n')
	h.text("CWD", `cwd="/var/lib/`+p.comm+`"`)
	for i, name := range []string{p.exe, "/lib64/ld-linux-x86-64.so.2"} {
		h.head("PATH")
		h.event = append(h.event, "item="...)
		h.number(i)
		h.event = append(append(append(h.event, ` name="`...), name...), `" inode=`...)
		h.number(10300000 + len(name)*7)
		h.event = append(h.event, " dev=fd:00 mode=0100755 ouid=0 ogid=0 rdev=00:00 nametype=NORMAL cap_fp=0 cap_fi=0 cap_fe=0 cap_fver=0 cap_frootid=0\n"...)
	}
	h.title(strings.Join(argv, "\x00"))
	h.end(w)
}

// watched is a file access that a rule watches.
func (h *host) watched(w *writer, d process) {
	h.begin()
	h.syscall(d, "257", " success=yes exit=11", "ffffff9c", 1)
	h.text("CWD", `cwd="/"`)
	h.text("PATH", `item=0 name="/var/lib/data/`+h.word()+`" inode=1051 dev=fd:00 mode=0100640 ouid=0 ogid=0 rdev=00:00 nametype=NORMAL cap_fp=0 cap_fi=0 cap_fe=0 cap_fver=0 cap_frootid=0`)
	h.title(d.exe)
	h.end(w)
}

// report is what PAM or systemd says.
func (h *host) report(w *writer, d process) {
	types := []string{"USER_START", "USER_END", "CRED_ACQ", "CRED_DISP", "USER_ACCT", "SERVICE_START", "SERVICE_STOP"}
	h.begin()
	h.text(types[h.r.IntN(len(types))], "pid="+strconv.Itoa(int(d.pid))+` uid=0 auid=4294967295 ses=4294967295 subj=unconfined msg='op=PAM:session_open grantors=pam_permit,pam_unix acct="root" exe="`+d.exe+`" hostname=? addr=? terminal=cron res=success'`)
	h.end(w)
}

// begin begins an event, some time after the last.
func (h *host) begin() {
	h.ms += h.gap()
	h.serial += 1 + h.r.IntN(40)/39 // now and then one is missing
	h.event = h.event[:0]
	h.stamp = append(h.stamp[:0], " msg=audit("...)
	h.stamp = strconv.AppendInt(h.stamp, h.ms/1000, 10)
	h.stamp = append(h.stamp, '.', byte('0'+h.ms/100%10), byte('0'+h.ms/10%10), byte('0'+h.ms%10), ':')
	h.stamp = strconv.AppendInt(h.stamp, int64(h.serial), 10)
	h.stamp = append(h.stamp, "): "...)
}

// gap is how many milliseconds pass between two events. Where all is logged, events come in bursts, as a
// busy server's do: most within a millisecond of the last, one in a hundred after a pause, some 1,100 a
// second. ausearch, which takes an event for complete when two seconds have passed (end_of_event_timeout,
// auditd.conf(5)), is the slower the more there are in that time.
func (h *host) gap() int64 {
	if !h.all {
		return int64(h.r.IntN(12))
	}
	switch n := h.r.IntN(100); {
	case n < 70:
		return 0
	case n < 90:
		return int64(h.r.IntN(2))
	case n < 99:
		return int64(h.r.IntN(8))
	}
	return int64(h.r.IntN(100))
}

// end writes the event out. Now and then its records mingle with the next one's.
func (h *host) end(w *writer) {
	cut := bytes.IndexByte(h.event, '\n') + 1
	if h.all && len(h.held) == 0 && h.r.IntN(30) == 0 {
		w.write(h.event[:cut])
		h.held = append(h.held, h.event[cut:]...)
		return
	}
	if len(h.held) > 0 {
		w.write(h.event[:cut])
		w.write(h.held)
		h.held, h.event = h.held[:0], h.event[cut:]
	}
	w.write(h.event)
}

func (h *host) head(typ string) {
	h.event = append(append(append(h.event, "type="...), typ...), h.stamp...)
}

func (h *host) text(typ, body string) {
	h.head(typ)
	h.event = append(append(h.event, body...), '\n')
}

func (h *host) number(n int) { h.event = strconv.AppendInt(h.event, int64(n), 10) }

func (h *host) syscall(p process, call, result, a0 string, items int) {
	h.head("SYSCALL")
	h.event = append(append(append(h.event, "arch=c000003e syscall="...), call...), result...)
	h.event = append(append(h.event, " a0="...), a0...)
	for _, a := range []string{" a1=", " a2=", " a3="} {
		h.event = append(h.event, a...)
		h.event = strconv.AppendUint(h.event, h.r.Uint64()>>17, 16)
	}
	auid, ses, tty := 1<<32-1, 1<<32-1, "(none)"
	if p.session > 0 {
		auid, ses, tty = p.uid, p.session, "pts1"
	}
	for _, f := range []struct {
		key   string
		value int
	}{
		{" items=", items},
		{" ppid=", int(p.ppid)},
		{" pid=", int(p.pid)},
		{" auid=", auid},
		{" uid=", p.uid},
		{" gid=", p.uid},
		{" euid=", p.uid},
		{" suid=", p.uid},
		{" fsuid=", p.uid},
		{" egid=", p.uid},
		{" sgid=", p.uid},
		{" fsgid=", p.uid},
	} {
		h.event = append(h.event, f.key...)
		h.number(f.value)
	}
	h.event = append(append(append(h.event, " tty="...), tty...), " ses="...)
	h.number(ses)
	h.event = append(append(append(h.event, ` comm="`...), p.comm...), `" exe="`...)
	h.event = append(append(h.event, p.exe...), "\" subj=unconfined key=\"proc\"\n"...)
}

// title is the PROCTITLE record, cut at 128 bytes.
func (h *host) title(line string) {
	h.head("PROCTITLE")
	h.event = append(h.event, "proctitle="...)
	h.untrusted(line[:min(len(line), 128)])
	h.event = append(h.event, '\n')
}

// untrusted writes a string as the kernel does: quoted, or hexadecimal if it has
// blanks, quotes or worse in it.
func (h *host) untrusted(s string) {
	for i := range len(s) {
		if s[i] <= ' ' || s[i] == '"' || s[i] > '~' {
			for _, c := range []byte(s) {
				h.event = append(h.event, "0123456789ABCDEF"[c>>4], "0123456789ABCDEF"[c&15])
			}
			return
		}
	}
	h.event = append(append(append(h.event, '"'), s...), '"')
}

func (h *host) word() string { return words[h.r.IntN(len(words))] }

// arguments fills a tool's arguments in: % is a word, # a number.
func (h *host) arguments(t tool) []string {
	argv := []string{t.exe[strings.LastIndexByte(t.exe, '/')+1:]}
	for _, a := range t.args {
		a = strings.Replace(a, "%", h.word(), 1)
		a = strings.Replace(a, "#", strconv.Itoa(h.r.IntN(100000)), 1)
		argv = append(argv, a)
	}
	return argv
}

type tool struct {
	exe  string
	args []string
}

var words = strings.Fields("alpha audit backup billing build cache catalog config daily data debug deploy events export feed files graph health hourly images import index inbox invoice jobs keys ledger logs mail metrics monthly nightly notes orders parts portal query queue report rotate search session shop stage stats store sync tasks temp tiles users vault weekly worker")

// tools are what shells of servers run, the most frequent first.
var tools = []tool{
	{"/usr/bin/sed", []string{"-e", "s/%/#/g"}},
	{"/usr/bin/grep", []string{"-q", "%", "/etc/%.conf"}},
	{"/usr/bin/cat", []string{"/proc/#/stat"}},
	{"/usr/bin/mawk", []string{"{print $2, $#}"}},
	{"/usr/bin/rm", []string{"-f", "/tmp/%.#"}},
	{"/usr/bin/date", []string{"+%F"}},
	{"/usr/bin/ls", []string{"-l", "/var/lib/%"}},
	{"/usr/bin/git", []string{"-c", "core.quotepath=off", "diff", "--name-only", "%/#"}},
	{"/usr/bin/find", []string{"/var/spool/%", "-mmin", "+#", "-type", "f", "-delete"}},
	{"/usr/bin/curl", []string{"-fsS", "-m", "10", "http://127.0.0.1:8080/%?n=#"}},
	{"/usr/bin/python3.11", []string{"/srv/%/manage.py", "run", "--batch", "#"}},
	{"/usr/bin/cut", []string{"-d:", "-f#"}},
	{"/usr/bin/tr", []string{"-d", "\n"}},
	{"/usr/bin/dpkg-query", []string{"-W", "-f", "${Status}", "%"}},
	{"/usr/bin/tar", []string{"-czf", "/var/backups/%.#.tgz", "-C", "/srv", "%"}},
	{"/usr/lib/git-core/git-remote-http", []string{"origin", "https://git.example.com/%"}},
	{"/usr/lib/gcc/x86_64-linux-gnu/12/cc1", []string{"-quiet", "-imultiarch", "x86_64-linux-gnu", "%.c", "-quiet", "-dumpbase", "%.c", "-mtune=generic", "-march=x86-64", "-O2", "-o", "/tmp/cc#.s"}},
	{"/usr/bin/psql", []string{"-At", "-c", "select count(*) from % where id > #"}},
	{"/usr/sbin/logrotate", []string{"/etc/logrotate.d/%"}},
	{"/usr/bin/systemctl", []string{"is-active", "%.service"}},
}
