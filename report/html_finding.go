package report

import (
	"fmt"
	"html/template"
	"strconv"
	"strings"
	"time"
)

// pageFinding is one finding of the page: its row and what opens under it.
type pageFinding struct {
	Rank, Count          int
	Score, Bar           string
	Flagged, Differ      bool
	Names                template.HTML // of the shape
	Why, Host, First     string
	OtherHosts           string
	CountText, CountWord string
	FirstKey, LastKey    string // sort keys
	Facts                template.HTML
}

// pageLink is one name of a chain, with how often it stands in a row.
type pageLink struct{ Name, Times, Class string }

type pageChain struct {
	Title string
	Hops  []pageHop
}

// pageHop is one process; Gap says what was left out before it.
type pageHop struct {
	Gap, Name, Link, PID, Time, Command string
	Tags                                []string
	Reasons                             []pageReason
	Facts                               template.HTML
}

type pageReason struct{ Text, Weight string }

// newPageFinding lays out f, the first of whose chains ends in the process of that pid.
func newPageFinding(d *Document, f *Finding, pid uint32) pageFinding {
	p := pageFinding{
		Rank: f.Rank, Count: f.Paths, Score: fmt.Sprintf("%.3f", f.Score), Bar: strconv.Itoa(int(100 * unit(f.Score))),
		Flagged: f.Score >= d.threshold(), Differ: f.OpinionsDiffer, Names: namesHTML(pageNames(f)),
		CountText: count(f.Paths), CountWord: "chains", First: shortTime(f.First, len("2006-01-02 15:04:05")),
		FirstKey: sortKey(f.First), LastKey: sortKey(f.Last), Facts: factsHTML(findingFacts(f, pid)),
	}
	if f.Paths == 1 {
		p.CountWord = "chain"
	}
	if len(f.Why) > 0 {
		p.Why = Visible(f.Why[0].Text)
	}
	if len(f.Hosts) > 0 {
		p.Host = Visible(f.Hosts[0])
	}
	if f.HostCount > 1 {
		p.OtherHosts = fmt.Sprintf("+%d", f.HostCount-1)
	}
	return p
}

// sortKey is t in a form that sorts as text.
func sortKey(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format("2006-01-02T15:04:05.000000000")
}

// pageNames is the shape with its strongest hop marked and the names outside the
// scored window set back.
func pageNames(f *Finding) []pageLink {
	var list []pageLink
	for _, l := range runs(f.Names, f.Depths) {
		p := newPageLink(l)
		strongest := f.strongest()
		switch {
		case len(f.Why) > 0 && l.from <= strongest && strongest < l.to:
			p.Class = "moved"
		case l.gap > 0 || l.to <= f.Window.From || l.from >= f.Window.To:
			p.Class = "outside"
		}
		list = append(list, p)
	}
	return list
}

func newPageLink(l link) pageLink {
	if l.gap > 0 {
		return pageLink{Name: chainName(l, unicodeGlyphs)}
	}
	p := pageLink{Name: Visible(l.name)}
	if n := l.to - l.from; n > 1 {
		p.Times = " ×" + strconv.Itoa(n)
	}
	return p
}

// findingFacts is what is told of a finding beside its chains, the first of which ends in
// the process of that pid, 0 for none.
func findingFacts(f *Finding, pid uint32) []fact {
	list := []fact{
		{Name: "network", Value: fmt.Sprintf("%.3f", f.Network)},
		{Name: "rarity", Value: fmt.Sprintf("%.3f", f.Rarity)},
		{Name: "surprise", Value: fmt.Sprintf("%.3f", f.Surprise)},
	}
	if f.Kin != nil {
		list = append(list, fact{Name: "alone", Value: fmt.Sprintf("%.3f; lifted by rank %d, which runs below the same process", f.OwnScore, f.Kin.Rank)})
	}
	if f.Known {
		list = append(list, fact{Name: "known", Value: fmt.Sprintf("the site's own clean evidence has this chain; otherwise %.3f", f.UncappedScore)})
	}
	if !f.First.IsZero() {
		list = append(list, fact{Name: "seen (UTC)", Value: pageTime(f.First) + " to " + pageTime(f.Last)})
	}
	if len(f.Hosts) > 0 && (f.HostCount > 1 || f.Hosts[0] != "") {
		hosts := strings.Join(f.Hosts, ", ")
		if n := f.HostCount - len(f.Hosts); n > 0 {
			hosts += fmt.Sprintf(" and %d more", n)
		}
		list = append(list, fact{Name: "hosts", Value: Visible(hosts)})
	}
	if f.Window.From > 0 || f.Window.To < len(f.Names) {
		list = append(list, fact{Name: "scored window", Value: fmt.Sprintf("hops %d to %d of %d", f.depth(f.Window.From)+1, f.depth(f.Window.To-1)+1, len(f.Names)+f.NamesOmitted)})
	}
	if f.NamesOmitted > 0 {
		value := plural(f.NamesOmitted, "hop", "hops") + " of this very long chain"
		if pid != 0 {
			value += fmt.Sprintf("; 'oddkin tree --pid %d' draws all", pid)
		}
		list = append(list, fact{Name: "left out", Value: value})
	}
	nearest := fact{Name: "nearest normal chain", Value: "none known"}
	for _, l := range runs(f.Nearest, nil) {
		nearest.Chain = append(nearest.Chain, newPageLink(l))
	}
	return append(list, nearest)
}

