package auditjson

import (
	"bytes"
	"cmp"
	"strconv"
	"strings"

	"oddkin/parsers/internal/ingest"
)

// enrichment is the byte that auditd sets before the interpreted fields it
// appends to a record (log_format = ENRICHED).
const enrichment = 0x1d

// Record types (include/uapi/linux/audit.h, audit-userspace's audit-records.h).
const (
	typeSyscall    = 1300
	typePath       = 1302
	typeSockaddr   = 1306
	typeCwd        = 1307
	typeExecve     = 1309
	typeEOE        = 1320
	typeProctitle  = 1327
	typeAbend      = 1701
	typeSystemBoot = 1127
)

// typeNumber is the number of a record type by its name, as far as it matters
// here; 0 for all others.
func typeNumber(name string) int {
	switch strings.ToUpper(name) {
	case "SYSCALL":
		return typeSyscall
	case "PATH":
		return typePath
	case "SOCKADDR":
		return typeSockaddr
	case "CWD":
		return typeCwd
	case "EXECVE":
		return typeExecve
	case "EOE":
		return typeEOE
	case "PROCTITLE":
		return typeProctitle
	case "ANOM_ABEND":
		return typeAbend
	case "SYSTEM_BOOT":
		return typeSystemBoot
	}
	name = strings.TrimSuffix(strings.TrimPrefix(name, "UNKNOWN["), "]")
	n, _ := strconv.Atoi(name)
	return n
}

// record reads one record of the kernel's own text into the event it belongs
// to. names gives the user names that came with the text, and may be nil. The
// result says whether the record is of use; duplicate, that its like has been
// read before.
func (c *call) record(typ int, body []byte, names map[string]string, args *arguments, intern *ingest.Interner) outcome {
	switch typ {
	case typeSyscall:
		if c.named && !c.partial {
			return duplicate
		}
		return c.syscallRecord(body, names, intern)
	case typeExecve:
		return args.record(body)
	case typeCwd:
		for key, value := range fieldsOf(body) {
			if string(key) == "cwd" {
				c.proc.Cwd = intern.Bytes(decode(value))
			}
		}
		return used
	case typePath:
		return c.pathRecord(body)
	case typeSockaddr:
		for key, value := range fieldsOf(body) {
			if string(key) == "saddr" {
				c.saddr = string(decode(value))
			}
		}
		return used
	case typeProctitle:
		for key, value := range fieldsOf(body) {
			if string(key) == "proctitle" {
				c.title = intern.String(title(decode(value)))
			}
		}
		return used
	case typeSystemBoot:
		c.boot = true
		return used
	case typeEOE:
		return notNeeded
	}
	c.abend = c.abend || typ == typeAbend
	if c.named {
		return notNeeded
	}
	return c.sightingRecord(body, names, intern)
}

// syscallRecord reads
//
//	arch=c000003e syscall=59 success=yes exit=0 a0=.. ppid=1 pid=2 ... exe="/usr/bin/id" key=(null)
func (c *call) syscallRecord(body []byte, names map[string]string, intern *ingest.Interner) outcome {
	var auid, euid string
	var auidName, euidName string
	for key, value := range fieldsOf(body) {
		switch string(key) {
		case "arch":
			c.arch = intern.Bytes(value)
		case "syscall":
			c.number = intern.Bytes(value)
		case "success":
			c.finished, c.success = true, string(bytes.Trim(value, `"`)) == "yes"
		case "exit":
			c.exit, _ = strconv.ParseInt(string(bytes.Trim(value, `"`)), 10, 64)
		case "a0":
			c.a0, _ = parseUint(string(value), 16)
		case "a1":
			c.a1, _ = parseUint(string(value), 16)
		case "ppid":
			c.parent.PID = parsePID(string(value))
		case "pid":
			c.proc.PID = parsePID(string(value))
		case "auid":
			auid = intern.Bytes(value)
		case "euid":
			euid = intern.Bytes(value)
		case "tty":
			c.proc.TTY = terminal(intern.Bytes(bytes.Trim(value, `"`)))
		case "ses":
			c.proc.Session = account(intern.Bytes(value), "")
		case "comm":
			c.proc.Name = intern.Bytes(decode(value))
		case "exe":
			setImage(&c.proc, intern.Bytes(decode(value)))
		case "ARCH":
			c.archName = intern.Bytes(decode(value))
		case "SYSCALL":
			c.callName = intern.Bytes(decode(value))
		case "AUID":
			auidName = intern.Bytes(decode(value))
		case "EUID":
			euidName = intern.Bytes(decode(value))
		}
	}
	if c.proc.PID == 0 || c.number == "" {
		return malformed
	}
	c.proc.AuditUser = account(auid, cmp.Or(auidName, names[auid]))
	c.proc.User = account(euid, cmp.Or(euidName, names[euid]))
	c.named, c.partial = true, false
	c.resolve()
	return used
}

