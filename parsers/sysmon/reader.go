package sysmon

import (
	"errors"
	"strings"

	"oddkin/parsers/event"
	"oddkin/parsers/internal/ingest"
	"oddkin/parsers/internal/jsonstream"
)

// reader reads one input.
type reader struct {
	in      *ingest.Input
	s       *jsonstream.Scanner
	yield   func(event.Event, error) bool
	stopped bool // the consumer wants no more

	rec       record
	offset    int64 // of rec
	serial    uint64
	odd       string // what is odd about rec, if anything
	interner  ingest.Interner
	scratch   []byte
	starts    map[uint64]struct{} // starts and ends that have been handed on
	sightings sightings
	guessed   bool // the warning about times without zone has been given
	stray     stray
	arrays    int // '[' that are open around the objects
}

// stray is a run of input between objects that is none.
type stray struct {
	offset, bytes int64
}

// outcome is what became of a record.
type outcome uint8

const (
	used outcome = iota
	notNeeded
	duplicate
	malformed
)

// run reads to the end of the input: objects one after the other, each on a
// line, over many lines, or in an array.
func (r *reader) run() {
	for !r.stopped {
		switch r.s.Next() {
		case '{':
			r.flushStray()
			r.object()
		case '[':
			at := r.s.Offset()
			r.s.Byte()
			r.arrays++
			if k := r.s.Next(); k != '{' && k != '[' && k != 0 && r.between(at) {
				r.arrays-- // text that begins with a bracket
			}
		case 0:
			r.flushStray()
			r.end()
			return
		default:
			r.between(r.s.Offset())
		}
	}
}

// object reads the object that comes next.
func (r *reader) object() {
	indent := r.s.Hold()
	r.offset, r.serial = r.s.Offset(), 0
	r.rec.collect(r.s)
	if err := r.s.Err(); err != nil {
		r.damaged(err, indent)
		return
	}
	r.rec.unwrap()
	r.account()
	r.s.Release()
}

// account looks at the record and books what became of it.
func (r *reader) account() {
	account := r.in.Account
	account.Records++
	r.odd = ""
	r.serial = number(r.rec.get(recordID), 1<<64-1)
	result := r.observe()
	if r.rec.bad && result != malformed {
		r.odd = jsonstream.ReasonEscape
	}
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
		r.warn(r.offset, r.odd, 0)
	}
}

// damaged accounts for an object that is no JSON, and goes on at the next.
func (r *reader) damaged(err error, indent int) {
	reason := jsonstream.ReasonEnd // also where the reader failed: run tells why
	var bad *jsonstream.Error
	if errors.As(err, &bad) {
		reason = bad.Reason
	}
	found := r.s.Resync(indent)
	size := r.s.Offset() - r.offset
	account := r.in.Account
	account.Records++
	account.Malformed++
	account.Skipped += size
	account.Truncated = account.Truncated || reason == jsonstream.ReasonEnd && !found
	r.warn(r.offset, reason, size)
}

// between passes over what stands between objects: commas, closing brackets,
// the "Record N" lines of evtx_dump, a byte order mark. It reports whether it was
// anything else, which began at at and does not belong there.
func (r *reader) between(at int64) bool {
	switch c := r.s.Byte(); {
	case c == ',':
		return false
	case c == ']' && r.arrays > 0:
		r.arrays--
		return false
	}
	rest := string(r.s.Stray())
	if strings.HasPrefix(rest, "ecord ") && strings.Trim(rest[6:], "0123456789\r ") == "" || rest == "\xbb\xbf" {
		return false
	}
	if r.stray.bytes == 0 {
		r.stray.offset = at
	}
	r.stray.bytes += r.s.Offset() - at
	return true
}

// flushStray reports the run of stray input that has just ended.
func (r *reader) flushStray() {
	if r.stray.bytes > 0 {
		r.in.Account.Skipped += r.stray.bytes
		r.serial = 0
		r.warn(r.stray.offset, "text between the records", r.stray.bytes)
		r.stray = stray{}
	}
}

// end looks at how the input ended.
func (r *reader) end() {
	err := r.s.Err()
	if err == nil && r.arrays > 0 {
		r.in.Account.Truncated = true
		r.warn(r.s.Offset(), "the input ends inside an array", 0)
	}
	if err != nil {
		r.in.Account.Truncated = true
		r.stopped = r.stopped || !r.yield(event.Event{}, err)
	}
}

// warn notes a warning and hands it on.
func (r *reader) warn(offset int64, reason string, size int64) {
	w := r.in.Warn(offset, r.serial, reason, size)
	r.stopped = r.stopped || !r.yield(event.Event{}, w)
}
