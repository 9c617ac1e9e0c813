package sandbox

import (
	"errors"
	"fmt"
	"io"
)

// scanner reads one JSON stream forward and never holds more of it than its
// buffer and the texts it is asked for, whatever the sizes of values. What is
// skipped is only balanced, not validated: the literals NaN and Infinity, raw
// control characters and bytes that are no UTF-8, all of which Python writes or
// passes on, do not end the reading.
type scanner struct {
	r        io.Reader
	buf      []byte
	pos, end int   // unread part of buf is buf[pos:end]
	base     int64 // offset of buf[0] in the stream
	err      error // the reader's, returned once the buffer is used up
	text     []byte
	depth    int
}

const (
	scanBuffer = 64 << 10
	// maxDepth bounds the nesting of arrays and objects, as common decoders do.
	maxDepth = 10_000
	// maxText is how much of a string is kept. Windows ends a command line at
	// 32,767 characters.
	maxText = 64 << 10
)

func newScanner(r io.Reader) *scanner {
	return &scanner{r: r, buf: make([]byte, scanBuffer)}
}

// syntaxError is what makes the rest of the JSON unreadable.
type syntaxError struct {
	offset int64
	reason string
}

func (e *syntaxError) Error() string { return fmt.Sprintf("offset %d: %s", e.offset, e.reason) }

func (s *scanner) syntax(reason string) error { return &syntaxError{s.offset(), reason} }

// offset is the position of the next unread byte.
func (s *scanner) offset() int64 { return s.base + int64(s.pos) }

// fill replaces the used buffer, and fails when there is nothing more.
func (s *scanner) fill() error {
	s.base += int64(s.end)
	s.pos, s.end = 0, 0
	for range 100 { // as bufio: a reader that keeps returning nothing is broken
		if s.err != nil {
			return s.err
		}
		s.end, s.err = s.r.Read(s.buf)
		if s.end > 0 {
			return nil
		}
	}
	s.err = io.ErrNoProgress
	return s.err
}

// errCut says that the input ended inside a value.
var errCut = errors.New("the input ends inside the report")

// more fills the buffer where the value being read has to go on.
func (s *scanner) more() error {
	err := s.fill()
	if err == io.EOF { // only the reader's own, unwrapped EOF is an end
		return errCut
	}
	return err
}

// peek is the first byte of the next value, key or closing bracket; blanks,
// commas and colons before it are passed over. At the end of the stream it
// fails with io.EOF.
func (s *scanner) peek() (byte, error) {
	for {
		for ; s.pos < s.end; s.pos++ {
			switch c := s.buf[s.pos]; c {
			case ' ', '\n', '\r', '\t', ',', ':':
			default:
				return c, nil
			}
		}
		if err := s.fill(); err != nil {
			return 0, err
		}
	}
}

// inside is peek within a value, where the end of the stream is a cut.
func (s *scanner) inside() (byte, error) {
	c, err := s.peek()
	if err == io.EOF {
		err = errCut
	}
	return c, err
}

// object calls member with each key, which stays valid until the next read.
// member must read or skip the value. Any other kind of value is skipped.
func (s *scanner) object(member func(key []byte) error) error {
	if ok, err := s.open('{'); !ok {
		return err
	}
	for {
		c, err := s.inside()
		switch {
		case err != nil:
			return err
		case c == '}':
			s.pos++
			s.depth--
			return nil
		case c != '"':
			return s.syntax("an object's key is no string")
		}
		key, _, err := s.string(maxText)
		if err != nil {
			return err
		}
		if err := member(key); err != nil {
			return err
		}
	}
}

// array calls element before each element, which element must read or skip.
// Any other kind of value is skipped.
func (s *scanner) array(element func() error) error {
	if ok, err := s.open('['); !ok {
		return err
	}
	for {
		c, err := s.inside()
		if err != nil {
			return err
		}
		if c == ']' {
			s.pos++
			s.depth--
			return nil
		}
		if err := element(); err != nil {
			return err
		}
	}
}

