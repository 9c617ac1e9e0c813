package report

import (
	"bufio"
	"fmt"
	"unicode/utf8"
)

// appendLaidOut appends JSON text of one line, or the first part of one, laid out on many:
// deeper by two blanks for each object and array, all but the first behind indent. What
// stands in strings goes out as by [escapeJSON].
func appendLaidOut(dst, text []byte, indent string) []byte {
	depth := 0
	newline := func() {
		dst = append(append(dst, '\n'), indent...)
		for range depth {
			dst = append(dst, "  "...)
		}
	}
	for i := 0; i < len(text); i++ {
		switch c := text[i]; c {
		case '"':
			end := i + 1
			for text[end] != '"' {
				if text[end] == '\\' {
					end++
				}
				end++
			}
			dst = appendEscaped(dst, text[i:end+1])
			i = end
		case '{', '[':
			dst = append(dst, c)
			if i+1 == len(text) {
				return dst
			}
			if next := text[i+1]; next == c+2 { // the sign that closes it
				dst = append(dst, next)
				i++
				continue
			}
			depth++
			newline()
		case '}', ']':
			depth--
			newline()
			dst = append(dst, c)
		case ',':
			dst = append(dst, c)
			newline()
		case ':':
			dst = append(dst, ": "...)
		default:
			dst = append(dst, c)
		}
	}
	return dst
}

// escapeJSON writes JSON text with every rune that [Visible] would not show as
// its JSON escape. Such runes stand inside strings only, where the escape means
// the same; so the file stays exact and is safe to print.
func escapeJSON(w *bufio.Writer, text []byte) { w.Write(appendEscaped(w.AvailableBuffer(), text)) }

func appendEscaped(dst, text []byte) []byte {
	done := 0
	for i := 0; i < len(text); {
		if c := text[i]; c < utf8.RuneSelf && c != 0x7f {
			i++
			continue
		}
		r, n := utf8.DecodeRune(text[i:])
		if !shown(r) {
			dst = append(dst, text[done:i]...)
			if hi, lo := utf16Pair(r); lo != 0 {
				dst = fmt.Appendf(dst, `\u%04x\u%04x`, hi, lo)
			} else {
				dst = fmt.Appendf(dst, `\u%04x`, r)
			}
			done = i + n
		}
		i += n
	}
	return append(dst, text[done:]...)
}

// utf16Pair gives the surrogates of a rune beyond the basic plane, else zeros.
func utf16Pair(r rune) (hi, lo rune) {
	if r < 0x10000 {
		return 0, 0
	}
	r -= 0x10000
	return 0xd800 + r>>10, 0xdc00 + r&0x3ff
}
