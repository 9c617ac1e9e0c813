package sandbox

import (
	"unicode/utf16"
	"unicode/utf8"
)

// string reads a string and undoes its escapes. At most max bytes of it are
// kept; cut says that there were more. Bytes that are no UTF-8 stay as they are.
// The result is valid until the next read.
func (s *scanner) string(max int) (text []byte, cut bool, err error) {
	s.pos++ // the quote
	s.text = s.text[:0]
	for {
		buf := s.buf[:s.end]
		i := s.pos
		for i < len(buf) && buf[i] != '"' && buf[i] != '\\' {
			i++
		}
		s.keep(buf[s.pos:i], max, &cut)
		if s.pos = i; i == len(buf) {
			if err := s.more(); err != nil {
				return s.text, cut, err
			}
			continue
		}
		s.pos++
		if buf[i] == '"' {
			return s.text, cut, nil
		}
		if err := s.escape(max, &cut); err != nil {
			return s.text, cut, err
		}
	}
}

// keep appends b to the text as far as max allows.
func (s *scanner) keep(b []byte, max int, cut *bool) {
	if room := max - len(s.text); len(b) > room {
		b, *cut = b[:room], true
	}
	s.text = append(s.text, b...)
}

// escape reads what follows a backslash. An escape that JSON does not know
// stands for itself.
func (s *scanner) escape(max int, cut *bool) error {
	c, err := s.next()
	if err != nil {
		return err
	}
	switch c {
	case 'b':
		c = '\b'
	case 'f':
		c = '\f'
	case 'n':
		c = '\n'
	case 'r':
		c = '\r'
	case 't':
		c = '\t'
	case 'u':
		return s.unicode(max, cut)
	}
	s.keep([]byte{c}, max, cut)
	return nil
}

// unicode reads the digits after \u, and the second half of a surrogate pair.
func (s *scanner) unicode(max int, cut *bool) error {
	r, err := s.hex4()
	if err != nil {
		return err
	}
	for utf16.IsSurrogate(r) {
		if c, err := s.glance(); err != nil || c != '\\' {
			r = utf8.RuneError
			break
		}
		s.pos++
		if c, err := s.glance(); err != nil || c != 'u' {
			s.keep(utf8.AppendRune(nil, utf8.RuneError), max, cut)
			return s.escape(max, cut)
		}
		s.pos++
		low, err := s.hex4()
		if err != nil {
			return err
		}
		if pair := utf16.DecodeRune(r, low); pair != utf8.RuneError {
			r = pair
			break
		}
		s.keep(utf8.AppendRune(nil, utf8.RuneError), max, cut)
		r = low
	}
	s.keep(utf8.AppendRune(nil, r), max, cut)
	return nil
}

// hex4 reads four hexadecimal digits; any other character ends them early and
// makes them the replacement character.
func (s *scanner) hex4() (rune, error) {
	var r rune
	for range 4 {
		c, err := s.glance()
		if err != nil {
			return 0, err
		}
		switch {
		case c >= '0' && c <= '9':
			c -= '0'
		case c >= 'a' && c <= 'f':
			c -= 'a' - 10
		case c >= 'A' && c <= 'F':
			c -= 'A' - 10
		default:
			return utf8.RuneError, nil
		}
		s.pos++
		r = r<<4 | rune(c)
	}
	return r, nil
}

// glance is the next byte of a string, unread.
func (s *scanner) glance() (byte, error) {
	if s.pos == s.end {
		if err := s.more(); err != nil {
			return 0, err
		}
	}
	return s.buf[s.pos], nil
}

// next reads the next byte of a string.
func (s *scanner) next() (byte, error) {
	c, err := s.glance()
	s.pos++
	return c, err
}
