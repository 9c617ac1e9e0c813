package tree_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"oddkin/parsers/event"
	"oddkin/tree"
)

// longAgo is the time of test events.
func longAgo(seconds int) time.Time { return time.Unix(1700000000+int64(seconds), 0).UTC() }

// windowsStart is a start on Windows.
func windowsStart(second int, pid uint32, guid, image string, parent event.Ref) event.Event {
	return event.Event{
		Kind: event.Exec, Host: "WS1", Time: longAgo(second), Source: event.Source{File: "log", Serial: uint64(second + 1), Offset: int64(second)},
		Proc: event.Proc{OS: event.Windows, PID: pid, GUID: guid, Image: image}, Parent: parent,
	}
}

// bearers is how many nodes the events give that bear the GUID.
func bearers(events []event.Event, guid string) (n int) {
	for node := range tree.Build(slices.Values(events), tree.Options{}).Nodes() {
		if node.Proc().GUID == guid {
			n++
		}
	}
	return n
}

// A start completes the process that a child has named by its GUID before, behind as many later owners of the number
// as are looked at, and no more.
func TestAStartIsAwaitedBehindLaterOwners(t *testing.T) {
	for later, want := range map[int]int{0: 1, 1: 1, 62: 1, 63: 1, 64: 2, 70: 2} {
		events := []event.Event{windowsStart(0, 2000, "C", `C:\c.exe`, event.Ref{PID: 600, GUID: "A", Image: `C:\a.exe`})}
		for i := range later {
			events = append(events, windowsStart(i+1, 600, fmt.Sprint("B", i), `C:\b.exe`, event.Ref{PID: 500}))
		}
		events = append(events, windowsStart(later+1, 600, "A", `C:\a.exe`, event.Ref{PID: 500}))
		if n := bearers(events, "A"); n != want {
			t.Errorf("behind %d owners the GUID is that of %d nodes, want %d", later, n, want)
		}
	}
}

// An owner that turns out to be the one before it is none of those behind which a start is awaited.
func TestAnOwnerThatWasNoneIsNotCounted(t *testing.T) {
	for later, want := range map[int]int{61: 1, 62: 1, 63: 1, 64: 2} {
		events := []event.Event{windowsStart(0, 2000, "C", `C:\c.exe`, event.Ref{PID: 600, GUID: "A", Image: `C:\a.exe`})}
		for i := range later {
			events = append(events, windowsStart(i+1, 600, fmt.Sprint("B", i), `C:\b.exe`, event.Ref{PID: 500}))
		}
		seen := windowsStart(later+2, 600, "", `C:\b.exe`, event.Ref{})
		seen.Kind, seen.Proc.User = event.Snapshot, "somebody"
		events = append(events,
			windowsStart(later+1, 2004, "D", `C:\d.exe`, event.Ref{PID: 600, Image: `C:\q.exe`}), // which none of those runs
			seen,
			windowsStart(later+3, 600, "A", `C:\a.exe`, event.Ref{PID: 500}))
		if n := bearers(events, "A"); n != want {
			t.Errorf("behind %d owners the GUID is that of %d nodes, want %d", later, n, want)
		}
	}
}
