package auditjson

import (
	"bytes"
	"errors"

	"oddkin/parsers/event"
	"oddkin/parsers/internal/ingest"
	"oddkin/parsers/internal/jsonstream"
	"oddkin/parsers/internal/winevent"
)

// reader reads one input: objects one after the other, each on a line, over
// many lines, or in an array.
type reader struct {
	in      *ingest.Input
	s       *jsonstream.Scanner
	yield   func(event.Event, error) bool
	stopped bool // the consumer wants no more

	offset int64              // of the object being read
	serial uint64             // of the event it belongs to, for warnings
	prefix string             // what stands before the object on its line: a syslog header
	around string             // the host that a wrapper of the object names
	within jsonstream.Scanner // of a wrapper's object
	odd    string             // what is wrong with the object, if anything

	windows *winevent.Reader // of events of other kinds: see winevents
	call    call
	args    arguments
	intern  ingest.Interner
	scratch []byte
	message []byte // text of a record
	path    []byte // of the member being read
	hosts   map[string]*host
	seen    map[uint64]struct{} // events that have been told or were not needed

	serials serials

	strayAt, stray int64 // run of input between objects that is none
	begun          bool  // an object has been met
	arrays         int   // '[' that are open around the objects
}

func newReader(in *ingest.Input, yield func(event.Event, error) bool) *reader {
	return &reader{in: in, yield: yield, hosts: map[string]*host{}, seen: map[uint64]struct{}{}}
}

// Reasons for warnings that several formats have.
const (
	reasonSyscall = "malformed SYSCALL record"
	reasonLarge   = "event with more or larger records than the kernel makes"
)

// outcome is what became of a record.
type outcome uint8

const (
	used outcome = iota
	notNeeded
	duplicate
	malformed
	open   // booked later, with the event it belongs to
	booked // by whoever read it
)

// book counts n records.
func (r *reader) book(what outcome, n int64) {
	a := r.in.Account
	switch what {
	case used:
		a.Used += n
	case notNeeded:
		a.NotNeeded += n
	case duplicate:
		a.Duplicate += n
	case malformed:
		a.Malformed += n
	}
}

// run reads to the end of the input.
func (r *reader) run(d dialect) {
	for !r.stopped {
		indent := r.s.Hold()
		next := r.s.Next()
		if next == '{' {
			if !r.begun {
				r.begun = true
				r.s.Beginning(beginning(r.s.FirstKey()))
			}
			r.flushStray()
			r.object(d, indent)
			r.prefix = ""
			continue
		}
		r.s.Release()
		switch {
		case next == '[':
			r.s.Byte()
			r.arrays++
		case next == 0 && r.s.AtEnd():
			r.flushStray()
			d.end(r)
			r.tellMissing()
			r.end()
			return
		default:
			r.between()
		}
	}
}

// beginning is how objects begin in an array without line ends.
func beginning(key []byte) []byte {
	if len(key) == 0 {
		return nil
	}
	return append(append([]byte(`{"`), key...), '"')
}

// object reads the object that comes next, which the scanner holds, and books it.
func (r *reader) object(d dialect, indent int) {
	r.offset, r.serial, r.odd, r.around = r.s.Offset(), 0, "", ""
	what := r.record(d)
	if err := r.s.Err(); err != nil {
		r.damaged(err, indent)
		return
	}
	if what != booked {
		r.in.Account.Records++
		r.book(what, 1)
	}
	if r.odd != "" {
		r.warn(r.offset, r.serial, r.odd, 0)
	}
	r.s.Release()
}

// record reads the object that comes next, or the record that is wrapped in it.
func (r *reader) record(d dialect) outcome {
	if !wrapperBegins(r.s.FirstKey(), d) {
		what := d.object(r)
		if r.s.Err() != nil {
			return what
		}
		object := r.s.Held()
		if what == notNeeded && bytes.Contains(object, []byte(`"{\"`)) { // a shipper's, which begins as records do
			if w := unwrap(object); w.inner != nil {
				return r.wrapped(d, w)
			}
		}
		return r.foreign(object, what)
	}
	from, to := r.s.Span()
	if r.s.Err() != nil {
		return malformed
	}
	object := r.s.Held()[from:to]
	w := unwrap(object)
	if w.inner == nil {
		w = wrapper{inner: object, host: r.around}
	}
	return r.wrapped(d, w)
}

// wrapped reads the record within a wrapper.
func (r *reader) wrapped(d dialect, w wrapper) outcome {
	r.around = w.host
	outer := r.s
	defer func() { r.s = outer }()
	r.s = &r.within
	r.s.Reset(w.inner, r.offset)
	r.s.Hold()
	what := d.object(r)
	if r.s.Err() == nil {
		what = r.foreign(w.inner, what)
	}
	var bad *jsonstream.Error
	if errors.As(r.s.Err(), &bad) { // such as an escape: the object's end is where it should be
		r.odd = bad.Reason
	}
	return what
}

// damaged accounts for an object that is no JSON, and goes on at the next.
func (r *reader) damaged(err error, indent int) {
	reason := jsonstream.ReasonEnd // also where the reader failed: end tells why
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
	r.warn(r.offset, 0, reason, size)
}

// recordSeparator stands before each text of a JSON text sequence (RFC 7464).
const recordSeparator = 0x1e

// between passes over what stands between objects: commas, closing brackets, a
// byte order mark, the header that a syslog put before the object, or anything
// that does not belong there.
func (r *reader) between() {
	at := r.s.Offset()
	c := r.s.Byte()
	if c == ',' || c == recordSeparator {
		return
	}
	if c == ']' && r.arrays > 0 {
		r.arrays--
		return
	}
	text := append([]byte{c}, r.s.Stray()...)
	size := r.s.Offset() - at
	text = bytes.TrimSpace(bytes.TrimPrefix(text, []byte("\xef\xbb\xbf")))
	here := r.s.Offset()
	if r.s.Next() == '{' && r.s.Offset() == here && (syslogHost(string(text)) != "" || tagged(string(text))) {
		r.prefix = string(text)
		return
	}
	if len(text) == 0 || string(text) == "data:" { // of server-sent events
		return
	}
	if r.stray == 0 {
		r.strayAt = at
	}
	r.stray += size
}

// flushStray reports the run of stray input that has just ended.
func (r *reader) flushStray() {
	if r.stray > 0 {
		r.in.Account.Skipped += r.stray
		r.warn(r.strayAt, 0, "text between the records", r.stray)
		r.stray = 0
	}
}

// end looks at how the input ended.
func (r *reader) end() {
	err := r.s.Err()
	if err == nil && r.arrays > 0 {
		r.in.Account.Truncated = true
		r.warn(r.s.Offset(), 0, "the input ends inside an array", 0)
	}
	if err != nil {
		r.in.Account.Truncated = true
		r.stop(r.yield(event.Event{}, err))
	}
}

// warn notes a warning and hands it on.
func (r *reader) warn(offset int64, serial uint64, reason string, size int64) {
	w := r.in.Warn(offset, serial, reason, size)
	if !r.stopped {
		r.stop(r.yield(event.Event{}, w))
	}
}

func (r *reader) emit(ev event.Event) {
	r.in.Account.Events++
	if !r.stopped {
		r.stop(r.yield(ev, nil))
	}
}

func (r *reader) stop(more bool) { r.stopped = r.stopped || !more }
