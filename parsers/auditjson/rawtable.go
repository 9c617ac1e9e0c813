package auditjson

import (
	"bytes"
	"encoding/csv"
	"iter"
	"slices"
	"strings"

	"oddkin/parsers/event"
	"oddkin/parsers/internal/ingest"
	"oddkin/parsers/internal/jsonstream"
	"oddkin/parsers/internal/winevent"
)

// rawTableFormat reads search results that Splunk exports as CSV, by the column _raw: a
// line of auditd's log, or an event of Windows' logs or of Sysmon for Linux as XML or
// JSON.
type rawTableFormat struct{ *recordFormat }

const rawColumn = "_raw"

// Detect implements [ingest.Format]: it looks at the first rows.
func (rawTableFormat) Detect(head []byte) ingest.Match {
	line, _, _ := bytes.Cut(head, []byte("\n"))
	if !bytes.Contains(line, []byte(rawColumn)) {
		return ingest.Match{}
	}
	rows := csv.NewReader(bytes.NewReader(head))
	rows.FieldsPerRecord, rows.LazyQuotes = -1, true
	names, err := rows.Read()
	at := slices.Index(names, rawColumn)
	if err != nil || at < 0 {
		return ingest.Match{}
	}
	for range 50 {
		row, err := rows.Read()
		if err != nil {
			break
		}
		if at >= len(row) {
			continue
		}
		if _, record := shipped([]byte(row[at])); record != nil {
			return ingest.Match{Confidence: 97, Reason: "CSV with a column _raw of audit records (Splunk)"}
		}
		s := rawObject(row[at], "")
		if rec, ok := windowsRecord(s, row[at]); ok && rec.Match().Confidence > 0 {
			return ingest.Match{Confidence: 97, Reason: "CSV with a column _raw of events as XML or JSON (Splunk)"}
		}
	}
	return ingest.Match{}
}

// Events implements [ingest.Format].
func (f rawTableFormat) Events(in *ingest.Input) iter.Seq2[event.Event, error] {
	return func(yield func(event.Event, error) bool) {
		t := table{reader: newReader(in, yield)}
		b := &beats{}
		t.head = func() bool { _, ok := t.columns[rawColumn]; return ok }
		t.read = func() outcome { return t.rawRow(b) }
		t.run()
		if t.begun && !t.stopped {
			b.end(t.reader)
			t.tellMissing()
		}
		t.s = nil // what is left of the input holds the reader
	}
}

// rawRow tells what the row says.
func (t *table) rawRow(b *beats) outcome {
	raw := t.get(rawColumn)
	t.s = rawObject(raw, t.get("host"))
	switch e := t.winevents(); {
	case winevent.IsXML([]byte(raw)):
		t.s.Skip() // so that all of it is held
		return t.eventXML([]byte(raw), t.get("host"))
	case strings.HasPrefix(raw, "{"):
		if e.Rec.Collect(t.s); t.s.Err() == nil {
			if e.Rec.Unwrap(); e.Rec.Match().Confidence > 0 {
				e.Take(t.offset)
				return booked
			}
		}
		t.s = rawObject(raw, t.get("host"))
	}
	return b.object(t.reader)
}

// windowsRecord reads raw, which s holds as JSON, if it may be an event of Windows' logs.
func windowsRecord(s *jsonstream.Scanner, raw string) (rec winevent.Record, ok bool) {
	if !winevent.IsXML([]byte(raw)) && !strings.HasPrefix(raw, "{") {
		return rec, false
	}
	rec.Collect(s)
	rec.Unwrap()
	return rec, true
}

// rawObject is a row as Splunk would write it as JSON.
func rawObject(raw, host string) *jsonstream.Scanner {
	object := appendQuoted([]byte(`{"_raw":`), raw)
	object = append(appendQuoted(append(object, `,"host":`...), host), '}')
	s := jsonstream.NewScannerBytes(object)
	s.Hold()
	return s
}

// appendQuoted writes a text as JSON, whatever bytes it has.
func appendQuoted(dst []byte, text string) []byte {
	const digits = "0123456789abcdef"
	dst = append(dst, '"')
	for i := range len(text) {
		switch c := text[i]; {
		case c == '"' || c == '\\':
			dst = append(dst, '\\', c)
		case c < ' ':
			dst = append(dst, '\\', 'u', '0', '0', digits[c>>4], digits[c&15])
		default:
			dst = append(dst, c)
		}
	}
	return append(dst, '"')
}