// open enters a container that begins with bracket, and skips anything else.
func (s *scanner) open(bracket byte) (bool, error) {
	c, err := s.inside()
	if err != nil {
		return false, err
	}
	if c != bracket {
		return false, s.skip()
	}
	if s.depth++; s.depth > maxDepth {
		return false, s.syntax("nested too deeply")
	}
	s.pos++
	return true, nil
}

// scalar reads a string, number or literal as text: "" for null and, after
// skipping it, for an array or object. cut says that it was longer than maxText.
func (s *scanner) scalar() (text []byte, cut bool, err error) {
	c, err := s.inside()
	if err != nil {
		return nil, false, err
	}
	switch c {
	case '"':
		return s.string(maxText)
	case '{', '[':
		return nil, false, s.skip()
	}
	text, err = s.literal()
	if string(text) == "null" {
		text = nil
	}
	return text, false, err
}

// literal reads a number or word up to the next delimiter.
func (s *scanner) literal() ([]byte, error) {
	s.text = s.text[:0]
	for {
		for ; s.pos < s.end; s.pos++ {
			c := s.buf[s.pos]
			if !isLiteral[c] {
				if len(s.text) == 0 {
					return nil, s.syntax("no JSON value")
				}
				return s.text, nil
			}
			if len(s.text) < 64 { // numbers and words are short
				s.text = append(s.text, c)
			}
		}
		if err := s.fill(); err == io.EOF && s.depth == 0 {
			return s.text, nil
		} else if err == io.EOF {
			return s.text, errCut
		} else if err != nil {
			return s.text, err
		}
	}
}

var isLiteral = func() (t [256]bool) {
	for c := '0'; c <= 'z'; c++ {
		t[c] = c <= '9' || c >= 'a' || c >= 'A' && c <= 'Z'
	}
	t['+'], t['-'], t['.'] = true, true, true
	return t
}()

// skip passes over the next value.
func (s *scanner) skip() error {
	c, err := s.inside()
	if err != nil {
		return err
	}
	switch c {
	case '"':
		s.pos++
		return s.skipString()
	case '{', '[':
		return s.skipContainer()
	}
	_, err = s.literal()
	return err
}

// kinds is what skipContainer has to stop at.
var kinds = func() (t [256]bool) {
	for _, c := range `"{}[]` {
		t[c] = true
	}
	return t
}()

// skipContainer passes over an array or object, looking only at quotes and
// brackets. Which bracket is open at each level is kept in a bit.
func (s *scanner) skipContainer() error {
	var square [maxDepth/64 + 1]uint64
	depth := 0
	for {
		buf := s.buf[:s.end]
		i := s.pos
		for i < len(buf) && !kinds[buf[i]] {
			i++
		}
		if s.pos = i; i == len(buf) {
			if err := s.more(); err != nil {
				return err
			}
			continue
		}
		s.pos++
		switch c := buf[i]; c {
		case '"':
			if err := s.skipString(); err != nil {
				return err
			}
		case '{', '[':
			depth++
			if s.depth+depth > maxDepth {
				return s.syntax("nested too deeply")
			}
			square[depth/64] &^= 1 << (depth % 64)
			if c == '[' {
				square[depth/64] |= 1 << (depth % 64)
			}
		default:
			if (square[depth/64]>>(depth%64)&1 == 1) != (c == ']') {
				return s.syntax("brackets do not match")
			}
			if depth--; depth == 0 {
				return nil
			}
		}
	}
}

// skipString passes over the rest of a string whose quote has been read.
func (s *scanner) skipString() error {
	for {
		buf := s.buf[:s.end]
		i := s.pos
		for i < len(buf) && buf[i] != '"' && buf[i] != '\\' {
			i++
		}
		if s.pos = i; i == len(buf) {
			if err := s.more(); err != nil {
				return err
			}
			continue
		}
		s.pos++
		if buf[i] == '"' {
			return nil
		}
		if _, err := s.next(); err != nil { // whatever is escaped
			return err
		}
	}
}

// drain reads on to the end without looking and counts the bytes passed.
func (s *scanner) drain() (n int64, err error) {
	n = int64(s.end - s.pos)
	s.pos = s.end
	for err = s.fill(); err == nil; err = s.fill() {
		n += int64(s.end)
		s.pos = s.end
	}
	return n, err
}
