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
		var e extent
		e.read(h.body) // of an argument that several records hold, the others are missing
		return quotesClosed(h.body) && e.whole()
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

// extent is how far EXECVE records go, in whatever order they come.
type extent struct {
	argc         uint64
	last         uint64 // the last argument that there is a part of
	have, length uint64 // how much of it there is, and how much there should be, if that is said
	any          bool
}

func (e *extent) read(body []byte) {
	for {
		key, value, rest, ok := nextField(body)
		if !ok {
			return
		}
		body = rest
		if string(key) == "argc" {
			e.argc, _ = parseDec(value)
		} else if p, ok := pieceOf(key); ok && e.reaches(p.arg) {
			e.have += uint64(len(value))
		} else if p, ok := pieceOf(bytes.TrimSuffix(key, []byte("_len"))); ok && e.reaches(p.arg) {
			e.length, _ = parseDec(value)
		}
	}
}

// reaches reports whether none of the arguments seen is behind arg.
func (e *extent) reaches(arg uint64) bool {
	if !e.any || arg > e.last {
		e.last, e.have, e.length, e.any = arg, 0, 0, true
	}
	return arg == e.last
}

// whole reports whether they go as far as argc says, and the last argument as far as
// its length.
func (e *extent) whole() bool { return e.any && e.argc == e.last+1 && e.have >= e.length }

// argumentsEnd reports whether the EXECVE records go as far as argc says.
func (p *pending) argumentsEnd() bool {
	var e extent
	for _, k := range p.kept {
		if k.class == classExecve {
			body := p.text[k.from:k.to]
			if endsWithLast(body) {
				return true
			}
			e.read(body)
		}
	}
	return e.whole()
}

// endsWithLast tells of nearly every record at a glance that it ends with the last
// argument, and that this is in one piece.
func endsWithLast(body []byte) bool {
	key, _, _ := bytes.Cut(body[bytes.LastIndexByte(body, ' ')+1:], []byte("="))
	last, ok := pieceOf(key)
	argc, _ := parseDec(field(body, "argc"))
	return ok && last.arg+1 == argc && key[len(key)-1] != ']'
}
