package plaincsv

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
)

// maxRecord bounds the bytes of a row, and with them memory; the lists of the
// deepest chains take a hundredth of it. maxLines bounds its lines, and with them
// the work that one stray quote after the other can cause.
const (
	maxRecord = 1 << 20
	maxLines  = 1000
)

// line is a line of the file: its text, and its end as it stands there ("\n",
// "\r\n", nothing at the end of the file). Of a line that is longer than
// maxRecord, text is the beginning, and the rest is still to be read.
type line struct {
	text, end []byte
	long      bool
}

// record is a row: one line, or several if line ends stand in quotes.
type record struct {
	line
	number int    // of its first line, from 1
	fields []span // where in text, with their quotes; nil with err
	err    error  // why the row is none
}

type span struct{ from, to int }

// field is the content of a cell.
func (r *record) field(i int) string {
	raw := r.text[r.fields[i].from:r.fields[i].to]
	if len(raw) < 2 || raw[0] != '"' {
		return string(raw)
	}
	return string(bytes.ReplaceAll(raw[1:len(raw)-1], []byte(`""`), []byte(`"`)))
}

// records cuts a file into rows.
type records struct {
	in     *bufio.Reader
	ahead  []line // read, but not yet used
	number int    // of the last line used
}

// next returns the next row, or io.EOF after the last one.
func (r *records) next() (*record, error) {
	first, err := r.line()
	if err != nil {
		return nil, err
	}
	rec := &record{line: first, number: r.number + 1}
	used := []line{first}
	var s splitter
	for {
		last := used[len(used)-1]
		s.add(last.text)
		switch {
		case last.long:
			s.err = fmt.Errorf("longer than %d bytes", maxRecord)
		case s.state == inQuotes && (len(s.text) > maxRecord || len(used) == maxLines):
			s.err = fmt.Errorf("a quoted cell goes on for more than %d lines or %d bytes; is a quote missing?", maxLines, maxRecord)
		case s.state == inQuotes:
			s.add(last.end)
			next, err := r.line()
			if err == nil {
				used = append(used, next)
				continue
			}
			if !errors.Is(err, io.EOF) {
				return nil, err
			}
			s.err = errors.New("a quoted cell without its closing quote")
		}
		break
	}
	if s.err != nil { // then the row is its first line, whatever that may be
		r.ahead = append(used[1:], r.ahead...)
		r.number++
		rec.err = s.err
		return rec, nil
	}
	r.number += len(used)
	rec.text, rec.end, rec.fields = s.text, used[len(used)-1].end, s.finish()
	return rec, nil
}

// line returns the next line; its memory is the caller's.
func (r *records) line() (line, error) {
	if len(r.ahead) > 0 {
		l := r.ahead[0]
		r.ahead = r.ahead[1:]
		return l, nil
	}
	var b []byte
	for {
		part, err := r.in.ReadSlice('\n')
		b = append(b, part...)
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			if len(b) <= maxRecord {
				continue
			}
			return line{text: b, long: true}, nil
		case err != nil && (!errors.Is(err, io.EOF) || len(b) == 0):
			return line{}, err
		}
		text := bytes.TrimSuffix(b, []byte("\n"))
		if len(text) < len(b) {
			text = bytes.TrimSuffix(text, []byte("\r"))
		}
		return line{text: text, end: b[len(text):]}, nil
	}
}

// copyRest writes the rest of a long line to w and returns its end.
func (r *records) copyRest(w *bufio.Writer) (end []byte, err error) {
	for {
		c, err := r.in.ReadByte()
		if errors.Is(err, io.EOF) {
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
		if c == '\n' {
			return []byte("\n"), nil
		}
		if c == '\r' {
			if next, _ := r.in.Peek(1); len(next) == 1 && next[0] == '\n' {
				_, err := r.in.Discard(1)
				return []byte("\r\n"), err
			}
		}
		_ = w.WriteByte(c) // an error stays with w
	}
}

// splitter finds the cells of a row, of which it is given piece after piece.
type splitter struct {
	text   []byte
	fields []span
	from   int // of the present field
	state  state
	err    error
}

type state int

const (
	atStart state = iota // of a cell
	inCell
	inQuotes
	afterQuote // which closes the cell, or is the first of two
)

func (s *splitter) add(piece []byte) {
	at := len(s.text)
	s.text = append(s.text, piece...)
	for i := at; i < len(s.text) && s.err == nil; i++ {
		c := s.text[i]
		switch {
		case s.state == inQuotes:
			if c == '"' {
				s.state = afterQuote
			}
		case c == ',':
			s.fields = append(s.fields, span{s.from, i})
			s.from, s.state = i+1, atStart
		case c == '"' && (s.state == atStart || s.state == afterQuote):
			s.state = inQuotes
		case s.state == afterQuote:
			s.err = errors.New("text after a cell's closing quote")
		default:
			s.state = inCell
		}
	}
}

func (s *splitter) finish() []span { return append(s.fields, span{s.from, len(s.text)}) }
