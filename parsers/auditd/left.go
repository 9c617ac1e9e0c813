package auditd

import "unsafe"

// auditd turns its log over between two records, whatever event they belong to.
// What an input cannot finish is therefore left for the one that holds the rest:
// of what was put by (see apart.go) the events that lack records (heads), and those
// whose SYSCALL record does not stand in it (orphans). Of each host also where its
// serials begin and end, since one that lacks between two files, or a boot there, is
// seen in neither.

// maxEnds is how many events at the end of a host's log may lack a directory that no
// record of the log holds.
const maxEnds = 64

// left is what one input left.
type left struct {
	file    string
	keepRaw bool
	streams []leftStream
	size    int
}

// Size is about how much memory it holds.
func (l *left) Size() int { return l.size }

// leftStream is one host's part of it.
type leftStream struct {
	host           string
	ends           ends
	last           stamp // the time and the serial that were highest
	disorder       bool
	seen           wanted
	shortage       shortage
	told           []toldPage
	heads, orphans []*pending
}

// ends is where a host's serials begin in an input.
type ends struct {
	first  stamp // the lowest serial before they begin anew
	offset int64
	later  bool // they have
	booted bool // and the first of them belong to a boot that SYSTEM_BOOT tells of
}

// open notes an event that is new.
func (e *ends) open(at stamp, offset int64) {
	if !e.later && (e.first == stamp{} || at.serial < e.first.serial) {
		e.first, e.offset = at, offset
	}
}

// boot notes a SYSTEM_BOOT record.
func (e *ends) boot() { e.booted = e.booted || !e.later }

// size is what p holds in memory beside itself.
func (p *pending) size() int { return len(p.text) + p.lent + p.rawSize }

// flushLast closes all events of all hosts and tells what was put by, or leaves it for
// other inputs to complete.
func (s *scan) flushLast() {
	s.ending = true
	if !s.in.Join {
		s.tellApart()
	}
	s.flushAll()
	s.ending = false
	if s.in.Join {
		s.leave()
	}
	for _, st := range s.order {
		if !s.in.Join {
			st.shortage.tell(st.seen, func(offset int64, serial uint64, reason string) { s.warn(offset, serial, reason, 0) })
		}
		s.reportGaps(st)
	}
}

// leave moves what was put by to what is left.
func (s *scan) leave() {
	if s.left == nil {
		s.left = &left{file: s.in.Name, keepRaw: s.in.KeepRaw}
		s.in.Left = s.left
	}
	s.left.size += s.apart.size
	heads, orphans := map[*stream][]*pending{}, map[*stream][]*pending{}
	for s.apart.order.Len() > 0 {
		st, p := s.takeOut(s.apart.order.Front())
		s.settle(p, 0)
		if p.syscall {
			heads[st] = append(heads[st], p)
			continue
		}
		orphans[st] = append(orphans[st], p)
		if p.early = !st.serials.inside(p); !p.early {
			st.serials.pass(p, false)
		}
	}
	for _, st := range s.order {
		told := st.serials.toldPages()
		s.left.size += len(told) * int(unsafe.Sizeof(toldPage{}))
		s.left.streams = append(s.left.streams, leftStream{
			host: st.host, ends: st.ends, last: stamp{ms: st.latest, serial: st.maxSerial},
			disorder: st.disorder, seen: st.seen, shortage: st.shortage, told: told, heads: heads[st], orphans: orphans[st],
		})
	}
}
