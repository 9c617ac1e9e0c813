package report

import (
	"cmp"
	"slices"
	"sync"
	"time"

	"oddkin/detect"
	"oddkin/parsers/event"
	"oddkin/tree"
)

const (
	// MaxHosts is how many hosts a [Finding] names.
	MaxHosts = 8
	// MaxWarnings is how many warnings a [Document] lists over all inputs.
	MaxWarnings = 500
	// MaxCrossings is how many crossings between hosts a [Document] lists.
	MaxCrossings = 500
	// All lifts the limit of an [Options] field.
	All = -1
)

// Values are the results of a run, from which [New] makes a [Document]. They are
// only read.
type Values struct {
	Manifest    Manifest
	Accounts    []event.Account
	Forest      *tree.Forest    // nil if none was built
	Ranking     *detect.Ranking // nil if nothing was scored
	Interrupted bool
}

// Options bounds a document. The zero value keeps every finding, with one
// chain each, and no forest.
type Options struct {
	// Top keeps the first so many findings; 0 keeps all.
	Top int
	// MinScore leaves out findings below it, as [Reaches] has it.
	MinScore float32
	// Paths is how many chains of each finding are told hop by hop: 0 means 1.
	Paths int
	// Stream makes chains and nodes only while they are written, so that any number takes the
	// memory of some. The document then needs the forest until it is written.
	Stream bool
	// Nodes is how many nodes of the forest are kept, those on the chains of the
	// first findings before others; 0 keeps none.
	Nodes int
	// Select picks what of the forest is kept, and the findings whose chains end there.
	Select Select
}

// New makes the document that says v. Text of the evidence is taken over exactly,
// but for bytes that are not UTF-8, which become visible escapes (\xff), and
// times beyond the years 1 to 9999, which are left out.
func New(v Values, o Options) *Document {
	d := &Document{
		Schema:      Schema,
		Manifest:    v.Manifest,
		Interrupted: v.Interrupted,
		Findings:    []Finding{},
		Crossings:   []Crossing{},
		Warnings:    []Warning{},
	}
	d.Manifest.Created = stamp(d.Manifest.Created)
	for i := range v.Accounts {
		d.addAccount(&v.Accounts[i])
	}
	if v.Forest == nil {
		v.Forest = &tree.Forest{}
	}
	for i := range d.Evidence.Inputs {
		d.Evidence.Inputs[i].Copies = int64(v.Forest.Copies[v.Accounts[i].File])
	}
	d.addWarnings(v.Forest.Warnings)
	var told *tellings
	var counting sync.WaitGroup // beside what else goes through all nodes
	counting.Go(func() { told = d.Evidence.count(v.Forest) })
	var best []best // of each node, where one is asked for
	if o.Nodes != 0 || !o.Select.all() {
		best = bestChains(v)
	}
	kept := selected(v.Forest, &o.Select, best)
	counting.Wait()
	if v.Ranking != nil {
		d.addFindings(v.Ranking, v.Forest, kept, o)
	}
	d.addCrossings(v.Forest.Crossings, kept)
	if o.Nodes != 0 {
		d.Forest = newForest(v, best, kept, o)
	}
	d.Evidence.Notes = notes(d, &v.Forest.Counts, told)
	return d
}

// addAccount takes over the book of one input and its warnings.
func (d *Document) addAccount(a *event.Account) {
	e := &d.Evidence
	e.Inputs = append(e.Inputs, Input{
		File: text(a.File), Format: text(a.Format), Reason: text(a.Reason),
		Bytes: a.Bytes, Packed: a.Packed, Records: a.Records, Used: a.Used,
		NotNeeded: a.NotNeeded, Duplicate: a.Duplicate, Malformed: a.Malformed,
		Events: a.Events, Skipped: a.Skipped, Hosts: texts(a.Hosts), HostCount: a.HostCount,
		Boots: a.Boots, Gaps: a.Gaps, Missing: a.Missing, First: stamp(a.First), Last: stamp(a.Last),
		Warnings: int64(len(a.Warnings)) + a.Suppressed, Truncated: a.Truncated, Failure: text(a.Failure),
	})
	d.WarningsOmitted += a.Suppressed
	d.addWarnings(a.Warnings)
}

