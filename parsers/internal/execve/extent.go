// Package execve tells whether the EXECVE records of an event hold all its arguments.
//
// The kernel spreads a long vector, and a long argument, over several records
// (kernel/auditsc.c, audit_log_execve_info):
//
//	argc=3 a0="sh" a1="-c" a2_len=16000 a2[0]=2F62...
//	a2[1]=6E20...
//
// a2_len is the length of what stands in the parts of a2, in hexadecimal digits where
// it is written so, without quotes.
package execve

import (
	"cmp"
	"slices"
)

// Extent is what the records of one event hold, in whatever order they come. The zero
// value is that of an event without any.
type Extent struct {
	argc    uint64
	pieces  []piece
	lengths []piece
	records []span
}

// piece is the size of a part of an argument, or of all its parts.
type piece struct{ arg, part, size uint64 }

// span is from which argument to which a record goes.
type span struct{ first, last uint64 }

// Reset empties e.
func (e *Extent) Reset() {
	*e = Extent{pieces: e.pieces[:0], lengths: e.lengths[:0], records: e.records[:0]}
}

// Record begins another record.
func (e *Extent) Record() { e.records = append(e.records, span{1, 0}) }

// Argc says how many arguments there are in all.
func (e *Extent) Argc(n uint64) { e.argc = max(e.argc, n) }

// Length says how long an argument is that comes in parts.
func (e *Extent) Length(arg, n uint64) {
	e.lengths = append(e.lengths, piece{arg: arg, size: n})
}

// Piece takes an argument, or a part of one, as it stands in the record.
func (e *Extent) Piece(arg, part uint64, value []byte) {
	n := len(value)
	if n >= 2 && value[0] == '"' {
		n -= 2
	}
	e.pieces = append(e.pieces, piece{arg, part, uint64(n)})
	if k := len(e.records) - 1; k >= 0 {
		s := &e.records[k]
		if s.first > s.last {
			*s = span{arg, arg}
		}
		s.first, s.last = min(s.first, arg), max(s.last, arg)
	}
}

// Adopt adds what other records of the event hold.
func (e *Extent) Adopt(o *Extent) {
	e.argc = max(e.argc, o.argc)
	e.pieces = append(e.pieces, o.pieces...)
	e.lengths = append(e.lengths, o.lengths...)
	e.records = append(e.records, o.records...)
}

// Any reports whether there is a record.
func (e *Extent) Any() bool { return len(e.records) > 0 }

// Whole reports whether nothing is missing: the last argument is there, the records
// follow each other without a hole, and so do the parts of each argument, which are as
// long as is said. Within a record an argument that is not there is an empty one: old
// kernels left those out.
func (e *Extent) Whole() bool {
	slices.SortFunc(e.pieces, func(a, b piece) int { return cmp.Or(cmp.Compare(a.arg, b.arg), cmp.Compare(a.part, b.part)) })
	pieces := slices.CompactFunc(e.pieces, func(a, b piece) bool { return a.arg == b.arg && a.part == b.part })
	if len(pieces) == 0 || pieces[len(pieces)-1].arg+1 != e.argc {
		return false
	}
	next := uint64(0) // part of the argument
	for i, p := range pieces {
		if i > 0 && pieces[i-1].arg != p.arg {
			next = 0
		}
		if p.part != next {
			return false
		}
		next++
	}
	return e.long(pieces) && e.continuous()
}

// long reports whether the arguments of which a length is told are as long.
func (e *Extent) long(pieces []piece) bool {
	for _, l := range e.lengths {
		from, _ := slices.BinarySearchFunc(pieces, l.arg, func(p piece, arg uint64) int { return cmp.Compare(p.arg, arg) })
		var size uint64
		for _, p := range pieces[from:] {
			if p.arg != l.arg {
				break
			}
			size += p.size
		}
		if size < l.size {
			return false
		}
	}
	return true
}

// continuous reports whether each record goes on where another ends.
func (e *Extent) continuous() bool {
	if len(e.records) < 2 {
		return true
	}
	slices.SortFunc(e.records, func(a, b span) int { return cmp.Compare(a.first, b.first) })
	var end uint64 // behind the last argument so far
	for _, s := range e.records {
		if s.first > s.last {
			continue // a record without arguments
		}
		if s.first > end {
			return false
		}
		end = max(end, s.last+1)
	}
	return true
}
