package auditd

import (
	"bytes"
	"fmt"
	"hash/maphash"
	"iter"
	"strings"

	"oddkin/parsers/event"
	"oddkin/parsers/internal/ingest"
	"oddkin/parsers/internal/syslog"
	"oddkin/parsers/internal/winevent"
)

// Log reads what auditd writes and "ausearch --raw" prints: one record a line,
// raw or enriched, with or without node=.
var Log ingest.Format = format{name: "auditd"}

// Syslog reads the same records behind a syslog header, as audisp-syslog,
// rsyslog and the kernel's own log write them. The header names the host where
// the record does not.
var Syslog ingest.Format = format{name: "auditd-syslog", syslog: true}

// Formats are all of the package's formats.
func Formats() []ingest.Format { return []ingest.Format{Log, Syslog} }

type format struct {
	name   string
	syslog bool
}

func (f format) Name() string { return f.name }

// Events reads the input. See the package comment for what it yields.
func (f format) Events(in *ingest.Input) iter.Seq2[event.Event, error] {
	return func(yield func(event.Event, error) bool) {
		s := scan{in: in, yield: yield, streams: map[string]*stream{}, seed: maphash.MakeSeed()}
		for b := range f.digested(in) {
			if s.take(b); s.done {
				return
			}
		}
	}
}

// dated reports whether a record's time is written as a date, as "ausearch -i"
// does, which is no form that can be read.
func dated(line []byte) bool {
	_, stamp, _ := bytes.Cut(line, []byte("audit("))
	stamp, _, _ = bytes.Cut(stamp, []byte(")"))
	return bytes.IndexByte(stamp, ' ') >= 0
}

// Detect counts the lines of head that hold a record in this format's way.
func (f format) Detect(head []byte) ingest.Match {
	var lines, plain, wrapped, headed, windows int
	for line := range bytes.SplitSeq(head, []byte("\n")) {
		line = bytes.Trim(line, "\x00\r ")
		if len(line) == 0 || line[0] == '#' {
			continue
		}
		if i := bytes.Index(line, []byte("<Event")); i > 0 && winevent.IsXML(line[i:]) {
			windows++ // of Sysmon for Linux, which are read too
			continue
		}
		lines++
		if logged(line) {
			headed++
		}
		switch at := findRecord(line, 0); {
		case at >= 0 && dated(line):
		case at == 0:
			plain++
		case at > 0 && bytes.Contains(line[:at], []byte(`{"`)): // another format's, behind a header or not
		case at > 0 && line[0] != '{' && line[0] != '<' || at > 0 && syslog.Priority(line):
			wrapped++
		}
	}
	mine, other, where := plain, wrapped, "at the start of"
	if f.syslog {
		mine, other, where = wrapped, plain, "behind a header in"
	}
	if mine == 0 || mine < other {
		return ingest.Match{}
	}
	// Behind headers stands what else a host logs, but behind headers all the
	// same. A log of auditd's own holds nothing else. Otherwise somebody quotes a
	// record in a text.
	if f.syslog && 4*headed < 3*lines || !f.syslog && 2*mine < lines {
		return ingest.Match{}
	}
	m := ingest.Match{
		Confidence: 50 + 49*mine/lines,
		Reason:     fmt.Sprintf("type= and audit(time:serial) %s %d of the first %d lines", where, mine, lines),
	}
	if f.syslog && windows > 0 {
		m.Confidence = max(m.Confidence, 96) // the reader of those alone would read nothing else
		m.Reason += fmt.Sprintf(", and %d events of Sysmon for Linux", windows)
	}
	return m
}

// logged reports whether a line begins as lines of logs do: with a priority
// (RFC 5424), a year, a boot's seconds in brackets, or a month's name (RFC 3164).
func logged(line []byte) bool {
	switch c := line[0]; {
	case c == '<' || c == '[' || c >= '0' && c <= '9':
		return true
	case len(line) < 4 || line[3] != ' ':
		return false
	}
	return strings.Contains("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec ", string(line[:4]))
}
