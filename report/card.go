package report

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"oddkin/detect"
)

// WriteModel renders a model's card as Table, JSON or Markdown: what it was made
// from and on what terms, what it cannot see, and how it does on hosts that it
// never saw. Everything stands in the model's file, so the same model has the same
// card everywhere.
func WriteModel(w io.Writer, m *detect.Model, format Format, style Style) error {
	if format == JSON {
		return indented(w, NewCard(m))
	}
	b := bufio.NewWriter(w)
	c := card{newSheet(b, format, style)}
	if err := c.write(m); err != nil {
		return err
	}
	return b.Flush()
}

// card renders the sections of a model's card.
type card struct{ sheet }

func (c *card) write(m *detect.Model) error {
	c.heading(1, Visible(m.Name()))
	c.item("sha256 %s", m.Digest())
	next := ""
	if m.TellsNext() {
		next = ", and one that learned only normal life and tells what comes next"
	}
	var read []string
	for _, s := range m.Systems() {
		read = append(read, plural(s.Networks, "network", "networks")+" for chains of "+s.Name)
	}
	c.item("Normal is told from abnormal by %s, of two LSTM layers each%s.", strings.Join(read, " and "), next)
	if m.TellsNext() {
		c.item("What they weigh in the score: %s.", weights(m))
	}
	c.item("Alerts from a score of %.2f, meant as one false alarm in a hundred chain shapes of a host that it has not seen.", m.Threshold())
	h := m.Info.Hosts()
	c.item("Learned from %s, epoch and calibration chosen by %s, judged on %s held out; what was generated is not counted.",
		plural(h.Learned, "recorded host", "recorded hosts"), plural(h.Chosen, "other", "others"), plural(h.Held, "more", "more"))
	c.item("Trained with seed %d; the best of %d epochs was number %d.", m.Info.Seed, m.Info.Epochs, m.Info.Best)
	if again := retraining(m); again != "" {
		c.item("The same file, byte for byte on one kind of machine, comes of: %s", again)
	}
	if s := m.Info.Site; s != nil {
		c.item("Tuned to a site from the model %.16s: %d normal and %d abnormal chains of its own, %d new words.", Visible(s.Base), s.Normal, s.Abnormal, s.Words)
	}
	if s := m.Info.Site; s != nil && s.Known > 0 {
		c.item("%s of clean evidence, beginnings counted, are known and raise no alert.", plural(s.Known, "chain", "chains"))
		if s.Unkept > 0 {
			c.item("%s, those seen least often, were too many to be known.", plural(s.Unkept, "further one", "further ones"))
		}
	}
	if m.Info.Interrupted {
		c.item("Training was interrupted: this is the best that was reached.")
	}
	if len(m.Info.Without) > 0 {
		c.item("Parts left out: %s.", Visible(strings.Join(m.Info.Without, ", ")))
	}
	c.heading(2, "What it was made from")
	c.item("Training data sha256 %s", Visible(m.Info.Data))
	if slices.ContainsFunc(m.Info.Sources, func(s detect.Source) bool { return s.Also }) {
		c.item("From hosts marked * the networks learned, and the file holds no chain of them.")
	}
	t := c.grid()
	t.group, t.flex = []string{"licence", "source"}, "host"
	t.Header([]string{"host", "split", "normal", "attack", "licence", "source"})
	for _, s := range m.Info.Sources {
		host := s.Host
		if s.Also {
			host += " *"
		}
		row := []string{host, s.Split, count(s.Normal), count(s.Attack), cmp.Or(s.Licence, "-"), cmp.Or(s.Source, "-")}
		for i, cell := range row {
			row[i] = c.safe(cell)
		}
		t.Append(row)
	}
	fmt.Fprintln(c.w)
	if err := t.Render(); err != nil {
		return err
	}
	if len(m.Info.Limits) > 0 {
		c.heading(2, "What it cannot see")
		for _, l := range m.Info.Limits {
			c.item("%s", Visible(l))
		}
	}
	if m.Info.Metrics == nil {
		return nil
	}
	c.heading(2, "On hosts held out of training")
	if s := m.Spread(); s != nil {
		c.item("All shapes, means over hosts, ± standard deviation over %s of training: %s.", plural(len(s.Seeds), "seed", "seeds"), brief(s.Figures))
		if s.Unseen != nil {
			c.item("Likewise only shapes without a near duplicate in what was learned from: %s.", brief(*s.Unseen))
		}
		c.item("The figures of this model alone:")
	}
	fmt.Fprintln(c.w)
	return c.metrics(m.Info.Metrics)
}

// brief says the figures that a reader asks for first.
func brief(f detect.Figures) string {
	m, d := &f.Mean, &f.Deviation
	return fmt.Sprintf("AUC %s, average precision %s, precision at 20 %s, attacks met late %.1f ±%.1f %%; normal shapes alerted %.1f ±%.1f %%, attack shapes %.0f ±%.0f %%",
		with(m.AUC, d.AUC), with(m.AveragePrecision, d.AveragePrecision), with(m.Precision[1], d.Precision[1]), 100*m.Late, 100*d.Late,
		100*m.Alerts[0], 100*d.Alerts[0], 100*m.Alerts[1], 100*d.Alerts[1])
}

// weights says what the opinions weigh in the scores of each system.
func weights(m *detect.Model) string {
	var list []string
	for _, w := range m.Weights() {
		text := fmt.Sprintf("%s: networks %v", w.System, w.Network)
		if w.Next > 0 {
			text += fmt.Sprintf(", a bit of what comes next %v", w.Next)
		} else {
			text += ", what comes next nothing, and so it is left out"
		}
		list = append(list, text)
	}
	return strings.Join(list, "; ")
}

// retraining is the command that trains the model again; empty if there is none.
func retraining(m *detect.Model) string {
	if m.Info.Site != nil || m.Info.Interrupted {
		return ""
	}
	r := m.Recipe()
	line := fmt.Sprintf("oddkin train --seed %d --epochs %d --networks %d --made-normal %d --made-attacks %d --made-random %d",
		r.Seed, r.Epochs, r.Networks, r.Generate.Normal, r.Generate.Attacks, r.Generate.Random)
	if len(m.Info.Without) > 0 {
		line += " --without " + Visible(strings.Join(m.Info.Without, ","))
	}
	if m.Info.Corpus != "" {
		line += " --also FOLDER, of the hosts marked *,"
	}
	return line + " -o FILE"
}

// safe is text from the model's file for a cell of a table.
func (c *card) safe(s string) string {
	s = Visible(s)
	if c.markdown {
		s = strings.ReplaceAll(s, "|", `\|`)
	}
	return s
}

func (c *card) heading(level int, text string) {
	switch {
	case c.markdown:
		fmt.Fprintf(c.w, "\n%s %s\n\n", strings.Repeat("#", level), text)
	case level == 1:
		fmt.Fprintf(c.w, "%s\n", text)
	default:
		fmt.Fprintf(c.w, "\n%s\n", text)
	}
}

// item is one statement.
func (c *card) item(format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	if c.markdown {
		fmt.Fprintf(c.w, "- %s\n", text)
		return
	}
	fmt.Fprintf(c.w, "  %s\n", strings.Join(wrap(text, c.width-2), "\n  "))
}
