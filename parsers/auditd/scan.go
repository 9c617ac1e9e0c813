package auditd

import (
	"errors"
	"fmt"
	"hash/maphash"
	"io"
	"time"

	"oddkin/parsers/event"
	"oddkin/parsers/internal/ingest"
	"oddkin/parsers/internal/recall"
	"oddkin/parsers/internal/winevent"
)

// scan is the reading of one input: it puts the records of digested blocks
// together to events, in order.
type scan struct {
	in    *ingest.Input
	yield func(event.Event, error) bool
	done  bool // the receiver wants no more

	intern  ingest.Interner
	titles  recall.Texts[string]
	seed    maphash.Seed
	streams map[string]*stream
	order   []*stream // as first met
	known   identityRoom
	pages   int // of serials kept for each
	current *stream
	last    *pending // the event of the record before, while it is open
	free    []*pending
	text    int   // bytes kept for them
	left    *left // for other inputs to complete
	ending  bool  // the open events are the last
	large   largeTexts
	apart   apart
	windows *winevent.Reader // of what Sysmon for Linux logs to the same syslog

	// Space used again and again.
	arguments arguments
	bodies    [][]byte
	title     []byte
}

// take takes the records of the next block.
func (s *scan) take(b *block) {
	s.books(b)
	for i := range b.runs {
		r := &b.runs[i]
		if r.remark >= 0 {
			if m := &b.remarks[r.remark]; m.reason == "" {
				s.windowsEvent(b.text[m.at:m.at+m.size], b.offset+int64(m.at))
			} else {
				s.warn(b.offset+int64(m.at), m.serial, m.reason, int64(m.size))
			}
		} else {
			s.event(b, r)
		}
		if s.done {
			return
		}
	}
	if b.err != nil {
		s.finish(b.err)
	}
}

// books adds what digesting has counted.
func (s *scan) books(b *block) {
	a := s.in.Account
	a.Bytes += b.books.Bytes
	a.Records += b.books.Records
	a.NotNeeded += b.books.NotNeeded
	a.Malformed += b.books.Malformed
	a.Skipped += b.books.Skipped
	a.Truncated = a.Truncated || b.books.Truncated
	if b.latest >= 0 {
		a.Span(time.UnixMilli(b.earliest).UTC())
		a.Span(time.UnixMilli(b.latest).UTC())
	}
}

// event takes records that follow each other into their event.
func (s *scan) event(b *block, r *run) {
	st := s.stream(r.host)
	p := s.last
	if p == nil || p.stamp != r.stamp || st != s.current {
		s.current = st
		p = s.pending(st, r.stamp, b.offset+int64(r.at))
		s.last = p
	}
	for i := r.from; i < r.to; i++ {
		if s.in.KeepRaw {
			s.keepRaw(p, b, &b.records[i])
		}
		s.dispatch(st, p, b, &b.records[i])
	}
}

