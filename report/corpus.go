package report

import (
	"bufio"
	"fmt"
	"io"
	"strings"
)

// CorpusRow is one file of a corpus, counted.
type CorpusRow struct {
	Host, Role, Split, View string
	// Chains are distinct; Paths counts them as often as they were seen. Attacks
	// is how many of Chains are labelled so; Unseen, outside the training split,
	// how many have no near duplicate in it.
	Chains, Paths, Attacks, Unseen int
}

// WriteCorpus renders what a corpus holds: its files, and the distinct shapes over all.
func WriteCorpus(w io.Writer, rows []CorpusRow, totals []CorpusTotal, style Style) error {
	b := bufio.NewWriter(w)
	p := newSheet(b, Table, style)
	t := p.grid()
	t.flex = "role"
	t.Header([]string{"host", "role", "split", "view", "chains", "attack", "not like any in train", "paths"})
	for _, r := range rows {
		unseen := "-"
		if r.Unseen > 0 {
			unseen = count(r.Unseen)
		}
		role := strings.ReplaceAll(Visible(r.Role), ",", ", ")
		t.Append([]string{Visible(r.Host), role, Visible(r.Split), Visible(r.View), count(r.Chains), count(r.Attacks), unseen, count(r.Paths)})
	}
	if err := t.Render(); err != nil {
		return err
	}
	fmt.Fprintln(b)
	t = p.grid()
	t.Header([]string{"distinct shapes", "hosts", "normal", "attack"})
	for _, c := range totals {
		t.Append([]string{c.Of, count(c.Hosts), count(c.Normal), count(c.Attack)})
	}
	if err := t.Render(); err != nil {
		return err
	}
	p.text("Shapes are the same programs in the same order, whatever their folder, version or count; one that is normal anywhere counts as normal.")
	return b.Flush()
}

// CorpusTotal is how many distinct shapes the hosts of a split have together.
type CorpusTotal struct {
	Of                    string // the split, or all of them
	Hosts, Normal, Attack int
}

// CorpusOverlap is what one split has in common with another, in distinct shapes.
type CorpusOverlap struct {
	Split, Other                               string
	Normal, Attack, SharedNormal, SharedAttack int
	Torn                                       int // called normal in one, attack in the other
}

// WriteOverlaps renders what the splits of a corpus have in common.
func WriteOverlaps(w io.Writer, overlaps []CorpusOverlap, style Style) error {
	b := bufio.NewWriter(w)
	p := newSheet(b, Table, style)
	t := p.grid()
	t.Header([]string{"split", "normal shapes", "attack shapes", "in split", "normal", "attack", "torn"})
	for _, o := range overlaps {
		t.Append([]string{o.Split, count(o.Normal), count(o.Attack), o.Other, of(o.SharedNormal, o.Normal), of(o.SharedAttack, o.Attack), count(o.Torn)})
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
