package report

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func drawn(t *testing.T, g *grid) string {
	t.Helper()
	var b bytes.Buffer
	g.w = &b
	if err := g.Render(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// machines is a table of 36 columns.
func machines(width int) *grid {
	g := &grid{width: width, group: []string{"site"}, drop: []string{"least wanted figure", "load"}, flex: "what"}
	g.Header([]string{"site", "what", "load", "least wanted figure"})
	g.Append([]string{"Oslo", "a web server", "0.5", "1"})
	g.Append([]string{"", "mail", "0.25", "22"})
	g.Append([]string{"Graz", "a web server", "1", "333"})
	return g
}

func TestATableGivesUpWhatItMust(t *testing.T) {
	for width, want := range map[int]string{
		0: `
site  what          load  least wanted figure
Oslo  a web server  0.5   1
      mail          0.25  22
Graz  a web server  1     333
`,
		40: `
site  what          load  least
                          wanted
                          figure
Oslo  a web server  0.5   1
      mail          0.25  22
Graz  a web server  1     333
`,
		31: `
site
  what          load  least
                      wanted
                      figure
Oslo
  a web server  0.5   1
  mail          0.25  22
Graz
  a web server  1     333
`,
		22: `
site
  what          load
Oslo
  a web server  0.5
  mail          0.25
Graz
  a web server  1

Not shown at this
width: least wanted
figure.
`,
	} {
		if got := drawn(t, machines(width)); got != want[1:] {
			t.Errorf("within %d columns:\n%swant:\n%s", width, got, want[1:])
		}
	}
	g := machines(60)
	g.markdown = true
	if got := drawn(t, g); !strings.Contains(got, "| site | what         | load | least wanted figure |") {
		t.Errorf("as Markdown:\n%s", got)
	}
}

func TestWideCellsAreBrokenIntoLines(t *testing.T) {
	g := &grid{width: 30, flex: "why"}
	g.Header([]string{"n", "why"})
	g.Append([]string{"1", "because it was so, and not otherwise"})
	want := "n  why\n1  because it was so, and not\n   otherwise\n"
	if got := drawn(t, g); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

// Whatever the table, every cell that is not said to be left out is there, and no line is wider than
// the width if the columns that may go are enough.
func TestTablesKeepWithinTheirWidth(t *testing.T) {
	word := rapid.StringMatching(`[a-zé]{1,9}`)
	rapid.Check(t, func(t *rapid.T) {
		g := &grid{width: rapid.IntRange(40, 120).Draw(t, "width")}
		n := rapid.IntRange(2, 9).Draw(t, "columns")
		for i := range n {
			g.header = append(g.header, strings.Repeat("h", i+1))
		}
		for range rapid.IntRange(1, 6).Draw(t, "rows") {
			g.Append(rapid.SliceOfN(word, n, n).Draw(t, "row"))
		}
		g.group = slices.Clone(g.header[:rapid.IntRange(0, 1).Draw(t, "group")])
		g.drop = slices.Clone(g.header[2:])
		rows := slices.Clone(g.rows)
		var b bytes.Buffer
		g.w = &b
		if err := g.Render(); err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(b.String()) {
			if columns(strings.TrimSuffix(line, "\n")) > g.width {
				t.Fatalf("wider than %d:\n%s", g.width, b.String())
			}
		}
		for i := range n {
			if slices.Contains(g.left, strings.Repeat("h", i+1)) {
				continue
			}
			for _, r := range rows {
				if !strings.Contains(b.String(), r[i]) {
					t.Fatalf("%q is missing:\n%s", r[i], b.String())
				}
			}
		}
	})
}
