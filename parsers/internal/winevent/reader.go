package winevent

import (
	"github.com/Velocidex/ordereddict"

	"oddkin/parsers/event"
	"oddkin/parsers/internal/ingest"
	"oddkin/parsers/internal/jsonstream"
	"oddkin/parsers/internal/sums"
)

// Reader turns the records of one input into events and keeps the input's
// account. A format fills in Rec, one record after the other, and calls
// [Reader.Take].
type Reader struct {
	In    *ingest.Input
	Yield func(event.Event, error) bool
	// Stopped is set once the consumer wants no more.
	Stopped bool
	// Raw gives the original fields of a record from its bytes. It is called where
	// In asks for them.
	Raw func(record []byte) *ordereddict.Dict
	// Export says that the records' numbers are to be noted; see [Reader.EndExport].
	Export bool
	// Rec is the record at hand.
	Rec Record

	offset    int64 // of Rec
	serial    uint64
	odd       string // what is odd about Rec, if anything
	interner  ingest.Interner
	scratch   []byte
	starts    sums.Table[struct{}] // starts and ends that have been handed on
	sightings sightings
	numbers   ingest.Numbers // of the records
	guessed   bool           // the warning about times without zone has been given
	ahead     *ahead         // of a reader that looks ahead: see [Reader.Ahead]
}

// outcome is what became of a record.
type outcome uint8

const (
	open outcome = iota // while reading ahead: the records before decide
	used
	notNeeded
	duplicate
	malformed
)

// Take looks at the record at hand, which stands at offset, hands on what it
// tells and books what became of it.
func (r *Reader) Take(offset int64) {
	account := r.In.Account
	account.Records++
	r.offset, r.odd = offset, ""
	r.serial = number(r.Rec.get(recordID), 1<<64-1)
	if next, ok := r.numbered(); ok {
		r.numbers.Note(next.log, next.Run)
	}
	result := r.observe()
	if r.Rec.bad && result != malformed {
		r.odd = jsonstream.ReasonEscape
	}
	r.book(result)
}

// book counts what became of a record and warns of what is odd about it.
func (r *Reader) book(result outcome) {
	account := r.In.Account
	switch result {
	case used:
		account.Used++
	case notNeeded:
		account.NotNeeded++
	case duplicate:
		account.Duplicate++
	case malformed:
		account.Malformed++
	}
	if r.odd != "" {
		r.Warn(r.offset, r.serial, r.odd, 0)
	}
}

// Lost books a record that cannot be read.
func (r *Reader) Lost(offset int64, serial uint64, reason string, size int64) {
	account := r.In.Account
	account.Records++
	account.Malformed++
	account.Skipped += size
	r.Warn(offset, serial, reason, size)
}

// Warn notes a warning and hands it on.
func (r *Reader) Warn(offset int64, serial uint64, reason string, size int64) {
	w := r.In.Warn(offset, serial, reason, size)
	r.Stopped = r.Stopped || !r.Yield(event.Event{}, w)
}

// Fail hands on why the input cannot be read to its end.
func (r *Reader) Fail(err error) {
	r.In.Account.Truncated = true
	r.Stopped = r.Stopped || !r.Yield(event.Event{}, err)
}
