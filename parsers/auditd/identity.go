package auditd

import (
	"bytes"
	"strings"

	"oddkin/parsers/event"
	"oddkin/parsers/internal/ingest"
)

// identity is what the last record of a pid said of the process. Most records of
// a log repeat it to the byte, so it is parsed once and compared after that.
type identity struct {
	text   []byte // of its last SYSCALL record, from "ppid=" to the blank after exe
	tail   []byte // that record's interpreted names, from AUID= on
	proc   event.Proc
	ppid   uint32
	exited bool // by exit_group or a signal; its threads may still be heard of
}

const (
	// maxIdentities bounds the table of one host, and at twice that those of all.
	maxIdentities = 16384
	minIdentities = 16
	// maxRecord is the longest record that the kernel makes
	// (MAX_AUDIT_MESSAGE_LENGTH).
	maxRecord = 8970
	// maxRepeated is how long an identity's text may be to be remembered.
	maxRepeated = 1024
)

// identities are the processes of one host. When limit is reached the table
// starts afresh: processes are then sighted again, which is harmless.
type identities struct {
	byPID map[uint32]*identity
	limit *int // the same for all hosts
}

// fromSyscall resolves body, a SYSCALL record from "ppid=" on. It returns the
// process, and whether the record tells anything that no record before did. ok
// is false for a record without pid or exe, or with a value cut off.
func (ids *identities) fromSyscall(body []byte, intern *ingest.Interner) (id *identity, news, ok bool) {
	pid, ok := pidAfterPpid(body)
	if !ok {
		return nil, false, false
	}
	id = ids.byPID[pid]
	if id != nil && id.repeated(body) {
		return id, id.exited, true
	}
	fresh := identity{proc: event.Proc{OS: event.Linux}}
	end, ok := fresh.parse(body, intern)
	if !ok || fresh.proc.PID != pid || end > maxRecord {
		return nil, false, false
	}
	if id == nil {
		id = ids.add(pid)
	}
	news = id.proc.PID == 0 || !id.same(&fresh)
	id.proc, id.ppid = fresh.proc, fresh.ppid
	id.text, id.tail = id.text[:0], id.tail[:0]
	if tail := interpreted(body[end:]); end+len(tail) <= maxRepeated {
		id.text, id.tail = append(id.text, body[:end]...), append(id.tail, tail...)
	}
	return id, news, true
}

// fromSighting resolves body, the fields of a record other than SYSCALL that
// names pid and exe. Such a record knows no parent. Its uid is the real one
// (kernel/audit.c, audit_log_common_recv_msg), the best it has. The kernel writes
// the ids first; libaudit writes exe behind what users could have a say in.
func (ids *identities) fromSighting(body []byte, intern *ingest.Interner) (id *identity, news, ok bool) {
	n, ok := parseDec(field(body, "pid"))
	if !ok || n == 0 || n > 1<<32-1 || len(body) > 2*maxRecord {
		return nil, false, false
	}
	pid := uint32(n)
	fresh := event.Proc{PID: pid, OS: event.Linux}
	if !setImage(&fresh, lastField(body, "exe"), intern) {
		return nil, false, false
	}
	fresh.Name = intern.Bytes(decode(lastField(body, "comm")))
	names := body[bytes.LastIndexByte(body, '\'')+1:]
	fresh.User = account(field(body, "uid"), enrichedName(names, "UID"), intern)
	fresh.AuditUser = account(field(body, "auid"), enrichedName(names, "AUID"), intern)
	fresh.Session = account(field(body, "ses"), nil, intern)
	if id = ids.byPID[pid]; id == nil {
		id = ids.add(pid)
	} else if !id.exited && id.proc.Image == fresh.Image && id.proc.AuditUser == fresh.AuditUser && id.proc.Session == fresh.Session {
		return id, false, true
	}
	*id = identity{proc: fresh, text: id.text[:0], tail: id.tail[:0]}
	return id, true, true
}

// repeated reports whether body says of the process what its last record said,
// to the byte.
func (id *identity) repeated(body []byte) bool {
	if len(id.text) == 0 || !bytes.HasPrefix(body, id.text) {
		return false
	}
	if len(id.tail) == 0 {
		return interpreted(body[len(id.text):]) == nil
	}
	return bytes.HasSuffix(body, id.tail)
}

// add makes room for pid.
func (ids *identities) add(pid uint32) *identity {
	if len(ids.byPID) >= *ids.limit {
		clear(ids.byPID)
	}
	id := &identity{}
	ids.byPID[pid] = id
	return id
}

// same reports whether a sighting of b would repeat one of a. Threads of one
// process differ in comm, and calls in the ids that no event carries.
func (a *identity) same(b *identity) bool {
	return !a.exited && a.ppid == b.ppid && a.proc.Image == b.proc.Image && a.proc.User == b.proc.User &&
		a.proc.AuditUser == b.proc.AuditUser && a.proc.Session == b.proc.Session && a.proc.Deleted == b.proc.Deleted
}

// pidAfterPpid reads the pid of "ppid=1 pid=2 ...".
func pidAfterPpid(body []byte) (uint32, bool) {
	i := len("ppid=")
	for i < len(body) && body[i] != ' ' {
		i++
	}
	if rest, ok := bytes.CutPrefix(body[min(i, len(body)):], []byte(" pid=")); ok {
		return pidValue(rest)
	}
	return 0, false
}

// pidValue reads the decimal number at the start of b.
func pidValue(b []byte) (uint32, bool) {
	var n uint64
	i := 0
	for ; i < len(b) && i < 11 && b[i] >= '0' && b[i] <= '9'; i++ {
		n = n*10 + uint64(b[i]-'0')
	}
	return uint32(n), i > 0 && n <= 1<<32-1
}

// parse reads the fields of body up to exe and returns where they end.
func (id *identity) parse(body []byte, intern *ingest.Interner) (end int, ok bool) {
	names := interpreted(body)
	var euid []byte
	for rest := body; ; {
		var key, value []byte
		key, value, rest, ok = nextField(rest)
		if !ok {
			return 0, false
		}
		switch string(key) {
		case "ppid":
			id.ppid, ok = pidValue(value)
		case "pid":
			id.proc.PID, ok = pidValue(value)
		case "auid":
			id.proc.AuditUser = account(value, enrichedName(names, "AUID"), intern)
		case "euid":
			euid = value
		case "tty":
			if tty := bytes.Trim(value, `"`); string(tty) != "(none)" {
				id.proc.TTY = intern.Bytes(tty)
			}
		case "ses":
			id.proc.Session = account(value, nil, intern)
		case "comm":
			id.proc.Name = intern.Bytes(decode(value))
		case "exe":
			setImage(&id.proc, value, intern)
			id.proc.User = account(euid, enrichedName(names, "EUID"), intern)
			end = len(body) - len(rest)
			if end < len(body) && body[end] == ' ' {
				end++ // so that a longer value is not taken for an equal one
			}
			return end, id.proc.PID != 0
		}
		if !ok {
			return 0, false
		}
	}
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
