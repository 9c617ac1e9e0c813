package report

import (
	"bufio"
	"fmt"
	"io"

	"oddkin/detect"
)

// WriteAblation renders what a model's parts are worth, as Table, Markdown or JSON.
func WriteAblation(w io.Writer, a *detect.Ablation, format Format, style Style) error {
	if format == JSON {
		return indented(w, NewAblation(a))
	}
	b := bufio.NewWriter(w)
	p := newSheet(b, format, style)
	t := p.grid()
	t.drop, t.flex = []string{"R@1%", "late", "first 20", "P@20"}, "trained"
	t.Header([]string{"trained", "AUC", "AP", "P@20", "R@1%", "first 20", "late", "alerts: normal, attack"})
	for i, row := range a.Rows {
		mean, spread := detect.MeanAndSpread(row.Seeds)
		alerted := fmt.Sprintf("%.1f %%, %.0f %%", 100*mean.Alerts[0], 100*mean.Alerts[1])
		if i > 0 && mean.Alerts == [2]float64{} {
			alerted = "-" // no calibrated score
		}
		t.Append([]string{
			row.Left, with(mean.AUC, spread.AUC), with(mean.AveragePrecision, spread.AveragePrecision), with(mean.Precision[1], spread.Precision[1]),
			with(mean.Recall[0], spread.Recall[0]), fmt.Sprintf("%.0f %%", 100*mean.First20), fmt.Sprintf("%.0f %%", 100*mean.Late), alerted,
		})
	}
	if err := t.Render(); err != nil {
		return err
	}
	seeds := 0
	if len(a.Rows) > 0 {
		seeds = len(a.Rows[0].Seeds)
	}
	fmt.Fprintf(b, "\nMeans over the held-out hosts; %s in each model, %s", plural(a.Networks, "network", "networks"), plural(seeds, "seed", "seeds"))
	if seeds > 1 {
		fmt.Fprint(b, " (mean ± standard deviation)")
	}
	fmt.Fprintln(b, ".")
	return b.Flush()
}
