package jsonstream

import (
	"bytes"
	"errors"
	"io"
)

// Find is what [Scanner.Seek] is told of a key.
type Find uint8

const (
	NotIt    Find = iota
	ItsValue      // go to the value behind the key
	ItsOwner      // go to the brace before the key, which opens an object
)

// maxSought is how many bytes a key may have, with the blanks around it, to be
// offered by [Scanner.Seek].
const maxSought = 256

// Key is a text in quotes that a colon follows.
type Key struct {
	Text  []byte
	Opens bool // an opening brace stands before it
	After byte // what stands before that brace, blanks apart and no more than 256 bytes, behind where the search began; else 0
	Names bool // an opening brace stands behind its colon
}

// Seek clears an error of the JSON, leaves all nesting and looks behind the
// current position for a key that accept wants. It is offered every key of at most
// 256 bytes without escapes. The inside of a string cannot pass for one, since
// quotes are escaped there, unless the damage lies in the string itself. The scanner
// then stands where accept said; at the end, with false, if there is none. A
// reader's own error stays.
func (s *Scanner) Seek(accept func(Key) Find) bool {
	if _, json := s.err.(*Error); s.err != nil && !json {
		return false
	}
	s.err, s.depth, s.unread, s.hold = nil, 0, false, -1
	s.lf, s.nul = -1, -1
	s.behind = 2 * maxSought // the brace, and what stands before it
	defer func() { s.behind = 0 }()
	from := s.Offset()
	for {
		i := bytes.IndexByte(s.buf[s.pos:s.end], '"')
		if i < 0 {
			s.pos = s.end - s.brace(s.end)
			if !s.fill() {
				s.pos = s.end
				if s.err == nil && !errors.Is(s.rerr, io.EOF) {
					s.err = s.rerr
				}
				return false
			}
			continue
		}
		quote := s.pos + i
		back := s.brace(quote)
		if s.base+int64(quote-back) < from {
			back = 0
		}
		if s.end-quote < 2*maxSought && s.rerr == nil {
			s.pos = quote - back
			s.fill()
			continue
		}
		key, size := keyIn(s.buf[quote:min(s.end, quote+maxSought)])
		s.pos = quote + 1
		if size == 0 {
			continue
		}
		value := bytes.TrimLeft(s.buf[quote+size:min(s.end, quote+size+maxSought)], blanks)
		switch accept(Key{key, back > 0, s.before(quote-back, from), bytes.HasPrefix(value, []byte("{"))}) {
		case ItsValue:
			s.pos = quote + size
			return true
		case ItsOwner:
			s.pos = quote - back
			return true
		}
	}
}

// FirstKey is the key that the object begins with which comes next, without
// taking anything; nil if there is none, or it is long or has escapes. It is
// valid until the next call.
func (s *Scanner) FirstKey() []byte {
	if s.peek() != '{' {
		return nil
	}
	for s.end-s.pos < maxSought && s.rerr == nil {
		if !s.fill() {
			break
		}
	}
	b := s.buf[s.pos+1 : min(s.end, s.pos+maxSought)]
	for len(b) > 0 && blank(b[0]) {
		b = b[1:]
	}
	if len(b) == 0 || b[0] != '"' {
		return nil
	}
	key, _ := keyIn(b)
	return key
}

// brace gives how far before at an opening brace stands, if nothing but blanks
// are between; 0 if there is none.
func (s *Scanner) brace(at int) int {
	for i := at - 1; i >= max(0, at-maxSought); i-- {
		switch {
		case s.buf[i] == '{':
			return at - i
		case !blank(s.buf[i]):
			return 0
		}
	}
	return 0
}

// before is the last byte before at that is not blank, of those from an offset on.
func (s *Scanner) before(at int, from int64) byte {
	for i := at - 1; i >= max(0, at-maxSought, int(from-s.base)); i-- {
		if !blank(s.buf[i]) {
			return s.buf[i]
		}
	}
	return 0
}

// keyIn gives the key that b begins with, and the size of it and its colon; 0 if
// b does not begin with a plain key.
func keyIn(b []byte) (key []byte, size int) {
	end := bytes.IndexByte(b[1:], '"')
	if end < 0 {
		return nil, 0
	}
	key = b[1 : 1+end]
	for _, c := range key {
		if c < ' ' || c == '\\' {
			return nil, 0
		}
	}
	for i := end + 2; i < len(b); i++ {
		switch {
		case b[i] == ':':
			return key, i + 1
		case !blank(b[i]):
			return nil, 0
		}
	}
	return nil, 0
}

const blanks = " \n\r\t"

func blank(c byte) bool { return c == ' ' || c == '\n' || c == '\r' || c == '\t' }
