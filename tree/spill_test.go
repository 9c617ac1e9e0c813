package tree

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"oddkin/parsers/event"
	"oddkin/tree/internal/column"
)

// workshop is a log of n starts with all that a log may tell beside them: forks, ends, failed starts,
// sightings, and starts whose parent must be worked out.
func workshop(n int) []event.Event {
	var all []event.Event
	day := time.Date(2025, 6, 1, 8, 0, 0, 0, time.UTC)
	add := func(kind event.Kind, pid, ppid uint32, image, session string, argv ...string) {
		serial := uint64(len(all) + 1)
		all = append(all, event.Event{
			Kind: kind, Host: "web", Time: day.Add(time.Duration(serial) * time.Millisecond),
			Proc: event.Proc{
				PID: pid, OS: event.Linux, Image: image, Name: image, User: "0", Session: session,
				Cwd: "/srv/" + session, Argv: argv,
			},
			Parent: event.Ref{PID: ppid}, Source: event.Source{File: "audit.log", Offset: int64(serial) * 300, Serial: serial},
		})
	}
	for i := range n {
		pid, session := uint32(1000+i%30000), fmt.Sprint(i/100)
		by := uint32(10 + i%7)
		add(event.Fork, pid, by, "/bin/sh", session)
		add(event.Exec, pid, by, "/bin/sh", session, "sh", "-c", fmt.Sprintf("job %d | tail", i))
		switch i % 5 {
		case 0:
			add(event.ExecFailed, pid, by, "/bin/sh", session, "nothing")
		case 1:
			add(event.Exec, pid, by, "/usr/bin/id", session, "id")
		case 2:
			add(event.Snapshot, pid, by, "/usr/bin/ssh", session)
		case 3:
			add(event.Exec, pid+31000, pid, "/usr/bin/tail", session, "tail")
			add(event.Snapshot, 60+uint32(i%3), 1, "/usr/sbin/cron", session)
		}
		if i%3 > 0 {
			add(event.Exit, pid, by, "/bin/sh", session)
		}
	}
	return all
}

// written is all that a forest says.
func written(f *Forest) string {
	var b strings.Builder
	for n := range f.Nodes() {
		p := n.Proc()
		at := n.Source()
		up := int32(-1)
		if n.Parent != nil {
			up = n.Parent.ID
		}
		records, more := n.Records()
		fmt.Fprintln(&b, n.ID, up, p, n.Start().UnixNano(), n.End().UnixNano(), at, n.Link, n.Standing, n.Entry, n.Stated(), n.Failed(), records, more)
	}
	fmt.Fprintln(&b, f.Counts, f.Warnings, f.Hosts)
	return b.String()
}

// Where a forest's lists lie makes no difference to it: on the heap, beside it, or in a file.
func TestForestsAreTheSameInAllMemory(t *testing.T) {
	events := workshop(16_000)
	for _, o := range []Options{{Records: true}, {Strict: true}} {
		want := written(build(slices.Values(events), o, nil))
		check := func(name string, o Options, memory *column.Space) {
			if got := written(build(slices.Values(events), o, memory)); got != want {
				t.Errorf("%s: the forest differs: %s", name, firstDifference(want, got))
			}
		}
		check("memory", o, column.New(nil))
		o.Lasting = true
		check("lasting", o, column.New(nil))
		if !CanSpill {
			continue
		}
		f, err := os.Create(filepath.Join(t.TempDir(), "spill"))
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		o.Spill = f
		check("file", o, column.New(f))
		if size, err := f.Seek(0, 2); err != nil || size < 4<<20 {
			t.Errorf("%d bytes of the file were used: %v", size, err)
		}
	}
}

func firstDifference(a, b string) string {
	x, y := strings.Split(a, "\n"), strings.Split(b, "\n")
	for i := range min(len(x), len(y)) {
		if x[i] != y[i] {
			return x[i] + "\n" + y[i]
		}
	}
	return "in length"
}

// What does not fit into one number is kept all the same.
func TestPositions(t *testing.T) {
	st := newStore()
	for _, s := range []source{
		{0, 0},
		{7, 1<<offsetBits - 1},
		{1<<23 - 1, 1<<offsetBits - 1},
		{0, 1 << offsetBits},
		{1 << 23, 5},
		{-1, -1},
		{3, -1},
	} {
		if got := st.sourceAt(st.position(s)); got != s {
			t.Errorf("%v became %v", s, got)
		}
	}
}
