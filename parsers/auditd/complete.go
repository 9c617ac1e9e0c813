package auditd

import "bytes"

// complete reports whether a record whose line was cut off behind it is whole
// all the same: it can end with the input and lack only the line end. Records
// that nothing is taken from pass.
func complete(h *header) bool {
	switch h.class {
	case classSyscall: // key is the last of the kernel's fields
		return bytes.Contains(h.body, []byte(" key=")) && quotesClosed(h.body)
	case classExecve:
		return quotesClosed(h.body) && lastArgument(h.body)
	default:
		return quotesClosed(h.body)
	}
}

func quotesClosed(body []byte) bool { return bytes.Count(body, []byte{'"'})%2 == 0 }

// lastArgument reports whether an EXECVE record goes as far as its argc says.
func lastArgument(body []byte) bool {
	var argc, last uint64
	var n int
	for rest := body; ; {
		key, value, after, ok := nextField(rest)
		if !ok {
			return argc == last+1 && n > 0
		}
		rest = after
		if string(key) == "argc" {
			argc, _ = parseDec(value)
		} else if p, ok := pieceOf(key); ok {
			last = p.arg
			n++
		}
	}
}
