package winevent

import (
	"bytes"
	"strconv"
	"unicode/utf8"

	"oddkin/parsers/internal/wtf8"
)

// longestReference is the longest that is looked for, "&#x10FFFF;" with zeros in front.
const longestReference = 16

// resolved gives text with its character references resolved: the five of XML and those
// by number (XML 1.0, 4.1 and 4.6). Any other stays as it stands, and so do numbers that
// are no characters; half a surrogate pair is kept as [wtf8] has it. HTML has more names,
// and reads some numbers as others.
func resolved(text []byte) []byte {
	out := make([]byte, 0, len(text))
	for {
		i := bytes.IndexByte(text, '&')
		if i < 0 {
			return append(out, text...)
		}
		out = append(out, text[:i]...)
		text = text[i:]
		end := bytes.IndexByte(text[:min(len(text), longestReference)], ';')
		r, ok := rune(0), false
		if end > 0 {
			r, ok = referenced(string(text[1:end]))
		}
		if !ok {
			out, text = append(out, '&'), text[1:]
			continue
		}
		out, text = wtf8.AppendRune(out, r), text[end+1:]
	}
}

// referenced is the character that a reference names.
func referenced(name string) (rune, bool) {
	switch name {
	case "amp":
		return '&', true
	case "lt":
		return '<', true
	case "gt":
		return '>', true
	case "quot":
		return '"', true
	case "apos":
		return '\'', true
	}
	if len(name) < 2 || name[0] != '#' {
		return 0, false
	}
	digits, base := name[1:], 10
	if digits[0] == 'x' {
		digits, base = digits[1:], 16
	}
	n, err := strconv.ParseUint(digits, base, 32)
	return rune(n), err == nil && n <= utf8.MaxRune
}
