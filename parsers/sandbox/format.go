package sandbox

import (
	"iter"

	"oddkin/parsers/event"
	"oddkin/parsers/internal/ingest"
)

// Formats lists the readers of this package.
func Formats() []ingest.Format {
	return []ingest.Format{
		format{"cape", capeMarks, readReport},
		format{"cuckoo", cuckooMarks, readReport},
		format{"cuckoo3", cuckoo3Marks, cuckoo3.read},
		format{"virustotal", virusTotalMarks, readVirusTotal},
		format{"vmray", vmrayMarks, vmray.read},
		format{"drakvuf", drakvufMarks, readDrakvuf},
		format{"triage", triageMarks, triage.read},
		format{"anyrun", anyrunMarks, anyrun.read},
		format{"hybrid-analysis", hybridMarks, hybrid.read},
		format{"joe", joeMarks, joe.read},
		format{"maec", maecMarks, readMAEC},
		format{"stix", stixMarks, readSTIX},
	}
}

// format joins a name to the functions that do the work.
type format struct {
	name  string
	marks []mark
	read  func(*ingest.Input, func(event.Event, error) bool)
}

// Name implements [ingest.Format].
func (f format) Name() string { return f.name }

// Detect implements [ingest.Format].
func (f format) Detect(head []byte) ingest.Match { return best(outlineOf(head), f.marks) }

// Events implements [ingest.Format]. Events come once a report has been read to
// its end, as only then are its guest and the order of its processes known.
func (f format) Events(in *ingest.Input) iter.Seq2[event.Event, error] {
	return func(yield func(event.Event, error) bool) { f.read(in, yield) }
}
