package tree_test

import (
	"runtime/debug"
	"slices"
	"testing"
	"time"

	"oddkin/parsers/event"
	"oddkin/tree"
)

// dependent are the events of processes each of which hangs on the next: shell i was forked by
// worker i, worker i is seen, at the end of the log, under shell i+1 running what that one does
// not. So what worker i was before can be told only once it is known what shell i+1 was.
func dependent(depth int) []event.Event {
	var log []event.Event
	add := func(kind event.Kind, pid, ppid uint32, image string) {
		n := len(log) + 1
		log = append(log, event.Event{
			Kind: kind, Time: day.Add(time.Duration(n) * time.Millisecond),
			Proc: event.Proc{PID: pid, OS: event.Linux, Image: image}, Parent: event.Ref{PID: ppid},
			Source: event.Source{File: "log", Offset: int64(n), Serial: uint64(n)},
		})
	}
	shell := func(i int) uint32 { return uint32(10 + 2*i) }
	worker := func(i int) uint32 { return uint32(11 + 2*i) }
	for i := range depth {
		add(event.Fork, shell(i), worker(i), "/usr/sbin/worker")
		add(event.Exec, shell(i), worker(i), "/bin/sh")
	}
	for i := range depth - 1 {
		add(event.Snapshot, worker(i), shell(i+1), "/usr/sbin/worker")
	}
	return log
}

// Evidence in which each process hangs on the next, made to be deep, costs neither the stack nor a
// leaf: every shell is there and hangs under a worker.
func TestProcessesThatHangOnEachOther(t *testing.T) {
	defer debug.SetMaxStack(debug.SetMaxStack(16 << 20))
	const depth = 50_000
	shells := 0
	for n := range tree.Build(slices.Values(dependent(depth)), tree.Options{}).Nodes() {
		if n.Base() != "sh" {
			continue
		}
		if shells++; n.Parent == nil {
			t.Fatalf("sh(%d) hangs under nothing", n.PID)
		}
	}
	if shells != depth {
		t.Errorf("%d shells of %d", shells, depth)
	}
}
