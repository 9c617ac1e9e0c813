package auditd

import (
	"bytes"
	"strings"

	"oddkin/parsers/event"
	"oddkin/parsers/internal/ingest"
	"oddkin/parsers/internal/recall"
)

// profile is what a record says of a process behind its numbers: program, users,
// session, terminal. Records share profiles, which nobody changes.
type profile struct {
	proc event.Proc // without PID
	// remote is where a login came from, if the record tells of one.
	remote *event.Remote
	end    int // of what it was read from, behind exe and the blank there
}

// profiles remembers the profiles of record texts. Most records of a log repeat
// an earlier one's behind the pid to the byte, so that a text is read once and
// looked up after that.
type profiles struct{ recall.Texts[*profile] }

const (
	// maxRecord is the longest record that the kernel makes
	// (MAX_AUDIT_MESSAGE_LENGTH).
	maxRecord = 8970
	// maxProfile is the longest text that is remembered.
	maxProfile = 1024
)

func (ps *profiles) note(text []byte, hash uint64, p *profile) {
	if len(text) <= maxProfile {
		ps.Add(string(text), hash, p, 512)
	}
}

// identify fills in who made the call of r. It is false for a record without
// pid or exe, or with a value cut off.
func (ps *profiles) identify(r *syscallRecord, intern *ingest.Interner) bool {
	b := r.rest
	var n int
	var ok bool
	if r.ppid, n, ok = pidValue(b[len("ppid="):]); !ok {
		return false
	}
	at := len("ppid=") + n
	for at < len(b) && b[at] != ' ' {
		at++
	}
	if !bytes.HasPrefix(b[at:], []byte(" pid=")) {
		return false
	}
	at += len(" pid=")
	if r.pid, n, ok = pidValue(b[at:]); !ok || r.pid == 0 {
		return false
	}
	for at += n; at < len(b) && b[at] != ' ' && b[at] != enrichment; {
		at++
	}
	text := b[at:]
	p, hash, known := ps.Find(text)
	if !known {
		p = &profile{proc: event.Proc{OS: event.Linux}}
		if !p.read(text, intern) {
			return false
		}
		ps.note(text, hash, p)
	}
	r.profile = p
	return at+p.end <= maxRecord
}

// read reads the fields of text, a SYSCALL record behind its pid, up to exe.
func (p *profile) read(text []byte, intern *ingest.Interner) bool {
	names := interpreted(text)
	var euid []byte
	for rest := text; ; {
		key, value, after, ok := nextField(rest)
		if !ok {
			return false
		}
		rest = after
		switch string(key) {
		case "ppid", "pid": // once is enough
			return false
		case "auid":
			p.proc.AuditUser = account(value, enrichedName(names, "AUID"), intern)
		case "euid":
			euid = value
		case "tty":
			if tty := bytes.Trim(value, `"`); string(tty) != "(none)" {
				p.proc.TTY = intern.Bytes(tty)
			}
		case "ses":
			p.proc.Session = account(value, nil, intern)
		case "comm":
			p.proc.Name = intern.Bytes(decode(value))
		case "exe":
			setImage(&p.proc, value, intern)
			p.proc.User = account(euid, enrichedName(names, "EUID"), intern)
			if p.end = len(text) - len(rest); p.end < len(text) && text[p.end] == ' ' {
				p.end++
			}
			return true
		}
	}
}

// sighting is what a record other than SYSCALL says of the process that sent it
// or that it is about.
type sighting struct {
	pid     uint32
	profile *profile // nil when it names no process
}

