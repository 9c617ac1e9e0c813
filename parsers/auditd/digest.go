package auditd

import (
	"bytes"

	"oddkin/parsers/internal/ingest"
	"oddkin/parsers/internal/recall"
	"oddkin/parsers/internal/syslog"
	"oddkin/parsers/internal/winevent"
)

// digester does for one block after another what can be done without knowing
// the blocks before. Several work side by side; what they make of a block does
// not depend on which of them it was.
type digester struct {
	syslog  bool // what stands before a record is a syslog header
	keepRaw bool

	b    *block
	open int // index of the run that the next record may belong to, or -1
	// start says that the open run holds the SYSCALL record of a successful start,
	// whose arguments and directory will be asked for.
	start bool
	// other says that it holds that of another call than a connect, of whose address
	// nobody asks.
	other bool

	stamp     lastStamp
	arch      archCache
	intern    ingest.Interner
	callers   profiles            // of SYSCALL records
	senders   profiles            // of records sent by programs
	starts    recall.Texts[*memo] // of EXECVE records
	folders   recall.Texts[*memo] // of CWD records
	arguments arguments
}

// digest fills b's runs, records and remarks from its text.
func (d *digester) digest(b *block) {
	d.b, d.open = b, -1
	b.books.Bytes = int64(b.size) + b.rest
	for c := newCutter(b.text, 0, b.size == len(b.text)); c.at < b.size; {
		part, _ := c.next()
		switch part.kind {
		case chunkNULs:
			d.skip(part.at, part.size, reasonHole)
		case chunkLong:
			d.skip(part.at, part.size, reasonLong)
		default:
			d.line(part)
		}
	}
	if b.rest > 0 {
		d.skip(b.size, int(b.rest), reasonLost)
	}
}

func (d *digester) remark(at int, serial uint64, reason string, size int) {
	d.b.remarks = append(d.b.remarks, remark{at: at, size: size, serial: serial, reason: reason})
	d.b.runs = append(d.b.runs, run{remark: len(d.b.remarks) - 1})
	d.open = -1
}

// skip passes over bytes that belong to no record.
func (d *digester) skip(at, size int, reason string) {
	d.b.books.Skipped += int64(size)
	d.remark(at, 0, reason, size)
}

// line takes one line: mostly one record, but there may be something before it,
// and another may be glued to a record that was cut short.
func (d *digester) line(c chunk) {
	text := c.text
	if len(text) == 0 || text[len(text)-1] == '\r' {
		if text = bytes.TrimRight(text, "\r"); len(text) == 0 {
			return
		}
	}
	var host []byte
	if !bytes.HasPrefix(text, []byte("type=")) && !bytes.HasPrefix(text, []byte("node=")) {
		begin := findRecord(text, 0)
		if begin < 0 || begin > 0 && text[begin-1] == '"' { // quoted by some wrapping, with its escapes
			d.noRecord(c, text)
			return
		}
		if prefix := bytes.TrimSpace(text[:begin]); len(prefix) > 0 {
			var isHeader bool
			if host, isHeader = syslog.Host(prefix); !isHeader && !d.syslog {
				d.skip(c.at, begin, reasonGarbage)
			}
		}
		c.at += begin
		text = text[begin:]
	}
	for {
		var h header
		reason := h.parse(text, &d.stamp)
		next := -1
		if reason == "" {
			next = h.glued(text)
		}
		if next < 0 {
			d.record(text, &h, reason, c.at, host, c.kind)
			return
		}
		h.body = text[len(text)-len(h.body) : next]
		d.record(text[:next], &h, "", c.at, host, chunkCut)
		c.at += next
		text = text[next:]
	}
}

// noRecord counts a line without a record: a separator as ausearch prints it, a
// comment, another program's line in a syslog, or garbage. An event of Sysmon for Linux
// is left to [scan.windowsEvent].
func (d *digester) noRecord(c chunk, text []byte) {
	text = bytes.TrimSpace(text)
	if len(text) == 0 {
		return
	}
	if i := bytes.Index(text, []byte("<Event")); d.syslog && i >= 0 && winevent.IsXML(text[i:]) && bytes.Contains(text[i:], []byte("<System>")) {
		d.remark(c.at, 0, "", len(c.text))
		return
	}
	books := &d.b.books
	books.Records++
	_, isSyslog := syslog.Host(text)
	if isSyslog && d.syslog || text[0] == '#' || bytes.HasPrefix(text, []byte("----")) || bytes.HasPrefix(text, []byte("time->")) {
		books.NotNeeded++
		return
	}
	books.Malformed++
	d.skip(c.at, c.size, reasonNoRecord)
}

