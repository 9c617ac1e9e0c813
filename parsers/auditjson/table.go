package auditjson

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"iter"
	"strings"

	"github.com/Velocidex/ordereddict"
	"github.com/cespare/xxhash/v2"

	"oddkin/parsers/event"
	"oddkin/parsers/internal/ingest"
	"oddkin/parsers/internal/jsonstream"
)

// tableFormat reads tables of process starts as CSV, by the names in the header.
type tableFormat struct{}

// Name implements [ingest.Format].
func (tableFormat) Name() string { return "process-csv" }

// Detect implements [ingest.Format]: it looks at the header.
func (tableFormat) Detect(head []byte) ingest.Match {
	if h := headerOf(head); h.layout != nil {
		return ingest.Match{Confidence: 92, Reason: "CSV with the columns of " + h.layout.name}
	}
	return ingest.Match{}
}

// tableHeader is how a table begins.
type tableHeader struct {
	layout *layout // nil if it is none that is known
	comma  rune    // what stands between columns
	before int     // bytes ahead of the header
	// returns says that lines end in carriage returns alone, as old spreadsheets write them.
	returns bool
}

// headerOf looks for the header, which Excel's "sep=;" and PowerShell's "#TYPE ..." may stand
// before. Columns stand apart by commas or, as spreadsheets write them where numbers have
// commas, by semicolons or tabs.
func headerOf(head []byte) tableHeader {
	h := tableHeader{comma: ','}
	if h.returns = bytes.IndexByte(head, '\n') < 0 && bytes.IndexByte(head, '\r') >= 0; h.returns {
		head = bytes.ReplaceAll(head, []byte("\r"), []byte("\n"))
	}
	for {
		line, _, more := bytes.Cut(head[h.before:], []byte("\n"))
		text := bytes.TrimPrefix(line, []byte("\xef\xbb\xbf"))
		if !more || !bytes.HasPrefix(text, []byte("sep=")) && !bytes.HasPrefix(text, []byte("#TYPE ")) {
			h.read(line)
			return h
		}
		h.before += len(line) + 1
	}
}

// lineFeeds gives line feeds for carriage returns.
type lineFeeds struct{ io.Reader }

func (l lineFeeds) Read(p []byte) (int, error) {
	n, err := l.Reader.Read(p)
	for i, c := range p[:n] {
		if c == '\r' {
			p[i] = '\n'
		}
	}
	return n, err
}

// read reads the header's line.
func (h *tableHeader) read(line []byte) {
	for _, comma := range ",;\t" {
		r := csv.NewReader(bytes.NewReader(line))
		r.Comma = comma
		names, err := r.Read()
		if err != nil {
			continue
		}
		if l := layoutOf(names); l != nil {
			h.layout, h.comma = l, comma
			return
		}
	}
}

// Events implements [ingest.Format].
func (tableFormat) Events(in *ingest.Input) iter.Seq2[event.Event, error] {
	return func(yield func(event.Event, error) bool) {
		t := table{reader: newReader(in, yield)}
		t.head = func() bool { t.layout = layoutOf(t.names); return t.layout != nil }
		t.read = t.tellRow
		t.run()
	}
}

// table reads one input.
type table struct {
	*reader
	head    func() bool    // whether the table is one, by its columns
	read    func() outcome // what the row says
	begun   bool           // the header has been read
	layout  *layout
	names   []string
	columns map[string]int
	row     []string
	undated bool // the warning about times has been given
	short   bool // the last row lacks columns
}

// What ends an input: a quote that is never closed, and a header that does not
// belong to a table of processes.
var (
	errLongRow = errors.New("a row of the table is longer than 16 MiB")
	errHeader  = errors.New("the first line names no known columns")
)

// rationed fails when a row takes too much.
type rationed struct {
	r    io.Reader
	left int
}

func (r *rationed) Read(p []byte) (int, error) {
	if r.left <= 0 {
		return 0, errLongRow
	}
	n, err := r.r.Read(p)
	r.left -= n
	return n, err
}

