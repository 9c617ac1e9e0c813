package report

import (
	"slices"
	"strings"
	"testing"

	"oddkin/parsers/event"
	"oddkin/tree"
)

// TestRefusedStartsAreTold: what a process tried to start and was refused stands in JSON and
// below the process, the first ones each on their own.
func TestRefusedStartsAreTold(t *testing.T) {
	sh := event.Proc{PID: 60, Image: "/bin/sh", OS: event.Linux}
	events := []event.Event{{Kind: event.Exec, Time: at("00:00:03"), Proc: sh, Source: event.Source{File: "audit.log", Serial: 1}}}
	for i := range MaxRefused + 2 {
		try := sh
		try.Argv = []string{"/tmp/x"}
		events = append(events, event.Event{
			Kind: event.ExecFailed, Time: at("00:00:04"), Proc: try,
			Source: event.Source{File: "audit.log", Offset: int64(100 * (i + 1)), Serial: uint64(i + 2)},
		})
	}
	d := New(Values{Forest: tree.Build(slices.Values(events), tree.Options{})}, Options{Nodes: All})
	p := d.Forest.Nodes[0].Process
	if p.FailedStarts != MaxRefused+2 || len(p.Refused) != MaxRefused || p.Refused[0].Command != "/tmp/x" || p.Refused[0].Source.Serial != 2 {
		t.Errorf("%d refused, told: %+v", p.FailedStarts, p.Refused)
	}
	drawn := strings.Join(strings.Fields(string(render(t, d, Tree, Style{Width: 120, Draw: Draw{Details: true}}))), " ")
	if !strings.Contains(drawn, "was refused /tmp/x") || !strings.Contains(drawn, "2 more refused") {
		t.Errorf("drawn:\n%s", drawn)
	}
}

// TestDoubtfulLinksAreMarked: a parent that is but supposed is drawn differently from one that
// is inferred, and one that began later by the clocks says so.
func TestDoubtfulLinksAreMarked(t *testing.T) {
	child := func(pid uint32, kind tree.LinkKind, rule tree.Rule, clock string) *tree.Sketch {
		return &tree.Sketch{
			Proc: event.Proc{PID: pid, Image: "/bin/id", OS: event.Linux}, Start: at(clock), Link: tree.Link{Kind: kind, Rule: rule},
		}
	}
	const nearest tree.Rule = 6
	f := tree.Plant(&tree.Sketch{
		Proc: event.Proc{PID: 50, Image: "/bin/sh", OS: event.Linux}, Start: at("00:00:02"),
		Children: []*tree.Sketch{
			child(61, tree.Inferred, nearest, "00:00:03"), child(62, tree.Supposed, nearest, "00:00:04"), child(63, tree.ByGUID, 0, "00:00:01"),
		},
	})
	d := New(Values{Forest: f}, Options{Nodes: All})
	for _, c := range []struct {
		format   Format
		contains []string
	}{
		{DOT, []string{"n0 -> n1 [style=dashed];", `n0 -> n2 [style=dashed, color=gray50, label="supposed"];`, "n0 -> n3;"}},
		{Mermaid, []string{"n0 -.-> n1\n", "n0 -. supposed .-> n2\n", "n0 --> n3\n"}},
		{Tree, []string{"confidence 0.64", "confidence 0.97", "by the clocks its parent began later"}},
	} {
		drawn := string(render(t, d, c.format, Style{Width: 200, Draw: Draw{Details: true}}))
		for _, s := range c.contains {
			if strings.Count(drawn, s) != 1 {
				t.Errorf("%v holds %q %d times:\n%s", c.format, s, strings.Count(drawn, s), drawn)
			}
		}
	}
}
