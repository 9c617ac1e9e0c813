package report

import (
	"bufio"
	"cmp"
	"fmt"
	"strings"
	"time"

	"github.com/olekukonko/tablewriter"
	"github.com/olekukonko/tablewriter/renderer"
	"github.com/olekukonko/tablewriter/tw"
)

// writeTable writes the summary, the findings as one row per chain, and what
// limits the result.
func writeTable(w *bufio.Writer, d *Document, o Style) error {
	p := paint{o.Colour}
	writeSummary(w, d, o, p)
	if len(d.Findings) > 0 {
		w.WriteByte('\n')
		if err := writeRows(w, d, o, p); err != nil {
			return err
		}
	}
	writeLimits(w, d, o, p)
	return nil
}

// layout is how the columns of the table share the width.
type layout struct {
	wide                         bool // why has a column of its own
	rank, host, count, time, why int
	chain                        int
}

const (
	gutter     = 2 // blanks between columns
	scoreWidth = 5
	wideFrom   = 132 // width from which why stands in a column of its own
)

// newLayout measures the narrow columns and gives the rest to the chain, and to
// the reason if there is room.
func newLayout(d *Document, width int) layout {
	l := layout{wide: width >= wideFrom, rank: 1, host: 4, count: 5}
	for i := range d.Findings {
		f := &d.Findings[i]
		l.rank = max(l.rank, len(count(f.Rank)))
		l.count = max(l.count, len(count(f.Paths)))
		last := "" // many chains are of one host
		for host := range f.hosts() {
			if host != last || last == "" {
				l.host = max(l.host, columns(hostCell(f, host, width, "")))
				last = host
			}
		}
	}
	l.host = min(l.host, max(8, width/7))
	l.time = len("2006-01-02 15:04:05")
	if width < 100 {
		l.time = len("01-02 15:04")
	}
	rest := width - l.rank - scoreWidth - l.host - l.count - l.time - 5*gutter
	if l.wide {
		rest -= gutter
		l.why = rest * 2 / 5
	}
	l.chain = rest - l.why
	return l
}

// hostCell names the host of a chain and how many others have the same shape.
func hostCell(f *Finding, host string, width int, gap string) string {
	name, others := Visible(host), ""
	if name == "" {
		name = "-"
	}
	if f.HostCount > 1 && f.told() == 1 {
		others = fmt.Sprintf(" +%d", f.HostCount-1)
	}
	return fit(name, width-len(others), gap) + others
}

// writeRows draws the table proper.
func writeRows(w *bufio.Writer, d *Document, o Style, p paint) error {
	l, g := newLayout(d, o.Width), o.glyphs()
	lines := &trimmer{w: w}
	t := tablewriter.NewTable(lines, tableOptions(l, o)...)
	header := []string{"#", "score", "chain", "host", "count", "first"}
	if l.wide {
		header = append(header, "why")
	}
	if err := t.Start(); err != nil {
		return err
	}
	t.Header(header)
	for i := range d.Findings {
		f := &d.Findings[i]
		for c := range f.each() {
			if err := cmp.Or(t.Append(row(d, f, &c, l, g, p)), broken(w)); err != nil { // the table tells of no error of w
				return err
			}
		}
	}
	return t.Close()
}

// row is the cells of one chain.
func row(d *Document, f *Finding, c *Chain, l layout, g glyphs, p paint) []string {
	mark := p.strong
	if len(f.Why) == 0 {
		mark = func(s string) string { return s }
	}
	pid, first, paths := "", f.First, f.Paths
	if f.told() > 1 { // every chain is told: by what is its own
		leaf := c.leaf()
		pid, first, paths = fmt.Sprintf(" (%d)", leaf.PID), leaf.Start, 1
	}
	chain := chainText(runs(f.Names, f.Depths), f.strongest(), l.chain-columns(pid), g, mark) + pid
	why := whyCell(f)
	cells := []string{
		count(f.Rank), p.score(f.Score, d.threshold()), chain,
		hostCell(f, c.Host, l.host, g.gap), count(paths), shortTime(first, l.time),
	}
	if l.wide {
		return append(cells, p.dim(fit(why, l.why, g.gap)))
	}
	if why != "" {
		lines := wrap(why, l.chain)
		if len(lines) > 2 {
			lines = []string{lines[0], strings.Join(lines[1:], " ")}
		}
		for _, s := range lines {
			cells[2] += "\n" + p.dim(fit(s, l.chain, g.gap))
		}
	}
	return cells
}

