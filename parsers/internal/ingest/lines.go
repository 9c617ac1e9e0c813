package ingest

import (
	"bytes"
	"errors"
	"io"
)

// MaxLine is the longest line that is kept whole. The kernel cuts audit records
// at 8,970 bytes and Windows events at 64 KiB of XML; exporters wrap several of
// those in one line. Beyond it the line is reported as [Line.Overlong].
const MaxLine = 16 << 20

// Line is one line of an input.
type Line struct {
	// Text excludes the line end: "\n" with any "\r" before it, of which a line end that
	// was converted twice has two. It is valid until the next call of [Lines.Next]. An
	// overlong line holds its first bytes only.
	Text []byte
	// Offset is the position of the first byte.
	Offset int64
	// Size counts the line's bytes in the input, line end included.
	Size int64
	// Overlong says that the line was longer than the limit and was cut.
	Overlong bool
	// Partial says that the input ended without a line end.
	Partial bool
}

// Lines splits a stream into lines, touching each byte once and holding at most
// one buffer of it.
type Lines struct {
	r      io.Reader
	buf    []byte
	start  int // unread part of buf is buf[start:end]
	end    int
	offset int64 // of buf[start] in the stream
	max    int
	err    error
}

// NewLines reads lines of at most max bytes from r; 0 means [MaxLine].
func NewLines(r io.Reader, max int) *Lines {
	if max <= 0 {
		max = MaxLine
	}
	return &Lines{r: r, buf: make([]byte, 256<<10), max: max}
}

// Next returns the next line, and io.EOF or the reader's own error when there
// is none. A read error is returned once all complete lines before it are out.
func (l *Lines) Next() (Line, error) {
	scanned := 0
	for {
		if i := bytes.IndexByte(l.buf[l.start+scanned:l.end], '\n'); i >= 0 {
			return l.take(scanned+i, scanned+i+1, false), nil
		}
		scanned = l.end - l.start
		if scanned >= l.max {
			return l.overlong(), nil
		}
		if l.err != nil {
			if scanned == 0 || !errors.Is(l.err, io.EOF) {
				return Line{}, l.err
			}
			return l.take(scanned, scanned, true), nil
		}
		l.fill()
	}
}

// Rest is what is left of the last line after a read error: bytes that belong
// to no complete line.
func (l *Lines) Rest() int64 { return int64(l.end - l.start) }

// Offset is the position of the next unread byte.
func (l *Lines) Offset() int64 { return l.offset }

// take cuts n bytes of text and size bytes of input off the buffer.
func (l *Lines) take(n, size int, partial bool) Line {
	text := bytes.TrimRight(l.buf[l.start:l.start+n], "\r")
	line := Line{Text: text, Offset: l.offset, Size: int64(size), Partial: partial}
	l.start += size
	l.offset += int64(size)
	return line
}

// overlong returns the first max bytes of the line at the start of the buffer
// and drops the rest of it from the stream.
func (l *Lines) overlong() Line {
	line := Line{Text: bytes.Clone(l.buf[l.start : l.start+l.max]), Offset: l.offset, Overlong: true}
	for {
		chunk := l.buf[l.start:l.end]
		if i := bytes.IndexByte(chunk, '\n'); i >= 0 {
			line.Size += int64(i + 1)
			l.start += i + 1
			break
		}
		line.Size += int64(len(chunk))
		l.start, l.end = 0, 0
		if l.err != nil {
			line.Partial = true
			break
		}
		l.fill()
	}
	l.offset += line.Size
	return line
}

// fill reads more, moving the unread part to the front and growing the buffer
// up to the limit when it is full.
func (l *Lines) fill() {
	if l.start > 0 {
		copy(l.buf, l.buf[l.start:l.end])
		l.end -= l.start
		l.start = 0
	}
	if l.end == len(l.buf) {
		grown := make([]byte, min(2*len(l.buf), l.max+1))
		copy(grown, l.buf[:l.end])
		l.buf = grown
	}
	for range 100 { // as bufio: a reader that keeps returning nothing is broken
		n, err := l.r.Read(l.buf[l.end:])
		l.end += n
		l.err = err
		if n > 0 || err != nil {
			return
		}
	}
	l.err = io.ErrNoProgress
}
