package auditjson

import (
	"strconv"
	"strings"

	"oddkin/parsers/event"
	"oddkin/parsers/internal/jsonstream"
)

// laurel reads what LAUREL writes: one object an event, its records as members
// that are named after their types.
type laurel struct{}

func (laurel) end(*reader) {}

func (laurel) object(r *reader) outcome {
	c, s := &r.call, r.s
	c.reset(r.offset)
	c.host = r.around
	r.args.reset()
	stamped := false
	var other call // what a record other than SYSCALL says of a process
	other.reset(r.offset)
	for key := range s.Members() {
		switch string(key) {
		case "ID":
			c.ms, c.serial, stamped = parseStamp(string(s.Text()))
		case "NODE":
			c.host = r.percent(s.Text())
		case "SYSCALL":
			r.each(func() { r.laurelSyscall(c) })
		case "EXECVE":
			r.each(func() { r.laurelExecve(c) })
		case "CWD":
			r.each(func() { r.member("cwd", &c.proc.Cwd) })
		case "SOCKADDR":
			r.each(func() { r.member("saddr", &c.saddr) })
		case "PATH":
			r.each(func() { r.laurelPath(c) })
		case "PROCTITLE":
			r.each(func() { r.laurelTitle(c) })
		case "PARENT_INFO":
			r.each(func() { r.laurelParent(c) })
		case "CONTAINER_INFO":
			r.each(func() { r.member("ID", &c.proc.Container) })
		case "SYSTEM_BOOT":
			c.boot = true
		default:
			name := string(key)
			r.each(func() { r.laurelSighting(name, &other) })
		}
	}
	if s.Err() != nil {
		return malformed
	}
	if !stamped {
		r.odd = "event without a time and serial"
		return malformed
	}
	if c.proc.Argv == nil && c.proc.CommandLine == "" {
		c.proc.Argv = r.args.argv(&r.intern)
	}
	if c.named {
		c.resolve()
		c.abend = other.abend
	} else if other.named {
		other.host, other.ms, other.serial, other.proc.Container = c.host, c.ms, c.serial, c.proc.Container
		c = &other
	}
	r.serials.note(c.host, c.ms, c.serial)
	return r.tell(c)
}

// each calls use before every object of the list that comes next, or before the
// object that stands in its place. Other values are passed over.
func (r *reader) each(use func()) {
	if r.s.Next() != '[' {
		use()
		return
	}
	for range r.s.Elements() {
		use()
	}
}

// percent undoes LAUREL's escapes: bytes that are no UTF-8 or do not print, and
// the percent and plus signs themselves, stand as % and two digits.
func (r *reader) percent(b []byte) string {
	return r.intern.Bytes(unescape(b))
}

// unescape decodes %XX where two digits follow.
func unescape(b []byte) []byte {
	for i := 0; i+2 < len(b); i++ {
		if b[i] != '%' {
			continue
		}
		out := append([]byte(nil), b[:i]...)
		for ; i < len(b); i++ {
			if b[i] == '%' && i+2 < len(b) {
				if n, ok := parseUint(string(b[i+1:i+3]), 16); ok {
					out = append(out, byte(n))
					i += 2
					continue
				}
			}
			out = append(out, b[i])
		}
		return out
	}
	return b
}

// member takes one member of the object that comes next.
func (r *reader) member(name string, into *string) {
	for key := range r.s.Members() {
		if string(key) == name {
			*into = r.percent(r.s.Text())
		}
	}
}

func (r *reader) laurelSyscall(c *call) {
	s := r.s
	c.named = true
	var auid, euid, auidName, euidName string
	for key := range s.Members() {
		switch string(key) {
		case "arch":
			c.arch = r.percent(s.Text())
		case "syscall":
			c.number = r.percent(s.Text())
		case "ARCH":
			c.archName = r.percent(s.Text())
		case "SYSCALL":
			c.callName = r.percent(s.Text())
		case "success":
			c.finished, c.success = true, string(s.Text()) == "yes"
		case "exit":
			c.exit, _ = strconv.ParseInt(string(s.Text()), 10, 64)
		case "a0":
			c.a0 = hexWord(s.Text())
		case "a1":
			c.a1 = hexWord(s.Text())
		case "ARGV":
			for i := range s.Elements() {
				switch i {
				case 0:
					c.a0 = hexWord(s.Text())
				case 1:
					c.a1 = hexWord(s.Text())
				}
			}
		case "ppid":
			c.parent.PID = parsePID(string(s.Text()))
		case "pid":
			c.proc.PID = parsePID(string(s.Text()))
		case "PPID":
			r.laurelParent(c)
		case "auid":
			auid = r.percent(s.Text())
		case "AUID":
			auidName = r.percent(s.Text())
		case "euid":
			euid = r.percent(s.Text())
		case "EUID":
			euidName = r.percent(s.Text())
		case "tty":
			c.proc.TTY = terminal(r.percent(s.Text()))
		case "ses":
			c.proc.Session = account(r.percent(s.Text()), "")
		case "comm":
			c.proc.Name = r.percent(s.Text())
		case "exe":
			setImage(&c.proc, r.percent(s.Text()))
		}
	}
	c.proc.AuditUser, c.proc.User = account(auid, auidName), account(euid, euidName)
}

