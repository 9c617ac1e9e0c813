package parsers

import (
	"bytes"
	"fmt"
	"io"
	"slices"

	"oddkin/parsers/event"
	"oddkin/parsers/internal/ingest"
)

// sampler keeps pieces of what is read through it, to tell afterwards whether they hold
// records of another format than the one that the beginning decided for: an export over
// several indices, a syslog of several programs.
type sampler struct {
	r       io.Reader
	at      int64 // of the next byte
	next    int64 // where the next piece begins
	samples []sample
}

// sample is a piece of an input.
type sample struct {
	at   int64
	text []byte
}

// maxSamples bounds the memory, to 2 MiB an input. The distances between pieces grow to
// sampleEvery.
const (
	maxSamples  = 32
	sampleEvery = 16 << 20
)

func (s *sampler) Read(p []byte) (int, error) {
	n, err := s.r.Read(p)
	s.keep(p[:n])
	s.at += int64(n)
	return n, err
}

// keep takes of the bytes at hand what belongs to a piece.
func (s *sampler) keep(p []byte) {
	for at := s.at; len(p) > 0 && len(s.samples) <= maxSamples; {
		last := len(s.samples) - 1
		if last < 0 || len(s.samples[last].text) == ingest.HeadSize {
			if at+int64(len(p)) <= s.next || len(s.samples) == maxSamples {
				return
			}
			if skip := s.next - at; skip > 0 {
				p, at = p[skip:], s.next
			}
			s.samples = append(s.samples, sample{at: at})
			s.next += min(max(s.next, ingest.HeadSize), sampleEvery)
			last++
		}
		piece := &s.samples[last]
		n := min(len(p), ingest.HeadSize-len(piece.text))
		piece.text = append(piece.text, p[:n]...)
		p, at = p[n:], at+int64(n)
	}
}

// rowFormat is a format of records that stand one behind the other.
type rowFormat struct {
	// readToo are formats whose records its reader takes as well or tells of, or which are
	// ways to write the same.
	readToo []string
	// marks are what one of its records has.
	marks []string
}

var rowFormats = map[string]rowFormat{
	"auditd":          {[]string{"auditd-syslog"}, []string{"audit("}},
	"auditd-syslog":   {[]string{"auditd", "sysmon-xml"}, []string{"audit("}},
	"laurel":          {[]string{"sysmon"}, []string{`"ID":`, `"ID" :`}},
	"auditbeat":       {[]string{"sysmon"}, []string{"auditd", "audit("}},
	"go-audit":        {[]string{"sysmon"}, []string{`"messages"`}},
	"audit-items":     {[]string{"sysmon"}, []string{`"SYSCALL"`}},
	"journald":        {[]string{"sysmon"}, []string{`"_AUDIT_`}},
	"journald-export": {[]string{"sysmon", "auditd-syslog"}, []string{"_AUDIT_"}},
	"wazuh":           {[]string{"sysmon"}, []string{`"full_log"`, `"audit"`}},
	"osquery":         {[]string{"sysmon"}, []string{`"hostIdentifier"`}},
	"sysmon":          {[]string{"wazuh"}, []string{`"EventID"`, `"event_id"`, `"eventID"`, `"ProcessGuid"`, `"process"`}},
	"sysmon-xml":      {[]string{"auditd-syslog"}, []string{"<Event"}},
}

// window is how far apart in a piece the places are from which twice as much is shown to the
// formats: they look at some dozens of records.
const window = 16 << 10

// tellSecond warns of records of other formats in an input read as format that left some unread.
func tellSecond(a *event.Account, format ingest.Format, samples []sample) {
	own, rows := rowFormats[format.Name()]
	if !rows || a.NotNeeded+a.Malformed+a.Skipped == 0 {
		return
	}
	known := append([]string{format.Name()}, own.readToo...)
	for _, s := range samples {
		for from := 0; from < len(s.text); from += window {
			text := s.text[from:min(len(s.text), from+2*window)]
			begin := 0
			if s.at+int64(from) > 0 {
				begin = bytes.IndexByte(text, '\n') + 1
			}
			if f, _ := rowsIn(text[begin:], known); f != nil {
				name := f.Name()
				known = append(known, name)
				warnFirst(a, event.Warning{
					Source: event.Source{File: a.File, Offset: s.at + int64(from+begin)},
					Reason: fmt.Sprintf("records of another format are in this file, from about here on, and were not read: --as %s reads those", name),
				})
			}
		}
	}
}

// rowsIn gives the format of which text surely has records, but for the known ones; nil if none.
func rowsIn(text []byte, known []string) (ingest.Format, ingest.Match) {
	for _, f := range allFormats() {
		name := f.Name()
		rows, ok := rowFormats[name]
		if !ok || slices.Contains(known, name) {
			continue
		}
		marked := slices.ContainsFunc(rows.marks, func(mark string) bool { return bytes.Contains(text, []byte(mark)) })
		if !marked {
			continue
		}
		if m := f.Detect(text); m.Confidence >= sure {
			return f, m
		}
	}
	return nil, ingest.Match{}
}

// warnFirst notes w ahead of the warnings that there are, which are often of the same records.
func warnFirst(a *event.Account, w event.Warning) {
	a.Warnings = slices.Insert(a.Warnings, 0, w)
	if len(a.Warnings) > event.MaxWarnings {
		a.Warnings = a.Warnings[:event.MaxWarnings]
		a.Suppressed++
	}
}
