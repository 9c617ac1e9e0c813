package tree

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"oddkin/parsers/event"
)

// Whether what starts say is looked up at once or when there are several makes no difference to a forest.
func TestStartsMayBePutBy(t *testing.T) {
	usual := farTable
	defer func() { farTable = usual }()
	rapid.Check(t, func(t *rapid.T) {
		events := disturbed(t)
		ids := rapid.SampledFrom([]int{0, 1, 2, 3, 5, 8, 13, 21, 34, 55})
		guid := func(label string) string {
			if id := ids.Draw(t, label); id > 0 {
				return fmt.Sprint("G", id)
			}
			return ""
		}
		windows := rapid.Bool().Draw(t, "windows")
		for i := range events {
			e := &events[i]
			e.Proc.GUID, e.Parent.GUID = guid("guid"), guid("parent")
			if windows {
				e.Proc.OS = event.Windows
				e.Proc.Argv, e.Proc.CommandLine = nil, fmt.Sprint("do ", ids.Draw(t, "what"))
			}
		}
		farTable = usual
		want := written(Build(slices.Values(events), Options{}))
		farTable = 1
		if got := written(Build(slices.Values(events), Options{})); got != want {
			t.Fatalf("put by: %s", firstDifference(want, got))
		}
	})
}
