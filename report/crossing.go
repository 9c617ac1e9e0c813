package report

import (
	"cmp"
	"slices"
	"strconv"

	"oddkin/parsers/event"
	"oddkin/tree"
)

// addCrossings takes over what joins the hosts, as far as both ends are kept.
func (d *Document) addCrossings(list []tree.Crossing, kept []bool) {
	for i := range list {
		c := &list[i]
		if kept != nil && !kept[c.From.ID] && !kept[c.To.ID] {
			continue
		}
		d.Crossings = append(d.Crossings, Crossing{
			From: end(c.From, c.Out), To: end(c.To, c.In), Entry: entryName(c.Entry), Rule: c.Rule, Confidence: c.Confidence, Rivals: c.Rivals,
			Address: text(c.Address),
		})
	}
	slices.SortStableFunc(d.Crossings, func(a, b Crossing) int { return cmp.Compare(b.Confidence, a.Confidence) })
	if n := len(d.Crossings) - MaxCrossings; n > 0 {
		d.CrossingsOmitted = n
		d.Crossings = d.Crossings[:MaxCrossings]
	}
}

func end(n *tree.Node, s event.Source) End {
	p := n.Proc()
	return End{
		ID: n.ID, Host: text(n.Host()), Name: text(p.Base()), PID: p.PID, CommandLine: text(p.Command()), User: text(p.User),
		Start: started(n), Source: source(s),
	}
}

// How many crossings a terminal and a page show.
const (
	maxCrossingLines = 10
	maxPageCrossings = 200
)

// crossingLines tells the first crossings, and how many there are beside them.
func crossingLines(d *Document, most int) []string {
	var list []string
	for i := range d.Crossings[:min(most, len(d.Crossings))] {
		list = append(list, crossingText(&d.Crossings[i]))
	}
	if n := len(d.Crossings) + d.CrossingsOmitted - len(list); n > 0 {
		list = append(list, "and "+count(n)+" more; JSON lists them")
	}
	return list
}

// crossingText tells of a crossing in one line.
func crossingText(c *Crossing) string {
	out := endText(&c.From) + " opened " + endText(&c.To) + ", " + entryText(c.Entry)
	if c.Address != "" {
		out += " from " + Visible(c.Address)
	}
	out += " (inferred, confidence " + strconv.FormatFloat(float64(c.Confidence), 'f', 2, 32) + ": " + Visible(c.Rule)
	if c.Rivals > 0 {
		out += "; a command fits as well on " + count(c.Rivals) + " more of the hosts"
	}
	return out + ")"
}

func endText(e *End) string {
	out := Visible(e.Name)
	if e.PID != 0 {
		out += " [" + strconv.FormatUint(uint64(e.PID), 10) + "]"
	}
	host := Visible(e.Host)
	if host == "" {
		host = "the host not named"
	}
	return out + " on " + host
}
