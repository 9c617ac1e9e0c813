package report

import (
	"bufio"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"

	"github.com/olekukonko/tablewriter"
	"github.com/olekukonko/tablewriter/renderer"
	"github.com/olekukonko/tablewriter/tw"

	"oddkin/detect"
)

// Markdown is a format of model cards and evaluations: text with tables that a
// README takes as they are.
const Markdown Format = "markdown"

// WriteMetrics renders how rankings do on held-out hosts, as a table of at most width
// columns.
func WriteMetrics(w io.Writer, m *detect.Metrics, width int) error {
	b := bufio.NewWriter(w)
	p := sheet{w: b, width: width}
	if err := p.metrics(m); err != nil {
		return err
	}
	return b.Flush()
}

// sheet is where tables and text for people go: to a terminal, or into a Markdown file, which
// has no width.
type sheet struct {
	w        io.Writer
	markdown bool
	width    int // 0: no limit
}

// newSheet is for a format and a reader's screen.
func newSheet(w io.Writer, format Format, style Style) sheet {
	p := sheet{w: w, markdown: format == Markdown, width: max(cmp.Or(style.Width, DefaultWidth), minWidth)}
	if p.markdown {
		p.width = 0
	}
	return p
}

// grid is an empty table on the sheet.
func (p *sheet) grid() *grid { return &grid{w: p.w, markdown: p.markdown, width: p.width} }

// text writes paragraphs.
func (p *sheet) text(paragraphs ...string) {
	for _, s := range paragraphs {
		fmt.Fprintf(p.w, "\n%s\n", strings.Join(wrap(s, cmp.Or(p.width, DefaultWidth)), "\n"))
	}
}

// metrics writes the table and what its columns mean.
func (p *sheet) metrics(of ...*detect.Metrics) error {
	if err := p.metricsRows(of...); err != nil {
		return err
	}
	p.text(metricsLegend)
	return nil
}

const metricsLegend = `Each row ranks the distinct chain shapes of one host. AUC: chance that an attack
stands above a normal shape. AP: average precision. P@10/20/50: share of attacks among
the first. R@1/.1%: share of attack shapes found when 1 % or 0.1 % of the normal shapes
may stand above. First 20: attacks with a chain among the first 20 shapes. Read: shapes
read until half of the attacks, and all of them, were met; late: attacks met only after
3 x as many shapes as are of attacks. Alerts: share of normal and of attack shapes at or
above the threshold. All hosts: the mean, each host and view alike.`

// metricsRows writes a table with one block of rows per host and view, each ranker one.
// of are the metrics of models of several seeds on the same hosts: figures
// are means, with the standard deviation behind them if there is more than one.
func (p *sheet) metricsRows(of ...*detect.Metrics) error {
	t := p.grid()
	t.group, t.drop = []string{"host", "view", "shapes"}, []string{"R@1/.1%", "read 1/2, all", "first 20", "P@10/20/50"}
	t.Header([]string{"host", "view", "shapes", "ranker", "AUC", "AP", "P@10/20/50", "R@1/.1%", "first 20", "read 1/2, all", "alerts"})
	for i := range of[0].Hosts {
		h := &of[0].Hosts[i]
		for k, name := range detect.Rankers {
			if !allHave(each(of, i), k) || h.Attacks == 0 && k > 0 {
				continue // nothing to find: only the alerts say something
			}
			row := []string{"", "", "", name}
			if k == 0 {
				row = []string{Visible(h.Host), Visible(h.View), fmt.Sprintf("%d, %d attack", h.Rows, h.Attacks), name}
			}
			mean, spread := summary(k, each(of, i))
			row = append(row, figures(mean, spread, h.Attacks > 0)...)
			row = append(row, first20(each(of, i), k), effort(each(of, i), k), alerts(mean, spread, k, h.Attacks > 0))
			t.Append(row)
		}
	}
	meanRows(t, of)
	if err := t.Render(); err != nil {
		return err
	}
	hidden := 0
	for i := range of[0].Hosts {
		hidden += of[0].Hosts[i].Hidden
	}
	if hidden > 0 {
		p.text(fmt.Sprintf("Left out: %s, counted in each view, whose every shape is normal life of the same host too.", plural(hidden, "attack", "attacks")))
	}
	return nil
}

