package tree_test

import (
	"fmt"
	"iter"
	"runtime"
	"testing"
	"time"

	"oddkin/parsers/event"
	"oddkin/tree"
)

// busy is a server's log: n starts, each by a fork of one of a few shells and
// ended again, with pids that come round.
func busy(n int) iter.Seq[event.Event] {
	return func(yield func(event.Event) bool) {
		serial := uint64(0)
		send := func(e event.Event) bool {
			serial++
			e.Time = day.Add(time.Duration(serial) * time.Millisecond)
			e.Source = event.Source{File: "audit.log", Offset: int64(serial) * 300, Serial: serial}
			e.Proc.OS = event.Linux
			return yield(e)
		}
		for i := range n {
			pid, by := uint32(1000+i%30000), uint32(10+i%7)
			ok := send(event.Event{Kind: event.Fork, Proc: event.Proc{PID: pid, Image: "/bin/sh"}, Parent: event.Ref{PID: by, Image: "/bin/sh"}}) &&
				send(event.Event{Kind: event.Exec, Proc: event.Proc{PID: pid, Image: "/usr/bin/id", User: "0"}, Parent: event.Ref{PID: by}}) &&
				send(event.Event{Kind: event.Exit, Proc: event.Proc{PID: pid}})
			if !ok {
				return
			}
		}
	}
}

// bomb is n children of one process.
func bomb(n int) iter.Seq[event.Event] {
	return func(yield func(event.Event) bool) {
		for i := range n {
			if !yield(event.Event{
				Kind: event.Exec, Time: day.Add(time.Duration(i) * time.Microsecond),
				Proc: event.Proc{PID: uint32(i + 10), OS: event.Linux, Image: "/bin/sh", User: "0"}, Parent: event.Ref{PID: 9},
				Source: event.Source{File: "audit.log", Offset: int64(i) * 300, Serial: uint64(i + 1)},
			}) {
				return
			}
		}
	}
}

// deep is a chain of n processes; every other one forks without a start.
func deep(n int, forks bool) iter.Seq[event.Event] {
	return func(yield func(event.Event) bool) {
		for i := range n {
			e := event.Event{
				Kind: event.Exec, Time: day.Add(time.Duration(i) * time.Microsecond),
				Proc: event.Proc{PID: uint32(i + 10), OS: event.Linux, Image: "/bin/sh"}, Parent: event.Ref{PID: uint32(i + 9)},
				Source: event.Source{File: "audit.log", Offset: int64(i) * 300, Serial: uint64(i + 1)},
			}
			if forks && i%2 == 1 {
				e.Kind, e.Parent.Image = event.Fork, "/bin/sh"
			}
			if !yield(e) {
				return
			}
		}
	}
}

// hostile is a log of n records in which each makes much of all before it worth a look: services and workers of unknown
// ones, a shell executed in place again and again and children of unknown processes, or owners of one number and ends
// that are nobody's.
func hostile(kind string, n int) iter.Seq[event.Event] {
	return func(yield func(event.Event) bool) {
		for i := range n {
			e := event.Event{
				Kind: event.Exec, Host: "h", Time: time.Unix(1700000000, int64(i)*1e6),
				Proc:   event.Proc{OS: event.Linux, PID: uint32(1001 + 2*i), Image: "/bin/ls", User: "root", Cwd: "/"},
				Parent: event.Ref{PID: uint32(1000 + 2*i)},
				Source: event.Source{File: "audit.log", Offset: int64(i) * 300, Serial: uint64(i + 1)},
			}
			switch p := &e.Proc; {
			case kind == "services" && i%2 == 0:
				p.Image, e.Parent.PID = fmt.Sprintf("/usr/sbin/d%d", i), 1
			case kind == "services":
				p.User = "www-data"
			case kind == "in place":
				if p.Session = "3"; i%2 == 0 {
					p.PID, e.Parent.PID, p.Image = 1000, 999, "/bin/bash"
				}
			case kind == "owners":
				*p = event.Proc{OS: event.Windows, PID: 1000, GUID: fmt.Sprint(i), Image: `C:\a.exe`}
				if e.Parent = (event.Ref{PID: 4}); i >= n/2 {
					e.Kind, e.Parent = event.Exit, event.Ref{}
				}
			}
			if !yield(e) {
				return
			}
		}
	}
}

// TestShapes holds that neither depth nor breadth is too much, nor what else grows with a log at its author's will.
func TestShapes(t *testing.T) {
	for _, c := range []struct {
		name   string
		events iter.Seq[event.Event]
		nodes  int
		paths  int
		depth  int
	}{
		{"a chain 100,000 deep", deep(100_000, false), 100_001, 1, 100_001},
		{"a chain with forks between", deep(100_000, true), 50_001, 1, 50_001},
		{"a fork bomb of 1,000,000", bomb(1_000_000), 1_000_001, 1_000_000, 2},
		{"services", hostile("services", 100_000), 150_001, 100_000, 2},
		{"programs of one process", hostile("in place", 100_000), 149_744, 50_000, 50_002},
		{"owners of one number", hostile("owners", 200_000), 100_001, 100_000, 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := tree.Build(c.events, tree.Options{})
			nodes, paths, depth := 0, 0, 0
			for range f.Nodes() {
				nodes++
			}
			var hops []*tree.Node
			for p := range f.Paths() {
				paths++
				hops = p.Hops(hops[:0])
				depth = max(depth, len(hops))
			}
			if nodes != c.nodes || paths != c.paths || depth != c.depth {
				t.Errorf("%d nodes, %d paths, depth %d; want %d, %d, %d", nodes, paths, depth, c.nodes, c.paths, c.depth)
			}
		})
	}
}

// BenchmarkBuild shows the cost of a forest, in time per process that the log tells of and in memory
// at rest per node. It is linear if it does not grow with the size.
func BenchmarkBuild(b *testing.B) {
	for _, c := range []struct {
		name  string
		make  func(int) iter.Seq[event.Event]
		sizes []int
	}{
		{"busy", busy, []int{30_000, 330_000}},
		{"bomb", bomb, []int{100_000, 1_000_000}},
		{"deep", func(n int) iter.Seq[event.Event] { return deep(n, false) }, []int{10_000, 100_000}},
		{"services", func(n int) iter.Seq[event.Event] { return hostile("services", n) }, []int{10_000, 100_000}},
		{"in place", func(n int) iter.Seq[event.Event] { return hostile("in place", n) }, []int{10_000, 100_000}},
		{"owners", func(n int) iter.Seq[event.Event] { return hostile("owners", n) }, []int{10_000, 100_000}},
	} {
		for _, n := range c.sizes {
			b.Run(fmt.Sprintf("%s/%d", c.name, n), func(b *testing.B) {
				var f *tree.Forest
				var before, after runtime.MemStats
				runtime.GC()
				runtime.ReadMemStats(&before)
				for b.Loop() {
					f = tree.Build(c.make(n), tree.Options{})
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/process")
				runtime.GC()
				runtime.ReadMemStats(&after)
				nodes := 0
				for range f.Nodes() {
					nodes++
				}
				b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/float64(nodes), "B/node")
			})
		}
	}
}

// BenchmarkPaths walks a wide and a deep forest.
func BenchmarkPaths(b *testing.B) {
	f := tree.Build(bomb(1_000_000), tree.Options{})
	for b.Loop() {
		n := 0
		for range f.Paths() {
			n++
		}
	}
}
