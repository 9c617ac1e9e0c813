package report

import (
	"strings"
	"testing"
)

// flat makes a document of nodes.
func flat(nodes ...Node) *Document {
	return &Document{Forest: &Forest{Nodes: nodes}}
}

func named(id, parent int32, name string) Node {
	return Node{ID: id, Parent: parent, Process: Process{Name: name, Link: "pid"}}
}

// names draws d and returns the names with their branches.
func names(t *testing.T, d *Document, o Draw) string {
	t.Helper()
	var lines []string
	for line := range strings.Lines(string(render(t, d, Tree, Style{ASCII: true, Draw: o}))) {
		if strings.HasPrefix(line, "-") {
			lines = append(lines, strings.TrimSpace(line)[len(treeTime)+2+3+2+4+2:])
		}
	}
	return strings.Join(lines, "\n")
}

func TestDrawing(t *testing.T) {
	siblings := flat(
		named(0, -1, "init"), named(1, 0, "sh"), named(2, 1, "id"), named(3, 0, "cat"), named(4, 0, "sh"), named(5, 4, "id"),
		named(6, 0, "sh"), named(7, 6, "ls"),
	)
	for _, c := range []struct {
		name string
		d    *Document
		o    Draw
		want string
	}{
		{"equal siblings are one, apart or not", siblings, Draw{}, "init\n|- sh *2\n|  `- id\n|- cat\n`- sh\n   `- ls"},
		{"the order of children does not set siblings apart", flat(
			named(0, -1, "init"), named(1, 0, "sh"), named(2, 1, "id"), named(3, 1, "ls"), named(4, 0, "sh"), named(5, 4, "ls"), named(6, 4, "id"),
		), Draw{}, "init\n`- sh *2\n   |- id\n   `- ls"},
		{"every sibling", siblings, Draw{Every: true}, "init\n|- sh\n|  `- id\n|- cat\n|- sh\n|  `- id\n`- sh\n   `- ls"},
		{"cut at a depth, the rest is equal", siblings, Draw{MaxDepth: 2}, "init\n|- sh *3\n`- cat"},
		{"a missing parent makes a root", flat(named(3, 99, "sh"), named(4, 3, "id")), Draw{}, "sh\n`- id"},
		{"a cycle is cut", flat(named(0, 1, "a"), named(1, 0, "b"), named(2, 2, "c")), Draw{}, "c\na\n`- b"},
		{"children before their parent", flat(named(1, 0, "id"), named(0, -1, "sh")), Draw{}, "sh\n`- id"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := names(t, c.d, c.o); got != c.want {
				t.Errorf("got\n%s\nwant\n%s", got, c.want)
			}
		})
	}
}

// What leads to another host or comes from one is drawn on its own, and no edge leads to or
// from what another stands for.
func TestCrossingsAreDrawnAlone(t *testing.T) {
	d := flat(named(0, -1, "init"), named(1, 0, "ssh"), named(2, 0, "ssh"), named(3, 0, "sh"), named(4, 3, "id"), named(5, 0, "sh"), named(6, 5, "id"))
	if got := names(t, d, Draw{}); got != "init\n|- ssh *2\n`- sh *2\n   `- id" {
		t.Errorf("without crossings:\n%s", got)
	}
	d.Forest.Nodes[4].Logical = &Logical{ID: 1, Name: "ssh"}
	d.Forest.Nodes[6].Logical = &Logical{ID: 1, Name: "ssh"}
	d.Crossings = []Crossing{{From: End{ID: 2, Host: "b", Name: "ssh"}, To: End{ID: 0}, Entry: "ssh"}}
	if got := names(t, d, Draw{}); got != "init <- b:ssh\n|- ssh\n|- ssh\n`- sh *2\n   `- id <- ssh" {
		t.Errorf("with one:\n%s", got)
	}
	if out := string(render(t, d, DOT, Style{})); strings.Count(out, "asked for") != 1 || !strings.Contains(out, "n1 -> n4 [style=dotted") {
		t.Errorf("%s", out)
	}
}

func TestDrawingPrunesByScore(t *testing.T) {
	d := New(twoHosts(), Options{Nodes: All, Select: Select{MinScore: 0.5}})
	out := string(render(t, d, Tree, Style{}))
	if strings.Contains(out, "cron") || !strings.Contains(out, "nginx") || !strings.Contains(out, "4 processes are left out") {
		t.Error(out)
	}
}

// TestDeepForest draws a lineage far deeper than a goroutine's stack should
// have to follow.
func TestDeepForest(t *testing.T) {
	const depth = 200_000
	d := flat()
	for i := range int32(depth) {
		d.Forest.Nodes = append(d.Forest.Nodes, named(i, i-1, "sh"))
	}
	for _, f := range []Format{Tree, DOT, Mermaid, JSON} {
		out := string(render(t, d, f, Style{Width: 80}))
		if n := strings.Count(out, "\n"); n < depth {
			t.Errorf("%s has %d lines", f, n)
		}
	}
}
