package report

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Visible makes hostile text safe to print on a terminal or a page, on one
// line, with nothing hidden:
//
//   - newline, carriage return and tab become \n, \r and \t;
//   - other control characters, and bytes that are not UTF-8, become \x1b;
//   - every other rune that has no visible form of its own, or changes how its
//     neighbours are shown, becomes \u202e or \U000e0041: format characters
//     (bidirectional controls, zero-width marks, tags), blanks other than the
//     plain one, fillers, variation selectors, private and unassigned runes;
//   - combining marks are kept up to [maxMarks] in a row.
//
// A backslash stays as it is, or Windows paths could not be read: the result is
// for a reader's eye. The exact text is in the JSON report.
func Visible(s string) string {
	if plainASCII(s) {
		return s
	}
	var b strings.Builder
	marks := 0
	for len(s) > 0 {
		r, n := utf8.DecodeRuneInString(s)
		if unicode.In(r, unicode.Mn, unicode.Me) {
			marks++
		} else {
			marks = 0
		}
		switch {
		case r == utf8.RuneError && n == 1:
			fmt.Fprintf(&b, `\x%02x`, s[0])
		case shown(r) && marks <= maxMarks:
			b.WriteString(s[:n])
		default:
			b.WriteString(escape(r))
		}
		s = s[n:]
	}
	return b.String()
}

// maxMarks is how many combining marks may stand on one letter. Vietnamese and
// Hebrew need three; towers of them cover the lines above.
const maxMarks = 3

// shown reports whether r prints as itself and as nothing else.
func shown(r rune) bool {
	if r < utf8.RuneSelf {
		return r >= ' ' && r != 0x7f
	}
	return unicode.IsPrint(r) && !unicode.In(r, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector) &&
		r != '\u2800' // the empty Braille cell, a blank in all but name
}

// escape is the visible form of a rune that is not shown.
func escape(r rune) string {
	switch {
	case r == '\n':
		return `\n`
	case r == '\r':
		return `\r`
	case r == '\t':
		return `\t`
	case r < 0x80:
		return fmt.Sprintf(`\x%02x`, r)
	case r < 0x10000:
		return fmt.Sprintf(`\u%04x`, r)
	}
	return fmt.Sprintf(`\U%08x`, r)
}

// plainASCII reports whether s is printable ASCII alone, as nearly all text is.
func plainASCII(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] < ' ' || s[i] >= 0x7f {
			return false
		}
	}
	return true
}
