// Package wtf8 turns UTF-16 as Windows has it into UTF-8, for the readers of text and
// of binary logs. Windows lets half a surrogate pair stand in a name alone. It is kept as
// the three bytes that UTF-8 would give its number (WTF-8, simonsapin.github.io/wtf-8):
// no valid UTF-8, which whoever shows it must escape, but no other name's text either, as
// a replacement character would be.
package wtf8

import (
	"encoding/binary"
	"errors"
	"io"
	"unicode/utf16"
	"unicode/utf8"
)

// ErrCut says that a text ends inside a character.
var ErrCut = errors.New("UTF-16 text ends inside a character")

// AppendRune appends a rune, which may be half a surrogate pair.
func AppendRune(dst []byte, r rune) []byte {
	if utf16.IsSurrogate(r) {
		return append(dst, 0xE0|byte(r>>12), 0x80|byte(r>>6)&0x3F, 0x80|byte(r)&0x3F)
	}
	return utf8.AppendRune(dst, r)
}

// Next gives the character at the start of b, which holds two bytes at least, and its
// size in bytes.
func Next(b []byte, order binary.ByteOrder) (r rune, size int) {
	r = rune(order.Uint16(b))
	if utf16.IsSurrogate(r) && len(b) >= 4 {
		if pair := utf16.DecodeRune(r, rune(order.Uint16(b[2:]))); pair != utf8.RuneError {
			return pair, 4
		}
	}
	return r, 2
}

// Reader gives the text of a stream of UTF-16 without a byte order mark.
type Reader struct {
	r     io.Reader
	order binary.ByteOrder
	in    []byte // read and not yet turned; a part of buf
	buf   []byte
	out   []byte // turned and not yet given
	text  []byte // the memory of out
	err   error
}

// NewReader reads r in the given order of bytes.
func NewReader(r io.Reader, order binary.ByteOrder) *Reader {
	return &Reader{r: r, order: order, buf: make([]byte, 16<<10)}
}

func (d *Reader) Read(p []byte) (int, error) {
	for range 100 { // as bufio: a reader that keeps returning nothing is broken
		if len(d.out) > 0 || d.err != nil {
			break
		}
		d.fill()
	}
	switch {
	case len(d.out) > 0:
	case d.err != nil:
		return 0, d.err
	default:
		return 0, io.ErrNoProgress
	}
	n := copy(p, d.out)
	d.out = d.out[n:]
	return n, nil
}

// fill turns what can be read at once. The first half of a pair waits for what follows.
func (d *Reader) fill() {
	kept := copy(d.buf, d.in)
	n, err := d.r.Read(d.buf[kept:])
	d.in, d.err = d.buf[:kept+n], err
	least := 4
	if err != nil {
		least = 2
	}
	d.text = d.text[:0]
	for len(d.in) >= least || len(d.in) >= 2 && !utf16.IsSurrogate(rune(d.order.Uint16(d.in))) {
		r, size := Next(d.in, d.order)
		d.text = AppendRune(d.text, r)
		d.in = d.in[size:]
	}
	d.out = d.text
	if errors.Is(err, io.EOF) && len(d.in) > 0 {
		d.err = ErrCut
	}
}
