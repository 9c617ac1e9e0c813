package corpus

import (
	"bufio"
	"errors"
	"fmt"
	"io"
)

// lines reads a text line by line and counts them.
type lines struct {
	*bufio.Scanner
	n int // the line in hand, from 1
}

func newLines(r io.Reader) *lines {
	sc := bufio.NewScanner(r)
	sc.Buffer(nil, MaxLine)
	return &lines{Scanner: sc}
}

func (l *lines) Scan() bool {
	ok := l.Scanner.Scan()
	if ok {
		l.n++
	}
	return ok
}

// err says what ended the text before its end, and after which line.
func (l *lines) err() error {
	err := l.Err()
	if errors.Is(err, bufio.ErrTooLong) {
		err = fmt.Errorf("more than %d bytes", MaxLine)
	}
	if err != nil {
		return fmt.Errorf("line %d: %w", l.n+1, err)
	}
	return nil
}