// hexWord reads a call's argument, "0x1200011".
func hexWord(b []byte) uint64 {
	n, _ := parseUint(strings.TrimPrefix(string(b), "0x"), 16)
	return n
}

func (r *reader) laurelExecve(c *call) {
	for key := range r.s.Members() {
		switch k := string(key); k {
		case "ARGV":
			c.proc.Argv = r.list()
		case "ARGV_STR":
			c.proc.CommandLine = r.percent(r.s.Text())
		default:
			r.args.add(k, func() string { return r.percent(r.s.Text()) })
		}
	}
}

// list takes the list of strings that comes next; what stands for an argument
// that was left out is empty.
func (r *reader) list() []string {
	list := []string{}
	for range r.s.Elements() {
		list = append(list, r.percent(r.s.Text()))
	}
	return list
}

func (r *reader) laurelPath(c *call) {
	var item, name string
	for key := range r.s.Members() {
		switch string(key) {
		case "item":
			item = string(r.s.Text())
		case "name":
			name = r.percent(r.s.Text())
		}
	}
	if item == "0" {
		c.path = name
	}
}

func (r *reader) laurelTitle(c *call) {
	for key := range r.s.Members() {
		switch string(key) {
		case "ARGV":
			c.title = strings.Join(r.list(), " ")
		case "proctitle":
			c.title = title(unescape(r.s.Text()))
		}
	}
}

// laurelParent reads what LAUREL knew of the parent. Without the ID of the event
// that started it, that is not from the log but from the /proc of the machine
// that LAUREL ran on, which need not be the one that was recorded.
func (r *reader) laurelParent(c *call) {
	var id string
	var p event.Ref
	for key := range r.s.Members() {
		switch string(key) {
		case "ID", "EVENT_ID":
			id = string(r.s.Text())
		case "comm":
			p.Name = r.percent(r.s.Text())
		case "exe":
			p.Image = strings.TrimSuffix(r.percent(r.s.Text()), " (deleted)")
		}
	}
	if id != "" {
		c.parent.Name, c.parent.Image = p.Name, p.Image
	}
}

// laurelSighting reads a record of another type that names a pid and its
// program, be it in the text that the program sent.
func (r *reader) laurelSighting(typ string, c *call) {
	c.abend = c.abend || typ == "ANOM_ABEND"
	if c.named {
		return
	}
	p := event.Proc{OS: event.Linux}
	var auid, uid, auidName, uidName, op, addr, res string
	var fields func(s *jsonstream.Scanner)
	fields = func(s *jsonstream.Scanner) {
		for key := range s.Members() {
			switch string(key) {
			case "msg":
				fields(s)
			case "pid":
				p.PID = parsePID(string(s.Text()))
			case "auid":
				auid = r.percent(s.Text())
			case "AUID":
				auidName = r.percent(s.Text())
			case "uid":
				uid = r.percent(s.Text())
			case "UID":
				uidName = r.percent(s.Text())
			case "ses":
				p.Session = account(r.percent(s.Text()), "")
			case "comm":
				p.Name = r.percent(s.Text())
			case "exe":
				setImage(&p, r.percent(s.Text()))
			case "op":
				op = r.percent(s.Text())
			case "addr":
				addr = r.percent(s.Text())
			case "res":
				res = string(s.Text())
			}
		}
	}
	fields(r.s)
	if p.PID == 0 || p.Image == "" {
		return
	}
	p.AuditUser, p.User = account(auid, auidName), account(uid, uidName)
	c.proc, c.named, c.partial = p, true, true
	c.cameFrom(op, addr, res)
}
