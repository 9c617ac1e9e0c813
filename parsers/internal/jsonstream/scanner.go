package jsonstream

import (
	"fmt"
	"io"
	"iter"
)

const (
	// MaxDepth is how deep objects and arrays may nest. Event records need five
	// levels; a sandbox's process tree takes two for each generation.
	MaxDepth = 1000
	// MaxHeld is how many bytes are kept at most for a value that is taken whole
	// or held. Windows events are at most 64 KiB of XML; the rest is for wrappers.
	MaxHeld = 16 << 20
)

// The reasons an [Error] can have.
const (
	ReasonSyntax  = "no valid JSON"
	ReasonControl = "line feed or NUL inside a string"
	ReasonEscape  = "invalid escape in a string"
	ReasonDepth   = "nested too deep"
	ReasonSize    = "value too large"
	ReasonEnd     = "the input ends inside a value"
)

// Error says what is wrong with the JSON and where.
type Error struct {
	Reason string // one of the Reason constants
	Offset int64  // position in the stream
}

func (e *Error) Error() string { return fmt.Sprintf("%s at offset %d", e.Reason, e.Offset) }

// Kind is the first byte of a value: '{', '[', '"', 't', 'f', 'n', '0' for any
// number; 0 at the end of the input and after an error; '?' for anything else.
type Kind byte

// Scanner reads JSON values from a stream. See the package comment.
type Scanner struct {
	object []byte // see Beginning
	r      io.Reader
	buf    []byte
	pos    int   // next unread byte
	end    int   // of what has been read into buf
	base   int64 // position of buf[0] in the stream
	hold   int   // first byte of the held value, or -1
	pin    int   // first byte of the token being taken, or -1
	behind int   // how many bytes before pos are kept
	lf     int   // no line feed in buf[pos:lf]; looked up afresh when behind pos
	nul    int   // the same for NUL
	depth  int
	stack  [MaxDepth]byte // '{' or '[' of each open value
	unread bool           // the loop that is running has offered a value not yet taken
	err    error
	rerr   error // what the reader said last
	text   []byte
	ahead  *Ahead // nil if nothing was checked before
	track  *track // nil if nobody wants to know where arrays lie
}

// NewScanner reads from r, which it does not close. Of an [Ahead] it uses what has been checked.
func NewScanner(r io.Reader) *Scanner {
	ahead, _ := r.(*Ahead)
	return &Scanner{r: r, buf: make([]byte, 256<<10), hold: -1, pin: -1, lf: -1, nul: -1, ahead: ahead}
}

// NewScannerBytes reads b, which must not change meanwhile.
func NewScannerBytes(b []byte) *Scanner {
	return &Scanner{buf: b, end: len(b), hold: -1, pin: -1, lf: -1, nul: -1, rerr: io.EOF}
}

// Reset begins anew with b, which stands at offset in a stream and must not change
// meanwhile.
func (s *Scanner) Reset(b []byte, offset int64) {
	s.r, s.rerr = nil, io.EOF
	s.buf, s.end = b, len(b)
	s.begin(offset)
}

// Restart forgets what has been read and goes on with what the reader gives next,
// which stands at offset in the stream.
func (s *Scanner) Restart(offset int64) {
	s.rerr, s.end = nil, 0
	s.begin(offset)
}

func (s *Scanner) begin(offset int64) {
	s.base, s.pos = offset, 0
	s.hold, s.pin, s.lf, s.nul = -1, -1, -1, -1
	s.depth, s.unread, s.err = 0, false, nil
}

// Err is the first error: an [*Error], or what the reader said other than
// io.EOF. It stays until [Scanner.Resync] or
// [Scanner.Seek].
func (s *Scanner) Err() error { return s.err }

// Offset is the position in the stream of the next unread byte.
func (s *Scanner) Offset() int64 { return s.base + int64(s.pos) }

// Next passes over white space and gives the kind of the value that follows,
// without taking it.
func (s *Scanner) Next() Kind {
	c := s.peek()
	switch {
	case c == '{' || c == '[' || c == '"' || c == 't' || c == 'f' || c == 'n' || c == 0:
		return Kind(c)
	case c == '-' || c >= '0' && c <= '9':
		return '0'
	}
	return '?'
}

