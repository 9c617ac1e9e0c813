package parsers

import (
	"fmt"
	"slices"
	"strings"

	"oddkin/parsers/auditd"
	"oddkin/parsers/auditjson"
	"oddkin/parsers/evtx"
	"oddkin/parsers/internal/ingest"
	"oddkin/parsers/sandbox"
	"oddkin/parsers/sysmon"
)

// allFormats is every format there is, in the order in which ties of
// confidence are settled.
func allFormats() []ingest.Format {
	return slices.Concat(auditd.Formats(), auditjson.Formats(), sysmon.Formats(), evtx.Formats(), sandbox.Formats())
}

// Formats lists the names that [Options.As] takes.
func Formats() []string {
	var names []string
	for _, f := range allFormats() {
		names = append(names, f.Name())
	}
	return names
}

// enough is the confidence below which a file is not taken for a format.
const enough = 20

// detect asks every format for its opinion of head.
func detect(head []byte) (ingest.Format, ingest.Match) {
	var best ingest.Format
	var match ingest.Match
	for _, f := range allFormats() {
		if m := f.Detect(head); m.Confidence >= enough && m.Confidence > match.Confidence {
			best, match = f, m
		}
	}
	return best, match
}

// byName finds the format that Options.As names.
func byName(name string) (ingest.Format, error) {
	for _, f := range allFormats() {
		if f.Name() == name {
			return f, nil
		}
	}
	return nil, fmt.Errorf("no format is called %q; there are: %s", name, strings.Join(Formats(), ", "))
}
