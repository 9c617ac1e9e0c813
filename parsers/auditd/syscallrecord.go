package auditd

import "bytes"

// syscallRecord is what a SYSCALL record says of the call itself.
type syscallRecord struct {
	call call
	// finished is false when the task died in the call: the kernel then writes
	// neither success nor exit (kernel/auditsc.c, return_valid).
	finished bool
	success  bool
	exit     int64
	args     [2]uint64
	// arch is nil when the number could not be looked up.
	arch *arch
	// named says that the call was known by its name.
	named bool
	// rest is the record from "ppid=" on.
	rest []byte

	// ok is false for a record that cannot be read.
	ok        bool
	pid, ppid uint32
	profile   *profile
}

// archCache remembers the architecture met last.
type archCache struct {
	value []byte // as it stands behind arch=
	start []byte // a record's start: "arch=c000003e syscall="
	arch  *arch
}

func (c *archCache) lookUp(value []byte) *arch {
	if c.value == nil || !bytes.Equal(value, c.value) {
		c.value = append(c.value[:0], value...)
		c.start = append(append(append(c.start[:0], "arch="...), value...), " syscall="...)
		c.arch = archOf(value)
	}
	return c.arch
}

// parse reads body, a SYSCALL record's fields:
//
//	arch=c000003e syscall=59 success=yes exit=0 a0=.. a1=.. a2=.. a3=.. items=2 ppid=1 pid=2 ...
//
// The order is the kernel's (kernel/auditsc.c, audit_log_exit), with per= and
// other fields allowed in between.
func (r *syscallRecord) parse(body []byte, cache *archCache) bool {
	if r.parseUsual(body, cache) {
		return true
	}
	*r = syscallRecord{}
	rest := body
	var number []byte
	for {
		key, value, after, ok := nextField(rest)
		if !ok {
			return false
		}
		switch string(key) {
		case "arch":
			r.arch = cache.lookUp(value)
		case "syscall":
			number = value
		case "success":
			r.finished, r.success = true, string(bytes.Trim(value, `"`)) == "yes"
		case "exit":
			r.setExit(bytes.Trim(value, `"`))
		case "a0":
			r.args[0], _ = parseHex(value)
		case "a1":
			r.args[1], _ = parseHex(value)
			i := bytes.Index(after, []byte(" ppid="))
			if i < 0 {
				return false
			}
			after = after[i:]
		case "ppid":
			r.rest = bytes.TrimLeft(rest, " ")
			return r.resolve(number)
		}
		rest = after
	}
}

// resolve finds what the call is, by its number on a known architecture, else by
// the name that an enriched log adds.
func (r *syscallRecord) resolve(number []byte) bool {
	if n, ok := parseDec(number); !ok {
		r.call, r.named = callNamed(number), true
		return len(number) > 0
	} else if r.arch != nil {
		r.call = r.arch.call(n)
		return true
	}
	if a := enrichedName(r.rest, "ARCH"); a != nil {
		if r.arch = archNamed(a); r.arch != nil {
			n, _ := parseDec(number)
			r.call = r.arch.call(n)
			return true
		}
	}
	name := enrichedName(r.rest, "SYSCALL")
	r.call, r.named = callNamed(name), name != nil
	return true
}

// setExit reads the call's result; errors are negative.
func (r *syscallRecord) setExit(value []byte) {
	v, negative := bytes.CutPrefix(value, []byte("-"))
	n, _ := parseDec(v)
	if r.exit = int64(n); negative {
		r.exit = -r.exit
	}
}

// cloneArgs reads the first two arguments from text, which begins with them in nearly every record.
func (r *syscallRecord) cloneArgs(text []byte) {
	rest, usual := text, true
	for n, key := range [...]string{" a0=", " a1="} {
		value, ok := bytes.CutPrefix(rest, []byte(key))
		end := bytes.IndexByte(value, ' ')
		if usual = usual && ok && end >= 0; usual {
			r.args[n], usual = parseHex(value[:end])
			rest = value[end:]
		}
		if !usual {
			r.args[n], _ = parseHex(field(text, key[1:3]))
		}
	}
}

// parseUsual is parse for records whose fields stand as in nearly every one, on
// the architecture met last. It looks at the bytes it needs and at no others,
// and is false for any record that differs, however little.
func (r *syscallRecord) parseUsual(body []byte, cache *archCache) bool {
	rest, ok := bytes.CutPrefix(body, cache.start)
	if !ok || cache.arch == nil {
		return false
	}
	*r = syscallRecord{arch: cache.arch}
	i := 0
	var number uint64
	for ; i < len(rest) && i < 10 && rest[i] >= '0' && rest[i] <= '9'; i++ {
		number = number*10 + uint64(rest[i]-'0')
	}
	r.call, rest = cache.arch.call(number), rest[i:]
	if after, ok := bytes.CutPrefix(rest, []byte(" success=yes exit=")); ok {
		rest, r.finished, r.success = after, true, true
	} else if after, ok := bytes.CutPrefix(rest, []byte(" success=no exit=")); ok {
		rest, r.finished = after, true
	}
	if r.finished {
		end := bytes.IndexByte(rest, ' ')
		if end < 0 {
			return false
		}
		r.setExit(rest[:end])
		rest = rest[end:]
	}
	if !bytes.HasPrefix(rest, []byte(" a0=")) {
		return false
	}
	if r.call == callClone {
		r.cloneArgs(rest)
	}
	// No key between here and there has a p, and hexadecimal has none.
	p := bytes.IndexByte(rest, 'p')
	if p < 1 || rest[p-1] != ' ' || !bytes.HasPrefix(rest[p:], []byte("ppid=")) {
		return false
	}
	r.rest = rest[p:]
	return i > 0
}
