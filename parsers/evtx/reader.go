package evtx

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"

	"github.com/Velocidex/ordereddict"

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

// reader reads one log.
type reader struct {
	winevent.Reader
	chunk   chunkReader
	offset  int64 // of the chunk at hand
	at      int   // of the record at hand, in the chunk
	numbers numbers
	header  bool // there was one
	chunks  bool // there was one
	// unchecked is set when the log was written without checksums.
	unchecked bool
}

func (r *reader) run(in *ingest.Input) {
	s := newStream(in.R)
	for !r.Stopped {
		p, ok := s.next()
		if !ok {
			break
		}
		r.piece(p)
	}
	if r.Stopped {
		return
	}
	if count, gaps, after := r.numbers.missing(); count > 0 {
		r.Warn(-1, after, fmt.Sprintf("%d record numbers missing in %d gaps, most before this one: records overwritten, lost or removed", count, gaps), 0)
	}
	if err := s.failure(); err != nil {
		r.Fail(err)
	}
}

// piece reads a part of the file.
func (r *reader) piece(p piece) {
	switch p.kind {
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
		r.offset = p.offset
		if p.size < chunkSize {
			r.In.Account.Truncated = r.In.Account.Truncated || p.last
			r.Warn(p.offset+p.size, 0, reasonCut, 0)
		}
		if p.size >= chunkHeaderSize {
			r.chunk.load(p.data)
			r.records()
		}
	}
}

// fileHeader looks at the file's header. Nothing in it is needed: the chunks are
// found without it, and a log that was open has an outdated one.
func (r *reader) fileHeader(b []byte) {
	if len(b) < headerSize {
		r.In.Account.Truncated = true
		r.Warn(0, 0, reasonHeader, 0)
		return
	}
	r.unchecked = binary.LittleEndian.Uint32(b[120:])&4 != 0
	if !r.unchecked && crc32.ChecksumIEEE(b[:120]) != binary.LittleEndian.Uint32(b[124:]) {
		r.Warn(0, 0, reasonHeader, 0)
	}
	if binary.LittleEndian.Uint16(b[38:]) != 3 {
		r.Warn(0, 0, reasonVersion, 0)
	}
}

// records reads the records of the chunk at hand.
func (r *reader) records() {
	c := &r.chunk
	if whole := len(c.data) == chunkSize; whole && !r.unchecked && !c.intact() {
		r.Warn(r.offset, 0, reasonChecksum, 0)
	}
	first, _ := c.span()
	at, free, previous := chunkHeaderSize, c.free(), first-1
	for !r.Stopped {
		number, ok := c.number(at)
		follows := ok && number == previous+1
		if ok && (at < free || follows) && c.whole(at) {
			r.record(at, c.size(at), number)
			at, previous = at+c.size(at), number
			continue
		}
		if at >= free {
			return // what follows is left over from an earlier use of the chunk
		}
		next := c.find(at, free)
		if follows {
			if n := c.salvage(at, next, free); n > 0 {
				r.record(at, n, number)
				at, previous = at+n, number
				continue
			}
		}
		if next == free {
			r.rest(at, free, previous)
			return
		}
		r.Lost(r.offset+int64(at), 0, reasonHole, int64(next-at))
		at = next
	}
}

// rest looks at what stands behind the last record that could be found. Archived
// logs have zeros there.
func (r *reader) rest(at, end int, previous uint64) {
	size := int64(end - at)
	_, last := r.chunk.span()
	switch {
	case !zeros(r.chunk.data[at:end]):
		r.Lost(r.offset+int64(at), 0, reasonHole, size)
	case last > previous && last-previous < chunkSize/recordMin && len(r.chunk.data) == chunkSize:
		r.In.Account.Skipped += size
		r.Warn(r.offset+int64(at), previous+1, reasonEnd, size)
	}
}

// record reads one record.
func (r *reader) record(at, size int, number uint64) {
	c := &r.chunk
	offset := r.offset + int64(at)
	r.numbers.pass(number)
	r.at = at
	r.Rec.Begin(c.data[at : at+size])
	if err := c.event(at+recordHeader, at+size-4, (*fields)(&r.Rec)); err != nil {
		r.Lost(offset, number, err.Error(), int64(size))
		return
	}
	if !r.Rec.Has(winevent.RecordID) {
		c.scratch = appendValue(c.scratch[:0], value{kind: typeUint64, data: c.data[at+8 : at+16]})
		r.Rec.Put(winevent.RecordID, c.scratch)
	}
	if !r.Rec.Has(winevent.TimeCreated) {
		c.scratch = appendValue(c.scratch[:0], value{kind: typeFiletime, data: c.data[at+16 : at+24]})
		r.Rec.Put(winevent.TimeCreated, c.scratch)
	}
	r.Take(offset)
}

// raw gives all that the record at hand says.
func (r *reader) raw(record []byte) *ordereddict.Dict {
	to := raw{dict: ordereddict.NewDict()}
	// It has been read before; what is damaged in the parts that nobody wanted
	// ends the dictionary early.
	_ = r.chunk.event(r.at+recordHeader, r.at+len(record)-4, &to)
	return to.dict
}

// fields is the sink that fills in what is wanted of a record.
type fields winevent.Record

func (f *fields) wants(field winevent.Field) bool { return field != 0 }

func (f *fields) text(_ string, p *part, text []byte) { (*winevent.Record)(f).Put(p.field, text) }

func (f *fields) list(string, *part, value) {}

func (f *fields) enough() bool { return !(*winevent.Record)(f).Wanted() }
