package report

import (
	"fmt"
	"io"
	"slices"
	"strings"
)

// grid is a table for people, without a frame, that keeps within the width of a terminal;
// or one for Markdown, as wide as it is.
//
// Where it is too wide it does, in this order, as much as it must: break its headers into
// lines, tell what the columns of group hold in a line above the rows they are alike in,
// leave out the columns of drop one by one, and break the cells of flex. What it leaves out it says.
type grid struct {
	w        io.Writer
	markdown bool
	width    int // 0: no limit

	group []string // by their headers; a row without any belongs to the one above
	drop  []string // the first goes first
	flex  string

	header   []string
	rows     [][]string
	headings []string // above each row; empty where that is the one of before
	left     []string // what was left out
}

// minFlex is the least that cells are broken to.
const minFlex = 16

func (g *grid) Header(header []string) { g.header = header }

func (g *grid) Append(row []string) { g.rows = append(g.rows, row) }

// Render writes the table.
func (g *grid) Render() error {
	if g.markdown {
		return g.renderMarkdown()
	}
	for _, shrink := range []func(){g.breakHeaders, g.setAbove, g.leaveOut, g.breakCells} {
		if !g.fits() {
			shrink()
		}
	}
	return g.draw()
}

// fits reports whether the table keeps within the width as it is.
func (g *grid) fits() bool { return g.width == 0 || g.needs() <= g.width }

// needs is how wide the table is.
func (g *grid) needs() int {
	sum := gutter*(len(g.header)-1) + len(g.indent())
	for i := range g.header {
		sum += g.column(i)
	}
	return sum
}

// indent stands before rows that have a heading.
func (g *grid) indent() string {
	if g.headings == nil {
		return ""
	}
	return "  "
}

// column is the width of the i-th column.
func (g *grid) column(i int) int {
	n := lineWidth(g.header[i])
	for _, r := range g.rows {
		n = max(n, lineWidth(r[i]))
	}
	return n
}

// lineWidth is that of the longest line of a cell.
func lineWidth(cell string) (n int) {
	for line := range strings.SplitSeq(cell, "\n") {
		n = max(n, columns(line))
	}
	return n
}

// fewHeader is up to where headers are not broken.
const fewHeader = 10

// breakHeaders makes no header wider than what stands below it, as far as its words let it.
func (g *grid) breakHeaders() {
	g.header = slices.Clone(g.header)
	for i, h := range g.header {
		room := fewHeader
		for word := range strings.FieldsSeq(h) {
			room = max(room, columns(word))
		}
		for _, r := range g.rows {
			room = max(room, lineWidth(r[i]))
		}
		g.header[i] = strings.Join(wrap(h, room), "\n")
	}
}

// at is the index of the column with that header, broken or not; -1 if there is none.
func (g *grid) at(name string) int {
	return slices.IndexFunc(g.header, func(h string) bool { return strings.ReplaceAll(h, "\n", " ") == name })
}

// remove takes a column out.
func (g *grid) remove(i int) {
	g.header = slices.Delete(slices.Clone(g.header), i, i+1)
	for k, r := range g.rows {
		g.rows[k] = slices.Delete(slices.Clone(r), i, i+1)
	}
}

// setAbove makes headings of the columns of group, and puts the rows that have one heading
// together.
func (g *grid) setAbove() {
	if len(g.group) == 0 {
		return
	}
	var order []string
	rows := map[string][][]string{}
	heading := ""
	for _, r := range g.rows {
		var cells []string
		for _, name := range g.group {
			if cell := r[g.at(name)]; cell != "" {
				cells = append(cells, cell)
			}
		}
		if len(cells) > 0 {
			heading = strings.Join(cells, ", ")
		}
		if _, ok := rows[heading]; !ok {
			order = append(order, heading)
		}
		rows[heading] = append(rows[heading], r)
	}
	g.rows, g.headings = nil, nil
	for _, h := range order {
		for i, r := range rows[h] {
			if i > 0 {
				h = ""
			}
			g.rows, g.headings = append(g.rows, r), append(g.headings, h)
		}
	}
	for _, name := range g.group {
		g.remove(g.at(name))
	}
}

// leaveOut removes columns until the others fit.
func (g *grid) leaveOut() {
	for _, name := range g.drop {
		if g.fits() {
			return
		}
		if i := g.at(name); i >= 0 {
			g.left = append(g.left, name)
			g.remove(i)
		}
	}
}

// breakCells breaks the cells of one column into lines.
func (g *grid) breakCells() {
	i := g.at(g.flex)
	if i < 0 {
		return
	}
	room := max(g.column(i)-(g.needs()-g.width), minFlex)
	for k, r := range g.rows {
		g.rows[k] = slices.Clone(r)
		g.rows[k][i] = strings.Join(wrap(r[i], room), "\n")
	}
	g.breakHeaders()
}

// draw writes what is left.
func (g *grid) draw() error {
	widths := make([]int, len(g.header))
	for i := range widths {
		widths[i] = g.column(i)
	}
	var b strings.Builder
	if g.headings != nil {
		fmt.Fprintf(&b, "%s\n", strings.Join(wrap(strings.Join(g.group, ", "), g.width), "\n"))
	}
	writeCells(&b, g.header, widths, g.indent())
	for k, r := range g.rows {
		if g.headings != nil && g.headings[k] != "" {
			fmt.Fprintf(&b, "%s\n", strings.Join(wrap(g.headings[k], g.width), "\n"))
		}
		writeCells(&b, r, widths, g.indent())
	}
	if len(g.left) > 0 {
		note := fmt.Sprintf("Not shown at this width: %s.", strings.Join(g.left, "; "))
		fmt.Fprintf(&b, "\n%s\n", strings.Join(wrap(note, g.width), "\n"))
	}
	_, err := io.WriteString(g.w, b.String())
	return err
}

// writeCells writes a row, of as many lines as its longest cell has.
func writeCells(b *strings.Builder, cells []string, widths []int, indent string) {
	lines := make([][]string, len(cells))
	most := 1
	for i, cell := range cells {
		lines[i] = strings.Split(cell, "\n")
		most = max(most, len(lines[i]))
	}
	for k := range most {
		var line strings.Builder
		for i, cell := range lines {
			text := ""
			if k < len(cell) {
				text = cell[k]
			}
			line.WriteString(text)
			line.WriteString(strings.Repeat(" ", widths[i]-columns(text)+gutter))
		}
		b.WriteString(strings.TrimRight(indent+line.String(), " ") + "\n")
	}
}

// renderMarkdown writes the table for a README.
func (g *grid) renderMarkdown() error {
	t := markdownTable(g.w)
	t.Header(g.header)
	for _, r := range g.rows {
		if err := t.Append(r); err != nil {
			return err
		}
	}
	return t.Render()
}
