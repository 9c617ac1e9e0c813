package jsonstream

import (
	"bytes"
	"unicode/utf16"
	"unicode/utf8"

	"oddkin/parsers/internal/wtf8"
)

// Unquote gives the text of a JSON string that starts and ends with its quotes.
// Without escapes that is a part of raw; else it is appended to dst, which may
// be nil. Half a surrogate pair is kept as [wtf8] has it. It gives false for an escape
// that JSON does not have.
func Unquote(raw, dst []byte) ([]byte, bool) {
	if len(raw) < 2 {
		return nil, false
	}
	raw = raw[1 : len(raw)-1]
	i := bytes.IndexByte(raw, '\\')
	if i < 0 {
		return raw, true
	}
	for i >= 0 {
		dst = append(dst, raw[:i]...)
		raw = raw[i:]
		if len(raw) < 2 {
			return dst, false
		}
		var n int
		if dst, n = appendEscape(dst, raw); n == 0 {
			return dst, false
		}
		raw = raw[n:]
		i = bytes.IndexByte(raw, '\\')
	}
	return append(dst, raw...), true
}

// appendEscape appends what the escape at the start of raw stands for and gives
// its length, 0 if it is none.
func appendEscape(dst, raw []byte) ([]byte, int) {
	switch c := raw[1]; c {
	case '"', '\\', '/':
		return append(dst, c), 2
	case 'b':
		return append(dst, '\b'), 2
	case 'f':
		return append(dst, '\f'), 2
	case 'n':
		return append(dst, '\n'), 2
	case 'r':
		return append(dst, '\r'), 2
	case 't':
		return append(dst, '\t'), 2
	case 'u':
		r, ok := hex4(raw)
		if !ok {
			return dst, 0
		}
		if !utf16.IsSurrogate(r) {
			return utf8.AppendRune(dst, r), 6
		}
		if low, ok := hex4(raw[6:]); ok {
			if pair := utf16.DecodeRune(r, low); pair != utf8.RuneError {
				return utf8.AppendRune(dst, pair), 12
			}
		}
		return wtf8.AppendRune(dst, r), 6
	}
	return dst, 0
}

// hex4 reads \uXXXX.
func hex4(b []byte) (rune, bool) {
	if len(b) < 6 || b[0] != '\\' || b[1] != 'u' {
		return 0, false
	}
	var r rune
	for _, c := range b[2:6] {
		switch {
		case c >= '0' && c <= '9':
			c -= '0'
		case c >= 'a' && c <= 'f':
			c -= 'a' - 10
		case c >= 'A' && c <= 'F':
			c -= 'A' - 10
		default:
			return 0, false
		}
		r = r<<4 | rune(c)
	}
	return r, true
}