// whyCell is the strongest reason, then the opinions where they differ.
func whyCell(f *Finding) string {
	var parts []string
	if len(f.Why) > 0 {
		parts = append(parts, Visible(f.Why[0].Text))
	}
	if f.OpinionsDiffer {
		text := fmt.Sprintf("opinions differ: network %.2f, rarity %.2f", f.Network, f.Rarity)
		if f.Surprise > 0 {
			text += fmt.Sprintf(", surprise %.2f", f.Surprise)
		}
		parts = append(parts, text)
	}
	return strings.Join(parts, "; ")
}

// threshold is the model's, or more than any score without a model.
func (d *Document) threshold() float32 {
	if d.Manifest.Model == nil {
		return 2
	}
	return d.Manifest.Model.Threshold
}

// shortTime writes t in UTC in the form of so many columns, or "-".
func shortTime(t time.Time, width int) string {
	const full = "2006-01-02 15:04:05"
	if t.IsZero() {
		return "-"
	}
	if width < len(full) {
		return t.Format("01-02 15:04")
	}
	return t.Format(full)
}

// tableOptions sets up tablewriter: no frame, one rule under the header, fixed
// columns, nothing reformatted or wrapped, and no guess from the locale.
func tableOptions(l layout, o Style) []tablewriter.Option {
	widths := []int{l.rank, scoreWidth, l.chain, l.host, l.count, l.time}
	right := []tw.Align{tw.AlignRight, tw.AlignRight, tw.AlignLeft, tw.AlignLeft, tw.AlignRight, tw.AlignLeft}
	if l.wide {
		widths, right = append(widths, l.why), append(right, tw.AlignLeft)
	}
	perColumn := tw.NewMapper[int, int]()
	padding := make([]tw.Padding, len(widths))
	for i, n := range widths {
		padding[i] = tw.Padding{Right: strings.Repeat(" ", gutter), Overwrite: true}
		if i == len(widths)-1 {
			padding[i].Right = ""
		}
		perColumn.Set(i, n+len(padding[i].Right))
	}
	cell := tw.CellConfig{
		Formatting: tw.CellFormatting{AutoWrap: tw.WrapNone, AutoFormat: tw.Off},
		Padding:    tw.CellPadding{Global: tw.PaddingNone, PerColumn: padding},
		Alignment:  tw.CellAlignment{PerColumn: right},
	}
	symbols := tw.StyleLight
	if o.ASCII {
		symbols = tw.StyleASCII
	}
	return []tablewriter.Option{
		tablewriter.WithEastAsian(tw.Off),
		tablewriter.WithConfig(tablewriter.Config{
			Header: cell, Row: cell, Widths: tw.CellWidth{PerColumn: perColumn},
			Behavior: tw.Behavior{TrimSpace: tw.Off, TrimLine: tw.Off},
			Stream:   tw.StreamConfig{Enable: true}, // the widths are known
		}),
		tablewriter.WithRenderer(renderer.NewBlueprint()),
		tablewriter.WithRendition(tw.Rendition{
			Borders: tw.BorderNone,
			Symbols: tw.NewSymbols(symbols),
			Settings: tw.Settings{
				Separators: tw.Separators{ShowHeader: tw.Off, ShowFooter: tw.Off, BetweenRows: tw.Off, BetweenColumns: tw.Off},
				Lines:      tw.Lines{ShowTop: tw.Off, ShowBottom: tw.Off, ShowHeaderLine: tw.On, ShowFooterLine: tw.Off},
			},
		}),
	}
}
