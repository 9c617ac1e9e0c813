package report

import (
	"bufio"
	"fmt"
	"io"

	"oddkin/detect"
)

// WriteModel renders what a model is made of and how it does, as Table or JSON.
func WriteModel(w io.Writer, m *detect.Model, format Format) error {
	if format == JSON {
		return indented(w, struct {
			Name, Digest string
			Threshold    float32
			detect.Info
		}{m.Name(), m.Digest(), m.Threshold(), m.Info})
	}
	b := bufio.NewWriter(w)
	fmt.Fprintf(b, "%s\nsha256 %s\n", Visible(m.Name()), m.Digest())
	fmt.Fprintf(b, "Alerts from a score of %.2f. Trained with seed %d, the best of %d epochs was number %d.\n", m.Threshold(), m.Info.Seed, m.Info.Epochs, m.Info.Best)
	fmt.Fprintf(b, "Training data sha256 %s\n\n", Visible(m.Info.Data))
	t := plainTable(b)
	t.Header([]string{"host", "split", "normal", "attack", "licence", "source"})
	for _, s := range m.Info.Sources {
		err := t.Append([]string{Visible(s.Host), Visible(s.Split), count(s.Normal), count(s.Attack), Visible(s.Licence), Visible(s.Source)})
		if err != nil {
			return err
		}
	}
	if err := t.Render(); err != nil {
		return err
	}
	if m.Info.Metrics != nil {
		fmt.Fprint(b, "\nOn hosts held out of training:\n\n")
		if err := metricsTable(b, m.Info.Metrics); err != nil {
			return err
		}
		fmt.Fprint(b, metricsLegend)
	}
	return b.Flush()
}

// CorpusRow is one file of a corpus, counted.
type CorpusRow struct {
	Host, Role, Split, View string
	// Chains are distinct; Paths counts them as often as they were seen. Attacks
	// is how many of Chains are labelled so; Unseen, outside the training split,
	// how many have no near duplicate in it.
	Chains, Paths, Attacks, Unseen int
}

// WriteCorpus renders what a corpus holds as a table.
func WriteCorpus(w io.Writer, rows []CorpusRow) error {
	b := bufio.NewWriter(w)
	t := plainTable(b)
	t.Header([]string{"host", "role", "split", "view", "chains", "attack", "not like any in train", "paths"})
	for _, r := range rows {
		unseen := "-"
		if r.Unseen > 0 {
			unseen = count(r.Unseen)
		}
		if err := t.Append([]string{Visible(r.Host), Visible(r.Role), Visible(r.Split), Visible(r.View), count(r.Chains), count(r.Attacks), unseen, count(r.Paths)}); err != nil {
			return err
		}
	}
	if err := t.Render(); err != nil {
		return err
	}
	return b.Flush()
}
