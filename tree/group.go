package tree

import (
	"sync"

	"oddkin/tree/internal/column"
)

// entry is a record in the group of one pid, as the process itself or as the parent
// that the record names: the record's index twice, plus one for the parent.
type entry uint32

func (e entry) rec() int32 { return int32(e >> 1) }

// ref reports whether the pid is that of the parent.
func (e entry) ref() bool { return e&1 != 0 }

// groups holds, for each pid, the records that concern it, in order.
type groups struct {
	ids     pidTable
	entries []entry
	ends    []uint32 // of each group in entries
	forked  []bool   // by group: records name the pid as the caller of a fork
}

func (g *groups) len() int { return len(g.ends) }

func (g *groups) of(id int32) []entry {
	from := uint32(0)
	if id > 0 {
		from = g.ends[id-1]
	}
	return g.entries[from:g.ends[id]]
}

// within are the entries of the groups of a share, which follow each other.
func (g *groups) within(s share) []entry {
	from := uint32(0)
	if s.from > 0 {
		from = g.ends[s.from-1]
	}
	return g.entries[from:g.ends[s.to-1]]
}

// walk binds every record to the process whose it is, one pid after the other.
func (s *segment) walk() {
	var beside sync.WaitGroup
	beside.Go(func() {
		s.pids = s.newPidClock()
		s.findAdopters()
	})
	g := s.group()
	beside.Wait()
	shares := g.shares()
	if s.guids && s.views {
		found := make([]findings, len(shares))
		inParallel(len(shares), func(i int) {
			for id := shares[i].from; id < shares[i].to; id++ {
				s.mergeStarts(g.of(id), &found[i])
			}
		})
		for i := range found {
			s.found.take(&found[i])
		}
	}
	s.findReboots()
	trust := s.trust(g, shares)
	s.markApart(trust)
	parts := make([]segment, len(shares))
	var space *column.Space // of their processes
	if len(shares) > 1 {
		space = s.scratch
	}
	inParallel(len(shares), func(i int) {
		part := &parts[i]
		*part = *s // but for what it adds
		part.procs, part.unseen, part.found = slabs[proc]{space: space}, nil, findings{}
		for id := shares[i].from; id < shares[i].to; id++ {
			w := walker{segment: part, trust: trust, entries: g.of(id)}
			w.run()
		}
		column.Discard(s.scratch, g.entries, g.within(shares[i]))
	})
	for i := range parts {
		s.procs.list = append(s.procs.list, parts[i].procs.list...)
		s.unseen = append(s.unseen, parts[i].unseen...)
		s.found.take(&parts[i].found)
	}
	column.Drop(s.scratch, g.entries)
	column.Drop(s.scratch, g.ends)
	column.Drop(s.scratch, g.forked)
	column.Drop(s.scratch, trust.score)
}

// findAdopters notes which pids ran a program to which the kernel hands orphans.
func (s *segment) findAdopters() {
	s.adopters = map[uint32]bool{}
	for i := range s.recs {
		if r := &s.recs[i]; r.kind() == kindExec && s.starts[r.arg()].node != nil && s.starts[r.arg()].node.prog.reaps {
			s.adopters[r.pid] = true
		}
	}
}

// share is a number of groups that one goroutine goes through.
type share struct{ from, to int32 }

// perShare is how many entries a share has at least. How the groups are shared out depends on
// nothing but them, so that the order of processes is always the same.
const perShare = 1 << 16

func (g *groups) shares() []share {
	var out []share
	from, begin := int32(0), uint32(0)
	for i, end := range g.ends {
		if end-begin >= perShare || i == len(g.ends)-1 {
			out = append(out, share{from, int32(i) + 1})
			from, begin = int32(i)+1, end
		}
	}
	return out
}

// group collects for each pid the records that concern it. It also numbers the pids,
// as they first occur: neighbours in number are neighbours in time.
func (s *segment) group() *groups {
	g := &groups{}
	if len(s.recs) > fewRecords {
		g.ids.paged = smallPids
	}
	count := func(pid uint32) {
		id := g.ids.number(pid)
		if int(id) == len(g.ends) {
			g.ends = column.Push(s.scratch, g.ends, 0)
		}
		g.ends[id]++
	}
	for i := range s.recs {
		if r := &s.recs[i]; r.kind() != kindBoot {
			count(r.pid)
			if s.refers(r) {
				count(r.ppid)
			}
		}
	}
	total := uint32(0)
	for i, n := range g.ends { // from sizes to beginnings, which move to the ends
		g.ends[i] = total
		total += n
	}
	g.entries = column.Make[entry](s.scratch, int(total))
	g.forked = column.Make[bool](s.scratch, len(g.ends))
	put := func(pid uint32, e entry) int32 {
		id := g.ids.of(pid)
		end := &g.ends[id]
		g.entries[*end] = e
		*end++
		return id
	}
	for i := range s.recs {
		r := &s.recs[i]
		if r.kind() == kindBoot {
			continue
		}
		put(r.pid, entry(i)<<1)
		if s.refers(r) {
			caller := put(r.ppid, entry(i)<<1|1)
			g.forked[caller] = g.forked[caller] || r.kind() == kindFork
		}
	}
	return g
}

// refers reports whether the record names a parent other than itself.
func (s *segment) refers(r *record) bool {
	switch r.kind() {
	case kindExec:
		return r.ppid != 0 && r.ppid != r.pid || r.ppid == 0 && s.starts[r.arg()].node != nil && s.refs.of(s.starts[r.arg()].node.parent).guid != 0
	case kindFork, kindSight:
		return r.ppid != 0 && r.ppid != r.pid
	}
	return false
}

// pidTable numbers pids from 0 in the order in which they are asked for.
type pidTable struct {
	n     int32
	small []*[pidPage]int32 // of the pids below paged; holds number+1
	large map[uint32]int32  // the same of others
	paged uint32
}

const (
	pidPage   = 1 << 9
	smallPids = 1 << 22 // PID_MAX_LIMIT of 64-bit kernels
	// fewRecords is up to how many records of one boot pages take more than they save, which
	// is felt where evidence names very many hosts.
	fewRecords = 1 << 10
)

// number is the number of pid, which gets one if it has none.
func (t *pidTable) number(pid uint32) int32 {
	if pid >= t.paged {
		if t.large == nil {
			t.large = map[uint32]int32{}
		}
		if t.large[pid] == 0 {
			t.n++
			t.large[pid] = t.n
		}
		return t.large[pid] - 1
	}
	page := int(pid / pidPage)
	for page >= len(t.small) {
		t.small = append(t.small, nil)
	}
	if t.small[page] == nil {
		t.small[page] = new([pidPage]int32)
	}
	at := &t.small[page][pid%pidPage]
	if *at == 0 {
		t.n++
		*at = t.n
	}
	return *at - 1
}

// of is the number of a pid that has one.
func (t *pidTable) of(pid uint32) int32 {
	if pid >= t.paged {
		return t.large[pid] - 1
	}
	return t.small[pid/pidPage][pid%pidPage] - 1
}
