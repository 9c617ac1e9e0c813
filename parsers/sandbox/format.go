package sandbox

import (
	"iter"

	"oddkin/parsers/event"
	"oddkin/parsers/internal/ingest"
)

// Formats lists the readers of this package.
func Formats() []ingest.Format {
	return []ingest.Format{
		format{"cape", detectCAPE, readReport},
		format{"cuckoo", detectCuckoo, readReport},
	}
}

// format joins a name to the functions that do the work.
type format struct {
	name   string
	detect func(outline) ingest.Match
	read   func(*ingest.Input, func(event.Event, error) bool)
}

// Name implements [ingest.Format].
func (f format) Name() string { return f.name }

// Detect implements [ingest.Format].
func (f format) Detect(head []byte) ingest.Match { return f.detect(outlineOf(head)) }

// Events implements [ingest.Format]. Events come once a report has been read to
// its end, as only then are its guest and the order of its processes known.
func (f format) Events(in *ingest.Input) iter.Seq2[event.Event, error] {
	return func(yield func(event.Event, error) bool) { f.read(in, yield) }
}