// glued finds a second record in the line that h begins: its first was cut short by a crash, and
// the next was appended without a line end between. In records that programs
// send, such text may be quoted by them and is left alone.
func (h *header) glued(text []byte) int {
	if h.class == classSighting || h.class == classDaemon {
		return -1
	}
	for at := 0; ; at++ {
		i := bytes.IndexByte(h.body[at:], '(')
		if i < 0 {
			return -1
		}
		if at += i; bytes.HasSuffix(h.body[:at], []byte("audit")) {
			return findRecord(text, len(text)-len(h.body))
		}
	}
}

// record takes one record, of which h and reason are what its header was parsed as. It ends as the line kind says.
func (d *digester) record(text []byte, h *header, reason string, at int, host []byte, kind chunkKind) {
	b := d.b
	b.books.Records++
	if reason == "" && kind != chunkLine && !complete(h) {
		reason = reasonCut
	}
	if reason != "" {
		b.books.Truncated = b.books.Truncated || kind == chunkEnd
		b.books.Malformed++
		d.remark(at, h.stamp.serial, reason, len(text))
		return
	}
	if h.node == nil {
		h.node = host
	}
	b.earliest, b.latest = min(b.earliest, h.stamp.ms), max(b.latest, h.stamp.ms)
	if h.class == classDaemon { // numbered apart from the kernel's
		b.books.NotNeeded++
		return
	}
	d.join(h, at)
	r := record{class: h.class, typ: uint8(len(h.typ)), at: uint32(at), typAt: uint32(at + h.typAt), end: uint32(at + len(text)), index: -1}
	r.body = r.end - uint32(len(h.body))
	if d.look(&r, h) || d.keepRaw {
		b.records = append(b.records, r)
		b.runs[d.open].to++
	}
}

// join finds or begins the run of a record.
func (d *digester) join(h *header, at int) {
	if d.open >= 0 {
		if r := &d.b.runs[d.open]; r.stamp == h.stamp && bytes.Equal(r.host, h.node) {
			return
		}
	}
	d.open, d.start, d.other = len(d.b.runs), false, false
	n := len(d.b.records)
	d.b.runs = append(d.b.runs, run{stamp: h.stamp, host: h.node, at: at, from: n, to: n, remark: -1})
}

// look reads what can be read of a record by itself. It is false for a record
// that is needed for nothing, which is counted here.
func (d *digester) look(r *record, h *header) bool {
	b := d.b
	switch h.class {
	case classSyscall:
		r.index = int32(len(b.calls))
		b.calls = append(b.calls, syscallRecord{})
		c := &b.calls[r.index]
		c.ok = c.parse(h.body, &d.arch) && d.callers.identify(c, &d.intern)
		d.start = c.ok && c.call == callExec && c.success
		d.other = c.ok && c.call != callConnect
	case classExecve:
		if d.start && len(h.body) <= maxMemo { // longer ones mostly go on in another record
			r.index = d.remember(h)
		}
	case classCwd:
		if d.start && len(h.body) <= maxMemo {
			r.index = d.remember(h)
		}
	case classSockaddr:
		if d.other {
			r.class = classOther
			b.books.NotNeeded++
			return false
		}
	case classPath:
		r.item = itemOf(h.body)
	case classSighting, classAbend:
		r.index = int32(len(b.sightings))
		b.sightings = append(b.sightings, d.senders.sight(h.body, &d.intern))
	case classProctitle, classEOE, classBoot:
	default:
		b.books.NotNeeded++
		return false
	}
	return true
}

// itemOf is the number of a PATH record.
func itemOf(body []byte) uint8 {
	item, ok := parseDec(field(body, "item"))
	switch {
	case !ok:
		return itemUnknown
	case item >= maxItem:
		return itemLarge
	}
	return uint8(item)
}

// memo is the text of an EXECVE or CWD record, and what it was read as.
type memo struct {
	body   []byte
	values []string
	whole  bool // of EXECVE: it holds all arguments
}

// remember reads an EXECVE or CWD record into d.b.memos.
func (d *digester) remember(h *header) int32 {
	known := &d.folders
	if h.class == classExecve {
		known = &d.starts
	}
	m, hash, ok := known.Find(h.body)
	if !ok {
		m = &memo{body: bytes.Clone(h.body)}
		if h.class == classExecve {
			m.values, m.whole = d.arguments.argv([][]byte{h.body}), endsWithLast(h.body)
		} else {
			m.values = []string{d.intern.Bytes(decode(field(h.body, "cwd")))}
		}
		known.Add(string(h.body), hash, m, 2*len(h.body)+16*len(m.values)+96)
	}
	d.b.memos = append(d.b.memos, m)
	return int32(len(d.b.memos) - 1)
}

// maxMemo is the longest record that is remembered.
const maxMemo = 4 << 10
