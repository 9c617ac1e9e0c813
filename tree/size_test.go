package tree

import (
	"fmt"
	"runtime"
	"testing"
	"time"
	"unsafe"

	"oddkin/parsers/event"
)

// What is kept of a process while a forest is built, and at rest: a log of ten gigabytes
// tells of five million.
func TestSizes(t *testing.T) {
	for _, c := range []struct {
		name      string
		size, max uintptr
	}{
		{"node", unsafe.Sizeof(Node{}), 120},
		{"record", unsafe.Sizeof(record{}), 24},
		{"start", unsafe.Sizeof(start{}), 32},
		{"fork", unsafe.Sizeof(fork{}), 32},
		{"process", unsafe.Sizeof(proc{}), 80},
	} {
		if c.size > c.max {
			t.Errorf("a %s takes %d bytes; it took %d when memory was last measured", c.name, c.size, c.max)
		}
	}
}

// TestProcessAtRest: what is left of a process in a forest, its command line included, is no more than 400
// bytes, however many records told of it.
func TestProcessAtRest(t *testing.T) {
	const processes, most = 1 << 17, 400
	before := liveHeap()
	f := build(func(yield func(event.Event) bool) {
		for i := range processes {
			pid := uint32(1000 + i%30000)
			at := time.UnixMilli(1750000000000 + 4*int64(i))
			told := func(kind event.Kind, serial int, p event.Proc, parent uint32) bool {
				return yield(event.Event{
					Kind: kind, Time: at.Add(time.Duration(serial) * time.Millisecond), Host: "web1", Proc: p, Parent: event.Ref{PID: parent},
					Source: event.Source{File: "audit.log", Offset: int64(2000*i + 500*serial), Serial: uint64(10000 + 3*i + serial)},
				})
			}
			p := event.Proc{
				OS: event.Linux, PID: pid, Image: "/usr/bin/grep", Name: "grep", User: "root", Cwd: "/var/lib/grep",
				Argv: []string{"grep", "-q", "invoices", fmt.Sprintf("/etc/%d.conf", i)},
			}
			if !told(event.Fork, 0, event.Proc{OS: event.Linux, PID: pid}, 1) || !told(event.Exec, 1, p, 1) || !told(event.Exit, 2, p, 1) {
				return
			}
		}
	}, Options{Records: true}, nil)
	each := (liveHeap() - before) / processes
	t.Log(each)
	if each > most {
		t.Errorf("a process takes %d bytes", each)
	}
	if n := f.Counts.Standings[Started]; n != processes {
		t.Errorf("%d processes were started", n)
	}
	runtime.KeepAlive(f)
}

// liveHeap is how many bytes of the heap are in use.
func liveHeap() uint64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// TestRoomForRecords: what a host has no room for is counted and told, and what came before it stays.
func TestRoomForRecords(t *testing.T) {
	var counts Counts
	c := newCollector(&counts, newStore())
	c.room = 3
	for i := range 5 {
		c.add(&event.Event{
			Kind: event.Exec, Host: "web1", Time: time.UnixMilli(1750000000000 + int64(i)),
			Proc: event.Proc{OS: event.Linux, PID: uint32(100 + i), Image: "/usr/bin/id"}, Source: event.Source{File: "audit.log", Offset: int64(i)},
		})
	}
	h := c.hosts()[0]
	if len(h.recs) != 3 || counts.Ignored != 2 || len(h.found.warnings) != 2 || h.found.warnings[0].Source.Offset != 3 {
		t.Errorf("%d records, %d ignored, warnings %v", len(h.recs), counts.Ignored, h.found.warnings)
	}
}
