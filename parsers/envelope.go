package parsers

import (
	"bufio"

	"oddkin/parsers/event"
	"oddkin/parsers/internal/envelope"
	"oddkin/parsers/internal/ingest"
)

// open takes the document off that stands around the records of an input, where its
// records are known better without. named is the format that the user gave, or nil.
// It gives what to read, what is to be said of it, and nil for the reader where there
// is no such document.
func open(br *bufio.Reader, head []byte, named ingest.Format) (*envelope.Reader, ingest.Format, ingest.Match) {
	format, match := detectAs(head, named)
	opened, what := envelope.Open(head)
	if opened == nil {
		return nil, format, match
	}
	inner, better := detectAs(opened, named)
	if better.Confidence < match.Confidence || inner == nil {
		return nil, format, match
	}
	if better.Confidence > 0 {
		better.Reason += ", in " + what
	}
	return envelope.NewReader(br), inner, better
}

// detectAs is what detect finds, or what the named format says.
func detectAs(head []byte, named ingest.Format) (ingest.Format, ingest.Match) {
	if named == nil {
		return detect(head)
	}
	return named, named.Detect(head)
}

// What is said of a document around records.
const (
	reasonOthers = "documents beside the answers to a search, which are not read with them"
	reasonCut    = "the input ends inside the document around its records"
)

// closed tells of what an envelope held beside the records, once it has been read.
func closed(name string, e *envelope.Reader, a *event.Account) {
	warn := func(offset, n int64, reason string) {
		a.Warn(event.Warning{Source: event.Source{File: name, Offset: offset}, Reason: reason, Bytes: n})
	}
	if n, offset := e.Others(); n > 0 {
		a.Skipped += n
		warn(offset, n, reasonOthers)
	}
	if offset, cut := e.Cut(); cut {
		a.Truncated = true
		warn(offset, 0, reasonCut)
	}
}
