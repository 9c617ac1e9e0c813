package auditd

import (
	"bytes"
	"errors"
	"fmt"
	"hash/maphash"
	"io"
	"slices"

	"oddkin/parsers/event"
	"oddkin/parsers/internal/ingest"
)

// scan is the reading of one input.
type scan struct {
	in     *ingest.Input
	syslog bool // what stands before a record is a syslog header
	yield  func(event.Event, error) bool
	done   bool // the receiver wants no more

	intern  ingest.Interner
	stamp   lastStamp
	arch    archCache
	seed    maphash.Seed
	streams map[string]*stream
	order   []*stream // as first met
	limit   int       // of processes remembered for each
	current *stream
	last    *pending // the event of the record before, while it is open
	free    []*pending
	text    int // bytes kept for them

	// Space used again and again.
	arguments arguments
	bodies    [][]byte
	title     []byte

	earliest, latest int64 // of all records, in milliseconds since 1970
}

// run reads the input to its end.
func (s *scan) run() {
	s.streams, s.seed = map[string]*stream{}, maphash.MakeSeed()
	r := newReader(s.in.R)
	for !s.done {
		c, err := r.next()
		if err != nil {
			s.finish(r, err)
			return
		}
		s.in.Account.Bytes += c.size
		switch c.kind {
		case chunkNULs:
			s.skip(c.offset, c.size, reasonHole)
		case chunkLong:
			s.skip(c.offset, c.size, reasonLong)
		default:
			s.line(c)
		}
	}
}

// finish closes what is open and reports how the input ended.
func (s *scan) finish(r *reader, err error) {
	if rest := r.rest(); rest > 0 {
		s.in.Account.Bytes += rest
		s.skip(r.offset, rest, reasonLost)
	}
	s.flushAll()
	for _, st := range s.order {
		s.reportGaps(st)
	}
	if !errors.Is(err, io.EOF) {
		s.in.Account.Truncated = true
		if !s.done {
			s.yield(event.Event{}, err)
		}
	}
}

// reportGaps warns of missing serials, once a host, at the largest gap.
func (s *scan) reportGaps(st *stream) {
	if g := &st.gaps; g.count > 0 {
		s.warn(g.offset, g.serial, fmt.Sprintf("%d serials missing in %d gaps, most before this one: events lost, filtered out or removed", g.missing, g.count), 0)
	}
}

func (s *scan) warn(offset int64, serial uint64, reason string, size int64) {
	w := s.in.Warn(offset, serial, reason, size)
	if !s.done && !s.yield(event.Event{}, w) {
		s.done = true
	}
}

// skip passes over bytes that belong to no record.
func (s *scan) skip(offset, size int64, reason string) {
	s.in.Account.Skipped += size
	s.warn(offset, 0, reason, size)
}

// malformed counts a record that could not be taken.
func (s *scan) malformed(offset int64, serial uint64, reason string, size int) {
	s.in.Account.Malformed++
	s.warn(offset, serial, reason, int64(size))
}

// line takes one line: mostly one record, but there may be something before it,
// and another may be glued to a record that was cut short.
func (s *scan) line(c chunk) {
	text := bytes.TrimSuffix(c.text, []byte("\r"))
	if len(text) == 0 {
		return
	}
	var host []byte
	if !bytes.HasPrefix(text, []byte("type=")) && !bytes.HasPrefix(text, []byte("node=")) {
		begin := findRecord(text, 0)
		if begin < 0 {
			s.noRecord(c, text)
			return
		}
		if prefix := bytes.TrimSpace(text[:begin]); len(prefix) > 0 {
			var isHeader bool
			if host, isHeader = syslogHost(prefix); !isHeader && !s.syslog {
				s.skip(c.offset, int64(begin), reasonGarbage)
			}
		}
		c.offset += int64(begin)
		text = text[begin:]
	}
	for {
		next := glued(text)
		if next < 0 {
			break
		}
		s.record(text[:next], c.offset, host, chunkCut)
		c.offset += int64(next)
		text = text[next:]
	}
	s.record(text, c.offset, host, c.kind)
}

// noRecord counts a line without a record: a separator as ausearch prints it, a
// comment, another program's line in a syslog, or garbage.
func (s *scan) noRecord(c chunk, text []byte) {
	text = bytes.TrimSpace(text)
	if len(text) == 0 {
		return
	}
	s.in.Account.Records++
	_, isSyslog := syslogHost(text)
	if isSyslog && s.syslog || text[0] == '#' || bytes.HasPrefix(text, []byte("----")) || bytes.HasPrefix(text, []byte("time->")) {
		s.in.Account.NotNeeded++
		return
	}
	s.in.Account.Malformed++
	s.skip(c.offset, c.size, reasonNoRecord)
}

