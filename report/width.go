package report

import (
	"strings"
	"unicode/utf8"

	"github.com/olekukonko/tablewriter/pkg/twwidth"
)

// columns is how many terminal columns s takes: two for a wide East Asian rune,
// none for a combining mark. It asks tablewriter, so that both agree, but never
// with tablewriter's guess from this machine's locale.
func columns(s string) int {
	if plainASCII(s) {
		return len(s)
	}
	return twwidth.WidthWithOptions(s, twwidth.Options{})
}

// fit cuts s, which must have gone through [Visible], to at most width columns,
// with mark as its last part where something was cut.
func fit(s string, width int, mark string) string {
	if columns(s) <= width {
		return s
	}
	if width < columns(mark) {
		return ""
	}
	return head(s, width-columns(mark)) + mark
}

// fitMiddle is like [fit] but cuts in the middle, for names and paths, whose end
// says as much as their start.
func fitMiddle(s string, width int, mark string) string {
	if columns(s) <= width {
		return s
	}
	room := width - columns(mark)
	if room < 2 {
		return fit(s, width, mark)
	}
	return head(s, room/2) + mark + tail(s, room-room/2)
}

// head is the longest start of s within width columns.
func head(s string, width int) string {
	end := 0
	for end < len(s) {
		_, n := utf8.DecodeRuneInString(s[end:])
		if width -= columns(s[end : end+n]); width < 0 {
			break
		}
		end += n
	}
	return s[:end]
}

// tail is the longest end of s within width columns, not starting on a mark
// that belongs to the letter before it.
func tail(s string, width int) string {
	start := len(s)
	for start > 0 {
		_, n := utf8.DecodeLastRuneInString(s[:start])
		if width -= columns(s[start-n : start]); width < 0 {
			break
		}
		start -= n
	}
	for start < len(s) {
		_, n := utf8.DecodeRuneInString(s[start:])
		if columns(s[start:start+n]) > 0 {
			break
		}
		start += n
	}
	return s[start:]
}

// wrap breaks s at blanks into lines of at most width columns, and a word that
// is longer wherever it must.
func wrap(s string, width int) []string {
	var lines []string
	line := ""
	for _, word := range strings.Fields(s) {
		if line != "" && columns(line)+1+columns(word) <= width {
			line += " " + word
			continue
		}
		if line != "" {
			lines = append(lines, line)
		}
		for columns(word) > width {
			start := head(word, width)
			lines, word = append(lines, start), word[len(start):]
		}
		line = word
	}
	return append(lines, line)
}
