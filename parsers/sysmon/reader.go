package sysmon

import (
	"errors"
	"io"

	"oddkin/parsers/event"
	"oddkin/parsers/internal/crew"
	"oddkin/parsers/internal/ingest"
	"oddkin/parsers/internal/jsonstream"
	"oddkin/parsers/internal/winevent"
)

// reader reads one input of JSON, in blocks that workers have looked at where
// those can be relied on, and else as a stream.
type reader struct {
	winevent.Reader
	walker
	crew *crew.Crew[block]
	// at is the block at hand, of which the stream has left rest unread.
	at   *block
	rest []byte
	// again reads single records of a block.
	again *jsonstream.Scanner
}

// newReader makes a reader with blocks of size bytes.
func newReader(in *ingest.Input, yield func(event.Event, error) bool, size int) *reader {
	r := &reader{Reader: winevent.Reader{In: in, Yield: yield, Raw: rawFields, Export: true}, again: jsonstream.NewScannerBytes(nil)}
	r.walker = walker{rec: &r.Rec, to: r}
	source := &blocks{r: in.R, size: size}
	r.crew = crew.New(in.Parsers(), source.next, func() func(*block) { return newDigester(in).digest })
	return r
}

// run reads to the end of the input. Between two objects the reader is where a
// block ends, time and again: what a worker made of the next one holds then. Where
// an object, or damage, goes beyond its block, the stream takes over up to the
// next such place. So nothing depends on where blocks begin.
func (r *reader) run() {
	defer r.crew.Close()
	for !r.Stopped {
		if r.at = r.crew.Next(); r.at == nil {
			return
		}
		r.settle(r.at)
		if r.rest = r.at.text[r.at.done:]; len(r.rest) > 0 {
			r.stream(r.at.offset + int64(r.at.done))
		}
		if !r.Stopped && r.at.err != nil {
			r.end()
			return
		}
	}
}

// settle takes what a worker has found in a block.
func (r *reader) settle(b *block) {
	r.SettleCounts(&b.batch)
	r.stray.join(b.lead)
	if b.begun {
		r.flush()
	}
	remarks := b.remarks
	for i := 0; !r.Stopped; i++ {
		for ; len(remarks) > 0 && remarks[0].before == i; remarks = remarks[1:] {
			r.remark(&remarks[0])
		}
		if i == b.batch.Len() {
			break
		}
		if offset, ok := r.Settle(&b.batch, i); !ok {
			r.again.Reset(b.text[offset-b.offset:b.done], offset)
			r.again.Hold()
			r.Rec.Collect(r.again)
			r.Rec.Unwrap()
			r.Take(offset)
		}
	}
	r.stray.join(b.trail)
	r.arrays += b.arrays
}

func (r *reader) remark(m *remark) {
	if m.reason == "" {
		r.text(m.stray)
		return
	}
	r.Lost(m.stray.offset, 0, m.reason, m.stray.bytes)
}

// stream reads what stands at offset, and on into other blocks, until it comes
// between two objects to the end of one.
func (r *reader) stream(offset int64) {
	if r.s == nil {
		r.s = jsonstream.NewScanner(r)
	}
	r.s.Beginning(r.at.first)
	for r.s.Restart(offset); !r.Stopped; {
		if len(r.rest) == 0 && r.at.err == nil && r.s.Spent() || !r.next() {
			return
		}
	}
}

// Read gives the stream the rest of the block at hand and the blocks behind it.
func (r *reader) Read(p []byte) (int, error) {
	for len(r.rest) == 0 {
		if r.at.err != nil {
			return 0, r.at.err
		}
		r.at = r.crew.Next()
		r.rest = r.at.text
	}
	n := copy(p, r.rest)
	r.rest = r.rest[n:]
	return n, nil
}

func (r *reader) text(s stray) {
	r.In.Account.Skipped += s.bytes
	r.Warn(s.offset, 0, strayText, s.bytes)
}

func (r *reader) record(offset int64) { r.Take(offset) }

func (r *reader) lost(offset int64, reason string, size int64, cut bool) {
	r.In.Account.Truncated = r.In.Account.Truncated || cut
	r.Lost(offset, 0, reason, size)
}

// end looks at how the input ended.
func (r *reader) end() {
	r.flush()
	r.EndExport()
	if !errors.Is(r.at.err, io.EOF) {
		r.Fail(r.at.err)
		return
	}
	if r.arrays > 0 && !r.Stopped {
		r.In.Account.Truncated = true
		r.Warn(r.at.offset+int64(len(r.at.text)), 0, "the input ends inside an array", 0)
	}
}
