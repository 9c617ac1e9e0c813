package report

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"strings"

	"oddkin/detect"
)

// WriteEvaluation renders everything that was measured of a model, and of others that
// only their seed tells apart: as Table, Markdown or JSON.
func WriteEvaluation(w io.Writer, e *detect.Evaluation, format Format, style Style) error {
	if format == JSON {
		return indented(w, NewEvaluation(e))
	}
	b := bufio.NewWriter(w)
	v := evaluation{e, newSheet(b, format, style)}
	for _, part := range []func() error{v.hosts, v.unseen, v.disguises, v.captures, v.recordings} {
		if err := part(); err != nil {
			return err
		}
	}
	return b.Flush()
}

type evaluation struct {
	*detect.Evaluation
	sheet
}

func (e *evaluation) heading(format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	if e.markdown {
		fmt.Fprintf(e.w, "### %s\n\n", text)
		return
	}
	fmt.Fprintf(e.w, "%s\n\n", strings.Join(wrap(text, e.width), "\n"))
}

// of takes one part out of every run.
func (e *evaluation) of(part func(*detect.Run) *detect.Metrics) []*detect.Metrics {
	list := make([]*detect.Metrics, len(e.Runs))
	for i := range e.Runs {
		list[i] = part(&e.Runs[i])
	}
	return list
}

func (e *evaluation) hosts() error {
	what := fmt.Sprintf("seed %d", e.Runs[0].Seed)
	if n := len(e.Runs); n > 1 {
		what = fmt.Sprintf("mean ± standard deviation of %d training seeds", n)
	}
	e.heading("All shapes of the hosts held out of training, %s", what)
	if err := e.metrics(e.of(func(r *detect.Run) *detect.Metrics { return r.Metrics })...); err != nil {
		return err
	}
	fmt.Fprintln(e.w)
	return nil
}

func (e *evaluation) unseen() error {
	first := &e.Runs[0]
	if len(first.Unseen.Hosts) > 0 {
		// Another seed generates other chains, so its unseen shapes are others too.
		e.heading("Only shapes without a near duplicate in what was learned from, recorded or generated, seed %d", first.Seed)
		if err := e.metricsRows(first.Unseen); err != nil {
			return err
		}
		if n := first.Metrics.Incidents() - first.Unseen.Incidents(); n > 0 && len(first.Untold) == 0 {
			e.text(fmt.Sprintf("Left out: %s, counted in each view, without such a shape.", plural(n, "attack", "attacks")))
		}
		if s := e.Spread; s != nil && s.Unseen != nil && len(e.Runs) > 1 {
			e.text(fmt.Sprintf("Over all hosts and the %d seeds, oddkin: %s.", len(e.Runs), brief(*s.Unseen)))
		}
		fmt.Fprintln(e.w)
	}
	if len(first.Untold) > 0 {
		text := fmt.Sprintf("Which shapes have a near duplicate in what was learned from is not told of %s: not all that the model learned from of that system is in the corpus given.",
			Visible(strings.Join(first.Untold, ", ")))
		fmt.Fprintf(e.w, "%s\n\n", strings.Join(wrap(text, cmp.Or(e.width, DefaultWidth)), "\n"))
	}
	return nil
}

func (e *evaluation) disguises() error {
	e.heading("Robustness: the same chains in disguise, seed %d", e.Runs[0].Seed)
	t := e.grid()
	t.drop, t.flex = []string{"moves: median, 9 in 10"}, "disguise"
	t.Header([]string{"disguise", "chains", "normal shapes below", "moves: median, 9 in 10", "alerted"})
	for _, d := range e.Runs[0].Disguises {
		if d.Chains == 0 {
			continue
		}
		t.Append([]string{
			d.Disguise, count(d.Chains), fmt.Sprintf("%.1f → %.1f %%", 100*d.Above[0], 100*d.Above[1]),
			fmt.Sprintf("%.1f, %.1f %%", 100*d.Median, 100*d.NineInTen), fmt.Sprintf("%.1f → %.1f %%", 100*d.Alerts[0], 100*d.Alerts[1]),
		})
	}
	if err := t.Render(); err != nil {
		return err
	}
	e.text(`Normal shapes below: the share of the host's normal shapes that such a chain stands above,
before and after. Moves: by how much of them half of the chains, and nine in ten, fall at
most (normal life: rise). Alerted: share of the chains, before and after.`)
	return nil
}

