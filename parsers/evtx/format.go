package evtx

import (
	"bytes"
	"iter"

	"oddkin/parsers/event"
	"oddkin/parsers/internal/ingest"
)

// Formats lists the readers of this package.
func Formats() []ingest.Format { return []ingest.Format{format{}} }

// format reads Windows event logs.
type format struct{}

// Name implements [ingest.Format].
func (format) Name() string { return "evtx" }

// Detect implements [ingest.Format]: it looks for the magic of the file or, where
// the header was lost, that of a chunk.
func (format) Detect(head []byte) ingest.Match {
	if bytes.HasPrefix(head, fileMagic) {
		return ingest.Match{Confidence: 100, Reason: "Windows event log (ElfFile)"}
	}
	at := bytes.Index(head, chunkMagic)
	if at == 0 || at > 0 && zeros(head[:at]) {
		return ingest.Match{Confidence: 95, Reason: "chunks of a Windows event log (ElfChnk) without the file's header"}
	}
	return ingest.Match{}
}

// Events implements [ingest.Format].
func (format) Events(in *ingest.Input) iter.Seq2[event.Event, error] {
	return func(yield func(event.Event, error) bool) {
		newReader(in, yield).run()
	}
}
