package auditjson

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"io"
	"iter"
	"strconv"
	"unicode/utf8"

	"oddkin/parsers/event"
	"oddkin/parsers/internal/ingest"
	"oddkin/parsers/internal/jsonstream"
)

// exportFormat reads what "journalctl -o export" prints and systemd-journal-remote takes:
// a field a line, a blank line behind each entry. A value that is no plain text stands
// behind its name, a line feed and its length in eight bytes, the lowest first
// (systemd's "Journal Export Formats").
type exportFormat struct{ *recordFormat }

// Detect implements [ingest.Format].
func (exportFormat) Detect(head []byte) ingest.Match {
	line, rest, _ := bytes.Cut(head, []byte("\n"))
	if name, _, ok := bytes.Cut(line, []byte("=")); !ok || !fieldName(name) || !bytes.HasPrefix(name, []byte("_")) {
		return ingest.Match{}
	}
	has := func(field string) bool {
		return bytes.HasPrefix(head, []byte(field)) || bytes.Contains(rest, []byte("\n"+field))
	}
	switch {
	case has("__REALTIME_TIMESTAMP=") && (has("_BOOT_ID=") || has("__MONOTONIC_TIMESTAMP=")):
		return ingest.Match{Confidence: 95, Reason: "lines of fields with __REALTIME_TIMESTAMP and _BOOT_ID (journalctl -o export)"}
	case bytes.HasPrefix(head, []byte(cursor)):
		return ingest.Match{Confidence: 70, Reason: "lines of fields, the first " + cursor + " (journalctl -o export)"}
	}
	return ingest.Match{}
}

// Events implements [ingest.Format].
func (f exportFormat) Events(in *ingest.Input) iter.Seq2[event.Event, error] {
	return func(yield func(event.Event, error) bool) {
		x := export{reader: newReader(in, yield), in: bufio.NewReaderSize(in.R, 64<<10), journal: f.read()}
		x.run()
		x.s = nil // what is left of the input holds the reader
	}
}

// export reads one input. Each entry is laid out as "journalctl -o json" would.
type export struct {
	*reader
	in      *bufio.Reader
	journal dialect
	at      int64 // of the next byte
	object  []byte
	line    []byte
	stopAt  error // how the input ended
}

// What is wrong with an entry.
var (
	errNoField = errors.New("no field of a journal's entry")
	errCut     = errors.New(jsonstream.ReasonEnd)
	errLarge   = errors.New(jsonstream.ReasonSize)
)

// run reads to the end of the input.
func (x *export) run() {
	x.s = jsonstream.NewScannerBytes(nil)
	for !x.stopped && x.stopAt == nil {
		x.offset, x.serial, x.odd, x.around = x.at, 0, "", ""
		fields, err := x.entry()
		switch {
		case err != nil:
			x.lost(err)
		case fields > 0:
			x.s.Reset(x.object, x.offset)
			x.s.Hold()
			if what := x.journal.object(x.reader); what != booked {
				x.reader.in.Account.Records++
				x.book(what, 1)
			}
			if x.odd != "" {
				x.warn(x.offset, x.serial, x.odd, 0)
			}
		}
	}
	x.journal.end(x.reader)
	x.tellMissing()
	if x.stopAt != nil && !errors.Is(x.stopAt, io.EOF) {
		x.reader.in.Account.Truncated = true
		x.stop(x.yield(event.Event{}, x.stopAt))
	}
}

// entry reads the next entry into x.object and gives how many fields it has.
func (x *export) entry() (fields int, err error) {
	x.object = append(x.object[:0], '{')
	for {
		line, err := x.next()
		switch {
		case err != nil:
			return fields, err
		case len(line) == 0 && (fields > 0 || x.stopAt != nil):
			x.object = append(x.object, '}')
			return fields, nil
		case len(line) == 0: // more than one between two
			x.offset = x.at
			continue
		}
		name, value, plain := bytes.Cut(line, []byte("="))
		if !fieldName(name) || plain && bytes.IndexByte(value, 0) >= 0 {
			return fields, errNoField
		}
		if fields > 0 {
			x.object = append(x.object, ',')
		}
		x.object = append(strconv.AppendQuote(x.object, string(name)), ':')
		if !plain {
			if value, err = x.binary(); err != nil {
				return fields, err
			}
		}
		if len(x.object)+len(value) > jsonstream.MaxHeld {
			return fields, errLarge
		}
		x.object = appendValue(x.object, value)
		fields++
	}
}

// next reads a line without its end; none at the end of the input.
func (x *export) next() ([]byte, error) {
	x.line = x.line[:0]
	for large := false; ; {
		part, err := x.in.ReadSlice('\n')
		x.at += int64(len(part))
		if large = large || len(x.line)+len(part) > jsonstream.MaxHeld; !large {
			x.line = append(x.line, part...)
		}
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
		case large:
			return nil, errLarge
		case err != nil:
			if x.stopAt = err; len(x.line) > 0 {
				return nil, errCut
			}
			return nil, nil
		default:
			return x.line[:len(x.line)-1], nil
		}
	}
}

// binary reads a value behind its length.
func (x *export) binary() ([]byte, error) {
	var size [8]byte
	n, err := io.ReadFull(x.in, size[:])
	if x.at += int64(n); err != nil {
		return nil, x.ended(err)
	}
	want := binary.LittleEndian.Uint64(size[:])
	if want > jsonstream.MaxHeld {
		return nil, errLarge
	}
	var value bytes.Buffer // grows with what is there, whatever the length says
	m, err := io.CopyN(&value, x.in, int64(want)+1)
	if x.at += m; err != nil {
		return nil, x.ended(err)
	}
	b := value.Bytes()
	if b[want] != '\n' {
		return nil, errNoField
	}
	return b[:want], nil
}

// ended notes that the input has, within a value.
func (x *export) ended(err error) error {
	if x.stopAt = err; errors.Is(err, io.ErrUnexpectedEOF) {
		x.stopAt = io.EOF
	}
	return errCut
}

// lost accounts for an entry that cannot be read, and goes on at the next that begins
// as entries do.
func (x *export) lost(why error) {
	for x.stopAt == nil {
		if start, err := x.in.Peek(len(cursor)); string(start) == cursor || err != nil && len(start) == 0 {
			break
		}
		_, _ = x.next() // what is wrong with it is known
	}
	account := x.reader.in.Account
	account.Records++
	account.Malformed++
	account.Skipped += x.at - x.offset
	account.Truncated = account.Truncated || errors.Is(why, errCut)
	x.warn(x.offset, 0, why.Error(), x.at-x.offset)
}

// cursor is the first field of every entry.
const cursor = "__CURSOR="

// fieldName reports whether name is written like a journal's field.
func fieldName(name []byte) bool {
	for _, c := range name {
		if (c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != '_' {
			return false
		}
	}
	return len(name) > 0 && len(name) <= 64
}

// appendValue lays a value out as journalctl does: a list of bytes where it is no text.
func appendValue(dst, value []byte) []byte {
	if utf8.Valid(value) {
		quoted, _ := json.Marshal(string(value)) // of a string it does not fail
		return append(dst, quoted...)
	}
	dst = append(dst, '[')
	for i, c := range value {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = strconv.AppendUint(dst, uint64(c), 10)
	}
	return append(dst, ']')
}
