package auditd

import (
	"bytes"
	"cmp"
	"time"
)

// stamp tells an event from the others of its host: the kernel gives all records
// of one event the same time and serial.
type stamp struct {
	serial uint64
	ms     int64 // since 1970
}

func (a stamp) before(b stamp) bool {
	return a.serial < b.serial || a.serial == b.serial && a.ms < b.ms
}

func (a stamp) compare(b stamp) int {
	return cmp.Or(cmp.Compare(a.serial, b.serial), cmp.Compare(a.ms, b.ms))
}

func (a stamp) time() time.Time { return time.UnixMilli(a.ms).UTC() }

// header is what stands before a record's own fields:
//
//	node=web1 type=SYSCALL msg=audit(1626611363.720:348501): arch=...
type header struct {
	node  []byte
	class class
	typ   []byte
	typAt int // where typ stands in the line
	stamp stamp
	body  []byte // what follows
}

// maxType and maxNode bound the names of record types and hosts.
const (
	maxType = 64
	maxNode = 255
)

// maxSeconds keeps times within the four-digit years that every output format
// can write.
const maxSeconds = 253402300799

// Reasons for warnings.
const (
	reasonNoRecord    = "line holds no audit record"
	reasonHole        = "NUL bytes in place of records"
	reasonLong        = "no line end within 256 KiB and no record"
	reasonGarbage     = "bytes before a record that belong to none"
	reasonType        = "malformed record type"
	reasonStamp       = "malformed time stamp or serial"
	reasonInterpreted = "interpreted time stamp (ausearch -i): read the raw log instead"
	reasonCut         = "record cut short"
	reasonSyscall     = "malformed SYSCALL record"
	reasonLarge       = "event with more or larger records than the kernel makes"
	reasonOrphanArgs  = "EXECVE record without its SYSCALL record: whose start it was is not known"
	reasonLost        = "the input could not be read to its end"
)

// parse reads the header of a line that begins with node= or type=. last is the
// text of the previous record's stamp, whose value is known.
func (h *header) parse(line []byte, last *lastStamp) (reason string) {
	if rest, ok := bytes.CutPrefix(line, []byte("node=")); ok {
		sp := bytes.IndexByte(rest, ' ')
		if sp < 0 {
			return reasonType
		}
		h.node, line = rest[:sp], rest[sp+1:]
	}
	sp := bytes.IndexByte(line, ' ')
	if sp < 0 || string(line[:min(5, sp)]) != "type=" {
		return reasonType
	}
	h.typ, line, h.typAt = line[5:sp], line[sp+1:], 5
	if h.node != nil {
		h.typAt += len("node= ") + len(h.node)
	}
	var known bool
	if h.class, known = classify(h.typ); !known {
		return reasonType
	}
	if rest, ok := bytes.CutPrefix(line, []byte("msg=audit(")); ok {
		line = rest
	} else if rest, ok := bytes.CutPrefix(line, []byte("audit(")); ok { // as the kernel prints it
		line = rest
	} else {
		return reasonStamp
	}
	if n := len(last.text); n > 0 && len(line) >= n && string(line[:n]) == string(last.text) {
		h.stamp, line = last.stamp, line[n:]
	} else {
		end := bytes.IndexByte(line[:min(len(line), 64)], ')')
		if end < 0 {
			return reasonStamp
		}
		var ok bool
		if h.stamp, ok = parseStamp(line[:end]); !ok {
			if bytes.IndexByte(line[:end], '/') >= 0 {
				return reasonInterpreted
			}
			return reasonStamp
		}
		last.text, last.stamp = append(last.text[:0], line[:end+1]...), h.stamp
		line = line[end+1:]
	}
	for len(line) > 0 && (line[0] == ':' || line[0] == ' ') {
		line = line[1:]
	}
	h.body = line
	return ""
}

// lastStamp remembers the stamp read last: the records of an event mostly follow
// each other.
type lastStamp struct {
	text  []byte // "1626611363.720:348501)"
	stamp stamp
}

// parseStamp reads "seconds.milliseconds:serial".
func parseStamp(b []byte) (stamp, bool) {
	dot, colon := bytes.IndexByte(b, '.'), bytes.IndexByte(b, ':')
	if dot < 0 || colon < dot {
		return stamp{}, false
	}
	sec, ok1 := parseDec(b[:dot])
	ms, ok2 := parseDec(b[dot+1 : colon])
	serial, ok3 := parseDec(b[colon+1:])
	if !ok1 || !ok2 || !ok3 || sec > maxSeconds || ms > 999 {
		return stamp{}, false
	}
	return stamp{serial: serial, ms: int64(sec*1000 + ms)}, true
}

// findRecord finds the first record header in line after from, and returns where
// it begins (its node= included), or -1. It asks for the blank between type and
// stamp, which the kernel lets into no quoted value, so that an argument cannot
// pose as a record.
func findRecord(line []byte, from int) int {
	for at := from; ; {
		i := bytes.Index(line[at:], []byte("audit("))
		if i < 0 {
			return -1
		}
		i += at
		at = i + 1
		begin, ok := bytes.CutSuffix(bytes.TrimSuffix(line[from:i], []byte("msg=")), []byte(" "))
		if !ok {
			continue
		}
		typ := lastWord(begin, len("type=")+maxType)
		if !bytes.HasPrefix(begin[typ:], []byte("type=")) {
			continue
		}
		if before, ok := bytes.CutSuffix(begin[:typ], []byte(" ")); ok {
			if n := lastWord(before, len("node=")+maxNode); bytes.HasPrefix(before[n:], []byte("node=")) {
				typ = n
			}
		}
		return from + typ
	}
}

// lastWord is where the last word of b begins: behind a blank, or where an
// earlier part of the line has run into "type=" or "node=". It looks at no more
// than limit bytes, lest a hostile line be read again and again.
func lastWord(b []byte, limit int) int {
	from := max(0, len(b)-limit)
	from += bytes.LastIndexByte(b[from:], ' ') + 1
	for _, key := range []string{"type=", "node="} {
		if i := bytes.LastIndex(b[from:], []byte(key)); i > 0 {
			return from + i
		}
	}
	return from
}
