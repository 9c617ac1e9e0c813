package jsonstream

import "bytes"

// Hold passes over white space and keeps everything that is read from there
// on, up to [MaxHeld] bytes, until [Scanner.Release]. It gives the number of
// blanks that stand before it on its line, which is what [Scanner.Resync] wants
// to know.
func (s *Scanner) Hold() (indent int) {
	for s.pos < s.end || s.err == nil && s.fill() {
		switch s.buf[s.pos] {
		case ' ', '\t':
			indent++
		case '\n', '\r':
			indent = 0
		default:
			s.hold = s.pos
			return indent
		}
		s.pos++
	}
	s.hold = s.pos
	return indent
}

// Held is what has been read since [Scanner.Hold]. It is valid until the next
// call.
func (s *Scanner) Held() []byte { return s.buf[s.hold:s.pos] }

// Release ends a hold.
func (s *Scanner) Release() { s.hold = -1 }

// Span passes over the value that comes next and gives its place within
// [Scanner.Held], which must be in force.
func (s *Scanner) Span() (start, end int) {
	s.peek()
	start = s.pos - s.hold
	s.Skip()
	return start, s.pos - s.hold
}

// Byte passes over white space and takes the next byte, whatever it is; 0 at
// the end. It is for what stands between values that form no document: the
// brackets and commas around the objects of a log.
func (s *Scanner) Byte() byte {
	c := s.peek()
	if s.pos < s.end && s.err == nil {
		s.pos++
	}
	return c
}

// AtEnd reports whether nothing more has been read and no more is to come. A NUL in
// the input, which [Scanner.Next] also tells as 0, is something.
func (s *Scanner) AtEnd() bool { return s.err != nil || s.pos == s.end && s.rerr != nil }

// Spent passes over white space and reports whether nothing else has been read
// from the stream that is not yet taken. Blanks that may stand before a value on
// its line are left, for [Scanner.Hold] to count.
func (s *Scanner) Spent() bool {
	for i := s.pos; i < s.end; i++ {
		if c := s.buf[i]; c != ' ' && c != '\n' && c != '\r' && c != '\t' {
			return false
		}
	}
	if s.pos < s.end {
		if c := s.buf[s.end-1]; c == ' ' || c == '\t' {
			return false
		}
	}
	s.pos = s.end
	return true
}

// Stray takes the rest of the line without its end, or what stands before an
// object on it, told by an opening brace that a quote follows: the text that a
// log's transport put in front, a byte order mark. At most [MaxHeld] bytes; it
// is valid until the next call.
func (s *Scanner) Stray() []byte {
	s.pin = s.pos
	for seen := 0; ; {
		rest := s.buf[s.pos+seen : s.end]
		lf := bytes.IndexByte(rest, '\n')
		if lf >= 0 {
			rest = rest[:lf]
		}
		if i := bytes.Index(rest, []byte(`{"`)); i >= 0 {
			s.pos += seen + i
			break
		}
		if lf >= 0 {
			s.pos += seen + lf
			break
		}
		seen = max(s.end-s.pos-1, 0) // the last byte may be a brace
		if !s.fill() {
			s.pos = s.end
			break
		}
	}
	taken := s.buf[s.pin:s.pos]
	s.pin = -1
	return taken
}

// Resync clears an error of the JSON and moves to the next line that begins
// with '{' after at most indent blanks, looking from behind the first byte of
// what is held, else from the current position; to the end if there is none.
// Within a line it looks for what [Scanner.Beginning] was told. It ends the hold, leaves all
// nesting, and reports whether it found one. A reader's own error stays.
func (s *Scanner) Resync(indent int) bool {
	if _, json := s.err.(*Error); s.err != nil && !json {
		return false
	}
	s.err, s.depth, s.unread = nil, 0, false
	if s.hold >= 0 {
		s.pos, s.hold = min(s.hold+1, s.end), -1
	}
	s.lf, s.nul = -1, -1
	for {
		i := bytes.IndexByte(s.buf[s.pos:s.end], '\n')
		line := s.pos + i
		if i < 0 {
			line = s.end
		}
		if at := s.within(line); at >= 0 {
			s.pos = at
			return true
		}
		if i < 0 {
			s.pos = max(s.pos, s.end-len(s.object)-2) // of which there may be the first part
			if !s.fill() {
				s.pos = s.end
				return false
			}
			continue
		}
		s.pos += i + 1
		if s.blanks(indent) {
			return true
		}
	}
}

// Beginning tells how an object begins, its brace and first key, that may stand within a line
// for [Scanner.Resync] to find: one of an array that is written without line ends.
func (s *Scanner) Beginning(b []byte) { s.object = b }

// within gives where such an object stands behind a comma or the bracket of its array, up to
// end, or -1.
func (s *Scanner) within(end int) int {
	for from := s.pos; len(s.object) > 0; {
		i := bytes.Index(s.buf[from:end], s.object)
		if i < 0 {
			break
		}
		from += i
		before := from - 1
		if before > s.pos && s.buf[before] == ' ' {
			before--
		}
		if before >= s.pos && (s.buf[before] == ',' || s.buf[before] == '[') {
			return from
		}
		from++
	}
	return -1
}

// blanks passes over at most n blanks and reports whether '{' follows.
func (s *Scanner) blanks(n int) bool {
	for {
		if s.pos == s.end && !s.fill() {
			return false
		}
		switch c := s.buf[s.pos]; {
		case c == '{':
			return true
		case n > 0 && (c == ' ' || c == '\t'):
			n--
			s.pos++
		default:
			return false
		}
	}
}
