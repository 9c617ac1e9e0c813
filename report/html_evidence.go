package report

import (
	"fmt"
	"time"
)

// maxPageRows is how many inputs, and how many hosts, the page lists.
const maxPageRows = 200

// pageInput is one row of the table of inputs.
type pageInput struct {
	File, Format, Reason, Failure                                          string
	Truncated                                                              bool
	Size, Records, Used, NotNeeded, Duplicate, Malformed, Skipped, Missing string
	First, Last                                                            string
}

type pageHost struct{ Name, Boots, Processes, Chains, First, Last string }

// addEvidence fills the tables of inputs and hosts.
func (p *page) addEvidence(e *Evidence) {
	for i := range e.Inputs[:min(len(e.Inputs), maxPageRows)] {
		in := &e.Inputs[i]
		p.Inputs = append(p.Inputs, pageInput{
			Visible(in.File), Visible(in.Format), Visible(in.Reason), Visible(in.Failure), in.Truncated, size(in.Bytes),
			count(in.Records), count(in.Used), count(in.NotNeeded), count(in.Duplicate), count(in.Malformed),
			count(in.Skipped), count(in.Missing), pageTime(in.First), pageTime(in.Last),
		})
	}
	if n := len(e.Inputs) - maxPageRows; n > 0 {
		p.InputsOmitted = fmt.Sprintf("%s more in the JSON report.", plural(n, "input", "inputs"))
	}
	for i := range e.Hosts[:min(len(e.Hosts), maxPageRows)] {
		h := &e.Hosts[i]
		p.Hosts = append(p.Hosts, pageHost{
			Visible(h.Name), count(h.Boots), count(h.Processes), count(h.Chains), pageTime(h.First), pageTime(h.Last),
		})
	}
	if n := len(e.Hosts) - maxPageRows; n > 0 {
		p.HostsOmitted = fmt.Sprintf("%s more in the JSON report.", plural(n, "host", "hosts"))
	}
}

// addWarnings lists the warnings, equal reasons once.
func (p *page) addWarnings(d *Document) {
	lines, total := groupWarnings(d)
	if total == 0 {
		return
	}
	p.WarningTotal, p.Warnings = count(total), lines
	if d.WarningsOmitted > 0 {
		p.Warnings = append(p.Warnings, plural(d.WarningsOmitted, "warning was", "warnings were")+" counted and not kept.")
	}
}

// pageTime writes t in UTC to the second.
func pageTime(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format("2006-01-02 15:04:05")
}
