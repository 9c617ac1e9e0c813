package tree

// pidClock tells how far the kernel's allocation of process numbers had come at
// each record. Linux hands them out in order and starts over at the end
// (kernel/pid.c: idr_alloc_cyclic), so a number names one process until the
// allocation has come round to it again. It is what a log without process ends has
// to tell a reused number by.
type pidClock struct {
	size int64   // numbers in a round; 0 if the clock is not needed
	at   []int64 // by record: numbers handed out since the round began in which the log begins
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

// newPidClock reads the clock from the starts of the boot. With ends on record,
// or on Windows, it stands still.
func (s *segment) newPidClock() *pidClock {
	c := &pidClock{}
	if s.windows > 0 || len(s.exits) > len(s.starts)/8 {
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
	c.at = make([]int64, len(s.recs))
	now := int64(-1)
	for i := range s.recs {
		if r := &s.recs[i]; r.kind == kindExec {
			p := int64(r.pid)
			if now < 0 {
				now = p
			}
			if ahead := c.mod(p - now); ahead < nearby || ahead < c.size-4*nearby && s.confirms(c, i, p) {
				now += ahead
			}
		}
		c.at[i] = now
	}
	return c
}

// confirms reports whether the starts after record i have numbers like p, so that
// the allocation came that far and p is not merely an old process.
func (s *segment) confirms(c *pidClock, i int, p int64) bool {
	near, seen := 0, 0
	for _, r := range s.recs[i+1 : min(i+100, len(s.recs))] {
		if r.kind != kindExec || int64(r.pid) == p {
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

func (c *pidClock) mod(n int64) int64 { return (n%c.size + c.size) % c.size }

// birth is the number of the allocation by which the owner of pid at record i
// would have come to be, at the latest.
func (c *pidClock) birth(rec int32, pid uint32) int64 {
	now := c.at[rec]
	back := c.mod(now - int64(pid))
	if back > c.size-jitter { // records of one moment come in any order
		back -= c.size
	}
	return now - back
}

// same reports whether the owner of pid at record a is certainly its owner at b.
func (c *pidClock) same(a, b int32, pid uint32) bool {
	return c.size == 0 || c.birth(a, pid) == c.birth(b, pid)
}
