package sandbox

import (
	"cmp"
	"slices"
	"time"

	"oddkin/parsers/event"
)

// hand yields the events of a report that has been read, in the order in which
// its processes were first seen; those without a time come first. start is
// where the report stands.
func (c *collector) hand(start int64, g guest, all []process, duplicates int64) {
	a := c.in.Account
	a.Records += int64(len(all)) + duplicates
	a.Used += int64(len(all))
	a.Duplicate += duplicates
	if len(all) == 0 {
		c.warn(start, 0, "the report has no process behaviour", 0)
	}
	for i := range all {
		fill(&g.computer, all[i].computer)
	}
	slices.SortStableFunc(all, func(p, q process) int {
		return cmp.Or(p.seen.Compare(q.seen), cmp.Compare(p.order, q.order))
	})
	host, os, older := g.name(all), g.os(all), olderThanSeen(all)
	for i := range all {
		if c.stopped {
			return
		}
		p := &all[i]
		p.proc.OS = os
		e := event.Event{
			Kind: event.Exec, Host: host, Time: p.seen, Proc: p.proc, Raw: p.raw,
			Parent: p.parent,
			Source: event.Source{File: c.in.Name, Offset: p.offset, Serial: p.index},
		}
		if older[i] || p.alive {
			e.Kind = event.Snapshot
		}
		c.emit(e)
	}
}

// emit hands on an event.
func (c *collector) emit(e event.Event) {
	c.in.Account.Events++
	c.in.Account.Span(e.Time)
	c.stopped = c.stopped || !c.yield(e, nil)
}

// olderThanSeen tells which processes ran before they were first seen. The
// monitor enters services.exe, say, only when the sample talks to it, so that
// it appears after svchost.exe, its child. Such a process is one seen alive, its
// start is not on record: the first on its pid, later than a child that names
// the pid as its parent, and not itself the child of a process seen before it,
// for then its start was seen and the pid was another's before. The processes
// are in order of time.
func olderThanSeen(all []process) []bool {
	first := make(map[uint32]int, len(all)) // by pid
	for i := range all {
		if pid := all[i].proc.PID; pid != 0 && !all[i].seen.IsZero() {
			if _, ok := first[pid]; !ok {
				first[pid] = i
			}
		}
	}
	seenBefore := func(pid uint32, t time.Time) bool {
		i, ok := first[pid]
		return ok && !all[i].seen.After(t)
	}
	older := make([]bool, len(all))
	for i := range all {
		p := &all[i]
		owner, ok := first[p.parent.PID]
		if !ok || p.seen.IsZero() || seenBefore(p.parent.PID, p.seen) {
			continue
		}
		older[owner] = !seenBefore(all[owner].parent.PID, all[owner].seen)
	}
	return older
}
