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
	// rest is the record from "ppid=" on.
	rest []byte
}

// archCache remembers the architecture met last.
type archCache struct {
	text []byte
	arch *arch
}

// parse reads body, a SYSCALL record's fields:
//
//	arch=c000003e syscall=59 success=yes exit=0 a0=.. a1=.. a2=.. a3=.. items=2 ppid=1 pid=2 ...
//
// The order is the kernel's (kernel/auditsc.c, audit_log_exit), with per= and
// other fields allowed in between.
func (r *syscallRecord) parse(body []byte, cache *archCache) bool {
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
			if !bytes.Equal(value, cache.text) || cache.text == nil {
				cache.text, cache.arch = append(cache.text[:0], value...), archOf(value)
			}
			r.arch = cache.arch
		case "syscall":
			number = value
		case "success":
			r.finished, r.success = true, string(value) == "yes"
		case "exit":
			if v, ok := bytes.CutPrefix(value, []byte("-")); ok {
				n, _ := parseDec(v)
				r.exit = -int64(n)
			} else {
				n, _ := parseDec(v)
				r.exit = int64(n)
			}
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
		r.call = callNamed(number)
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
	r.call = callNamed(enrichedName(r.rest, "SYSCALL"))
	return true
}
