package report

import (
	"bufio"
	"fmt"
	"strings"
	"time"
)

// writeSummary says what was read, with what, and what is left of it.
func writeSummary(w *bufio.Writer, d *Document, o Style, p paint) {
	m, e, g := &d.Manifest, &d.Evidence, o.glyphs()
	const indent = 11
	line := func(label, text string) {
		lines := wrap(fit(text, 3*o.Width, g.gap), o.Width-indent)
		fmt.Fprintf(w, "%s%s\n", p.strong(fmt.Sprintf("%-*s", indent, label)),
			strings.Join(lines, "\n"+strings.Repeat(" ", indent)))
	}
	if v := verdict(d); v != "" {
		line("Result", v)
	}
	line("Evidence", evidenceLine(e))
	if s := spanLine(e); s != "" {
		line("Time", s)
	}
	line("Reduction", reduction(d, g))
	if m.Model != nil {
		line("Model", modelLine(m.Model))
	}
	if m.Tool != "" {
		line("Made by", strings.TrimSpace(Visible(m.Tool)+" "+Visible(m.Version)))
	}
	if d.FindingsOmitted > 0 {
		line("Shown", fmt.Sprintf("%s of %s shapes", count(len(d.Findings)), count(len(d.Findings)+d.FindingsOmitted)))
	}
}

// verdict is the answer in one sentence; empty when nothing was scored.
func verdict(d *Document) string {
	e := &d.Evidence
	switch {
	case d.Manifest.Model == nil:
		return ""
	case e.Shapes == 0:
		return "no chain of processes in the evidence"
	case e.Flagged == 0:
		return fmt.Sprintf("no chain shape scores %.2f or more", d.threshold())
	}
	return fmt.Sprintf("%s of %s %.2f or more", count(e.Flagged), plural(e.Shapes, "chain shape scores", "chain shapes score"), d.threshold())
}

// evidenceLine sums up the inputs.
func evidenceLine(e *Evidence) string {
	var bytes, records, used int64
	read := 0
	for i := range e.Inputs {
		if e.Inputs[i].Format == "" {
			continue
		}
		read++
		bytes += e.Inputs[i].Bytes
		records += e.Inputs[i].Records
		used += e.Inputs[i].Used
	}
	return fmt.Sprintf("%s, %s, %s (%s used), %s", plural(read, "input", "inputs"), size(bytes),
		plural(records, "record", "records"), count(used), plural(len(e.Hosts), "host", "hosts"))
}

// spanLine says when the processes started; empty without times.
func spanLine(e *Evidence) string {
	if e.First.IsZero() {
		return ""
	}
	const form = "2006-01-02 15:04:05"
	return fmt.Sprintf("%s to %s UTC (%s)", e.First.Format(form), e.Last.Format(form), age(e.Last.Sub(e.First)))
}

// reduction says how few chains are left to read of all that ran.
func reduction(d *Document, g glyphs) string {
	e := &d.Evidence
	steps := []string{
		plural(e.Processes, "process", "processes"), plural(e.Chains, "chain", "chains"),
	}
	if d.Manifest.Model == nil {
		return strings.Join(steps, g.arrow)
	}
	steps = append(steps, plural(e.Shapes, "shape", "shapes"), count(e.Flagged)+" flagged")
	s := strings.Join(steps, g.arrow)
	if e.Chains > 0 {
		s += fmt.Sprintf(" (%s of chains score less)", percent(e.Chains-e.FlaggedChains, e.Chains))
	}
	return s
}

func modelLine(m *Model) string {
	s := Visible(m.Name)
	if m.Digest != "" {
		s += ", sha256 " + fit(Visible(m.Digest), 16, "")
	}
	return s + fmt.Sprintf(", threshold %.2f", m.Threshold)
}

// writeLimits writes what joins the hosts, the notes and the warnings, equal reasons once.
func writeLimits(w *bufio.Writer, d *Document, o Style, p paint) {
	g := o.glyphs()
	if list := crossingLines(d, maxCrossingLines); len(list) > 0 {
		fmt.Fprintf(w, "\n%s\n", p.strong("Between hosts"))
		for _, line := range list {
			fmt.Fprintf(w, "  %s\n", strings.Join(wrap(line, o.Width-4), "\n    "))
		}
	}
	if len(d.Evidence.Notes) > 0 {
		fmt.Fprintf(w, "\n%s\n", p.strong("What this evidence cannot show"))
		for _, n := range d.Evidence.Notes {
			fmt.Fprintf(w, "  %s\n", strings.Join(wrap(Visible(n.Text), o.Width-2), "\n  "))
		}
	}
	groups, total := groupWarnings(d)
	if d.WarningsOmitted > 0 {
		groups = append(groups, fmt.Sprintf("%sx more, not listed: see the malformed and skipped counts of each input", count(d.WarningsOmitted)))
	}
	if total == 0 {
		return
	}
	fmt.Fprintf(w, "\n%s\n", p.warn(plural(total, "warning", "warnings")))
	for i, s := range groups {
		if i == maxWarningGroups {
			fmt.Fprintf(w, "  and %s\n", plural(len(groups)-i, "other kind", "other kinds"))
			break
		}
		lines := wrap(fit(s, 3*o.Width, g.gap), o.Width-4)
		fmt.Fprintf(w, "  %s\n", strings.Join(lines, "\n    "))
	}
}

// maxWarningGroups is how many kinds of warning a terminal shows.
const maxWarningGroups = 10

// groupWarnings counts warnings with one reason and tells the first one's place.
func groupWarnings(d *Document) (lines []string, total int64) {
	type group struct {
		first *Warning
		n     int64
	}
	byReason := map[string]*group{}
	var order []*group
	for i := range d.Warnings {
		k := &d.Warnings[i]
		g := byReason[k.Reason]
		if g == nil {
			g = &group{first: k}
			byReason[k.Reason] = g
			order = append(order, g)
		}
		g.n++
	}
	for _, g := range order {
		lines = append(lines, fmt.Sprintf("%sx %s (first: %s)", count(g.n), Visible(g.first.Reason), Visible(place(g.first.Source))))
		total += g.n
	}
	return lines, total + d.WarningsOmitted
}

// place writes a source the way a reader looks it up.
func place(s Source) string {
	out := s.File
	if s.Offset >= 0 {
		out += fmt.Sprintf(", byte %d", s.Offset)
	}
	if s.Serial != 0 {
		out += fmt.Sprintf(", serial %d", s.Serial)
	}
	return out
}

// age writes a duration in its two largest units.
func age(t time.Duration) string {
	d, h, m, s := int64(t/(24*time.Hour)), int64(t/time.Hour)%24, int64(t/time.Minute)%60, int64(t/time.Second)%60
	switch {
	case d > 0:
		return fmt.Sprintf("%dd %dh", d, h)
	case h > 0:
		return fmt.Sprintf("%dh %dm", h, m)
	case m > 0:
		return fmt.Sprintf("%dm %ds", m, s)
	}
	return fmt.Sprintf("%ds", s)
}
