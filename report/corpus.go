package report

import (
	"bufio"
	"io"
)

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
