package sysmon

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"iter"

	"oddkin/parsers/event"
	"oddkin/parsers/internal/ingest"
	"oddkin/parsers/internal/syslog"
	"oddkin/parsers/internal/winevent"
)

// xmlFormat reads the same events in Windows' XML, one after the other: what
// wevtutil and Splunk's universal forwarder write, and what Sysmon for Linux
// sends to syslog, behind syslog's own head on every line.
type xmlFormat struct{}

// Name implements [ingest.Format].
func (xmlFormat) Name() string { return "sysmon-xml" }

// Detect implements [ingest.Format].
func (xmlFormat) Detect(head []byte) ingest.Match {
	from, size := nextXML(head)
	if text := bytes.TrimSpace(head); from < 0 || text[0] == '{' || text[0] == '[' {
		return ingest.Match{} // none, or wrapped in JSON
	}
	if size == 0 {
		size = len(head) - from
	}
	var rec winevent.Record
	rec.ReadXML(head[from : from+size]) // cut or whole
	m := rec.Match()
	if m.Confidence > 0 {
		m.Reason = "XML" + m.Reason[len("JSON"):]
	}
	return m
}

// Events implements [ingest.Format].
func (xmlFormat) Events(in *ingest.Input) iter.Seq2[event.Event, error] {
	return func(yield func(event.Event, error) bool) {
		x := xmlReader{Reader: winevent.Reader{In: in, Yield: yield, Raw: rawFields, Export: true}, buf: make([]byte, 256<<10)}
		x.run()
	}
}

// maxXML bounds one event. Windows' own limit is 64 KiB.
const maxXML = 4 << 20

// xmlReader finds the events in a stream of XML or of lines that hold it.
type xmlReader struct {
	winevent.Reader
	stray      stray
	buf        []byte
	start, end int    // of what is unread in buf
	base       int64  // position of buf[0]
	err        error  // what the input said last
	line       []byte // how the line begins that has no event so far
	lineAt     int64  // where
	lineSize   int64
	audit      int64 // records of the audit system among those of other programs
}

func (x *xmlReader) run() {
	for !x.Stopped {
		from, size := nextXML(x.buf[x.start:x.end])
		switch {
		case size > 0:
			x.pass(from)
			x.endHead()
			x.event(size)
		case x.err == nil && (from < 0 || x.end-x.start-from < maxXML):
			if from < 0 {
				from = max(0, x.end-x.start-len("<Event")) // which may begin here
			}
			x.pass(from)
			x.fill()
		case from >= 0:
			x.pass(from)
			x.endHead()
			x.unfinished()
		default:
			x.pass(x.end - x.start)
			x.endLine()
			x.endStray()
			x.finish()
			return
		}
	}
}

// nextXML gives where an event begins, or -1, and its size, or 0 if its end is
// not there.
func nextXML(b []byte) (from, size int) {
	for from = 0; ; from++ {
		i := bytes.Index(b[from:], []byte("<Event"))
		if i < 0 {
			return -1, 0
		}
		if from += i; winevent.IsXML(b[from:]) {
			break
		}
	}
	if i := bytes.Index(b[from:], []byte("</Event>")); i >= 0 {
		return from, i + len("</Event>")
	}
	return from, 0
}

// lastXML gives where the last event begins in b.
func lastXML(b []byte) int {
	for from := len(b); ; {
		if from = bytes.LastIndex(b[:from], []byte("<Event")); from <= 0 || winevent.IsXML(b[from:]) {
			return from
		}
	}
}

// pass takes n bytes that belong to no event.
func (x *xmlReader) pass(n int) {
	for i, c := range x.buf[x.start : x.start+n] {
		if c == '\n' {
			x.endLine()
			continue
		}
		if x.lineSize++; len(x.line) < maxHead {
			if len(x.line) == 0 {
				x.lineAt = x.base + int64(x.start+i)
			}
			x.line = append(x.line, c)
		}
	}
	x.start += n
}

// maxHead is how much of a line is looked at that holds no event.
const maxHead = 512

// endLine closes a line without an event: another program's in a syslog, or garbage.
func (x *xmlReader) endLine() {
	text := bytes.TrimSpace(x.line)
	if _, logged := syslog.Host(text); logged {
		x.In.Account.Records++
		x.In.Account.NotNeeded++
		if bytes.Contains(text, []byte(" msg=audit(")) {
			x.audit++
		}
		x.line, x.lineSize = x.line[:0], 0
		return
	}
	x.endHead()
}

// endHead closes what stands before an event on its line. There belong a syslog's head, the
// element around all events and the XML declaration; white space is nobody's loss.
func (x *xmlReader) endHead() {
	text := bytes.TrimSpace(x.line)
	_, logged := syslog.Host(text)
	if len(text) > 0 && !logged && !bytes.HasPrefix(text, []byte("<?xml")) && !bytes.HasPrefix(text, []byte("<Events")) && string(text) != "</Events>" {
		if x.stray.bytes == 0 {
			x.stray.offset = x.lineAt + int64(bytes.IndexByte(x.line, text[0]))
		}
		x.stray.bytes += x.lineSize
	}
	x.line, x.lineSize = x.line[:0], 0
}

// endStray reports a run of stray input that has just ended.
func (x *xmlReader) endStray() {
	if x.stray.bytes > 0 {
		x.In.Account.Skipped += x.stray.bytes
		x.Warn(x.stray.offset, 0, strayText, x.stray.bytes)
		x.stray = stray{}
	}
}

// damagedXML is said of an event that is cut or holds NUL.
const damagedXML = "damaged XML"

// event reads the event that comes next.
func (x *xmlReader) event(size int) {
	text := x.buf[x.start : x.start+size]
	offset := x.base + int64(x.start)
	x.start += size
	if again := lastXML(text); again > 0 { // the first was cut
		x.Lost(offset, 0, damagedXML, int64(again))
		offset, text = offset+int64(again), text[again:]
	}
	if bytes.IndexByte(text, 0) >= 0 || !x.Rec.ReadXML(text) {
		x.Lost(offset, 0, damagedXML, int64(len(text)))
		return
	}
	x.Take(offset)
}

// unfinished passes over an event without an end.
func (x *xmlReader) unfinished() {
	x.In.Account.Truncated = x.In.Account.Truncated || x.err != nil
	x.Lost(x.base+int64(x.start), 0, damagedXML, int64(x.end-x.start))
	x.start = x.end
}

// finish tells of an input that could not be read to its end.
func (x *xmlReader) finish() {
	if x.audit > 0 {
		x.Warn(-1, 0, fmt.Sprintf("%d records of the audit system stand among the events: --as auditd-syslog reads both", x.audit), 0)
	}
	x.EndExport()
	if !errors.Is(x.err, io.EOF) {
		x.Fail(x.err)
	}
}

// fill reads more: half a buffer at least, as the search begins afresh after it.
func (x *xmlReader) fill() {
	copy(x.buf, x.buf[x.start:x.end])
	x.base += int64(x.start)
	x.start, x.end = 0, x.end-x.start
	if x.end > len(x.buf)/2 {
		x.buf = append(x.buf, make([]byte, len(x.buf))...)
	}
	want := x.end + len(x.buf)/2
	for idle := 0; x.end < want && x.err == nil; idle++ {
		n, err := x.In.R.Read(x.buf[x.end:])
		x.end += n
		x.err = err
		if n > 0 {
			idle = 0
		} else if idle == 100 { // as bufio: a reader that keeps returning nothing is broken
			x.err = io.ErrNoProgress
		}
	}
}