// sight reads body, the fields of a record other than SYSCALL that names pid and
// exe. Such a record knows no parent. Its uid is the real one (kernel/audit.c,
// audit_log_common_recv_msg), the best it has. The kernel writes the ids first;
// libaudit writes exe behind what users could have a say in.
func (ps *profiles) sight(body []byte, intern *ingest.Interner) sighting {
	n, ok := parseDec(field(body, "pid"))
	if !ok || n == 0 || n > 1<<32-1 || len(body) > 2*maxRecord {
		return sighting{}
	}
	s := sighting{pid: uint32(n)}
	text, usual := bytes.CutPrefix(body, []byte("pid="))
	for len(text) > 0 && text[0] >= '0' && text[0] <= '9' {
		text = text[1:]
	}
	var hash uint64
	if usual {
		var known bool
		if s.profile, hash, known = ps.Find(text); known {
			return s
		}
	}
	p := &profile{proc: event.Proc{OS: event.Linux}}
	if !setImage(&p.proc, lastField(body, "exe"), intern) {
		return s
	}
	p.proc.Name = intern.Bytes(decode(lastField(body, "comm")))
	names := body[bytes.LastIndexByte(body, '\'')+1:]
	p.proc.User = account(field(body, "uid"), enrichedName(names, "UID"), intern)
	p.proc.AuditUser = account(field(body, "auid"), enrichedName(names, "AUID"), intern)
	p.proc.Session = account(field(body, "ses"), nil, intern)
	if p.proc.Session != "" {
		p.remote = loginFrom(body, intern)
	}
	if usual {
		ps.note(text, hash, p)
	}
	s.profile = p
	return s
}

// loginFrom is the address in a record that a session was opened: USER_LOGIN, or USER_START
// from PAM. Others repeat it, and failed logins open none. What follows the apostrophe of
// msg= is the program's text, in which addr stands behind what users have a say in.
func loginFrom(body []byte, intern *ingest.Interner) *event.Remote {
	_, text, ok := bytes.Cut(body, []byte("msg='op="))
	if !ok || !bytes.HasPrefix(text, []byte("login ")) && !bytes.HasPrefix(text, []byte("PAM:session_open ")) {
		return nil
	}
	address := bytes.Trim(lastField(text, "addr"), `"`)
	if len(address) < 2 || len(address) > 64 || string(bytes.TrimRight(lastField(text, "res"), "'")) != "success" {
		return nil
	}
	return &event.Remote{Address: intern.Bytes(address), Inbound: true}
}

// pidValue reads the decimal number at the start of b, which is n bytes long.
func pidValue(b []byte) (value uint32, n int, ok bool) {
	var v uint64
	for ; n < len(b) && n < 11 && b[n] >= '0' && b[n] <= '9'; n++ {
		v = v*10 + uint64(b[n]-'0')
	}
	return uint32(v), n, n > 0 && v <= 1<<32-1
}

// nextField cuts the next key=value off b. ok is false at the end, and at a
// quoted value that is not closed.
func nextField(b []byte) (key, value, rest []byte, ok bool) {
	for len(b) > 0 && (b[0] == ' ' || b[0] == enrichment) {
		b = b[1:]
	}
	eq := bytes.IndexByte(b, '=')
	if eq < 0 {
		return nil, nil, nil, false
	}
	key = b[:eq]
	value, ok = token(b[eq+1:])
	return key, value, b[eq+1+len(value):], ok
}

// interpreted is the part of a SYSCALL record's rest that names its users.
func interpreted(b []byte) []byte {
	if i := bytes.Index(b, []byte("AUID=")); i >= 0 {
		return b[i:]
	}
	return nil
}

// setImage sets the path of the executable from the value of exe. It is false
// when there is none.
func setImage(p *event.Proc, value []byte, intern *ingest.Interner) bool {
	path := decode(value)
	path, p.Deleted = bytes.CutSuffix(path, []byte(" (deleted)"))
	p.Image = intern.Bytes(path)
	return len(path) > 0
}

// account gives a user or session as the log has it: the name, if the log itself
// carries one, else the number; empty when unset, which the kernel writes as the
// largest 32-bit number and old ones as -1.
func account(number, name []byte, intern *ingest.Interner) string {
	number = bytes.Trim(number, `"`)
	switch string(number) {
	case "", "4294967295", "-1", "unset", "?", "(none)":
		return ""
	}
	if s := intern.Bytes(name); s != "" && s != "unset" && !strings.HasPrefix(s, "unknown(") {
		return s
	}
	return intern.Bytes(number)
}
