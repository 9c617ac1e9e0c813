package report

import (
	"fmt"
	"math"
	"strings"
	"unicode/utf8"
)

// text is s with every byte that is not UTF-8 as a visible escape, \xff. JSON,
// HTML and terminals can hold nothing else, and dropping or replacing the byte
// would make two different names equal.
func text(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	var b strings.Builder
	for len(s) > 0 {
		r, n := utf8.DecodeRuneInString(s)
		if r == utf8.RuneError && n == 1 {
			fmt.Fprintf(&b, `\x%02x`, s[0])
		} else {
			b.WriteString(s[:n])
		}
		s = s[n:]
	}
	return b.String()
}

// texts is [text] over a list, never nil.
func texts(list []string) []string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = text(s)
	}
	return out
}

// unit is x within 0 to 1; what is no number is 0.
func unit(x float32) float32 {
	if x != x {
		return 0
	}
	return min(max(x, 0), 1)
}

// finite is x, or 0 if it is infinite or no number.
func finite(x float32) float32 {
	if f := float64(x); math.IsNaN(f) || math.IsInf(f, 0) {
		return 0
	}
	return x
}
