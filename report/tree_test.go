package report

import "testing"

func TestTree(t *testing.T) {
	for _, c := range []struct {
		golden string
		style  Style
	}{
		{"forest.tree.80.txt", Style{Width: 80}},
		{"forest.tree.200.txt", Style{Width: 200}},
		{"forest.tree.ascii.txt", Style{Width: 80, ASCII: true, Draw: Draw{MaxDepth: 3}}},
		{"forest.tree.colour.txt", Style{Width: 100, Colour: true, Draw: Draw{MaxDepth: 2}}},
		{"forest.tree.details.txt", Style{Width: 100, Draw: Draw{Details: true, MaxDepth: 6}}},
		{"forest.tree.every.txt", Style{Width: 100, Draw: Draw{Every: true}}},
	} {
		t.Run(c.golden, func(t *testing.T) { golden(t, c.golden, render(t, forestDocument(), Tree, c.style)) })
	}
}

func TestGraphs(t *testing.T) {
	golden(t, "forest.dot", render(t, forestDocument(), DOT, Style{}))
	golden(t, "forest.mmd", render(t, forestDocument(), Mermaid, Style{}))
}
