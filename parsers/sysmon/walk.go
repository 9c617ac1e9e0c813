package sysmon

import (
	"errors"
	"strings"

	"oddkin/parsers/internal/jsonstream"
	"oddkin/parsers/internal/winevent"
)

// walker finds the objects in JSON: one after the other, each on a line, over
// many lines, or in an array.
type walker struct {
	s   *jsonstream.Scanner
	rec *winevent.Record
	to  sink
	// partial says that the input goes on behind what the scanner has, so that
	// nothing can be said of what reaches its end.
	partial bool
	stray   stray
	arrays  int // '[' that are open around the objects
}

// sink is told what a walker finds.
type sink interface {
	// text is a run of input between objects that is none; it has ended.
	text(s stray)
	// record is an object, which stands at offset and is read into the walker's
	// record.
	record(offset int64)
	// lost is a damaged object. cut says that the input ends in it.
	lost(offset int64, reason string, size int64, cut bool)
}

// strayText is said of input between records that is none.
const strayText = "text between the records"

// stray is a run of such input.
type stray struct {
	offset, bytes int64
}

// join adds a run that follows s, with no object between.
func (s *stray) join(next stray) {
	if s.bytes == 0 {
		s.offset = next.offset
	}
	s.bytes += next.bytes
}

// next takes what comes next: an object, or what stands between two. It is false
// at the end, or where what comes next is not all there; nothing has been made of
// that then.
func (w *walker) next() bool {
	indent := w.s.Hold()
	switch w.s.Next() {
	case '{':
		return w.object(indent)
	case '[':
		w.s.Release()
		return w.bracket()
	case 0:
		if w.s.AtEnd() {
			w.s.Release()
			return false
		}
	}
	w.s.Release()
	return w.between(w.s.Offset())
}

// object reads the object that comes next, which the scanner holds.
func (w *walker) object(indent int) bool {
	offset := w.s.Offset()
	w.rec.Collect(w.s)
	err := w.s.Err()
	if err == nil {
		w.flush()
		w.rec.Unwrap()
		w.to.record(offset)
		w.s.Release()
		return true
	}
	reason := jsonstream.ReasonEnd // also where the reader failed, which tells why
	var bad *jsonstream.Error
	if errors.As(err, &bad) {
		reason = bad.Reason
	}
	if w.partial && reason == jsonstream.ReasonEnd {
		return false
	}
	found := w.s.Resync(indent)
	if w.partial && !found {
		return false
	}
	w.flush()
	w.to.lost(offset, reason, w.s.Offset()-offset, reason == jsonstream.ReasonEnd && !found)
	return true
}

// bracket takes the '[' that comes next.
func (w *walker) bracket() bool {
	at := w.s.Offset()
	w.s.Byte()
	w.arrays++
	switch k := w.s.Next(); {
	case k == '{' || k == '[':
		return true
	case k == 0 && w.s.AtEnd():
		return !w.partial
	}
	before := w.stray
	if !w.between(at) {
		return false
	}
	if w.stray != before {
		w.arrays-- // text that begins with a bracket
	}
	return true
}

// between passes over what stands between objects: commas, closing brackets,
// the "Record N" lines of evtx_dump, a byte order mark. Anything else, which began
// at at, does not belong there.
func (w *walker) between(at int64) bool {
	switch c := w.s.Byte(); {
	case c == ',':
		return true
	case c == ']' && w.arrays > 0:
		w.arrays--
		return true
	case c == ']' && w.partial:
		return false // whether it closes something shows before this part
	}
	rest := string(w.s.Stray())
	if w.partial && w.s.AtEnd() {
		return false // the line may go on
	}
	if strings.HasPrefix(rest, "ecord ") && strings.Trim(rest[6:], "0123456789\r ") == "" || rest == "\xbb\xbf" {
		return true
	}
	w.stray.join(stray{at, w.s.Offset() - at})
	return true
}

// flush tells of a run of stray input that has just ended.
func (w *walker) flush() {
	if w.stray.bytes > 0 {
		w.to.text(w.stray)
		w.stray = stray{}
	}
}