// finish closes what is open and reports how the input ended.
func (s *scan) finish(err error) {
	s.flushLast()
	if s.windows != nil && !s.done {
		s.windows.EndExport()
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
	g := &st.serials
	if g.beginAnew(); g.gaps > 0 {
		s.in.Account.Gaps += int64(g.gaps)
		s.in.Account.Missing += int64(g.missing)
		s.warn(g.offset, g.serial, fmt.Sprintf("%d serials missing in %d gaps, most before this one: events lost, filtered out or removed", g.missing, g.gaps), 0)
	}
}

func (s *scan) warn(offset int64, serial uint64, reason string, size int64) {
	w := s.in.Warn(offset, serial, reason, size)
	if !s.done && !s.yield(event.Event{}, w) {
		s.done = true
	}
}

// malformed counts a record that could not be taken.
func (s *scan) malformed(b *block, r *record, serial uint64, reason string) {
	s.in.Account.Malformed++
	s.warn(b.offset+int64(r.at), serial, reason, int64(r.end-r.at))
}

// stream finds the stream of a host, or begins it.
func (s *scan) stream(node []byte) *stream {
	if s.current != nil && s.current.host == string(node) {
		return s.current
	}
	st := s.streams[string(node)]
	if st == nil {
		if len(s.streams) >= maxHosts {
			s.flushLast()
			clear(s.streams)
			s.order = s.order[:0]
		}
		st = &stream{
			host: string(node), ids: identities{pages: map[uint32]*[pageSize]identity{}, room: &s.known},
			serials: serials{limit: &s.pages},
		}
		s.streams[st.host] = st
		s.order = append(s.order, st)
		s.known.limit = max(minIdentities, min(maxIdentities, 2*maxIdentities/len(s.order)))
		s.pages = max(minPages, maxPages/len(s.order))
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
	st.ends.open(at, offset)
	st.serials.direction(at.serial)
	p := s.takeUp(st, at)
	if p == nil {
		p = s.fresh(at, offset)
		p.begun = st.serials.begun
	}
	i, _ := st.find(at)
	st.put(i, p)
	return p
}

// fresh is an event without records yet.
func (s *scan) fresh(at stamp, offset int64) *pending {
	var p *pending
	if n := len(s.free); n > 0 {
		p, s.free = s.free[n-1], s.free[:n-1]
	} else {
		p = &pending{text: make([]byte, 0, 512)}
	}
	p.stamp, p.offset = at, offset
	return p
}

// restart looks at a serial smaller than one before. A boot begins them anew; so
// does another log pasted behind this one. Else it is a record out of order.
func (s *scan) restart(st *stream, at stamp, offset int64) {
	last := stamp{serial: st.maxSerial, ms: st.latest}
	if !begunAnew(last, at) {
		return
	}
	s.close(st, len(st.open))
	st.maxSerial, st.booted, st.ends.later = 0, false, true
	if at.ms > last.ms || last.wrapped() {
		st.serials.beginAnew()
	}
	if bootBetween(last, at) {
		s.tellHeads(st)
		s.boot(st, at, offset)
	}
}

// begunAnew reports whether serials are counted afresh at at, which is smaller
// than the highest before.
func begunAnew(last, at stamp) bool {
	fell := last.serial - at.serial
	return fell >= maxOpen || fell > disorder && at.ms > last.ms+bootTime
}

// bootBetween reports whether the serials show a boot between two records.
func bootBetween(last, at stamp) bool {
	return at.serial < last.serial && begunAnew(last, at) && at.serial < bootSerial && at.ms > last.ms+bootTime && !last.wrapped()
}

// wrapped reports whether smaller serials may follow because the kernel's counter has 32
// bits.
func (a stamp) wrapped() bool { return a.serial > 1<<32-bootSerial }

// close closes the first n open events of a host.
func (s *scan) close(st *stream, n int) {
	for i, p := range st.open[:n] {
		s.closeOne(st, p, len(st.open)-1-i)
		s.recycle(p)
	}
	st.open = st.open[n:]
	if n > 0 {
		s.last = nil
	}
}

// closeOne tells an event, behind which so many of its host are open, or puts it by if
// it lacks records that may come.
func (s *scan) closeOne(st *stream, p *pending, behind int) {
	cwd := st.disorder || st.seen.has(classCwd) || s.ending && behind < maxEnds
	switch {
	case s.ending && !s.in.Join: // nothing more can come
	case p.stray() && !st.serials.told(p):
		s.putBy(st, p)
		return
	case p.syscall && p.lacks(cwd):
		st.serials.pass(p, false)
		s.putBy(st, p)
		return
	case p.kind == event.Boot:
		s.tellHeads(st)
	}
	s.conclude(st, p)
}

func (s *scan) flushAll() {
	for _, st := range s.order {
		s.close(st, len(st.open))
	}
}

// recycle makes a closed event ready for use by another.
func (s *scan) recycle(p *pending) {
	s.text -= p.size()
	p.verdict, p.kept, p.text, p.raw = verdict{}, p.kept[:0], p.text[:0], nil
	if cap(p.text) > smallText {
		s.large.give(p.text)
		p.kept, p.text = nil, nil
	}
	if len(s.free) < maxOpenAll { // those that were put by and taken up again come on top of the open ones
		s.free = append(s.free, p)
	}
}
