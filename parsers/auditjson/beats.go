package auditjson

import (
	"bytes"
	"cmp"
	"strconv"
	"strings"

	"oddkin/parsers/internal/sockaddr"
)

// beats reads the events of Elastic's audit modules: Auditbeat and the Elastic
// Agent, which put one event into one object, and Filebeat, which puts every
// record into one of its own, as text or parsed.
type beats struct{ assembly }

// document is what one object says. A name and a number of the same account
// stand side by side.
type document struct {
	module, at, host, hostname, beatHost string
	text                                 []byte // of the record that Filebeat read
	header                               string // the host that syslog's header before it names

	// what Auditbeat calls auditd.* and process.*
	sequence, messageType, result, session        string
	data                                          bool // auditd.data is there
	arch, syscall, exit, success, a0, a1, tty     string
	machineArch                                   string // of the host, or of a call whose arch was put there
	op, source, destination, port, saddr          string
	pid, ppid, name, executable, cwd, title, path string
	args                                          []string
	auid, auidName, uid, uidName, euid, euidName  string
	container                                     string
	record, action                                string // of Filebeat
	log                                           bool   // auditd.log is there
}

func (b *beats) object(r *reader) outcome {
	var d document
	r.path = r.path[:0]
	r.document(&d)
	if r.s.Err() != nil {
		return malformed
	}
	ms, dated := parseTime(d.at)
	if d.log || d.record != "" || !d.data && d.messageType == "" {
		if _, _, _, ok := cutHeader(d.text); ok {
			return b.text(r, &d)
		}
	}
	if d.module != "auditd" && !d.data && !d.log {
		r.in.Account.Span((&call{ms: ms}).time())
		return notNeeded
	}
	if !dated {
		r.odd = "event without a time"
		return malformed
	}
	if d.log || d.record != "" {
		return b.parsed(r, &d, ms)
	}
	c := &r.call
	c.reset(r.offset)
	c.ms, c.host = ms, d.machine()
	c.serial, _ = parseUint(d.sequence, 10)
	d.fill(c)
	c.boot, c.abend = d.messageType == "system_boot", d.messageType == "anom_abend"
	if d.messageType != "syscall" && d.syscall == "" {
		d.sender(c)
	}
	r.serials.note(c.host, c.ms, c.serial)
	return r.tell(c)
}

// machine is the host that the event happened on.
func (d *document) machine() string {
	for _, h := range [...]string{d.host, d.hostname, d.beatHost} {
		if h != "" {
			return h
		}
	}
	return ""
}

// text reads a record by its text. Where that is several lines, the object counts as
// what becomes of the first.
func (b *beats) text(r *reader, d *document) outcome {
	first, rest, _ := bytes.Cut(d.text, []byte("\n"))
	what := b.textLine(r, d, first)
	for b.further = true; len(rest) > 0; {
		var line []byte
		line, rest, _ = bytes.Cut(rest, []byte("\n"))
		if _, line = shipped(line); line != nil && b.textLine(r, d, line) == malformed && what != malformed {
			r.warn(r.offset, r.serial, r.odd, 0)
			r.odd = ""
		}
	}
	b.further = false
	return what
}

// textLine reads one line.
func (b *beats) textLine(r *reader, d *document, line []byte) outcome {
	typ, at, body, _ := cutHeader(line)
	ms, serial, ok := parseStamp(at)
	if !ok {
		r.odd = "malformed time stamp or serial"
		return malformed
	}
	host := cmp.Or(d.header, d.machine())
	if node, ok := strings.CutPrefix(string(line), "node="); ok {
		host, _, _ = strings.Cut(node, " ")
	}
	r.serial = serial
	if counted(typeNumber(typ), typ) {
		r.serials.note(host, ms, serial)
	}
	r.in.Account.Span((&call{ms: ms}).time())
	return b.assembly.line(r, stamp{host, ms, serial}, typeNumber(typ), typ, body)
}

// parsed reads a record by the fields that Filebeat's pipeline made of it.
func (b *beats) parsed(r *reader, d *document, ms int64) outcome {
	typ := d.record
	if typ == "" {
		typ = strings.ToUpper(d.action)
	}
	serial, ok := parseUint(d.sequence, 10)
	if !ok {
		r.odd = "record without a serial"
		return malformed
	}
	r.serial = serial
	if counted(typeNumber(typ), typ) {
		r.serials.note(d.machine(), ms, serial)
	}
	r.in.Account.Span((&call{ms: ms}).time())
	return b.add(r, stamp{d.machine(), ms, serial}, typ, func(g *gathering) outcome {
		return d.part(typeNumber(typ), &g.call)
	})
}

// part puts what a record of the event c says into c.
func (d *document) part(typ int, c *call) outcome {
	switch {
	case typ == typeSyscall && (parsePID(d.pid) == 0 || d.syscall == ""):
		return malformed
	case typ == typeSyscall && c.named && !c.partial, typ == typeExecve && c.proc.Argv != nil:
		return duplicate
	case typ == typeSyscall:
		d.fill(c)
	case typ == typeExecve:
		c.proc.Argv = d.args
	case typ == typeCwd:
		c.proc.Cwd = d.cwd
	case typ == typeSockaddr:
		c.saddr = string(decode([]byte(d.saddr)))
	case typ == typePath && c.path == "":
		c.path = d.path
	case typ == typeProctitle:
		c.title = d.title
	case typ != typeEOE && typ != typePath && !c.named && d.executable != "" && parsePID(d.pid) != 0:
		d.fill(c)
		d.sender(c)
		c.abend = typ == typeAbend
	default:
		return notNeeded
	}
	return used
}

// sender marks what a program says of itself: it knows no parent, and the uid is
// the real one. What Auditbeat calls the effective user is whom it speaks of.
func (d *document) sender(c *call) {
	c.partial = true
	c.proc.User = account(d.uid, d.uidName)
	c.cameFrom(d.op, d.source, d.result)
}

// fill puts what the object says of a call into c.
func (d *document) fill(c *call) {
	arch := cmp.Or(d.arch, d.machineArch)
	c.arch, c.archName, c.number, c.callName = arch, arch, d.syscall, d.syscall
	if c.exit, _ = strconv.ParseInt(d.exit, 10, 64); d.exit == "EINPROGRESS" {
		c.exit = -einprogress
	}
	c.to = sockaddr.Named(d.destination, d.port)
	c.a0, _ = parseUint(d.a0, 16)
	c.a1, _ = parseUint(d.a1, 16)
	switch {
	case d.success == "yes", d.result == "success":
		c.finished, c.success = true, true
	case d.success == "no", d.result == "fail", d.result == "failure", d.result == "failed":
		c.finished = true
	}
	p := &c.proc
	p.PID, c.parent.PID = parsePID(d.pid), parsePID(d.ppid)
	p.Name = d.name
	setImage(p, d.executable)
	if len(d.args) > 0 {
		p.Argv = d.args
	}
	if d.cwd != "" {
		p.Cwd = d.cwd
	}
	if d.title != "" {
		c.title = d.title
	}
	if c.path == "" {
		c.path = d.path
	}
	p.TTY, p.Session, p.Container = terminal(d.tty), account(d.session, ""), d.container
	p.AuditUser = account(d.auid, d.auidName)
	if p.User = account(d.euid, d.euidName); p.User == "" {
		p.User = account(d.uid, d.uidName) // Auditbeat leaves equal ones out
	}
	c.named = p.PID != 0
	c.resolve()
}