// glued finds a second record in a line: its first was cut short by a crash, and
// the next was appended without a line end between. In records that programs
// send, such text may be quoted by them and is left alone.
func glued(text []byte) int {
	first := true
	for at := 0; ; {
		i := bytes.IndexByte(text[at:], '(')
		if i < 0 {
			return -1
		}
		at += i
		if bytes.HasSuffix(text[:at], []byte("audit")) {
			if !first {
				break
			}
			first = false
		}
		at++
	}
	var h header
	if h.parse(text, &lastStamp{}) != "" || h.class == classSighting || h.class == classDaemon {
		return -1
	}
	from := len(text) - len(h.body)
	return findRecord(text, from)
}

// record takes one record, which ends as the line kind says.
func (s *scan) record(text []byte, offset int64, host []byte, kind chunkKind) {
	s.in.Account.Records++
	var h header
	reason := h.parse(text, &s.stamp)
	if reason == "" && kind != chunkLine && !complete(&h) {
		reason = reasonCut
	}
	if reason != "" {
		if kind == chunkEnd {
			s.in.Account.Truncated = true
		}
		s.malformed(offset, h.stamp.serial, reason, len(text))
		return
	}
	if h.node == nil {
		h.node = host
	}
	if h.stamp.ms < s.earliest || h.stamp.ms > s.latest || s.latest == 0 {
		s.in.Account.Span(h.stamp.time())
		s.earliest, s.latest = s.in.Account.First.UnixMilli(), s.in.Account.Last.UnixMilli()
	}
	if h.class == classDaemon { // numbered apart from the kernel's
		s.in.Account.NotNeeded++
		return
	}
	st := s.stream(h.node)
	p := s.last
	if p == nil || p.stamp != h.stamp || st != s.current {
		s.current = st
		p = s.pending(st, h.stamp, offset)
		s.last = p
	}
	if s.in.KeepRaw {
		s.keepRaw(p, &h)
	}
	s.dispatch(st, p, &h, offset, len(text))
}

// stream finds the stream of a host, or begins it.
func (s *scan) stream(node []byte) *stream {
	if s.current != nil && s.current.host == string(node) {
		return s.current
	}
	st := s.streams[string(node)]
	if st == nil {
		if len(s.streams) >= maxHosts {
			s.flushAll()
			clear(s.streams)
			s.order = s.order[:0]
		}
		st = &stream{host: string(node), ids: identities{byPID: map[uint32]*identity{}, limit: &s.limit}}
		s.streams[st.host] = st
		s.order = append(s.order, st)
		s.limit = max(minIdentities, min(maxIdentities, 2*maxIdentities/len(s.order)))
	}
	return st
}

// pending finds the open event of a record, or opens it.
func (s *scan) pending(st *stream, at stamp, offset int64) *pending {
	if i, found := st.find(at); found {
		return st.open[i]
	}
	if s.text > maxTextAll {
		s.flushAll()
	}
	if limit := max(minOpen, min(maxOpen, maxOpenAll/len(s.streams))); len(st.open) >= limit {
		s.close(st, len(st.open)-limit+1)
	}
	if at.serial < st.maxSerial {
		s.restart(st, at, offset)
	}
	st.maxSerial, st.latest = max(st.maxSerial, at.serial), max(st.latest, at.ms)
	var p *pending
	if n := len(s.free); n > 0 {
		p, s.free = s.free[n-1], s.free[:n-1]
	} else {
		p = &pending{}
	}
	p.stamp, p.offset = at, offset
	i, _ := st.find(at)
	st.open = slices.Insert(st.open, i, p)
	return p
}

// restart looks at a serial smaller than one before. A boot begins them anew; so
// does another log pasted behind this one. Else it is a record out of order.
func (s *scan) restart(st *stream, at stamp, offset int64) {
	fell := st.maxSerial - at.serial
	later := at.ms > st.latest+bootTime
	if fell < maxOpen && (fell <= disorder || !later) {
		return
	}
	wrapped := st.maxSerial > 1<<32-bootSerial // the kernel's counter has 32 bits
	s.close(st, len(st.open))
	st.maxSerial, st.gaps.last, st.booted = 0, 0, false
	if at.serial < bootSerial && later && !wrapped {
		s.boot(st, at, offset)
	}
}

// close closes the first n open events of a host.
func (s *scan) close(st *stream, n int) {
	for _, p := range st.open[:n] {
		s.tell(st, p)
		s.recycle(p)
	}
	st.open = st.open[n:]
	if n > 0 {
		s.last = nil
	}
}

func (s *scan) flushAll() {
	for _, st := range s.order {
		s.close(st, len(st.open))
	}
}

// recycle makes a closed event ready for use by another.
func (s *scan) recycle(p *pending) {
	s.text -= len(p.text) + p.rawSize
	p.verdict, p.kept, p.text, p.raw = verdict{}, p.kept[:0], p.text[:0], nil
	if cap(p.text) > 8<<10 {
		p.kept, p.text = nil, nil
	}
	s.free = append(s.free, p)
}