// Members walks the object that comes next and gives each key, unescaped and
// valid until the next call. If what comes next is no object it is passed over.
// Leaving the loop early passes over the rest.
func (s *Scanner) Members() iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		if !s.enter('{') {
			return
		}
		more := true
		for first := true; ; first = false {
			c := s.peek()
			if c == '}' {
				s.leave()
				return
			}
			if !first {
				if c != ',' {
					s.fail(ReasonSyntax)
					return
				}
				s.pos++
				c = s.peek()
			}
			if c != '"' {
				s.fail(ReasonSyntax)
				return
			}
			key, ok := s.key()
			if !ok {
				return
			}
			s.unread = true
			if more {
				more = yield(key)
			}
			if s.unread {
				s.Skip()
			}
			if s.err != nil {
				return
			}
		}
	}
}

// Elements walks the array that comes next and gives each element's index. If
// what comes next is no array it is passed over. Leaving the loop early passes
// over the rest.
func (s *Scanner) Elements() iter.Seq[int] {
	return func(yield func(int) bool) {
		if !s.enter('[') {
			return
		}
		more := true
		for i := 0; ; i++ {
			c := s.peek()
			if c == ']' {
				s.leave()
				return
			}
			if i > 0 {
				if c != ',' {
					s.fail(ReasonSyntax)
					return
				}
				s.pos++
			}
			s.unread = true
			if more {
				more = yield(i)
			}
			if s.unread {
				s.Skip()
			}
			if s.err != nil {
				return
			}
		}
	}
}

// Text takes the value that comes next: a string without quotes and escapes,
// or the literal text of a number, true or false. It is valid until the next
// call. Null, objects and arrays give nil and are passed over.
func (s *Scanner) Text() []byte {
	switch k := s.Next(); k {
	case '"', '0', 't', 'f':
		raw := s.Raw()
		if s.err != nil || k != '"' {
			return raw
		}
		return s.unquote(raw)
	}
	s.Skip()
	return nil
}

// Raw takes the value that comes next as it stands in the input, quotes and
// escapes included. It is valid until the next call. A value of more than
// [MaxHeld] bytes is an error.
func (s *Scanner) Raw() []byte {
	s.peek()
	s.pin = s.pos
	s.Skip()
	start := s.pin
	s.pin = -1
	if s.err != nil {
		return nil
	}
	return s.buf[start:s.pos]
}

// Skip passes over the value that comes next, however large, and keeps none of
// it.
func (s *Scanner) Skip() {
	depth := s.depth
	for {
		switch c := s.peek(); c {
		case '"':
			s.unread = false
			if !s.skipString() {
				return
			}
		case '{', '[':
			s.enter(c)
			if c == '{' && s.err == nil && s.peek() != '}' {
				if !s.skipKey() {
					return
				}
				continue
			}
			if c == '[' && s.err == nil {
				if s.track != nil {
					s.track.open(s.depth-1, s.pos)
				}
				if !s.jump() && s.peek() != ']' {
					continue
				}
			}
		default:
			s.unread = false
			if !s.skipLiteral(c) {
				return
			}
		}
		if !s.next(depth) {
			return
		}
	}
}

// next passes over what stands between one value and the one after it, closing
// objects and arrays, until the nesting is back at depth.
func (s *Scanner) next(depth int) bool {
	for s.err == nil && s.depth > depth {
		in := s.stack[s.depth-1]
		switch c := s.peek(); {
		case c == in+2: // '{'+2 is '}', '['+2 is ']'
			if s.track != nil && in == '[' {
				s.track.add(s.depth-1, s.pos, s.base)
			}
			s.leave()
		case c == ',' && in == '[':
			if s.track != nil {
				s.track.comma[s.depth-1] = s.pos
			}
			if s.pos++; !s.jump() {
				return true
			}
		case c == ',':
			s.pos++
			return s.skipKey()
		default:
			s.fail(ReasonSyntax)
		}
	}
	return false
}