// addWarnings takes over as many warnings as there is room for and counts the rest.
func (d *Document) addWarnings(list []event.Warning) {
	for _, w := range list {
		if len(d.Warnings) == MaxWarnings {
			d.WarningsOmitted++
			continue
		}
		d.Warnings = append(d.Warnings, Warning{source(w.Source), text(w.Reason), w.Bytes})
	}
}

// addFindings takes over the ranking within the bounds of o.
func (d *Document) addFindings(r *detect.Ranking, forest *tree.Forest, kept []bool, o Options) {
	e := &d.Evidence
	e.Chains, e.Shapes = r.Paths, len(r.Findings)
	e.UnknownNames, e.OutOfDomain = unit(r.UnknownNames), r.OutOfDomain
	threshold := float32(2) // above every score: without a model nothing is flagged
	if d.Manifest.Model != nil {
		threshold = d.Manifest.Model.Threshold
	}
	way := newWaypoints(forest)
	for i := range r.Findings {
		f := &r.Findings[i]
		score := unit(f.Score)
		if score >= threshold {
			e.Flagged++
			e.FlaggedChains += len(f.Paths)
		}
		if f.Known && unit(f.Uncapped) >= threshold {
			e.KnownShapes++
		}
		if kept != nil {
			f = withPaths(f, kept)
		}
		if !Reaches(score, o.MinScore) || o.Top > 0 && len(d.Findings) == o.Top || len(f.Paths) == 0 {
			d.FindingsOmitted++
			continue
		}
		d.Findings = append(d.Findings, newFinding(f, way, o))
	}
}

// newFinding takes over f with as many of its chains hop by hop as o asks for.
func newFinding(f *detect.Finding, way *waypoints, o Options) Finding {
	g := Finding{
		Rank: f.Rank, Score: unit(f.Score), OwnScore: unit(f.Own), Network: unit(f.Network), Rarity: unit(f.Rarity), Surprise: unit(f.Surprise),
		Names: texts(f.Names), Depths: f.Depths, Window: Window{f.From, f.To}, Nearest: texts(f.Nearest),
		Why: make([]Reason, 0, len(f.Why)), Paths: len(f.Paths),
	}
	if f.Kin != nil {
		g.Kin = &Kin{f.Kin.Rank, f.Kin.Hop}
	}
	if g.Known = f.Known; g.Known {
		g.UncappedScore = unit(f.Uncapped)
	}
	g.OpinionsDiffer = opinionsDiffer(g.Network, g.Rarity, g.Surprise)
	for _, w := range f.Why {
		g.Why = append(g.Why, Reason{w.Hop, finite(w.Weight), text(w.Text)})
	}
	if n := len(f.Depths); n > 0 {
		g.NamesOmitted = f.Depths[n-1] + 1 - n
	}
	g.span(f.Paths)
	n := cmp.Or(o.Paths, 1)
	if n < 0 || n > len(f.Paths) {
		n = len(f.Paths)
	}
	later := &laterChains{way, f.Paths[:n], f.Depths}
	if o.Stream {
		g.Chains, g.later = []Chain{}, later
	} else {
		g.Chains = slices.AppendSeq(make([]Chain, 0, n), later.each())
	}
	return g
}

// opinionsDiffer tells a disagreement worth showing: the network calls the chain abnormal
// and neither of the others does, or the other way round, and not by a hair. A surprise of
// 0 is no opinion: the model has none of that system's chains, or of so short a one.
func opinionsDiffer(network, rarity, surprise float32) bool {
	apart := func(other float32) bool {
		return (network >= 0.5) != (other >= 0.5) && max(network, other)-min(network, other) >= 0.3
	}
	return apart(rarity) && (surprise == 0 || apart(surprise))
}

