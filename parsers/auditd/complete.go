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
	}
	switch string(h.typ) {
	case "PATH": // nametype came with Linux 3.8 and is followed by capabilities
		return quotesClosed(h.body) && bytes.Contains(h.body, []byte(" nametype="))
	case "PROCTITLE": // two digits a byte, or quoted
		title := bytes.TrimSpace(h.body[bytes.LastIndexByte(h.body, '=')+1:])
		return quotesClosed(h.body) && (len(title)%2 == 0 || title[0] == '"')
	}
	return quotesClosed(h.body)
}

func quotesClosed(body []byte) bool { return bytes.Count(body, []byte{'"'})%2 == 0 }

// lastArgument reports whether an EXECVE record goes as far as its argc says, and
// its last argument as far as its length: of one that several records hold, the
// others are missing.
func lastArgument(body []byte) bool {
	var argc, last uint64         // the last argument that there is a part of
	var long, length, have uint64 // the argument whose length is given, that, and how much of it there is
	var n int
	for rest := body; ; {
		key, value, after, ok := nextField(rest)
		if !ok {
			return argc == last+1 && n > 0 && (long != last || have >= length)
		}
		rest = after
		if string(key) == "argc" {
			argc, _ = parseDec(value)
		} else if p, ok := pieceOf(key); ok {
			last = p.arg
			n++
			if last == long {
				have += uint64(len(value))
			}
		} else if p, ok := pieceOf(bytes.TrimSuffix(key, []byte("_len"))); ok {
			long, have = p.arg, 0
			length, _ = parseDec(value)
		}
	}
}