// pathRecord keeps the name of the first file that took part.
func (c *call) pathRecord(body []byte) outcome {
	var item, name []byte
	for key, value := range fieldsOf(body) {
		switch string(key) {
		case "item":
			item = value
		case "name":
			name = value
		}
	}
	if string(item) != "0" || c.path != "" {
		return notNeeded
	}
	c.path = string(decode(name))
	return used
}

// sightingRecord reads any other record that names a pid and its program, such
// as PAM's. It knows no parent, and the uid in it is the real one. The address stands
// behind what users have a say in, what was done before it.
func (c *call) sightingRecord(body []byte, names map[string]string, intern *ingest.Interner) outcome {
	var auid, uid, op, address, result string
	p := c.proc
	for key, value := range fieldsOf(body) {
		switch string(key) {
		case "pid":
			p.PID = parsePID(string(value))
		case "auid":
			auid = intern.Bytes(value)
		case "uid":
			uid = intern.Bytes(value)
		case "ses":
			p.Session = account(intern.Bytes(value), "")
		case "comm":
			p.Name = intern.Bytes(decode(value))
		case "exe":
			setImage(&p, intern.Bytes(decode(value)))
		case "op":
			op = cmp.Or(op, intern.Bytes(value))
		case "addr":
			address = intern.Bytes(bytes.Trim(value, `"`))
		case "res":
			result = intern.Bytes(value)
		}
	}
	if p.PID == 0 || p.Image == "" {
		return notNeeded
	}
	p.AuditUser, p.User = account(auid, names[auid]), account(uid, names[uid])
	c.proc, c.named, c.partial = p, true, true
	c.cameFrom(op, address, result)
	return used
}

// fieldsOf walks the key=value fields of a record's text, whose quoted values
// keep their quotes. What a program sent in msg='...' counts as fields of the
// record. The separator before the interpreted fields may have been lost in
// transit (key=(null)ARCH=x86_64).
func fieldsOf(b []byte) func(yield func(key, value []byte) bool) {
	return func(yield func(key, value []byte) bool) {
		for {
			for len(b) > 0 && (b[0] == ' ' || b[0] == enrichment || b[0] == '\'' || b[0] == '\n') {
				b = b[1:]
			}
			eq := bytes.IndexByte(b, '=')
			if eq < 0 {
				return
			}
			key := b[:eq]
			if sp := bytes.LastIndexByte(key, ' '); sp >= 0 {
				key = key[sp+1:] // words that are no field
			}
			if string(key) == "msg" && eq+1 < len(b) && b[eq+1] == '\'' {
				b = b[eq+2:]
				continue
			}
			value := valueAt(b[eq+1:])
			b = b[eq+1+len(value):]
			if !yield(key, bytes.TrimRight(value, "'")) {
				return
			}
		}
	}
}

// valueAt cuts the value at the start of b off.
func valueAt(b []byte) []byte {
	if len(b) > 0 && b[0] == '"' {
		if end := bytes.IndexByte(b[1:], '"'); end >= 0 {
			return b[:end+2]
		}
		return b
	}
	if bytes.HasPrefix(b, []byte("(null)")) {
		return b[:len("(null)")]
	}
	for i, c := range b {
		if c == ' ' || c == enrichment {
			return b[:i]
		}
	}
	return b
}

// shipped finds the record in a line that a shipper took along, with nil if there is
// none, and the host that syslog's header before it names.
func shipped(line []byte) (host string, record []byte) {
	line = bytes.TrimSpace(line)
	if !bytes.HasPrefix(line, []byte("type=")) && !bytes.HasPrefix(line, []byte("node=")) {
		at := bytes.Index(line, []byte(" type="))
		if node := bytes.Index(line, []byte(" node=")); node >= 0 && node < at {
			at = node
		}
		if at < 0 {
			return "", nil
		}
		if host = syslogHost(string(line[:at])); host == "" {
			return "", nil
		}
		line = line[at+1:]
	}
	if _, _, _, ok := cutHeader(line); !ok {
		return "", nil
	}
	return host, line
}

// cutHeader takes the header off a record: "node=web1 type=SYSCALL
// msg=audit(1626611363.720:348501): arch=...". The node is dropped.
func cutHeader(line []byte) (typ, stamp string, body []byte, ok bool) {
	if bytes.HasPrefix(line, []byte("node=")) {
		_, line, _ = bytes.Cut(line, []byte(" "))
	}
	line, ok = bytes.CutPrefix(line, []byte("type="))
	if !ok {
		return "", "", nil, false
	}
	name, line, ok := bytes.Cut(line, []byte(" "))
	if !ok || len(name) > 64 {
		return "", "", nil, false
	}
	line, _ = bytes.CutPrefix(line, []byte("msg="))
	if line, ok = bytes.CutPrefix(line, []byte("audit(")); !ok {
		return "", "", nil, false
	}
	at, body, ok := bytes.Cut(line, []byte("):"))
	if !ok || len(at) > 40 {
		return "", "", nil, false
	}
	return string(name), string(at), body, true
}
