package report

import (
	"bytes"
	"io"
)

// trimmer passes text on without the blanks at the ends of its lines. Lines may
// arrive in pieces; blanks wait until it is known what follows them.
type trimmer struct {
	w      io.Writer
	blanks int
}

func (t *trimmer) Write(p []byte) (int, error) {
	var out []byte
	for _, c := range p {
		switch c {
		case ' ':
			t.blanks++
			continue
		case '\n':
		default:
			out = append(out, bytes.Repeat([]byte{' '}, t.blanks)...)
		}
		t.blanks = 0
		out = append(out, c)
	}
	if _, err := t.w.Write(out); err != nil {
		return 0, err
	}
	return len(p), nil
}
