package report

import "fmt"

// paint colours text with ANSI SGR sequences, or leaves it as it is. Only text
// that has gone through [Visible] may be painted.
type paint struct{ on bool }

func (p paint) sgr(code, s string) string {
	if !p.on || s == "" {
		return s
	}
	return "\x1b[" + code + "m" + s + "\x1b[0m"
}

func (p paint) strong(s string) string { return p.sgr("1", s) }
func (p paint) dim(s string) string    { return p.sgr("2", s) }
func (p paint) warn(s string) string   { return p.sgr("33", s) }

// score writes a score with three decimals: red at and above the threshold,
// yellow from half of it.
func (p paint) score(x, threshold float32) string {
	s := fmt.Sprintf("%.3f", x)
	switch {
	case x >= threshold:
		return p.sgr("1;31", s)
	case x >= threshold/2:
		return p.sgr("33", s)
	}
	return s
}
