package evtx

import (
	"encoding/binary"
	"hash/crc32"

	"github.com/Velocidex/ordereddict"

	"oddkin/parsers/event"
	"oddkin/parsers/internal/crew"
	"oddkin/parsers/internal/ingest"
	"oddkin/parsers/internal/winevent"
)

// The reasons of warnings, besides those of records.
const (
	reasonHeader   = "damaged file header"
	reasonNoHeader = "no file header"
	reasonVersion  = "unknown version of the format: read as version 3"
	reasonChecksum = "checksum of a chunk does not hold: the log was open, or is damaged"
	reasonGap      = "no chunk where one should be"
	reasonHole     = "no record where one should be"
	reasonEnd      = "the last records of a chunk are missing"
	reasonCut      = "a chunk is cut"
)

// reader reads one log: it takes in order what workers have made of its chunks.
type reader struct {
	winevent.Reader
	taker  taker // of single records, where a worker could not tell
	loaded int64 // offset of the chunk that taker holds, -1 for none

	numbers ingest.Numbers
	header  bool // there was one
	chunks  bool // there was one
}

func newReader(in *ingest.Input, yield func(event.Event, error) bool) *reader {
	r := &reader{Reader: winevent.Reader{In: in, Yield: yield}, loaded: -1}
	r.taker.rec = &r.Rec
	r.Raw = r.taker.raw
	return r
}

func (r *reader) run() {
	in := r.In
	source := &source{stream: newStream(in.R)}
	workers := crew.New(in.Parsers(), source.next, func() func(*block) { return newDigester(in).digest })
	defer workers.Close()
	for b := workers.Next(); b != nil && !r.Stopped; b = workers.Next() {
		r.piece(b)
	}
	if r.Stopped {
		return
	}
	r.Gaps(&r.numbers, "records overwritten, lost or removed")
	if err := source.stream.failure(); err != nil {
		r.Fail(err)
	}
}

// piece takes a part of the file.
func (r *reader) piece(b *block) {
	switch p := &b.piece; p.kind {
	case header:
		r.header = true
		r.fileHeader(p.data)
	case gap:
		// Windows allots space ahead, so that a log ends in zeros.
		if p.blank && (p.last || !r.chunks) {
			break
		}
		r.In.Account.Skipped += p.size
		r.Warn(p.offset, 0, reasonGap, p.size)
	case chunk:
		if !r.header {
			r.header = true
			r.Warn(p.offset, 0, reasonNoHeader, 0)
		}
		r.chunks = true
		if p.size < chunkSize {
			r.In.Account.Truncated = r.In.Account.Truncated || p.last
			r.Warn(p.offset+p.size, 0, reasonCut, 0)
		}
		r.settle(b)
	}
}

// settle takes what a worker has found in a chunk.
func (r *reader) settle(b *block) {
	r.SettleCounts(&b.batch)
	for _, n := range b.runs {
		r.numbers.Note(0, n)
	}
	remarks := b.remarks
	for i := 0; !r.Stopped; i++ {
		for ; len(remarks) > 0 && remarks[0].before == i; remarks = remarks[1:] {
			r.remark(&remarks[0])
		}
		if i == b.batch.Len() {
			return
		}
		if offset, ok := r.Settle(&b.batch, i); !ok {
			r.again(b, int(offset-b.piece.offset), b.sizes[i])
		}
	}
}

func (r *reader) remark(m *remark) {
	switch m.kind {
	case remarkLost:
		r.Lost(m.offset, m.number, m.reason, m.size)
	case remarkSkipped:
		r.In.Account.Skipped += m.size
		r.Warn(m.offset, m.number, m.reason, m.size)
	default:
		r.Warn(m.offset, m.number, m.reason, m.size)
	}
}

// again reads a record as if no worker had.
func (r *reader) again(b *block, at, size int) {
	if r.loaded != b.piece.offset {
		r.loaded = b.piece.offset
		r.taker.chunk.load(b.piece.data)
	}
	offset := b.piece.offset + int64(at)
	number, _ := r.taker.chunk.number(at)
	if err := r.taker.take(at, size); err != nil {
		r.Lost(offset, number, err.Error(), int64(size))
		return
	}
	r.Take(offset)
}

// fileHeader looks at the file's header. Nothing in it is needed: the chunks are
// found without it, and a log that was open has an outdated one.
func (r *reader) fileHeader(b []byte) {
	if len(b) < headerSize {
		r.In.Account.Truncated = true
		r.Warn(0, 0, reasonHeader, 0)
		return
	}
	if !unchecked(b) && crc32.ChecksumIEEE(b[:120]) != binary.LittleEndian.Uint32(b[124:]) {
		r.Warn(0, 0, reasonHeader, 0)
	}
	if binary.LittleEndian.Uint16(b[38:]) != 3 {
		r.Warn(0, 0, reasonVersion, 0)
	}
}

// unchecked reports whether a log, by its file's header, was written without
// checksums.
func unchecked(header []byte) bool {
	return len(header) >= headerSize && binary.LittleEndian.Uint32(header[120:])&4 != 0
}

// taker fills in records from a chunk.
type taker struct {
	chunk chunkReader
	rec   *winevent.Record
	at    int // of the record at hand, in the chunk
}

// take reads the record of a size that begins at at.
func (t *taker) take(at, size int) error {
	c := &t.chunk
	t.at = at
	t.rec.Begin(c.data[at : at+size])
	if err := c.event(at+recordHeader, at+size-4, (*fields)(t.rec)); err != nil {
		return err
	}
	if !t.rec.Has(winevent.RecordID) {
		c.scratch = appendValue(c.scratch[:0], value{kind: typeUint64, data: c.data[at+8 : at+16]})
		t.rec.Put(winevent.RecordID, c.scratch)
	}
	if !t.rec.Has(winevent.TimeCreated) {
		c.scratch = appendValue(c.scratch[:0], value{kind: typeFiletime, data: c.data[at+16 : at+24]})
		t.rec.Put(winevent.TimeCreated, c.scratch)
	}
	return nil
}

// raw gives all that the record at hand says.
func (t *taker) raw(record []byte) *ordereddict.Dict {
	to := raw{dict: ordereddict.NewDict()}
	// It has been read before; what is damaged in the parts that nobody wanted
	// ends the dictionary early.
	_ = t.chunk.event(t.at+recordHeader, t.at+len(record)-4, &to)
	return to.dict
}

// fields is the sink that fills in what is wanted of a record.
type fields winevent.Record

func (f *fields) wants(field winevent.Field) bool { return field != 0 }

func (f *fields) text(_ string, p *part, text []byte) { (*winevent.Record)(f).Put(p.field, text) }

func (f *fields) list(string, *part, value) {}

func (f *fields) enough() bool { return !(*winevent.Record)(f).Wanted() }
