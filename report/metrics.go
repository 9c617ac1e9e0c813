package report

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"slices"

	"github.com/olekukonko/tablewriter"
	"github.com/olekukonko/tablewriter/renderer"
	"github.com/olekukonko/tablewriter/tw"

	"oddkin/detect"
)

// Markdown is a format of model cards and evaluations: text with tables that a
// README takes as they are.
const Markdown Format = "markdown"

// WriteMetrics renders how rankings do on held-out hosts, as Table or JSON.
func WriteMetrics(w io.Writer, m *detect.Metrics, format Format) error {
	if format == JSON {
		return indented(w, m)
	}
	b := bufio.NewWriter(w)
	if err := metricsRows(plainTable(b), m); err != nil {
		return err
	}
	fmt.Fprint(b, metricsLegend)
	return b.Flush()
}

const metricsLegend = `
Each row ranks the distinct chain shapes of one host. AUC: chance that an attack
stands above a normal shape. AP: average precision. P@20: share of attacks among
the first 20. R@1%: share of attacks found when 1 % of normal shapes may stand
above. First 20: attacks with a chain among the first 20. Read: shapes read until
half of the attacks, and all of them, were met. Alerts: share of normal and of
attack shapes at or above the threshold.
`

// metricsRows fills t with one block of rows per host and view, each ranker one, and
// renders it.
func metricsRows(t *tablewriter.Table, m *detect.Metrics) error {
	t.Header([]string{"host", "view", "shapes", "ranker", "AUC", "AP", "P@20", "R@1%", "first 20", "read 1/2, all", "alerts"})
	for i := range m.Hosts {
		h := &m.Hosts[i]
		for k, r := range rankers(h) {
			row := []string{"", "", "", r.name}
			if k == 0 {
				row[0], row[1] = Visible(h.Host), Visible(h.View)
				row[2] = fmt.Sprintf("%d, %d attack", h.Rows, h.Attacks)
			}
			if err := t.Append(append(row, judgement(h, r.j, k == 0)...)); err != nil {
				return err
			}
		}
	}
	return t.Render()
}

type ranker struct {
	name string
	j    *detect.Judgement
}

func rankers(h *detect.HostMetrics) []ranker {
	all := []ranker{{"oddkin", &h.Oddkin}}
	if h.Attacks == 0 {
		return all // nothing to find: only the alerts say something
	}
	return append(all, ranker{"LSTM alone", &h.Network}, ranker{"rarity alone", &h.Rarity}, ranker{"rarest edge", &h.RarestEdge})
}

// judgement is the cells of one ranker.
func judgement(h *detect.HostMetrics, j *detect.Judgement, calibrated bool) []string {
	alerts := ""
	if calibrated {
		alerts = fmt.Sprintf("%.1f %%, %.0f %%", 100*j.Alerts[0], 100*j.Alerts[1])
		if h.Attacks == 0 {
			alerts = fmt.Sprintf("%.1f %%, -", 100*j.Alerts[0])
		}
	}
	if h.Attacks == 0 {
		return []string{"-", "-", "-", "-", "-", "-", alerts}
	}
	effort := slices.Sorted(slices.Values(j.Effort))
	read := "-"
	if len(effort) > 0 {
		read = fmt.Sprintf("%d, %d", effort[(len(effort)-1)/2], effort[len(effort)-1])
	}
	return []string{
		fmt.Sprintf("%.3f", j.AUC), fmt.Sprintf("%.3f", j.AveragePrecision), fmt.Sprintf("%.2f", j.Precision[1]),
		fmt.Sprintf("%.2f", j.Recall[0]), fmt.Sprintf("%d of %d", j.First20, h.Incidents), read, alerts,
	}
}

// plainTable is a table without a frame whose columns take the room they need.
func plainTable(w io.Writer) *tablewriter.Table {
	padding := tw.Padding{Right: "  ", Overwrite: true}
	cell := tw.CellConfig{
		Formatting: tw.CellFormatting{AutoFormat: tw.Off, AutoWrap: tw.WrapNone},
		Padding:    tw.CellPadding{Global: padding},
		Alignment:  tw.CellAlignment{Global: tw.AlignLeft},
	}
	return tablewriter.NewTable(&trimmer{w: w},
		tablewriter.WithEastAsian(tw.Off), // not this machine's locale
		tablewriter.WithConfig(tablewriter.Config{Header: cell, Row: cell}),
		tablewriter.WithRenderer(renderer.NewBlueprint(tw.Rendition{
			Borders:  tw.BorderNone,
			Settings: tw.Settings{Separators: tw.SeparatorsNone, Lines: tw.LinesNone},
		})),
	)
}

// gridOf is a table for people: of the terminal, or for Markdown.
func gridOf(w io.Writer, markdown bool) *tablewriter.Table {
	if !markdown {
		return plainTable(w)
	}
	cell := tw.CellConfig{
		Formatting: tw.CellFormatting{AutoFormat: tw.Off, AutoWrap: tw.WrapNone},
		Alignment:  tw.CellAlignment{Global: tw.AlignLeft},
	}
	return tablewriter.NewTable(w,
		tablewriter.WithEastAsian(tw.Off),
		tablewriter.WithConfig(tablewriter.Config{Header: cell, Row: cell}),
		tablewriter.WithRenderer(renderer.NewMarkdown()),
	)
}

// indented writes v as JSON for people and machines.
func indented(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(v)
}
