package jsonstream

import (
	"bytes"
	"errors"
	"io"
)

// fail notes the first error at the current position. An input that ended, or
// a reader that failed, is that rather than a fault of the JSON.
func (s *Scanner) fail(reason string) {
	s.unread = false
	if s.err != nil {
		return
	}
	if reason == ReasonSyntax && s.pos == s.end && s.rerr != nil {
		if !errors.Is(s.rerr, io.EOF) {
			s.err = s.rerr
			return
		}
		reason = ReasonEnd
	}
	s.err = &Error{Reason: reason, Offset: s.Offset()}
}

// peek passes over white space and gives the next byte, 0 if there is none.
func (s *Scanner) peek() byte {
	if s.err != nil {
		return 0
	}
	for {
		for s.pos < s.end {
			c := s.buf[s.pos]
			if c != ' ' && c != '\n' && c != '\r' && c != '\t' {
				return c
			}
			s.pos++
		}
		if !s.fill() {
			if s.err == nil && !errors.Is(s.rerr, io.EOF) {
				s.err = s.rerr
			}
			return 0
		}
	}
}

// enter opens the value that comes next if it starts with c, and passes it over
// otherwise.
func (s *Scanner) enter(c byte) bool {
	if got := s.peek(); got != c {
		s.Skip()
		return false
	}
	if s.depth == MaxDepth {
		s.fail(ReasonDepth)
		return false
	}
	s.unread = false
	s.stack[s.depth] = c
	s.depth++
	s.pos++
	return true
}

// leave takes the closing bracket that comes next.
func (s *Scanner) leave() {
	s.depth--
	s.pos++
	s.unread = false
}

// key takes a key and its colon and gives the key without quotes and escapes.
func (s *Scanner) key() ([]byte, bool) {
	s.pin = s.pos
	ok := s.skipString()
	size := s.pos - s.pin
	ok = ok && s.colon()
	start := s.pin
	s.pin = -1
	if !ok {
		return nil, false
	}
	return s.unquote(s.buf[start : start+size]), s.err == nil
}

// unquote is [Unquote] into the scanner's own memory.
func (s *Scanner) unquote(raw []byte) []byte {
	if bytes.IndexByte(raw, '\\') < 0 {
		return raw[1 : len(raw)-1]
	}
	var ok bool
	if s.text, ok = Unquote(raw, s.text[:0]); !ok {
		s.fail(ReasonEscape)
		return nil
	}
	return s.text
}

// skipKey passes over a key and its colon.
func (s *Scanner) skipKey() bool {
	if s.peek() != '"' {
		s.fail(ReasonSyntax)
		return false
	}
	return s.skipString() && s.colon()
}

func (s *Scanner) colon() bool {
	if s.peek() != ':' {
		s.fail(ReasonSyntax)
		return false
	}
	s.pos++
	return true
}

// skipString passes over the string whose opening quote comes next.
func (s *Scanner) skipString() bool {
	s.pos++
	from := s.pos // what lies before it is known not to close the string
	for {
		i := bytes.IndexByte(s.buf[from:s.end], '"')
		if i < 0 {
			if s.damaged(s.end) {
				return false
			}
			// All but a run of backslashes at the end can be let go.
			run := backslashes(s.buf[s.pos:s.end])
			s.pos, from = s.end-run, run
			if !s.fill() {
				s.pos = s.end
				s.fail(ReasonSyntax)
				return false
			}
			from += s.pos
			continue
		}
		quote := from + i
		if s.damaged(quote) {
			return false
		}
		if quote > s.pos && s.buf[quote-1] == '\\' && backslashes(s.buf[s.pos:quote])%2 == 1 {
			from = quote + 1
			continue
		}
		s.pos = quote + 1
		return true
	}
}

// backslashes counts those that b ends in.
func backslashes(b []byte) int {
	n := len(b)
	for n > 0 && b[n-1] == '\\' {
		n--
	}
	return len(b) - n
}

// damaged fails if a line feed or NUL lies before end. Both are looked for once
// per line or buffer and not once per string.
func (s *Scanner) damaged(end int) bool {
	if s.lf < s.pos {
		s.lf = s.find('\n')
	}
	if s.nul < s.pos {
		s.nul = s.find(0)
	}
	if at := min(s.lf, s.nul); at < end {
		s.pos = at
		s.fail(ReasonControl)
		return true
	}
	return false
}

