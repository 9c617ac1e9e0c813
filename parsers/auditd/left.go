package auditd

import (
	"bytes"

	"oddkin/parsers/event"
)

// auditd turns its log over between two records, whatever event they belong to.
// What an input cannot finish is therefore left for the one that holds the rest:
// the starts among its last events that lack records (heads), and those among its
// first events whose SYSCALL record does not stand in it (orphans). Of each host
// also where its serials begin and end, since one that lacks between two files, or
// a boot there, is seen in neither.

const (
	// maxEnds is how many events at each end of a host's log may be left, maxLeft
	// about how many bytes of memory one input may leave.
	maxEnds = 64
	maxLeft = 16 << 20
)

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
func (p *pending) size() int { return len(p.text) + p.rawSize }

// leaves takes a closed event, behind which so many of its host were open, if
// another input may complete it. It is false for one that there is nothing to
// wait for.
func (s *scan) leaves(st *stream, p *pending, behind int) bool {
	st.told++
	switch {
	case !s.in.Join:
	case p.syscall:
		if s.ending && behind < maxEnds && p.lacks() && s.give(p) {
			st.heads = append(st.heads, p)
			return true
		}
	case st.told <= maxEnds && p.kind == 0 && !p.sight && len(p.kept) > 0 && s.give(p):
		st.orphans = append(st.orphans, p)
		return true
	}
	return false
}

// flushLast closes all events of all hosts and leaves what others may complete.
func (s *scan) flushLast() {
	s.ending = true
	s.flushAll()
	s.ending = false
	if !s.in.Join {
		return
	}
	for _, st := range s.order {
		s.rest().streams = append(s.rest().streams, leftStream{
			host: st.host, ends: st.ends, last: stamp{ms: st.latest, serial: st.maxSerial}, heads: st.heads, orphans: st.orphans,
		})
	}
}

// give moves an event from the open ones to what is left, if there is room.
func (s *scan) give(p *pending) bool {
	const overhead = 512
	l := s.rest()
	if l.size+p.size()+overhead > maxLeft {
		return false
	}
	s.text -= p.size()
	l.size += p.size() + overhead
	s.settle(p, 0)
	return true
}

func (s *scan) rest() *left {
	if s.left == nil {
		s.left = &left{file: s.in.Name, keepRaw: s.in.KeepRaw}
		s.in.Left = s.left
	}
	return s.left
}

// lacks reports whether records are missing from which a start would tell more.
func (p *pending) lacks() bool {
	switch p.kind {
	case event.Exec:
		return !p.has(classCwd) || !p.argumentsEnd()
	case event.ExecFailed:
		return !p.has(classPath)
	}
	return false
}

// argumentsEnd reports whether the EXECVE records go as far as argc says. Of a
// last argument in pieces it cannot be told.
func (p *pending) argumentsEnd() bool {
	var argc, last uint64
	pieces := false
	for _, k := range p.kept {
		if k.class != classExecve {
			continue
		}
		for rest := p.text[k.from:k.to]; ; {
			key, value, after, ok := nextField(rest)
			if !ok {
				break
			}
			rest = after
			if string(key) == "argc" {
				argc, _ = parseDec(value)
			} else if piece, ok := pieceOf(key); ok && piece.arg >= last {
				last, pieces = piece.arg, bytes.IndexByte(key, '[') > 0
			}
		}
	}
	return argc > 0 && argc == last+1 && !pieces
}
