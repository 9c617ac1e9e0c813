package auditd

import (
	"bytes"

	"oddkin/parsers/internal/execve"
)

// complete reports whether a record whose line was cut off behind it is whole
// all the same: it can end with the input and lack only the line end. Records
// that nothing is taken from pass.
func complete(h *header) bool {
	switch h.class {
	case classSyscall: // key is the last of the kernel's fields
		return bytes.Contains(h.body, []byte(" key=")) && quotesClosed(h.body)
	case classExecve:
		var e execve.Extent
		readExtent(&e, h.body) // of what several records hold, the others are missing
		return quotesClosed(h.body) && e.Whole()
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

// readExtent adds what a record of the body holds of the arguments.
func readExtent(e *execve.Extent, body []byte) {
	e.Record()
	for {
		key, value, rest, ok := nextField(body)
		if !ok {
			return
		}
		body = rest
		if string(key) == "argc" {
			n, _ := parseDec(value)
			e.Argc(n)
		} else if p, ok := pieceOf(key); ok {
			e.Piece(p.arg, p.part, value)
		} else if p, ok := pieceOf(bytes.TrimSuffix(key, []byte("_len"))); ok {
			n, _ := parseDec(value)
			e.Length(p.arg, n)
		}
	}
}

// allArguments reports whether the EXECVE records hold all arguments.
func (p *pending) allArguments() bool {
	var e execve.Extent
	records := 0
	for i := range p.kept {
		if p.kept[i].class == classExecve {
			records++
		}
	}
	for i := range p.kept {
		if k := &p.kept[i]; k.class == classExecve {
			if records == 1 && k.memo != nil && k.memo.whole {
				return true
			}
			body := p.body(k)
			if records == 1 && endsWithLast(body) {
				return true
			}
			readExtent(&e, body)
		}
	}
	return e.Whole()
}

// endsWithLast tells of nearly every record at a glance that it ends with the last
// argument, and that this is in one piece.
func endsWithLast(body []byte) bool {
	key, _, _ := bytes.Cut(body[bytes.LastIndexByte(body, ' ')+1:], []byte("="))
	last, ok := pieceOf(key)
	argc, _ := parseDec(field(body, "argc"))
	return ok && last.arg+1 == argc && key[len(key)-1] != ']'
}