func (e *evaluation) captures() error {
	if len(e.Runs[0].Captures) == 0 {
		return nil
	}
	fmt.Fprintln(e.w)
	e.heading("Captures, none of which training saw, folder by folder")
	t := e.grid()
	t.flex = "folder"
	t.Header([]string{"folder", "captures", "with a chain of the attack's own", "it is first", "by chance", "among the first 5", "by chance", "other shapes", "of them alerted"})
	var all captureSum
	for _, s := range sumCaptures(e.Runs) {
		t.Append(s.row(len(e.Runs)))
		all.add(s)
	}
	all.folder = "all"
	t.Append(all.row(len(e.Runs)))
	if err := t.Render(); err != nil {
		return err
	}
	for _, c := range e.Runs[0].Captures {
		if c.Own > 5 {
			fmt.Fprintf(e.w, "%s: first at %d of %d shapes\n", Visible(c.Name), c.Own, c.Shapes)
		}
	}
	return nil
}

func (e *evaluation) recordings() error {
	if e.Runs[0].Recordings == nil {
		return nil
	}
	fmt.Fprintln(e.w)
	e.heading("Whole recordings, ranked as a report ranks them")
	return e.metricsRows(e.of(func(r *detect.Run) *detect.Metrics { return r.Recordings })...)
}

// captureSum is the captures of one folder, over all models.
type captureSum struct {
	folder                                      string
	captures, own, first, five, others, alerted int
	chance                                      [2]float64 // sums: first, among the first five
}

func (s *captureSum) add(o captureSum) {
	s.captures += o.captures
	s.own += o.own
	s.first += o.first
	s.five += o.five
	s.others += o.others
	s.alerted += o.alerted
	s.chance[0] += o.chance[0]
	s.chance[1] += o.chance[1]
}

// sumCaptures keeps the order in which folders come.
func sumCaptures(runs []detect.Run) []captureSum {
	var out []captureSum
	at := map[string]int{}
	for _, r := range runs {
		for _, c := range r.Captures {
			i, ok := at[c.Folder]
			if !ok {
				i = len(out)
				at[c.Folder] = i
				out = append(out, captureSum{folder: c.Folder})
			}
			s := captureSum{captures: 1, others: c.Others, alerted: c.Alerts}
			if c.Own > 0 {
				s.own, s.chance = 1, [2]float64{c.ByChance(1), c.ByChance(5)}
			}
			if c.Own == 1 {
				s.first = 1
			}
			if c.Own > 0 && c.Own <= 5 {
				s.five = 1
			}
			out[i].add(s)
		}
	}
	return out
}

// row is the folder's cells: means over the models.
func (s *captureSum) row(models int) []string {
	share := func(n float64) string {
		if s.own == 0 {
			return "-"
		}
		return fmt.Sprintf("%.0f %%", 100*n/float64(s.own))
	}
	return []string{
		Visible(s.folder), count(s.captures / models), count(s.own / models),
		share(float64(s.first)), share(s.chance[0]), share(float64(s.five)), share(s.chance[1]),
		count(s.others / models), fmt.Sprintf("%.1f %%", 100*float64(s.alerted)/float64(max(s.others, 1))),
	}
}

// WriteEvaluationPicture draws precision against recall, and the share of attacks met
// against the shapes read, as SVG: one line for each ranker, and a thin one for oddkin
// of each further seed.
func WriteEvaluationPicture(w io.Writer, e *detect.Evaluation) error {
	precision := chart{title: "Precision and recall over the shapes of all held-out hosts", x: "recall", y: "precision", x1: 1, y1: 1}
	met := chart{title: "Attacks met by a reader who starts at the top", x: "shapes read on each host", y: "share of the attacks", x1: 100, y1: 1}
	for i, r := range e.Runs {
		for k, c := range r.Curves {
			if i > 0 && k > 0 {
				break // the others hardly depend on the seed
			}
			l := line{name: c.Ranker, colour: k % len(chartColours)}
			if i > 0 {
				l.name, l.thin = "", true
			}
			l.points = c.Precision
			precision.lines = append(precision.lines, l)
			l.points = steps(c.Met, met.x1)
			met.lines = append(met.lines, l)
		}
	}
	return writeCharts(w, "oddkin on hosts held out of training", []chart{precision, met})
}

// steps draws points at which a share rises as a staircase up to x.
func steps(points [][2]float64, x float64) [][2]float64 {
	out := [][2]float64{{0, 0}}
	for _, p := range points {
		if p[0] > x {
			break
		}
		out = append(out, [2]float64{p[0], out[len(out)-1][1]}, p)
	}
	return append(out, [2]float64{x, out[len(out)-1][1]})
}
