package sandbox

import (
	"errors"
	"fmt"
	"io"

	"oddkin/parsers/event"
	"oddkin/parsers/internal/ingest"
	"oddkin/parsers/internal/jsonstream"
)

// Bounds on what is kept of one report until its end. A guest runs some hundred
// processes; only hostile input meets these.
const (
	maxProcesses = 1 << 17
	maxKept      = 64 << 20 // bytes of text
)

// collector reads one input for a format: the scanner it reads with, the books
// it keeps, and whoever receives the events.
type collector struct {
	*jsonstream.Scanner
	in      *ingest.Input
	input   *jsonstream.Ahead
	count   *counter
	yield   func(event.Event, error) bool
	stopped bool // the receiver wants no more
	kept    int  // bytes of text held of the present report

	levels  []level         // the lists being read, the reports themselves first
	ended   []level         // those of the present report that have been read
	whole   map[string]bool // sections of the present report that were read to their end
	mending bool            // what is read lies behind damage
	next    bool            // the next report was found behind damage
}

func newCollector(in *ingest.Input, yield func(event.Event, error) bool) *collector {
	count := &counter{r: in.R}
	input := jsonstream.NewAhead(count, in.Parsers(), blockSize)
	return &collector{Scanner: jsonstream.NewScanner(input), in: in, input: input, count: count, yield: yield, whole: map[string]bool{}}
}

// blockSize is how much of a report a processor checks at once. Tests make it small.
var blockSize = jsonstream.BlockSize

// counter counts the bytes read, more than the scanner has seen.
type counter struct {
	r io.Reader
	n int64
}

func (c *counter) Read(b []byte) (int, error) {
	n, err := c.r.Read(b)
	c.n += int64(n)
	return n, err
}

// each calls one before every object that stands at the top of the input: one
// report, or one after another, in an array or not. What else stands there is passed
// over with a warning. At the end it accounts for how the input ended.
func (c *collector) each(one func(start int64)) {
	defer c.input.Close()
	c.open(nil, nil)
	arrays := 0
	for c.Err() == nil && !c.stopped {
		switch start := c.position(); {
		case c.Next() == 0:
			if c.end(); arrays > 0 && c.Err() == nil {
				c.in.Account.Truncated = true
				c.warn(start, 0, "the input ends inside an array", 0)
			}
			return
		case c.Next() == '[':
			c.Byte()
			arrays++
		case c.Next() == '{':
			c.kept = 0
			c.element()
			one(start)
		case c.Next() == '?' && arrays > 0:
			switch c.Byte() {
			case ',':
			case ']':
				arrays--
			default:
				c.Stray()
				c.noReport("text between the reports", start)
			}
		default:
			if c.Skip(); c.Err() == nil {
				c.noReport("a JSON value that is no report", start)
			}
		}
	}
	c.end()
}

// noReport accounts for what was passed over from start on.
func (c *collector) noReport(reason string, start int64) {
	size := c.Offset() - start
	c.in.Account.Skipped += size
	c.warn(start, 0, reason, size)
}

// position is the offset of the value that comes next.
func (c *collector) position() int64 {
	c.Next()
	return c.Offset()
}

// end accounts for input that could not be read to its end. The rest of it is
// passed over, so that its size is known.
func (c *collector) end() {
	err := c.Err()
	if err == nil || c.stopped {
		return
	}
	c.in.Account.Truncated = true
	var bad *jsonstream.Error
	if !errors.As(err, &bad) {
		c.yield(event.Event{}, fmt.Errorf("offset %d: %w", c.Offset(), err))
		return
	}
	err = c.input.Drain()
	rest := c.count.n - bad.Offset
	c.in.Account.Skipped += rest
	c.warn(bad.Offset, 0, bad.Reason, rest)
	if err != nil && !c.stopped {
		c.yield(event.Event{}, fmt.Errorf("offset %d: %w", c.count.n, err))
	}
}

// warn notes and yields a warning.
func (c *collector) warn(offset int64, serial uint64, reason string, bytes int64) {
	w := c.in.Warn(offset, serial, reason, bytes)
	c.stopped = c.stopped || !c.yield(event.Event{}, w)
}

// refuse counts an entry that gives no process.
func (c *collector) refuse(p *process, reason string) {
	c.in.Account.Records++
	c.in.Account.Malformed++
	c.warn(p.offset, p.index, reason, c.Offset()-p.offset)
}

// pass passes over an entry that gives no process, and counts it unless the
// input ends there.
func (c *collector) pass(p *process, reason string) {
	if c.Skip(); c.Err() == nil {
		c.refuse(p, reason)
	}
}

// full reports whether no more than n entries can be kept.
func (c *collector) full(n int) bool { return n >= maxProcesses || c.kept > maxKept }
