package auditjson

import (
	"bytes"
	"cmp"
	"fmt"

	"oddkin/parsers/internal/jsonstream"
	"oddkin/parsers/internal/winevent"
)

// wazuh reads alerts and archives of Wazuh's manager: what its agents sent, decoded
// below data, with the text of the log in full_log, as far as that was kept. Agents
// send the records of an audit event together, after blanks, or each by itself. The
// alerts of Windows' agents, and of Sysmon for Linux, stand among the others.
type wazuh struct {
	beats
	textless tally // alerts whose arguments are those that the decoder gives
}

// alert is what one object says.
type alert struct {
	at, host, hostname string
	log                []byte // the text of the log
	windows            bool   // data.win is there
	typ, id            string // data.audit.type, data.audit.id
	audit              auditFields
}

// auditFields are the fields below data.audit, by the names that Wazuh's decoder gives.
type auditFields struct {
	arch, syscall, success, exit, pid, ppid       string
	auid, uid, euid, tty, session, comm, exe, cwd string
	args                                          arguments
}

func (w *wazuh) object(r *reader) outcome {
	from, to := r.s.Span()
	if r.s.Err() != nil {
		return malformed
	}
	object := r.s.Held()[from:to]
	var a alert
	a.read(r, object)
	ms, _ := parseTime(a.at)
	var d document
	d.host, d.hostname, d.text = a.host, a.hostname, recordLines(a.log)
	switch xml := bytes.Index(a.log, []byte("<Event")); {
	case a.windows:
		return r.windowsEvent(object)
	case len(d.text) > 0:
		return w.text(r, &d)
	case xml >= 0 && winevent.IsXML(a.log[xml:]) && (xml == 0 || syslogHost(string(bytes.TrimSpace(a.log[:xml]))) != ""):
		return r.eventXML(a.log[xml:], cmp.Or(a.hostname, a.host))
	case a.typ == "" || ms == 0:
		r.in.Account.Span((&call{ms: ms}).time())
		return notNeeded
	}
	return w.decoded(r, &a, ms)
}

// windowsEvent takes an alert of Windows' event log, whatever its dialect.
func (r *reader) windowsEvent(object []byte) outcome {
	e := r.winevents()
	s := jsonstream.NewScannerBytes(object)
	s.Hold()
	e.Rec.Collect(s)
	e.Rec.Unwrap()
	e.Take(r.offset)
	return booked
}

// read reads an alert.
func (a *alert) read(r *reader, object []byte) {
	for key, s := range membersOf(object) {
		switch string(key) {
		case "timestamp", "@timestamp":
			a.at = cmp.Or(a.at, string(s.Text()))
		case "full_log":
			a.log = bytes.Clone(s.Text())
		case "agent":
			a.nameIn(r, s, "name", &a.host)
		case "predecoder":
			a.nameIn(r, s, "hostname", &a.hostname)
		case "data":
			for key := range s.Members() {
				switch string(key) {
				case "win":
					a.windows = s.Next() == '{'
				case "audit":
					a.fields(r, s)
				}
			}
		}
	}
}

func (a *alert) nameIn(r *reader, s *jsonstream.Scanner, name string, to *string) {
	for key := range s.Members() {
		if string(key) == name {
			*to = r.intern.Bytes(s.Text())
		}
	}
}

// fields reads data.audit.
func (a *alert) fields(r *reader, s *jsonstream.Scanner) {
	for key := range s.Members() {
		if string(key) == "execve" {
			for key := range s.Members() {
				a.audit.args.add(string(key), func() string { return string(s.Text()) })
			}
		} else if into := a.field(key); into != nil {
			*into = r.intern.Bytes(s.Text())
		}
	}
}

// field is where the value of a field of data.audit belongs.
func (a *alert) field(name []byte) *string {
	f := &a.audit
	switch string(name) {
	case "type":
		return &a.typ
	case "id":
		return &a.id
	case "arch":
		return &f.arch
	case "syscall":
		return &f.syscall
	case "success":
		return &f.success
	case "exit":
		return &f.exit
	case "pid":
		return &f.pid
	case "ppid":
		return &f.ppid
	case "auid":
		return &f.auid
	case "uid":
		return &f.uid
	case "euid":
		return &f.euid
	case "tty":
		return &f.tty
	case "session":
		return &f.session
	case "command":
		return &f.comm
	case "exe":
		return &f.exe
	case "cwd":
		return &f.cwd
	}
	return nil
}

// decoded tells an event by what Wazuh's decoder made of it, where the text was not
// kept. The time is the alert's.
func (w *wazuh) decoded(r *reader, a *alert, ms int64) outcome {
	f, c := &a.audit, &r.call
	c.reset(r.offset)
	c.ms, c.host = ms, cmp.Or(a.host, a.hostname)
	c.serial, _ = parseUint(a.id, 10)
	c.arch, c.archName, c.number, c.callName = f.arch, f.arch, f.syscall, f.syscall
	c.exit = signed(f.exit)
	c.finished, c.success = f.success != "", f.success == "yes"
	p := &c.proc
	p.PID, c.parent.PID = parsePID(f.pid), parsePID(f.ppid)
	p.Name, p.Cwd, p.TTY, p.Session = f.comm, f.cwd, terminal(f.tty), account(f.session, "")
	setImage(p, f.exe)
	p.AuditUser, p.User = account(f.auid, ""), account(cmp.Or(f.euid, f.uid), "")
	if c.named = p.PID != 0; !c.named {
		return notNeeded
	}
	c.partial = a.typ != "SYSCALL"
	c.resolve()
	if f.args.argc > 0 || len(f.args.pieces) > 0 { // which only an execve has
		c.deed = deedExec
		p.Argv = f.args.run(&r.intern)
		if w.textless.n++; w.textless.n == 1 {
			w.textless.offset, w.textless.serial = r.offset, c.serial
		}
	}
	return r.tell(c)
}

func (w *wazuh) end(r *reader) {
	w.beats.end(r)
	if t := w.textless; t.n > 0 {
		r.warn(t.offset, t.serial, fmt.Sprintf("%d alerts lack the log's text, this the first: of their arguments those are lost that stand in no quotes, and all from the ninth on", t.n), 0)
	}
}

// recordLines gives the audit records in a text that has them one after the other,
// each on a line of its own; nothing if the text is none of an audit log.
func recordLines(text []byte) []byte {
	_, first := shipped(text)
	if first == nil {
		return nil
	}
	begins := append([]byte(" "), first[:len("type=")]...) // or node=
	lines := bytes.Clone(text)
	for at := 0; ; {
		i := bytes.Index(lines[at:], begins)
		if i < 0 {
			return lines
		}
		at += i + 1
		if _, _, _, ok := cutHeader(lines[at:]); ok {
			lines[at-1] = '\n'
		}
	}
}
