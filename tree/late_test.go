package tree_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"oddkin/parsers/event"
	"oddkin/tree"
)

// A start completes the process that a child has named by its GUID before, behind as many later owners of the number
// as are looked at, and no more.
func TestAStartIsAwaitedBehindLaterOwners(t *testing.T) {
	at := func(s int) time.Time { return time.Unix(1700000000+int64(s), 0).UTC() }
	exec := func(s int, pid uint32, guid, image string, parent event.Ref) event.Event {
		return event.Event{
			Kind: event.Exec, Host: "WS1", Time: at(s), Source: event.Source{File: "log", Serial: uint64(s + 1), Offset: int64(s)},
			Proc: event.Proc{OS: event.Windows, PID: pid, GUID: guid, Image: image}, Parent: parent,
		}
	}
	for later, want := range map[int]int{0: 1, 1: 1, 62: 1, 63: 1, 64: 2, 70: 2} {
		events := []event.Event{exec(0, 2000, "C", `C:\c.exe`, event.Ref{PID: 600, GUID: "A", Image: `C:\a.exe`})}
		for i := range later {
			events = append(events, exec(i+1, 600, fmt.Sprint("B", i), `C:\b.exe`, event.Ref{PID: 500}))
		}
		events = append(events, exec(later+1, 600, "A", `C:\a.exe`, event.Ref{PID: 500}))
		bear := 0
		for n := range tree.Build(slices.Values(events), tree.Options{}).Nodes() {
			if n.Proc().GUID == "A" {
				bear++
			}
		}
		if bear != want {
			t.Errorf("behind %d owners the GUID is that of %d nodes, want %d", later, bear, want)
		}
	}
}
