package parsers

import (
	"context"
	"iter"
	"path"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"

	"oddkin/parsers/event"
	"oddkin/parsers/internal/ingest"
)

// Options say how evidence is read. The zero value is the usual way.
type Options struct {
	// As names the format of every file; empty means that each file's content
	// decides.
	As string
	// KeepRaw asks for the original fields of every event: see [event.Event.Raw].
	KeepRaw bool
	// Workers is how many files are read at once, and how many goroutines parse
	// one; 0 means one per processor.
	Workers int
	// Identify asks only what each file is: accounts get their Format and Reason,
	// no events are read.
	Identify bool
}

// Evidence is a set of files being read. Make it with [Open]; range over
// [Evidence.Events] once, then look at the accounts.
type Evidence struct {
	options  Options
	format   ingest.Format // nil: detect
	inputs   []input
	total    int64
	read     atomic.Int64
	accounts []event.Account
	stopped  bool
	// used holds batches that were yielded, to be filled again.
	used chan []event.Event
}

// ahead is by how many batches a reader may be ahead of the consumer.
const ahead = 8

// Open lists the files below paths. "-" is the standard input. Nothing is read
// yet. The error says that a format's name is unknown or a folder cannot be
// listed at all; a path that does not exist is an account with a Failure.
func Open(paths []string, o Options) (*Evidence, error) {
	e := &Evidence{options: o, used: make(chan []event.Event, 2*ahead)}
	if o.As != "" {
		f, err := byName(o.As)
		if err != nil {
			return nil, err
		}
		e.format = f
	}
	var err error
	if e.inputs, err = find(paths); err != nil {
		return nil, err
	}
	for _, in := range e.inputs {
		if in.refuse == "" {
			e.total += in.size
		}
	}
	return e, nil
}

// Progress says how many of how many bytes on disk have been read. Safe to call
// while another goroutine ranges over the events.
func (e *Evidence) Progress() (read, total int64) { return e.read.Load(), e.total }

// packedNames are how names of compressed files end.
var packedNames = []string{".gz", ".tgz", ".xz", ".txz", ".zst", ".bz2", ".zip"}

// Expected is about how many bytes there are to read once they are decompressed: logs
// shrink to a seventh or so. Standard input, of which nothing is known, counts as 300 MB.
func (e *Evidence) Expected() (bytes int64) {
	const shrink, unknown = 7, 300e6
	for _, in := range e.inputs {
		switch {
		case in.refuse != "":
		case in.path == "-":
			bytes += unknown
		case slices.Contains(packedNames, strings.ToLower(path.Ext(in.name))):
			bytes += shrink * in.size
		default:
			bytes += in.size
		}
	}
	return bytes
}

// Accounts are the books of every file and archive member, in reading order.
// Complete once the events have been ranged over.
func (e *Evidence) Accounts() []event.Account { return e.accounts }

// Interrupted reports that the context ended before the evidence did.
func (e *Evidence) Interrupted() bool { return e.stopped }

// Events reads everything. It ends early when ctx does; what was read up to then
// has been yielded.
func (e *Evidence) Events(ctx context.Context) iter.Seq[event.Event] {
	return func(yield func(event.Event) bool) {
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		gone := make(chan struct{})
		defer close(gone)
		var left joins
		ended := false // nobody takes more
		emit := func(ev event.Event) {
			ended = ended || !yield(ev)
		}
		for file := range e.schedule(ctx, gone) {
			for batch := range file.batches {
				for i := range batch {
					if !yield(batch[i]) {
						return
					}
				}
				select {
				case e.used <- batch[:0]:
				default:
				}
			}
			left.add(file, len(e.accounts))
			e.accounts = append(e.accounts, file.accounts...)
			if left.size > maxLeft {
				if left.settle(e.accounts, emit); ended {
					return
				}
			}
		}
		left.settle(e.accounts, emit)
		e.stopped = ctx.Err() != nil
	}
}

// file is one input on its way: its events, and once batches is closed its
// accounts.
type file struct {
	batches  chan []event.Event
	accounts []event.Account
	left     []remainder
}

// schedule starts up to Workers readers ahead of the consumer and yields the
// files in their order. Closing gone tells the readers that nobody takes their
// events any more.
func (e *Evidence) schedule(ctx context.Context, gone <-chan struct{}) <-chan *file {
	workers := e.options.Workers
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	queue := make(chan *file, workers-1)
	go func() {
		defer close(queue)
		for _, in := range e.inputs {
			f := &file{batches: make(chan []event.Event, ahead)}
			select {
			case queue <- f:
			case <-ctx.Done():
				return
			}
			go func() {
				defer close(f.batches)
				r := reader{evidence: e, ctx: ctx, gone: gone, file: f}
				r.run(in)
			}()
		}
	}()
	return queue
}

// Files are the paths on disk that will be opened.
func (e *Evidence) Files() []string {
	var paths []string
	for _, in := range e.inputs {
		if in.refuse == "" && in.path != "-" {
			paths = append(paths, in.path)
		}
	}
	return paths
}

// Asked reports whether the account named file stands for a path that was given
// itself, rather than a file found in a folder or an archive.
func (e *Evidence) Asked(file string) bool {
	for _, in := range e.inputs {
		if in.name == file {
			return in.asked
		}
	}
	return false
}
