package report

import (
	"bufio"
	"fmt"
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

// CorpusOverlap is what one split has in common with another, in distinct shapes.
type CorpusOverlap struct {
	Split, Other                               string
	Normal, Attack, SharedNormal, SharedAttack int
	Torn                                       int // called normal in one, attack in the other
}

// WriteOverlaps renders what the splits of a corpus have in common.
func WriteOverlaps(w io.Writer, overlaps []CorpusOverlap) error {
	b := bufio.NewWriter(w)
	t := plainTable(b)
	t.Header([]string{"split", "normal shapes", "attack shapes", "in split", "normal", "attack", "torn"})
	for _, o := range overlaps {
		if err := t.Append([]string{o.Split, count(o.Normal), count(o.Attack), o.Other, of(o.SharedNormal, o.Normal), of(o.SharedAttack, o.Attack), count(o.Torn)}); err != nil {
			return err
		}
	}
	if err := t.Render(); err != nil {
		return err
	}
	return b.Flush()
}

// of is a number with its share of a whole.
func of(n, all int) string {
	if all == 0 {
		return "-"
	}
	return fmt.Sprintf("%s (%.0f %%)", count(n), 100*float64(n)/float64(all))
}
