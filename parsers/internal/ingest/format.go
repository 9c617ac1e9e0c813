package ingest

import (
	"io"
	"iter"
	"runtime"

	"oddkin/parsers/event"
)

// Format reads one format of evidence.
type Format interface {
	// Name is the format's short name, as --as takes it and accounts show it.
	Name() string
	// Detect looks at the first bytes of a file, decompressed and in UTF-8, at
	// most [HeadSize] of them; head may end inside a record.
	Detect(head []byte) Match
	// Events reads in to its end. What cannot be taken is yielded as an
	// [event.Warning] in the error and reading goes on; any other error ends
	// the input. Counts go to in.Account as reading proceeds. An Event and its
	// strings belong to the receiver; nothing is reused under its feet. Events may
	// share an Argv, which is not to be written to.
	Events(in *Input) iter.Seq2[event.Event, error]
}

// HeadSize is how much of a file Detect is shown.
const HeadSize = 64 << 10

// Match is a format's opinion of some bytes.
type Match struct {
	// Confidence is 0 for "not mine", 100 for "this cannot be anything else".
	Confidence int
	// Reason says what was seen, in a few words: "type= and msg=audit( on line 1".
	Reason string
}

// Input is one stream to parse: a file's content, or an archive member's, after
// decompression and conversion to UTF-8.
type Input struct {
	// Name goes into [event.Source.File].
	Name string
	// R is read forward once. Its errors mean that the evidence is damaged (a
	// cut gzip stream) or the read was cancelled.
	R io.Reader
	// KeepRaw asks for [event.Event.Raw].
	KeepRaw bool
	// Workers is how many goroutines a reader may parse with; 0 means one per
	// processor. What is yielded does not depend on it.
	Workers int
	// Account is where the reader keeps its books. Never nil.
	Account *event.Account
	// Join says that the caller will join inputs: a [Joiner] may then leave in Left
	// what others may complete.
	Join bool
	Left Left
}

// Parsers is how many goroutines a reader is to parse with: Workers, or what its
// zero stands for.
func (in *Input) Parsers() int {
	if in.Workers > 0 {
		return in.Workers
	}
	return runtime.GOMAXPROCS(0)
}

// Warn notes a warning at a position of this input in its account and returns
// it, for the caller to yield.
func (in *Input) Warn(offset int64, serial uint64, reason string, bytes int64) event.Warning {
	w := event.Warning{
		Source: event.Source{File: in.Name, Offset: offset, Serial: serial},
		Reason: reason, Bytes: bytes,
	}
	in.Account.Warn(w)
	return w
}
