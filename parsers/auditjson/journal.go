package auditjson

import (
	"bytes"
	"strings"

	"oddkin/parsers/event"
	"oddkin/parsers/internal/winevent"
)

// journal reads what "journalctl -o json" prints. Entries of the audit transport
// hold one record each, as the kernel wrote it; those of Sysmon for Linux hold its
// events; every other entry names the process that logged it, and so tells that it
// was alive.
type journal struct{ assembly }

// entry is what one journal entry says. The names are systemd's
// (systemd.journal-fields(7)).
type entry struct {
	message               []byte
	typ, id               string // _AUDIT_TYPE, _AUDIT_ID
	typeName              string
	transport, host, boot string
	source, arrived       string // times in microseconds
	pid, uid, comm, exe   string
	cmdline               string
	loginuid, session     string
}

func (j *journal) object(r *reader) outcome {
	var e entry
	r.entry(&e)
	if r.s.Err() != nil {
		return malformed
	}
	e.kernelRecord()
	j.reboot(r, &e)
	if e.typ == "" && e.typeName == "" {
		if !winevent.IsXML(e.message) {
			return r.logged(&e)
		}
		// Anybody can log such a text too; Sysmon runs as root.
		if e.uid == "" || e.uid == "0" {
			return r.eventXML(e.message, e.host)
		}
		r.odd = "Sysmon's event that an ordinary user's program logged, which is not believed"
		return r.logged(&e)
	}
	serial, ok := parseUint(e.id, 10)
	if !ok || e.ms() == 0 {
		r.odd = "audit record without a time and serial"
		return malformed
	}
	r.serial = serial
	typ := typeNumber(e.typ)
	if typ == 0 {
		typ = typeNumber(e.typeName)
	}
	if counted(typ, e.typeName) {
		r.serials.note(e.host, e.ms(), serial)
	}
	r.in.Account.Span((&call{ms: e.ms()}).time())
	return j.line(r, stamp{e.host, e.ms(), serial}, typ, e.typeName, e.body())
}

// entry reads the object that comes next.
func (r *reader) entry(e *entry) {
	for key := range r.s.Members() {
		if string(key) == "MESSAGE" {
			r.message = r.bytes(r.message[:0])
			e.message = r.message
		} else if p := e.field(key); p != nil {
			r.scratch = r.bytes(r.scratch[:0])
			*p = r.intern.Bytes(r.scratch)
		}
	}
}

// field is where the value of a journal field belongs.
func (e *entry) field(name []byte) *string {
	switch string(name) {
	case "_AUDIT_TYPE":
		return &e.typ
	case "_AUDIT_TYPE_NAME":
		return &e.typeName
	case "_AUDIT_ID":
		return &e.id
	case "_TRANSPORT":
		return &e.transport
	case "_HOSTNAME":
		return &e.host
	case "_BOOT_ID":
		return &e.boot
	case "_SOURCE_REALTIME_TIMESTAMP":
		return &e.source
	case "__REALTIME_TIMESTAMP":
		return &e.arrived
	case "_PID":
		return &e.pid
	case "_UID":
		return &e.uid
	case "_COMM":
		return &e.comm
	case "_EXE":
		return &e.exe
	case "_CMDLINE":
		return &e.cmdline
	case "_AUDIT_LOGINUID":
		return &e.loginuid
	case "_AUDIT_SESSION":
		return &e.session
	}
	return nil
}

// bytes takes a value, which journalctl writes as a list of numbers where it is
// no UTF-8. The result is appended to dst.
func (r *reader) bytes(dst []byte) []byte {
	if r.s.Next() != '[' {
		return append(dst, r.s.Text()...)
	}
	for range r.s.Elements() {
		if n, ok := parseUint(string(r.s.Text()), 10); ok && n < 256 {
			dst = append(dst, byte(n))
		}
	}
	return dst
}

// ms is when the event happened: the time in the record's stamp, which journald
// keeps as the source's, or else when the entry was written.
func (e *entry) ms() int64 {
	for _, s := range [...]string{e.source, e.arrived} {
		if us, ok := parseUint(s, 10); ok && us/1e6 <= maxSeconds {
			return int64(us / 1000)
		}
	}
	return 0
}

// body is the record without the name of its type, which journald puts first.
func (e *entry) body() []byte {
	if name, rest, ok := bytes.Cut(e.message, []byte(" ")); ok && bytes.IndexByte(name, '=') < 0 {
		return rest
	}
	return e.message
}

// kernelRecord takes a record out of the kernel's own log, where it goes when
// nobody listens: "audit: type=1300 audit(1600000000.123:456): arch=...", or out of what the
// audit daemon's plugin for syslog writes. Anybody can log such a text: journald itself says who did.
func (e *entry) kernelRecord() {
	if e.typ != "" || e.typeName != "" || e.transport != "kernel" && !relays[strings.TrimPrefix(e.exe, "/usr")] {
		return
	}
	text, _ := bytes.CutPrefix(e.message, []byte("audit: "))
	if typ, at, body, ok := cutHeader(text); ok {
		if ms, serial, ok := parseStamp(at); ok {
			e.typ, e.typeName, e.id = typ, typ, formatUint(serial)
			e.source, e.message = formatUint(uint64(ms)*1000), body
		}
	}
}

// relays are the programs that pass audit records on to syslog (audisp-syslog(8)), without /usr.
var relays = map[string]bool{"/sbin/audisp-syslog": true, "/sbin/audispd": true, "/sbin/auditd": true}

// reboot tells of a boot when an entry carries another id of it than those
// before. In a journal that was printed backwards it tells nothing.
func (j *journal) reboot(r *reader, e *entry) {
	h := r.host(e.host)
	if e.boot == "" || e.boot == h.bootID {
		h.latest = max(h.latest, e.ms())
		return
	}
	if h.bootID != "" && e.ms() > h.latest {
		j.finish(r)
		c := call{host: e.host, ms: e.ms(), offset: r.offset}
		h = r.host(e.host)
		h.maxSerial = 0
		r.boot(h, &c)
	}
	h.bootID, h.latest = e.boot, max(h.latest, e.ms())
}

// logged reads an entry that is no audit record.
func (r *reader) logged(e *entry) outcome {
	c := &r.call
	c.reset(r.offset)
	c.host, c.ms = e.host, e.ms()
	if parsePID(e.pid) == 0 || e.exe == "" {
		r.in.Account.Span(c.time())
		return notNeeded
	}
	c.named, c.partial = true, true
	c.proc = event.Proc{
		OS: event.Linux, PID: parsePID(e.pid), Name: e.comm, CommandLine: e.cmdline,
		User: account(e.uid, ""), AuditUser: account(e.loginuid, ""), Session: account(e.session, ""),
	}
	setImage(&c.proc, e.exe)
	return r.tell(c)
}
