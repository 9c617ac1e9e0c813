package sysmon

import (
	"errors"
	"strings"

	"oddkin/parsers/internal/jsonstream"
	"oddkin/parsers/internal/winevent"
)

// reader reads one input of JSON.
type reader struct {
	winevent.Reader
	s      *jsonstream.Scanner
	stray  stray
	arrays int // '[' that are open around the objects
}

// stray is a run of input between objects that is none.
type stray struct {
	offset, bytes int64
}

// run reads to the end of the input: objects one after the other, each on a
// line, over many lines, or in an array.
func (r *reader) run() {
	for !r.Stopped {
		switch r.s.Next() {
		case '{':
			r.stray.flush(&r.Reader)
			r.object()
		case '[':
			at := r.s.Offset()
			r.s.Byte()
			r.arrays++
			if k := r.s.Next(); k != '{' && k != '[' && k != 0 && r.between(at) {
				r.arrays-- // text that begins with a bracket
			}
		case 0:
			r.stray.flush(&r.Reader)
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
	offset := r.s.Offset()
	r.Rec.Collect(r.s)
	if err := r.s.Err(); err != nil {
		r.damaged(offset, err, indent)
		return
	}
	r.Rec.Unwrap()
	r.Take(offset)
	r.s.Release()
}

// damaged accounts for an object that is no JSON, and goes on at the next.
func (r *reader) damaged(offset int64, err error, indent int) {
	reason := jsonstream.ReasonEnd // also where the reader failed: run tells why
	var bad *jsonstream.Error
	if errors.As(err, &bad) {
		reason = bad.Reason
	}
	found := r.s.Resync(indent)
	r.In.Account.Truncated = r.In.Account.Truncated || reason == jsonstream.ReasonEnd && !found
	r.Lost(offset, 0, reason, r.s.Offset()-offset)
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

// flush reports a run of stray input that has just ended.
func (s *stray) flush(r *winevent.Reader) {
	if s.bytes > 0 {
		r.In.Account.Skipped += s.bytes
		r.Warn(s.offset, 0, "text between the records", s.bytes)
		*s = stray{}
	}
}

// end looks at how the input ended.
func (r *reader) end() {
	err := r.s.Err()
	if err == nil && r.arrays > 0 {
		r.In.Account.Truncated = true
		r.Warn(r.s.Offset(), 0, "the input ends inside an array", 0)
	}
	if err != nil {
		r.Fail(err)
	}
}