// strongest is the hop with the strongest reason, or the leaf without reasons.
func (f *Finding) strongest() int {
	if len(f.Why) > 0 && f.Why[0].Hop >= 0 && f.Why[0].Hop < len(f.Names) {
		return f.Why[0].Hop
	}
	return len(f.Names) - 1
}

// depth is that of Names[i] in the chain.
func (f *Finding) depth(i int) int {
	if i >= 0 && i < len(f.Depths) {
		return f.Depths[i]
	}
	return i
}

// leaf is the last process of the chain; zero if no hop is told.
func (c *Chain) leaf() Process {
	if len(c.Hops) == 0 {
		return Process{}
	}
	return c.Hops[len(c.Hops)-1].Process
}

// span sums up when and where the paths ran.
func (f *Finding) span(paths []tree.Path) {
	hosts := map[string]int{}
	for _, p := range paths {
		hosts[p.Leaf.Host()]++
		widen(&f.First, &f.Last, p.Leaf.Start())
	}
	f.HostCount = len(hosts)
	f.Hosts = make([]string, 0, len(hosts))
	for h := range hosts {
		f.Hosts = append(f.Hosts, h)
	}
	slices.SortFunc(f.Hosts, func(a, b string) int {
		return cmp.Or(cmp.Compare(hosts[b], hosts[a]), cmp.Compare(a, b))
	})
	f.Hosts = texts(f.Hosts[:min(len(f.Hosts), MaxHosts)])
}

// newProcess takes over what a node says of its process.
func newProcess(n *tree.Node) Process {
	p := n.Proc()
	var records []Source
	list, more := n.Records()
	for _, r := range list {
		records = append(records, source(r))
	}
	failed := n.Failed()
	return Process{
		Records: records, RecordsOmitted: more, Refused: refused(failed), ParentLater: parentLater(n),
		Name: text(p.Base()), Image: text(p.Image), Deleted: p.Deleted, PID: p.PID,
		GUID: text(p.GUID), CommandLine: text(p.Command()), Cwd: text(p.Cwd),
		Start: started(n), End: stamp(n.End()), User: text(p.User),
		AuditUser: text(p.AuditUser), Session: text(p.Session), TTY: text(p.TTY),
		Container: text(p.Container), Link: linkName(n.Link.Kind), Rule: n.Link.Rule.String(), Confidence: n.Link.Confidence(),
		SameProcess: n.PreviousSelf() != nil,
		Standing:    standingName(n.Standing), FailedStarts: len(failed),
		Source: source(n.Source()),
	}
}

// refused tells of the first refused starts.
func refused(failed []tree.Attempt) (list []Refused) {
	for _, a := range failed[:min(len(failed), MaxRefused)] {
		list = append(list, Refused{Command: text(a.Command), Time: stamp(a.Time), Source: source(a.Source)})
	}
	return list
}

// parentLater reports whether n's parent began after it, by the clocks.
func parentLater(n *tree.Node) bool {
	up := n.Parent
	return up != nil && up.Standing != tree.Named && n.Standing != tree.Named && !n.Start().IsZero() && up.Start().After(n.Start())
}

// started is when the program started or was first seen; none for a process that
// only a child's record names, whose time is the child's.
func started(n *tree.Node) time.Time {
	if n.Standing == tree.Named {
		return time.Time{}
	}
	return stamp(n.Start())
}

func source(s event.Source) Source { return Source{text(s.File), s.Offset, s.Serial} }

// stamp is t in UTC, or zero if RFC 3339 cannot write it.
func stamp(t time.Time) time.Time {
	t = t.UTC()
	if y := t.Year(); y < 1 || y > 9999 {
		return time.Time{}
	}
	return t
}

// widen stretches the span to hold t, stamped, unless that is zero.
func widen(first, last *time.Time, t time.Time) {
	if !first.IsZero() && !t.Before(*first) && !t.After(*last) {
		return
	}
	if t = stamp(t); t.IsZero() {
		return
	}
	if first.IsZero() || t.Before(*first) {
		*first = t
	}
	if last.IsZero() || t.After(*last) {
		*last = t
	}
}
