package tree

import (
	"slices"

	"oddkin/tree/internal/column"
)

// pidClock tells how far the kernel's allocation of process numbers had come at
// each record. Linux hands them out in order and starts over at the end
// (kernel/pid.c: idr_alloc_cyclic), so a number names one process until the
// allocation has come round to it again. It is what tells a reused number where the
// end of its owner is not on record.
type pidClock struct {
	size int64    // numbers in a round; 0 if the clock stands still
	at   []uint32 // by record: numbers handed out since the round began in which the log begins
	// ended says that ends are on record: a process lives until its own, unless a signal
	// killed it, which leaves no record.
	ended bool
}

const (
	// smallRound is the number of pids of a kernel that was left at its default of
	// 32,768 (include/linux/threads.h); 64-bit systems mostly raise it to 4,194,304,
	// which hardly ever comes round.
	smallRound = 32768
	largeRound = 4194304
	// nearby is how many numbers later than its birth a process may well execute.
	nearby = 1024
	// jitter is by how much the records of one moment may come out of order.
	jitter = 64
)

// newPidClock reads the clock from the starts of the boot. On Windows it stands still.
func (s *segment) newPidClock() *pidClock {
	c := &pidClock{ended: s.exits > len(s.starts)/8}
	if s.windows > 0 {
		return c
	}
	var top uint32
	for i := range s.recs {
		top = max(top, s.recs[i].pid)
	}
	c.size = smallRound
	if top >= smallRound {
		c.size = largeRound
	}
	first := slices.IndexFunc(s.recs, func(r record) bool { return r.kind() == kindExec })
	if first < 0 {
		return &pidClock{ended: c.ended}
	}
	c.at = column.Make[uint32](s.scratch, len(s.recs))
	now, reach := int64(s.recs[first].pid), c.size-4*nearby
	if c.size == largeRound {
		reach = c.size / 2
	}
	for i := range s.recs {
		if r := &s.recs[i]; r.kind() == kindExec {
			p := int64(r.pid)
			if ahead := c.mod(p - now); ahead < nearby || ahead < reach && s.confirms(c, i, p) {
				now += ahead
			}
		}
		c.at[i] = uint32(now)
	}
	return c
}

// confirms reports whether the starts after record i have numbers like p, so that
// the allocation came that far and p is not merely an old process.
func (s *segment) confirms(c *pidClock, i int, p int64) bool {
	near, seen := 0, 0
	for _, r := range s.recs[i+1 : min(i+100, len(s.recs))] {
		if r.kind() != kindExec || int64(r.pid) == p {
			continue
		}
		if d := c.mod(int64(r.pid) - p + nearby/2); d < 4*nearby {
			near++
		}
		if seen++; seen == 8 {
			break
		}
	}
	return near >= 3
}

// mod is n within a round, whose size is a power of two.
func (c *pidClock) mod(n int64) int64 { return n & (c.size - 1) }

// number is by which allocation the owner of pid at record rec came to be, at the latest. The record of a new
// process may be ahead of the clock, since threads and processes that execute nothing take numbers too;
// of a large round, half is still to come rather than gone by.
func (s *segment) number(rec int32, pid uint32, isNew bool) int64 {
	c := s.pids
	ahead := int64(jitter)
	if c.size == largeRound {
		ahead = c.size / 2
	} else if isNew {
		ahead = nearby
	}
	now := int64(c.at[rec])
	back := c.mod(now - int64(pid))
	if back > c.size-ahead {
		back -= c.size
	}
	return now - back
}

// numberOf is by which allocation of numbers p has its own, at the latest. That is its pid and
// whole rounds, of which alone it keeps count.
func (s *segment) numberOf(p *proc) int64 {
	c := s.pids
	if c.size == 0 {
		return 0
	}
	return c.mod(int64(p.pid)) + int64(p.round)*c.size
}

// roundOf is the round in which a number was handed out, from that on in which the log begins.
func (s *segment) roundOf(number int64) int32 {
	c := s.pids
	if c.size == 0 {
		return 0
	}
	return int32((number - c.mod(number)) / c.size)
}

// birth is the number by which the owner of pid at record rec came to be: a new one if that is its fork or start.
func (s *segment) birth(rec int32, pid uint32) int64 {
	r := &s.recs[rec]
	return s.number(rec, pid, (r.kind() == kindFork || r.kind() == kindExec) && r.pid == pid)
}

// fresh reports whether the number of the start at rec was handed out just then, as far as
// that is of use; otherwise the start is of a process that has been there for long.
func (s *segment) fresh(rec int32) bool {
	c := s.pids
	return c.size == 0 || c.ended || c.mod(int64(c.at[rec])-int64(s.recs[rec].pid)+jitter) < 4*nearby
}

// sameOwner reports whether p, if no end of it is on record, is certainly the owner of its number at record rec.
func (s *segment) sameOwner(p *proc, rec int32) bool { return s.pids.ended || !s.cameRound(p, rec) }

// cameRound reports whether p's number may have been handed out again by record rec, since p's last sign of life.
// Those of 1 and 2, init and kthreadd, are not: they live as long as the boot.
func (s *segment) cameRound(p *proc, rec int32) bool {
	return s.pids.size != 0 && p.pid > 2 && s.birth(rec, p.pid) > s.numberOf(p)
}

// lives notes a sign of life of p.
func (s *segment) lives(p *proc, rec int32) {
	p.known = max(p.known, rec)
	if s.pids.size != 0 {
		p.round = max(p.round, s.roundOf(s.birth(rec, p.pid)))
	}
}