// newPageChain lays out c, chain i of f.
func newPageChain(f *Finding, c *Chain, i int) pageChain {
	title := "Example"
	if f.told() > 1 {
		title = "Chain " + strconv.Itoa(i+1)
	}
	title += " of " + plural(f.Paths, "chain", "chains")
	if f.Paths == 1 {
		title = "The chain"
	}
	if c.Host != "" {
		title += " on " + Visible(c.Host)
	}
	if c.Boot > 0 {
		title += ", boot " + strconv.Itoa(c.Boot)
	}
	if c.Entry != "" && c.Entry != "unknown" {
		title += ", begun by " + entryText(c.Entry)
	}
	p := pageChain{Title: title}
	// Names and hops go together, or reasons cannot be told hop by hop.
	aligned := len(f.Names) == len(c.Hops)
	next := 0
	for k := range c.Hops {
		name := -1
		if aligned {
			name = k
		}
		h := newPageHop(f, &c.Hops[k], name)
		if gap := c.Hops[k].Depth - next; gap > 0 {
			h.Gap = plural(gap, "hop is", "hops are") + " left out here"
		}
		next = c.Hops[k].Depth + 1
		p.Hops = append(p.Hops, h)
	}
	return p
}

// entryText says in words how a lineage began.
func entryText(entry string) string {
	switch entry {
	case "boot":
		return "the boot"
	case "service":
		return "a service"
	case "login":
		return "a login on a desktop"
	case "remote":
		return "a remote login"
	case "scheduled":
		return "a scheduled job"
	case "container":
		return "a container's start"
	case "console":
		return "a login on a terminal"
	case "ssh":
		return "a login by ssh"
	case "winrm":
		return "Windows Remote Management"
	case "wmi":
		return "Windows Management Instrumentation"
	case "cron":
		return "a cron or at job"
	case "timer":
		return "a systemd timer"
	case "task":
		return "a scheduled task"
	}
	return Visible(entry)
}

// newPageHop lays out one process. It is the one of f.Names[name]; -1 if that is not known.
func newPageHop(f *Finding, h *Hop, name int) pageHop {
	p := pageHop{
		Name: Visible(h.Name), Link: linkClass(h.Link), Command: Visible(h.CommandLine), Facts: factsHTML(hopFacts(h)),
	}
	if h.PID != 0 {
		p.PID = strconv.FormatUint(uint64(h.PID), 10)
	}
	if !h.Start.IsZero() {
		p.Time = h.Start.Format("2006-01-02 15:04:05.999")
	}
	if name >= 0 {
		if scored := f.Names[name]; !strings.EqualFold(scored, h.Name) && !strings.EqualFold(scored+".exe", h.Name) {
			p.Tags = append(p.Tags, "scored as "+Visible(scored))
		}
	}
	if h.SameProcess {
		p.Tags = append(p.Tags, "same process, new program")
	}
	if h.Leads {
		p.Tags = append(p.Tags, "the lineage begins here")
	}
	if h.Deleted {
		p.Tags = append(p.Tags, "image deleted")
	}
	for _, r := range f.Why {
		if name >= 0 && r.Hop == name {
			p.Reasons = append(p.Reasons, pageReason{Visible(r.Text), fmt.Sprintf("moved the score by %.2f", r.Weight)})
		}
	}
	return p
}

// linkClass is the style of a link that is not recorded.
func linkClass(link string) string {
	switch link {
	case "inferred", "orphan":
		return link
	case "supposed":
		return "inferred"
	}
	return "recorded"
}

// hopFacts is everything else the evidence says of a process.
func hopFacts(h *Hop) []fact {
	var list []fact
	add := func(name, value string) {
		if value != "" {
			list = append(list, fact{Name: name, Value: Visible(value)})
		}
	}
	if h.Image != h.Name {
		add("image", h.Image)
	}
	add("user", h.User)
	add("audit user", h.AuditUser)
	add("session", h.Session)
	add("tty", h.TTY)
	add("directory", h.Cwd)
	add("container", h.Container)
	add("GUID", h.GUID)
	parent := linkText(h.Link)
	if h.Rule != "" {
		parent += " (" + h.Rule + surety(&h.Process) + ")"
	}
	add("parent", parent)
	for _, r := range h.Records {
		add("record of the link", place(r))
	}
	if h.Logical != nil {
		add("asked for", "by "+strings.TrimPrefix(logicalText(h.Logical), "asked for by "))
	}
	if h.Boundary != nil {
		add("container boundary", strings.TrimSpace(h.Boundary.Runtime+" "+h.Boundary.Rule))
	}
	add("lineage", h.Lineage[:min(shortLineage, len(h.Lineage))])
	if h.Standing == "seen" {
		add("start", "not on record; time of the first sighting")
	} else if h.Standing == "named" {
		add("start", "not on record; a child names the process")
	}
	if h.FailedStarts > 0 {
		add("refused starts", strconv.Itoa(h.FailedStarts))
	}
	if h.Source.File != "" {
		add("source", place(h.Source))
	}
	return list
}