// meanRows adds the mean over all hosts, if more than one has attacks.
func meanRows(t *grid, of []*detect.Metrics) {
	attacked := 0
	for i := range of[0].Hosts {
		if of[0].Hosts[i].Attacks > 0 {
			attacked++
		}
	}
	if attacked < 2 {
		return
	}
	for k, name := range detect.Rankers {
		if !allHave(of, k) {
			continue
		}
		row := []string{"", "", "", name}
		if k == 0 {
			row[0] = "all hosts"
		}
		mean, spread := summary(k, of)
		row = append(row, figures(mean, spread, true)...)
		row = append(row, fmt.Sprintf("%.0f %%", 100*mean.First20), fmt.Sprintf("%.0f %% late", 100*mean.Late), alerts(mean, spread, k, true))
		t.Append(row)
	}
}

// allHave reports whether every model has a ranker on some host: figures of those alone that have it would be
// a mean of other models than the figures beside them.
func allHave(of []*detect.Metrics, ranker int) bool {
	return !slices.ContainsFunc(of, func(m *detect.Metrics) bool {
		return !slices.ContainsFunc(m.Hosts, func(h detect.HostMetrics) bool { return h.Of(ranker) != nil })
	})
}

// each takes the i-th host out of every model's metrics.
func each(of []*detect.Metrics, i int) []*detect.Metrics {
	out := make([]*detect.Metrics, len(of))
	for k, m := range of {
		out[k] = &detect.Metrics{Hosts: m.Hosts[i : i+1]}
	}
	return out
}

// summary is the mean over models and the spread of one ranker.
func summary(ranker int, of []*detect.Metrics) (mean, spread detect.Summary) {
	list := make([]detect.Summary, len(of))
	for i, m := range of {
		list[i] = m.Summarise(func(h *detect.HostMetrics) *detect.Judgement { return h.Of(ranker) })
	}
	return detect.MeanAndSpread(list)
}

// figures are the cells from AUC to recall.
func figures(mean, spread detect.Summary, attacks bool) []string {
	if !attacks {
		return []string{"-", "-", "-", "-"}
	}
	return []string{
		with(mean.AUC, spread.AUC), with(mean.AveragePrecision, spread.AveragePrecision),
		fmt.Sprintf("%.2f %.2f %.2f", mean.Precision[0], mean.Precision[1], mean.Precision[2]),
		fmt.Sprintf("%.2f %.2f", mean.Recall[0], mean.Recall[1]),
	}
}

// with is a figure and its spread, if it has one.
func with(mean, spread float64) string {
	if spread == 0 {
		return fmt.Sprintf("%.3f", mean)
	}
	return fmt.Sprintf("%.3f ±%.3f", mean, spread)
}

// first20 is how many attacks are met early, in the mean over models.
func first20(of []*detect.Metrics, ranker int) string {
	h := &of[0].Hosts[0]
	if h.Attacks == 0 {
		return "-"
	}
	sum := 0.0
	for _, m := range of {
		sum += float64(m.Hosts[0].Of(ranker).First20)
	}
	return fmt.Sprintf("%.4g of %d", math.Round(10*sum/float64(len(of)))/10, h.Incidents)
}

// effort is how much is read until half of the attacks and all of them were met, and
// how many are met late: of several models the mean, rounded.
func effort(of []*detect.Metrics, ranker int) string {
	var half, all, late float64
	for _, m := range of {
		h := &m.Hosts[0]
		j := h.Of(ranker)
		if len(j.Effort) == 0 {
			return "-"
		}
		read := slices.Sorted(slices.Values(j.Effort))
		half += float64(read[(len(read)-1)/2])
		all += float64(read[len(read)-1])
		late += float64(h.Late(j))
	}
	n := float64(len(of))
	text := fmt.Sprintf("%.0f, %.0f", half/n, all/n)
	if late > 0 {
		text += fmt.Sprintf("; %.2g late", late/n)
	}
	return text
}

// alerts is the share of normal and of attack shapes alerted, of the calibrated score.
func alerts(mean, spread detect.Summary, ranker int, attacks bool) string {
	if ranker > 0 {
		return ""
	}
	normal := fmt.Sprintf("%.1f", 100*mean.Alerts[0])
	if spread.Alerts[0] > 0 {
		normal += fmt.Sprintf(" ±%.1f", 100*spread.Alerts[0])
	}
	if !attacks {
		return normal + " %, -"
	}
	return fmt.Sprintf("%s %%, %.0f %%", normal, 100*mean.Alerts[1])
}

// markdownTable is a table of a README.
func markdownTable(w io.Writer) *tablewriter.Table {
	cell := tw.CellConfig{
		Formatting: tw.CellFormatting{AutoFormat: tw.Off, AutoWrap: tw.WrapNone},
		Alignment:  tw.CellAlignment{Global: tw.AlignLeft},
	}
	return tablewriter.NewTable(w,
		tablewriter.WithEastAsian(tw.Off), // not this machine's locale
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
