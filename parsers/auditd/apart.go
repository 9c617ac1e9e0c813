package auditd

import (
	"container/list"
	"maps"
	"slices"

	"oddkin/parsers/event"
)

// The records of one event can lie further from each other than events are held open:
// in a log that was sorted or pasted together by record type, or shuffled by what
// collected it. An event that lacks records when it is closed is therefore put by, in
// little space, and taken up again when one of them comes. What is put by when its
// room runs out is told as it is, oldest first.

// maxApart bounds the memory of what one input puts by.
const maxApart = 32 << 20

// apart holds the events of one input that were put by.
type apart struct {
	order list.List // of aside, oldest first
	size  int
}

// aside is one of them.
type aside struct {
	stream *stream
	event  *pending
	size   int
}

// putBy takes a closed event that lacks records, a copy of what is kept of it.
func (s *scan) putBy(st *stream, p *pending) {
	const overhead, perRecord = 384, 64
	q := *p
	q.kept, q.text = slices.Clone(p.kept), slices.Clone(p.text)
	a := aside{st, &q, q.size() + overhead + perRecord*len(q.kept)}
	s.apart.size += a.size
	st.aside(&q)[q.stamp] = s.apart.order.PushBack(a)
	for s.apart.size > maxApart {
		s.conclude(s.takeOut(s.apart.order.Front()))
	}
}

// aside is where p is or belongs among the host's events that were put by.
func (st *stream) aside(p *pending) map[stamp]*list.Element {
	if st.heads == nil {
		st.heads, st.strays = map[stamp]*list.Element{}, map[stamp]*list.Element{}
	}
	if p.syscall {
		return st.heads
	}
	return st.strays
}

// takeOut removes an event from those that were put by.
func (s *scan) takeOut(e *list.Element) (*stream, *pending) {
	a := s.apart.order.Remove(e).(aside)
	delete(a.stream.aside(a.event), a.event.stamp)
	s.apart.size -= a.size
	return a.stream, a.event
}

// takeUp opens an event again that was put by, or returns nil.
func (s *scan) takeUp(st *stream, at stamp) *pending {
	e := st.heads[at]
	if e == nil {
		e = st.strays[at]
	}
	if e == nil {
		return nil
	}
	_, p := s.takeOut(e)
	st.disorder = true
	s.text += p.size()
	return p
}

// tellHeads tells what a host's log has put by of starts, ahead of a boot.
func (s *scan) tellHeads(st *stream) {
	for _, at := range slices.SortedFunc(maps.Keys(st.heads), stamp.compare) {
		s.conclude(s.takeOut(st.heads[at]))
	}
}

// tellApart tells all that was put by.
func (s *scan) tellApart() {
	for s.apart.order.Len() > 0 {
		s.conclude(s.takeOut(s.apart.order.Front()))
	}
}

// conclude tells an event for which nothing more is awaited.
func (s *scan) conclude(st *stream, p *pending) {
	switch {
	case p.kind == event.Exec:
		st.shortage.start(p)
	case p.stray() && !st.serials.told(p):
		p.early = !st.serials.inside(p)
		st.shortage.stray(p)
	}
	st.serials.pass(p, p.syscall)
	s.tell(st, p)
}

// lacks reports whether records are missing from which an event would tell more. The
// directory is waited for only where the log has any, or ends before it: rules often
// leave it out.
func (p *pending) lacks(cwd bool) bool {
	switch {
	case p.kind == event.Exec:
		return cwd && !p.has(classCwd) || !p.allArguments()
	case p.kind == event.ExecFailed:
		return cwd && !p.has(classCwd) || !p.has(classPath)
	}
	return p.connects && !p.has(classSockaddr)
}

// stray reports whether an event is nothing but records that belong to a SYSCALL record.
func (p *pending) stray() bool {
	return !p.syscall && p.kind == 0 && !p.sight && len(p.kept) > 0
}