// find gives the index of the next c, or the end of the buffer.
func (s *Scanner) find(c byte) int {
	if i := bytes.IndexByte(s.buf[s.pos:s.end], c); i >= 0 {
		return s.pos + i
	}
	return s.end
}

// skipLiteral passes over a number, true, false or null that starts with c.
func (s *Scanner) skipLiteral(c byte) bool {
	if c == 0 || c != '-' && (c < '0' || c > '9') && c != 't' && c != 'f' && c != 'n' && c != 'N' && c != 'I' {
		s.fail(ReasonSyntax)
		return false
	}
	pinned := s.pin >= 0
	if !pinned {
		s.pin = s.pos
	}
	start := s.pos - s.pin
	for {
		for s.pos < s.end && !delimiter[s.buf[s.pos]] {
			s.pos++
		}
		if s.pos < s.end || !s.fill() {
			break
		}
	}
	if s.err == nil && !validLiteral(s.buf[s.pin+start:s.pos]) {
		s.fail(ReasonSyntax)
	}
	if !pinned {
		s.pin = -1
	}
	return s.err == nil
}

// delimiter marks the bytes that end a number or literal.
var delimiter = [256]bool{' ': true, '\n': true, '\r': true, '\t': true, ',': true, ']': true, '}': true, ':': true, '"': true, '{': true, '[': true}

// validLiteral holds for true, false, null, the numbers of RFC 8259, and the
// three words that Python's json module writes for numbers that it cannot.
func validLiteral(b []byte) bool {
	switch string(b) {
	case "true", "false", "null", "NaN", "Infinity", "-Infinity":
		return true
	}
	if len(b) > 0 && b[0] == '-' {
		b = b[1:]
	}
	whole := digits(b)
	if whole == 0 || whole > 1 && b[0] == '0' {
		return false
	}
	b = b[whole:]
	if len(b) > 0 && b[0] == '.' {
		n := digits(b[1:])
		if n == 0 {
			return false
		}
		b = b[1+n:]
	}
	if len(b) > 0 && b[0]|0x20 == 'e' {
		b = b[1:]
		if len(b) > 0 && (b[0] == '+' || b[0] == '-') {
			b = b[1:]
		}
		return len(b) > 0 && digits(b) == len(b)
	}
	return len(b) == 0
}

// digits counts those that b starts with.
func digits(b []byte) int {
	n := 0
	for n < len(b) && b[n] >= '0' && b[n] <= '9' {
		n++
	}
	return n
}

// fill reads more, keeping what is held, pinned or unread. It gives false when
// there is no more or the limit is reached.
func (s *Scanner) fill() bool {
	if s.rerr != nil {
		return false
	}
	keep := max(0, s.pos-s.behind)
	if s.pin >= 0 {
		keep = min(keep, s.pin)
	}
	if s.hold >= 0 {
		keep = min(keep, s.hold)
	}
	if keep > 0 {
		s.shift(keep)
	}
	if s.end == len(s.buf) {
		if len(s.buf) >= MaxHeld {
			s.fail(ReasonSize)
			return false
		}
		s.buf = append(make([]byte, 0, 2*len(s.buf)), s.buf...)
		s.buf = s.buf[:cap(s.buf)]
	}
	if s.ahead != nil {
		s.ahead.pass(s.Offset())
	}
	s.lf, s.nul = -1, -1
	for range 100 { // as bufio: a reader that keeps returning nothing is broken
		n, err := s.r.Read(s.buf[s.end:])
		s.end += n
		s.rerr = err
		if n > 0 {
			return true
		}
		if err != nil {
			return false
		}
	}
	s.rerr = io.ErrNoProgress
	return false
}

// shift drops the first n bytes of the buffer.
func (s *Scanner) shift(n int) {
	copy(s.buf, s.buf[n:s.end])
	s.base += int64(n)
	s.pos -= n
	s.end -= n
	if s.pin >= 0 {
		s.pin -= n
	}
	if s.hold >= 0 {
		s.hold -= n
	}
}
