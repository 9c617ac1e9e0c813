package main

import (
	"bufio"
	"fmt"
	"os"
)

// proc is one process as the kernel's process events tell of it. Times are nanoseconds since 1970.
type proc struct {
	pid        int
	start, end int64 // end 0: still alive when the recording stopped
	code       int   // wait status
	parent     *proc // nil: older than the recording
	children   []*proc
	host       *host
	born       int     // number of the fork in the recording's order
	kernelExec []int   // numbers of the exec events
	execs      []*exec // the audit log's, in order
}

// truth is every process seen, and the owners of each pid in order of start.
type truth struct {
	procs      []*proc
	byPid      map[int][]*proc
	lost, gaps int
}

func readTruth(path string) (*truth, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	type event struct {
		kind byte
		at   int64
		a, b int
	}
	var events []event
	t := &truth{byPid: map[int][]*proc{}}
	s := bufio.NewScanner(f)
	for n := 1; s.Scan(); n++ {
		var e event
		if c, err := fmt.Sscanf(s.Text(), "%c %d %d %d", &e.kind, &e.at, &e.a, &e.b); c < 2 {
			return nil, fmt.Errorf("%s:%d: %w", path, n, err)
		}
		switch e.kind {
		case 'L':
			t.lost++
		case 'G':
			t.gaps += e.b
		default:
			events = append(events, e)
		}
	}
	// The recording's order is causal: the kernel queues a fork before the child can run. A time can only be too late,
	// by a recorder that was interrupted between its two clocks; no event is later than its successor.
	for i := len(events) - 2; i >= 0; i-- {
		events[i].at = min(events[i].at, events[i+1].at)
	}
	for i, e := range events {
		switch e.kind {
		case 'F':
			t.fork(e.at, e.a, e.b).born = i
		case 'X':
			if p := t.newest(e.a); p != nil {
				p.kernelExec = append(p.kernelExec, i)
			}
		case 'E':
			if p := t.newest(e.a); p != nil && p.end == 0 {
				p.end, p.code = e.at, e.b
			}
		}
	}
	return t, s.Err()
}

func (t *truth) newest(pid int) *proc {
	if l := t.byPid[pid]; len(l) > 0 {
		return l[len(l)-1]
	}
	return nil
}

func (t *truth) fork(at int64, parent, child int) *proc {
	p := &proc{pid: child, start: at, parent: t.newest(parent)}
	if p.parent == nil {
		p.parent = &proc{pid: parent}
		t.byPid[parent] = append(t.byPid[parent], p.parent)
		t.procs = append(t.procs, p.parent)
	}
	p.parent.children = append(p.parent.children, p)
	t.byPid[child] = append(t.byPid[child], p)
	t.procs = append(t.procs, p)
	return p
}

// slack is how far the audit log's clock, which ticks, may be behind a process's birth or beyond its end.
const slack = 20e6

// at gives the owner of pid at a time of the audit log, nil when the recording knows none.
func (t *truth) at(pid int, ns int64) *proc {
	l := t.byPid[pid]
	for i := len(l) - 1; i >= 0; i-- {
		if l[i].start <= ns+slack && (l[i].end == 0 || ns <= l[i].end+slack) {
			return l[i]
		}
	}
	return nil
}

// candidates marks everything below the host's nspawn process; adopt narrows it to init's descendants.
func (t *truth) candidates(h *host) {
	for _, p := range t.byPid[h.nspawn] {
		if p.end == 0 || float64(p.end) > h.booted*1e9 {
			mark(p, h)
		}
	}
}

func mark(p *proc, h *host) {
	for stack := []*proc{p}; len(stack) > 0; {
		p, stack = stack[len(stack)-1], stack[:len(stack)-1]
		p.host = h
		stack = append(stack, p.children...)
	}
}

// within reports whether p descends from init or is it.
func (p *proc) within(init *proc) bool {
	for ; p != nil; p = p.parent {
		if p == init {
			return true
		}
	}
	return false
}

// hadWhenBorn gives the image p had when the process child was born: by the order of the kernel's events, or where the
// two accounts differ in number (the recording began or ended between them) by the audit log's coarser time.
func (p *proc) hadWhenBorn(child *proc) *exec {
	for i := len(p.execs) - 1; i >= 0; i-- {
		if len(p.execs) == len(p.kernelExec) {
			if p.kernelExec[i] < child.born {
				return p.execs[i]
			}
		} else if p.execs[i].key.ms*1e6 <= child.start {
			return p.execs[i]
		}
	}
	return nil
}
