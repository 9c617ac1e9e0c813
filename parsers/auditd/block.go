package auditd

import (
	"errors"
	"io"
	"math"

	"oddkin/parsers/event"
)

// blockSize is how much of the input is read and digested at once: a few
// thousand records, which fit the processor's second-level cache. Twice maxLine,
// so that what is carried over leaves room for more.
const blockSize = 2 * maxLine

// block is a part of the input that begins and ends between two chunks, and what
// digesting has made of it. Its slices are used again for later parts.
type block struct {
	buf    []byte
	text   []byte // what was read of the input
	size   int    // the part of text that is whole chunks
	offset int64  // of text in the input
	// err is how the input ends behind this block, io.EOF or the reader's error;
	// nil when it goes on. rest is then how many bytes were read that are no chunk.
	err  error
	rest int64

	runs      []run
	records   []record
	calls     []syscallRecord
	sightings []sighting
	memos     []*memo
	remarks   []remark

	books            event.Account // only the counts that records need no context for
	earliest, latest int64         // of all records, in milliseconds since 1970; latest is -1 for none
}

// run is a number of records of one event that follow each other, or a remark.
type run struct {
	stamp    stamp
	host     []byte
	at       int // of the first record in the block
	from, to int // its part of block.records
	remark   int // index into block.remarks, or -1
}

// record is where one record stands, and what it needs no context to say.
type record struct {
	class class
	item  uint8  // of a PATH record: its number, itemUnknown or itemLarge
	typ   uint8  // length of the type's name
	at    uint32 // position of the record in the block
	typAt uint32
	body  uint32 // position of the record's own fields, which end at end
	end   uint32
	// index is the place in block.calls, sightings or memos of what the record
	// was read as; -1 for nothing.
	index int32
}

// Numbers of PATH records. Those below maxItem are told apart.
const (
	maxItem     = 64
	itemUnknown = 64
	itemLarge   = 65
)

// remark is a part of the input that is no record as it should be; without a reason one that
// is an event of Sysmon's.
type remark struct {
	at, size int
	serial   uint64
	reason   string
}

// reset empties b for another part of the input.
func (b *block) reset() {
	b.err, b.rest = nil, 0
	b.runs, b.records, b.calls = b.runs[:0], b.records[:0], b.calls[:0]
	b.sightings, b.memos, b.remarks = b.sightings[:0], b.memos[:0], b.remarks[:0]
	b.books, b.earliest, b.latest = event.Account{}, math.MaxInt64, -1
}

// blocks cuts a stream into blocks.
type blocks struct {
	r      io.Reader
	carry  []byte // read, and not yet part of a block; less than maxLine
	offset int64  // of carry
	ended  bool
}

// next reads the next block. The last one has its err set.
func (s *blocks) next(b *block) {
	b.reset()
	if b.buf == nil {
		b.buf = make([]byte, blockSize)
	}
	n := copy(b.buf, s.carry)
	for n < len(b.buf) && b.err == nil {
		var m int
		m, b.err = readSome(s.r, b.buf[n:])
		n += m
	}
	b.offset = s.offset
	b.text, b.size = b.buf[:n], n
	if !errors.Is(b.err, io.EOF) {
		b.size = whole(b.text)
	}
	rest := b.text[b.size:]
	s.offset += int64(b.size)
	if s.ended = b.err != nil; s.ended {
		b.rest = int64(len(rest))
		return
	}
	s.carry = append(s.carry[:0], rest...)
}

// readSome reads at least one byte, or returns an error.
func readSome(r io.Reader, p []byte) (int, error) {
	for range 100 { // as bufio: a reader that keeps returning nothing is broken
		n, err := r.Read(p)
		if n > 0 || err != nil {
			return n, err
		}
	}
	return 0, io.ErrNoProgress
}