// run reads to the end of the input.
func (t *table) run() {
	input := bufio.NewReaderSize(t.in.R, ingest.HeadSize)
	head, _ := input.Peek(ingest.HeadSize)
	begin := headerOf(head)
	_, _ = input.Discard(begin.before) // it has been read
	ration := &rationed{r: input, left: jsonstream.MaxHeld}
	if begin.returns {
		ration.r = lineFeeds{input}
	}
	rows := csv.NewReader(ration)
	rows.Comma = begin.comma
	// Command lines are full of quotes, and not every writer doubles them.
	rows.FieldsPerRecord, rows.ReuseRecord, rows.LazyQuotes = -1, true, true
	for !t.stopped {
		t.offset = int64(begin.before) + rows.InputOffset()
		row, err := rows.Read()
		ration.left = jsonstream.MaxHeld
		var bad *csv.ParseError
		switch {
		case errors.Is(err, io.EOF):
			t.in.Account.Truncated = t.in.Account.Truncated || t.short
			return
		case errors.As(err, &bad):
			t.lost("malformed row: "+bad.Err.Error(), int64(begin.before)+rows.InputOffset()-t.offset)
		case err != nil:
			t.in.Account.Truncated = true
			t.stop(t.yield(event.Event{}, err))
			return
		case !t.begun:
			if t.header(row); !t.head() {
				t.stop(t.yield(event.Event{}, errHeader))
				return
			}
			t.begun = true
		default:
			t.serial, t.odd, t.row = 0, t.damage(row), row
			if what := t.read(); what != booked {
				t.in.Account.Records++
				t.book(what, 1)
			}
			if t.odd != "" {
				t.warn(t.offset, t.serial, t.odd, 0)
			}
		}
	}
}

// damage says what is wrong with a row that can be read all the same, and notes
// whether it lacks columns: the last of a table that does was cut.
func (t *table) damage(row []string) string {
	t.short = len(row) < len(t.names)
	for _, field := range row {
		if strings.IndexByte(field, 0) >= 0 {
			return "NUL bytes in a row"
		}
	}
	return ""
}

// lost books a row that cannot be read.
func (t *table) lost(reason string, size int64) {
	t.in.Account.Records++
	t.in.Account.Malformed++
	t.in.Account.Skipped += size
	t.warn(t.offset, 0, reason, size)
}

func (t *table) header(row []string) {
	t.names = append([]string(nil), row...)
	t.columns = map[string]int{}
	for i, name := range t.names {
		t.names[i] = strings.TrimPrefix(name, "\ufeff")
		t.columns[t.names[i]] = i
	}
}

// get is the value of the first of the columns that has one.
func (t *table) get(names ...string) string {
	for _, name := range names {
		if i, ok := t.columns[name]; ok && i < len(t.row) && t.row[i] != "" && t.row[i] != "nan" {
			return t.intern.String(t.row[i])
		}
	}
	return ""
}

// tellRow tells what the row says.
func (t *table) tellRow() outcome {
	if len(t.row) != len(t.names) {
		t.odd = "row with more or fewer columns than the header"
		return malformed
	}
	if t.again() {
		return duplicate
	}
	c := &t.call
	c.reset(t.offset)
	c.deed, c.named, c.finished, c.success = deedExec, true, true, true
	if !t.layout.read(t, c) {
		return notNeeded
	}
	if c.ms == 0 && !t.undated {
		t.undated = true
		t.warn(t.offset, c.serial, "row with a time that cannot be read, as spreadsheets leave it", 0)
	}
	if t.in.KeepRaw {
		c.raw = ordereddict.NewDict()
		for i, name := range t.names {
			c.raw.Set(name, t.row[i])
		}
	}
	return t.tell(c)
}

// again reports whether the same row has been met before. A column without a
// name is the row's number and does not count.
func (t *table) again() bool {
	b := t.scratch[:0]
	for i, v := range t.row {
		if i >= len(t.names) || t.names[i] != "" {
			b = append(append(b, v...), 0)
		}
	}
	t.scratch = b
	return t.known(xxhash.Sum64(b))
}
