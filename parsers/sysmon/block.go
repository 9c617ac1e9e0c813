package sysmon

import (
	"bufio"
	"bytes"
	"io"

	"oddkin/parsers/internal/ingest"
	"oddkin/parsers/internal/jsonstream"
	"oddkin/parsers/internal/winevent"
)

// blockSize is how much of the input is read and digested at once: some hundred
// records, which fit the processor's second-level cache.
const blockSize = 256 << 10

// headSize is how much is looked at for how the objects begin.
const headSize = 4096

// block is a part of the input, and what looking at it by itself has found. It
// holds if the objects before it end where it begins, which is likely and for the
// reader to know.
type block struct {
	buf    []byte
	text   []byte
	offset int64  // of text in the input
	err    error  // how the input ends behind text; nil when it goes on
	first  []byte // see blocks

	done    int   // how much of text was made sense of: up to here all below holds
	begun   bool  // there was an object
	lead    stray // before the first object
	trail   stray // behind the last
	arrays  int   // '[' that were opened and not closed
	batch   winevent.Batch
	remarks []remark
}

// remark is what is to be said of the input between two records of the batch.
type remark struct {
	before int // how many digests the batch had
	stray  stray
	reason string // of a damaged object; empty for text between objects
}

// blocks cuts an input into blocks where objects are likely to begin.
type blocks struct {
	r      io.Reader
	size   int
	carry  []byte // read, and not yet part of a block
	offset int64  // of carry
	first  []byte // how the first object begins, up to its first key
}

// next reads the next block and reports whether it is the last.
func (s *blocks) next(b *block) (last bool) {
	if cap(b.buf) < s.size {
		b.buf = make([]byte, s.size)
	}
	if s.first == nil {
		br := bufio.NewReaderSize(s.r, headSize)
		head, _ := br.Peek(headSize)
		s.r, s.first = br, beginning(head)
	}
	b.buf, b.err = b.buf[:s.size], nil
	n := copy(b.buf, s.carry)
	for idle := 0; n < len(b.buf) && b.err == nil; idle++ {
		var m int
		if m, b.err = s.r.Read(b.buf[n:]); m > 0 {
			idle = 0
		} else if b.err == nil && idle == 100 { // as bufio: a reader that keeps returning nothing is broken
			b.err = io.ErrNoProgress
		}
		n += m
	}
	b.text, b.offset, b.first = b.buf[:n], s.offset, s.first
	if b.err == nil {
		b.text = b.buf[:s.cut(b.text)]
	}
	s.carry = append(s.carry[:0], b.buf[len(b.text):n]...)
	s.offset += int64(len(b.text))
	return b.err != nil
}

// cut gives where in the second half of text an object is likely to begin, with
// the blanks before it: at the last line that begins with a brace, else where the
// text begins as the first object of the input did. It is the end if there is none.
func (s *blocks) cut(text []byte) int {
	half := len(text) / 2
	if i := bytes.LastIndex(text[half:], []byte("\n{")); i >= 0 {
		return half + i + 1
	}
	if len(s.first) > 0 {
		if i := bytes.LastIndex(text[half:], s.first); i > 0 {
			if n := len(bytes.TrimRight(text[:half+i], " \t")); n > 0 {
				return n
			}
		}
	}
	return len(text)
}

// beginning gives the first object's brace and first key; empty if there is none.
// Within a string such a text cannot stand, as its quotes are escaped there.
func beginning(text []byte) []byte {
	from := bytes.IndexByte(text, '{')
	if from < 0 {
		return []byte{}
	}
	key := bytes.IndexByte(text[from:], '"')
	if key < 0 || len(bytes.TrimSpace(text[from+1:from+key])) > 0 {
		return []byte{}
	}
	end := bytes.IndexByte(text[from+key+1:], '"')
	if end < 0 {
		return []byte{}
	}
	return bytes.Clone(text[from : from+key+end+2])
}

// digester looks at blocks by themselves.
type digester struct {
	walker
	reader winevent.Reader
	block  *block
}

func newDigester(in *ingest.Input) *digester {
	d := &digester{reader: winevent.NewAhead(in)}
	d.reader.Raw, d.reader.Export = rawFields, true
	d.walker = walker{s: jsonstream.NewScannerBytes(nil), rec: &d.reader.Rec, to: d, partial: true}
	return d
}

// digest finds what b holds, up to where that cannot be told from b alone.
func (d *digester) digest(b *block) {
	b.begun, b.lead, b.remarks = false, stray{}, b.remarks[:0]
	b.batch.Reset()
	d.block = b
	d.s.Reset(b.text, b.offset)
	d.s.Beginning(b.first)
	d.stray, d.arrays = stray{}, 0
	for {
		b.trail, b.arrays, b.done = d.stray, d.arrays, int(d.s.Offset()-b.offset)
		if d.s.Spent() {
			b.done = len(b.text)
			return
		}
		if !d.next() {
			return
		}
	}
}

func (d *digester) text(s stray) {
	if !d.block.begun {
		d.block.lead = s
		return
	}
	d.block.remarks = append(d.block.remarks, remark{before: d.block.batch.Len(), stray: s})
}

func (d *digester) record(offset int64) {
	d.block.begun = true
	d.reader.Ahead(&d.block.batch, offset)
}

func (d *digester) lost(offset int64, reason string, size int64, _ bool) {
	d.block.begun = true
	d.block.remarks = append(d.block.remarks, remark{before: d.block.batch.Len(), stray: stray{offset, size}, reason: reason})
}
