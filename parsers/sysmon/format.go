package sysmon

import (
	"iter"

	"oddkin/parsers/event"
	"oddkin/parsers/internal/ingest"
)

// Formats lists the readers of this package.
func Formats() []ingest.Format { return []ingest.Format{format{}, xmlFormat{}} }

// format reads process events as JSON, whatever the dialect of each record.
type format struct{}

// Name implements [ingest.Format].
func (format) Name() string { return "sysmon" }

// Events implements [ingest.Format].
func (format) Events(in *ingest.Input) iter.Seq2[event.Event, error] {
	return func(yield func(event.Event, error) bool) {
		newReader(in, yield, blockSize).run()
	}
}
