package auditjson

import (
	"iter"

	"oddkin/parsers/event"
	"oddkin/parsers/internal/ingest"
	"oddkin/parsers/internal/jsonstream"
)

// Formats lists the readers of this package.
func Formats() []ingest.Format {
	return []ingest.Format{
		format{"laurel", likeLaurel, func() dialect { return laurel{} }},
		auditbeat,
		format{"go-audit", likeGoAudit, func() dialect { return goAudit{} }},
		format{"audit-items", likeItems, func() dialect { return items{} }},
		journald,
		exportFormat{&recordFormat{format{name: "journald-export", read: journald.read}}},
		wazuhAlerts,
		format{"osquery", likeOsquery, func() dialect { return &osquery{} }},
		tableFormat{},
		rawTableFormat{&recordFormat{format{name: "splunk-csv"}}},
	}
}

// The formats of records that come one by one: see [recordFormat].
var (
	auditbeat   = &recordFormat{format{"auditbeat", likeBeats, func() dialect { return &beats{} }}}
	wazuhAlerts = &recordFormat{format{"wazuh", likeWazuh, func() dialect { return &wazuh{} }}}
	journald    = &recordFormat{format{"journald", likeJournal, func() dialect { return &journal{} }}}
)

// dialect is how one tool lays its records out in JSON.
type dialect interface {
	// object reads the object that comes next in r.s and says what became of it.
	// If the JSON turns out to be damaged, nothing that was read is kept.
	object(r *reader) outcome
	// end is called once, behind the last object, to close what is open.
	end(r *reader)
}

// format is a dialect under its name.
type format struct {
	name string
	like func(sketch) ingest.Match
	read func() dialect
}

// Name implements [ingest.Format].
func (f format) Name() string { return f.name }

// Detect implements [ingest.Format].
func (f format) Detect(head []byte) ingest.Match { return bestSketch(head, f.like) }

// Events implements [ingest.Format].
func (f format) Events(in *ingest.Input) iter.Seq2[event.Event, error] {
	return func(yield func(event.Event, error) bool) {
		r := newReader(in, yield)
		r.s = jsonstream.NewScanner(in.R)
		r.run(f.read())
		r.s = nil // what is left of the input holds r
	}
}
