package tree

// entry is a record in the group of one pid: as the process itself, or as the
// parent that the record names.
type entry struct {
	rec int32
	ref bool
}

// walk binds every record to the process whose it is, one pid after the other.
func (s *segment) walk() {
	s.pids = s.newPidClock()
	pids, groups := s.group()
	for _, g := range groups {
		s.mergeStarts(g)
	}
	trust := s.trust(pids, groups)
	for i := range groups {
		w := walker{segment: s, trust: trust, entries: groups[i]}
		w.run()
	}
}

// group collects for each pid the records that concern it, in order. It also
// numbers the pids.
func (s *segment) group() (map[uint32]int32, [][]entry) {
	ids := make(map[uint32]int32, len(s.recs)/4)
	var sizes []int32
	count := func(pid uint32) {
		id, ok := ids[pid]
		if !ok {
			id = int32(len(sizes))
			ids[pid] = id
			sizes = append(sizes, 0)
		}
		sizes[id]++
	}
	for i := range s.recs {
		if r := &s.recs[i]; r.kind != kindBoot {
			count(r.pid)
			if s.refers(r) {
				count(r.ppid)
			}
		}
	}
	total := 0
	for _, n := range sizes {
		total += int(n)
	}
	arena := make([]entry, total)
	groups := make([][]entry, len(sizes))
	for i, n := range sizes {
		groups[i], arena = arena[:0:n], arena[n:]
	}
	for i := range s.recs {
		r := &s.recs[i]
		if r.kind == kindBoot {
			continue
		}
		id := ids[r.pid]
		groups[id] = append(groups[id], entry{rec: int32(i)})
		if s.refers(r) {
			id = ids[r.ppid]
			groups[id] = append(groups[id], entry{rec: int32(i), ref: true})
		}
	}
	return ids, groups
}

// refers reports whether the record names a parent other than itself.
func (s *segment) refers(r *record) bool {
	switch r.kind {
	case kindExec:
		return r.ppid != 0 && r.ppid != r.pid || r.ppid == 0 && s.starts[r.arg].node != nil && s.starts[r.arg].node.stated.guid != 0
	case kindFork, kindSight:
		return r.ppid != 0 && r.ppid != r.pid
	}
	return false
}
