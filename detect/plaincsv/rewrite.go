package plaincsv

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
)

// Column is the column that is read; Probability and Prediction are those that
// are added.
const (
	Column      = "ExeNameSequence"
	Probability = "Probability"
	Prediction  = "Prediction"
)

// Abnormal and Normal are the predictions: the probability is above Threshold, or
// not.
const (
	Abnormal  = "Abnormal"
	Normal    = "Normal"
	Threshold = 0.5
)

// Counts is what a table held.
type Counts struct {
	Rows     int // without the header and blank lines
	Bad      int // of them, without a probability
	Abnormal int // of them
}

// InputError is an error of what is read, not of what is written: there is no
// table, or it broke off.
type InputError struct{ Err error }

func (e *InputError) Error() string { return e.Err.Error() }
func (e *InputError) Unwrap() error { return e.Err }

// How much is classified at once: rows enough for the classifier to share work
// and cores, in little memory.
const (
	batchRows  = 4096
	batchBytes = 4 << 20
)

// Rewrite copies the table from r to w and adds its two columns. classify gives
// each of a number of lists of names its probability; bad is told each row that
// has none, by the number of its line. What was read and classified before an
// error has been written. An [InputError] says that reading was the trouble; when
// ctx ends, its error is returned.
func Rewrite(ctx context.Context, w io.Writer, r io.Reader, classify func([][]string) []float32, bad func(line int, why error)) (Counts, error) {
	c := copier{in: &records{in: bufio.NewReaderSize(r, 1<<16)}, out: bufio.NewWriterSize(w, 1<<16), classify: classify, bad: bad}
	if err := c.header(); err != nil {
		return c.counts, err // and no part of it is written
	}
	err := c.rows(ctx)
	if flushed := c.out.Flush(); flushed != nil { // nothing after it was written
		err = flushed
	}
	return c.counts, err
}

type copier struct {
	in       *records
	out      *bufio.Writer
	classify func([][]string) []float32
	bad      func(int, error)

	columns, column int // of the table, and which one is read
	end             []byte
	batch           []row
	size            int // bytes in batch
	counts          Counts
}

// row is a row to be written.
type row struct {
	*record
	names []string
}

// header copies the first line that is not blank, with two columns more.
func (c *copier) header() error {
	if err := c.mark(); err != nil {
		return err
	}
	for {
		rec, err := c.in.next()
		switch {
		case errors.Is(err, io.EOF):
			return &InputError{errors.New("empty: there is no header line")}
		case err != nil:
			return &InputError{err}
		case rec.err != nil:
			return &InputError{fmt.Errorf("line %d: no header of a CSV file: %w", rec.number, rec.err)}
		}
		c.write(rec.text)
		if len(rec.text) > 0 {
			if err := c.find(rec); err != nil {
				return err
			}
			c.end = []byte("\n")
			if len(rec.end) > 0 {
				c.end = rec.end
			}
			c.write([]byte("," + Probability + "," + Prediction))
			c.write(c.end)
			return nil
		}
		c.write(rec.end)
	}
}

// mark passes a byte order mark on.
func (c *copier) mark() error {
	head, err := c.in.in.Peek(3)
	switch {
	case err != nil && !errors.Is(err, io.EOF):
		return &InputError{err}
	case bytes.HasPrefix(head, []byte("\xff\xfe")) || bytes.HasPrefix(head, []byte("\xfe\xff")):
		return &InputError{errors.New("in UTF-16: save it as UTF-8")}
	case bytes.Equal(head, []byte("\xef\xbb\xbf")):
		c.write(head)
		_, _ = c.in.in.Discard(len(head)) // what was peeked is there
	}
	return nil
}

func (c *copier) find(rec *record) error {
	c.columns, c.column = len(rec.fields), -1
	for i := range rec.fields {
		switch name := rec.field(i); name {
		case Column:
			if c.column >= 0 {
				return &InputError{fmt.Errorf("line %d: the column %s stands there twice", rec.number, Column)}
			}
			c.column = i
		case Probability, Prediction:
			return &InputError{fmt.Errorf("line %d: there is a column %s already", rec.number, name)}
		}
	}
	if c.column < 0 {
		return &InputError{fmt.Errorf("line %d: no column is called %s", rec.number, Column)}
	}
	return nil
}

func (c *copier) rows(ctx context.Context) error {
	for {
		rec, err := c.in.next()
		if errors.Is(err, io.EOF) {
			return c.flush()
		}
		if err != nil {
			broken := &InputError{fmt.Errorf("line %d: %w", c.in.number+1, err)}
			return cmp.Or(c.flush(), error(broken))
		}
		c.batch = append(c.batch, c.read(rec))
		c.size += len(rec.text)
		if len(c.batch) < batchRows && c.size < batchBytes && !rec.long {
			continue
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := c.flush(); err != nil {
			return err
		}
	}
}

// read parses a row's list.
func (c *copier) read(rec *record) row {
	if rec.err == nil && len(rec.text) > 0 {
		if n := len(rec.fields); n != c.columns {
			rec.err = fmt.Errorf("%d columns where the header has %d", n, c.columns)
		}
	}
	if rec.err != nil || len(rec.text) == 0 {
		return row{record: rec}
	}
	names, err := List(rec.field(c.column))
	rec.err = err
	return row{rec, names}
}

// flush classifies and writes the batch. Only its last row may be a long one,
// whose rest is then copied.
func (c *copier) flush() error {
	var lists [][]string
	for i := range c.batch {
		if c.batch[i].names != nil && c.batch[i].err == nil {
			lists = append(lists, c.batch[i].names)
		}
	}
	probabilities := c.classify(lists)
	for i := range c.batch {
		r := &c.batch[i]
		c.write(r.text)
		switch {
		case r.err != nil:
			c.counts.Rows++
			c.counts.Bad++
			c.bad(r.number, r.err)
			if r.long {
				var err error
				if r.end, err = c.in.copyRest(c.out); err != nil {
					return &InputError{fmt.Errorf("line %d: %w", r.number, err)}
				}
			}
			// A row that is too short is filled up, so that what is added stands in its
			// own columns.
			if missing := c.columns - len(r.fields); r.fields != nil && missing > 0 {
				c.write(bytes.Repeat([]byte(","), missing))
			}
			c.write([]byte(",,"))
		case len(r.text) > 0:
			c.counts.Rows++
			c.result(probabilities[0])
			probabilities = probabilities[1:]
		}
		if len(r.end) == 0 {
			r.end = c.end
		}
		c.write(r.end)
	}
	clear(c.batch)
	c.batch, c.size = c.batch[:0], 0
	// A write that failed is worth no more rows.
	_, err := c.out.Write(nil)
	return err
}

func (c *copier) result(p float32) {
	prediction := Normal
	if p > Threshold {
		prediction = Abnormal
		c.counts.Abnormal++
	}
	b := strconv.AppendFloat([]byte(","), float64(p), 'g', -1, 32)
	c.write(slices.Concat(b, []byte(","), []byte(prediction)))
}

// write keeps its first error for the end.
func (c *copier) write(b []byte) { _, _ = c.out.Write(b) }
