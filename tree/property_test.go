package tree_test

import (
	"fmt"
	"math/rand/v2"
	"path"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"oddkin/parsers/event"
	"oddkin/tree"
)

var day = time.Date(2024, 5, 1, 0, 0, 0, 0, time.UTC)

// anyEvents generates what no system would write: few pids that contradict each
// other, missing times, serials in no order.
func anyEvents(t *rapid.T) []event.Event {
	small := rapid.Uint32Range(0, 9)
	images := rapid.SampledFrom([]string{
		"/bin/sh", "/usr/sbin/sshd", "/usr/bin/a", `C:\a.exe`, "", "/usr/sbin/cron", "/usr/bin/ssh", "/usr/bin/runc", "/usr/bin/systemctl",
		`C:\Windows\System32\services.exe`, `C:\Windows\System32\svchost.exe`, `C:\Windows\System32\schtasks.exe`, `C:\Windows\System32\sc.exe`,
		`C:\Windows\System32\wbem\WmiPrvSE.exe`, `C:\Windows\PSEXESVC.exe`, `C:\Windows\System32\psexec.exe`,
	})
	lines := rapid.SampledFrom([]string{"", "", "x start sh", "x b.example.org", `x \\a a.exe`, "x create --id=c a", "x /create /tr a.exe Schedule", "x start a.exe -Embedding"})
	guids := rapid.SampledFrom([]string{"", "", "G1", "G2"})
	sessions := rapid.SampledFrom([]string{"", "1", "2"})
	one := rapid.Custom(func(t *rapid.T) event.Event {
		e := event.Event{
			Kind: event.Kind(rapid.IntRange(0, 7).Draw(t, "kind")),
			Host: rapid.SampledFrom([]string{"", "a", "b.example.org", "B"}).Draw(t, "host"),
			Proc: event.Proc{
				PID: small.Draw(t, "pid"), OS: event.OS(rapid.IntRange(0, 2).Draw(t, "os")), Image: images.Draw(t, "image"),
				CommandLine: lines.Draw(t, "line"), GUID: guids.Draw(t, "guid"), Session: sessions.Draw(t, "session"), User: rapid.SampledFrom([]string{"", "0", "33"}).Draw(t, "user"),
			},
			Parent: event.Ref{PID: small.Draw(t, "ppid"), GUID: guids.Draw(t, "pguid"), Image: images.Draw(t, "pimage")},
			Source: event.Source{
				File:   rapid.SampledFrom([]string{"x", "y", "d/x"}).Draw(t, "file"),
				Offset: rapid.Int64Range(-1, 9999).Draw(t, "offset"), Serial: uint64(rapid.IntRange(0, 50).Draw(t, "serial")),
			},
		}
		if rapid.IntRange(0, 3).Draw(t, "far") == 0 {
			address := rapid.SampledFrom([]string{"10.0.0.1", "10.0.0.2", ""})
			e.Remote = &event.Remote{
				Address: address.Draw(t, "address"), Local: address.Draw(t, "local"), Port: rapid.SampledFrom([]uint16{22, 445, 80}).Draw(t, "port"),
				Inbound: rapid.Bool().Draw(t, "inbound"), Session: sessions.Draw(t, "opened"),
			}
		}
		if s := rapid.IntRange(-1, 40).Draw(t, "second"); s >= 0 {
			e.Time = day.Add(time.Duration(s) * 700 * time.Millisecond)
		}
		return e
	})
	return rapid.SliceOfN(one, 0, 60).Draw(t, "events")
}

// TestAnyEvidence holds what is true of every forest, however hostile its evidence.
func TestAnyEvidence(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		events := anyEvents(t)
		strict := rapid.Bool().Draw(t, "strict")
		f := tree.Build(slices.Values(events), tree.Options{Strict: strict})
		checkForest(t, f)
		if n := f.Counts.Links[tree.Inferred] + f.Counts.Links[tree.Supposed]; strict && n > 0 {
			t.Fatalf("%d inferred links", n)
		}
	})
}

// checkForest checks the shape of f and that its counts fit.
func checkForest(t interface {
	Helper()
	Fatalf(string, ...any)
}, f *tree.Forest,
) {
	t.Helper()
	seen := map[*tree.Node]bool{}
	started, skewed, id := 0, 0, int32(0)
	for n := range f.Nodes() {
		if seen[n] {
			t.Fatalf("%s(%d) is placed twice", n.Base(), n.PID)
		}
		seen[n] = true
		if n.ID != id {
			t.Fatalf("node %d has ID %d", id, n.ID)
		}
		id++
		if n.Standing == tree.Started {
			started++
		}
		if p := n.Parent; p != nil {
			if !seen[p] || !slices.Contains(slices.Collect(p.Children()), n) {
				t.Fatalf("%s(%d) comes before its parent or is not among its children", n.Base(), n.PID)
			}
			if p.Host() != n.Host() || p.Boot() != n.Boot() {
				t.Fatalf("%s(%d) has a parent on another host or in another boot", n.Base(), n.PID)
			}
			if !n.Start().IsZero() && n.Start().Before(p.Start()) {
				skewed++
			}
		} else if n.Link.Kind != tree.Root && n.Link.Kind != tree.Orphan {
			t.Fatalf("%s(%d) has no parent, but the link says %v", n.Base(), n.PID, n.Link)
		}
		if n.PreviousSelf() != nil && n.PreviousSelf() != n.Parent {
			t.Fatalf("%s(%d) does not follow its previous self", n.Base(), n.PID)
		}
		if (n.Link.Kind == tree.Inferred || n.Link.Kind == tree.Supposed || n.Link.Kind == tree.Orphan) && n.Link.Rule == 0 {
			t.Fatalf("%s(%d): link %v without a rule", n.Base(), n.PID, n.Link)
		}
	}
	checkBeside(t, f)
	c := f.Counts
	if skewed > c.Skewed && c.ClockSteps == 0 {
		t.Fatalf("%d nodes began before their parent, %d are counted", skewed, c.Skewed)
	}
	copies := 0
	for _, n := range f.Copies {
		copies += n
	}
	if copies != c.Duplicates {
		t.Fatalf("the files hold %d copies, %d duplicates were dropped", copies, c.Duplicates)
	}
	// Duplicates also counts forks and refused starts.
	if started > c.Starts-c.Merged || started < c.Starts-c.Merged-c.Duplicates {
		t.Fatalf("%d starts are placed of %d, %d merged, %d duplicates", started, c.Starts, c.Merged, c.Duplicates)
	}
	if sum := c.Starts + c.Forks + c.Exits + c.Sightings + c.FailedExecs + c.Reboots + c.Repeated + c.Ignored; sum != c.Events {
		t.Fatalf("%d events came in, %d are accounted for", c.Events, sum)
	}
	paths := 0
	for p := range f.Paths() {
		paths++
		hops := p.Hops(nil)
		if hops[0].Parent != nil || hops[len(hops)-1] != p.Leaf {
			t.Fatalf("a path does not run from a root to its leaf")
		}
	}
	if len(seen) > 0 && paths == 0 {
		t.Fatalf("%d nodes, no path", len(seen))
	}
}

// checkBeside checks what is told beside the trees: entry leaders, containers, logical
// parents and crossings.
func checkBeside(t interface {
	Helper()
	Fatalf(string, ...any)
}, f *tree.Forest,
) {
	t.Helper()
	for n := range f.Nodes() {
		switch leader := n.EntryLeader(); {
		case (leader == nil) != (n.Entry == tree.EntryUnknown):
			t.Fatalf("%s(%d): entry %d, leader %v", n.Base(), n.PID, n.Entry, leader)
		case leader != nil && (!leader.Leads || leader.Entry != n.Entry || leader.Host() != n.Host()):
			t.Fatalf("%s(%d) of entry %d is led by %s(%d) of entry %d", n.Base(), n.PID, n.Entry, leader.Base(), leader.PID, leader.Entry)
		}
		if c := n.EntryClass(); c > tree.EntryContainer {
			t.Fatalf("%s(%d): class %d is none that models know", n.Base(), n.PID, c)
		}
		b := f.Boundary(n) // a pid namespace alone makes no container
		if b != nil && (b.Node != n || (n.Entry == tree.EntryContainer) == strings.Contains(b.Rule, "pid namespace")) {
			t.Fatalf("boundary of %s(%d): %+v, entry %d", n.Base(), n.PID, b, n.Entry)
		}
		if l := f.LogicalParent(n); l != nil && (l.Node != n || l.Parent == n || l.Parent == n.Parent || l.Parent.Host() != n.Host() ||
			l.Parent.Boot() != n.Boot() || l.Parent.Start().After(n.Start()) || l.Rule == "" || l.Confidence <= 0 || l.Confidence >= 1) {
			t.Fatalf("logical parent of %s(%d): %+v", n.Base(), n.PID, l)
		}
	}
	for _, c := range f.Crossings {
		if c.From.Host() == c.To.Host() || c.Rule == "" || c.Confidence <= 0 || c.Confidence >= 1 {
			t.Fatalf("crossing %+v", c)
		}
	}
}

// beside is what is told beside the trees, as text.
func beside(f *tree.Forest) string { return leaders(f) + containers(f) + logical(f) + crossings(f) }

// TestArrivalOrder: the order in which events arrive does not matter, and hosts do
// not influence each other.
func TestArrivalOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		events := anyEvents(t)
		f := tree.Build(slices.Values(events), tree.Options{})
		want := draw(f) + beside(f)
		shuffle(t, events)
		f = tree.Build(slices.Values(events), tree.Options{})
		if got := draw(f) + beside(f); got != want {
			t.Fatalf("shuffled:\n%s\nin order:\n%s", got, want)
		}
	})
}

// TestHostsApart: the forest of all hosts is the forests of each, side by side.
func TestHostsApart(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		events := anyEvents(t)
		apart := map[string][]event.Event{}
		for i := range events {
			events[i].Host = map[string]string{"": "", "a": "a"}[events[i].Host]
			events[i].Source.File = path.Base(events[i].Source.File)
			apart[events[i].Host] = append(apart[events[i].Host], events[i])
		}
		var want []string
		for _, name := range []string{"", "a"} {
			f := tree.Build(slices.Values(apart[name]), tree.Options{})
			want = append(want, lines(f)...)
		}
		got := lines(tree.Build(slices.Values(events), tree.Options{}))
		if !slices.Equal(got, want) {
			t.Fatalf("together:\n%q\napart:\n%q", got, want)
		}
	})
}

// TestFoldersApart: of events without a host name, those of different folders do
// not influence each other, unless the folders share a start.
func TestFoldersApart(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		events := anyEvents(t)
		apart := map[string][]event.Event{}
		for i := range events {
			e := &events[i]
			e.Host = ""
			if path.Dir(e.Source.File) == "d" {
				e.Source.Serial += 100 // no start of the other folder has it
			}
			apart[path.Dir(e.Source.File)] = append(apart[path.Dir(e.Source.File)], *e)
		}
		var want []string
		for _, dir := range []string{".", "d"} {
			name := dir + "/"
			if len(apart[dir]) == len(events) {
				name = ""
			}
			for _, l := range lines(tree.Build(slices.Values(apart[dir]), tree.Options{})) {
				want = append(want, name+l)
			}
		}
		if got := lines(tree.Build(slices.Values(events), tree.Options{})); !slices.Equal(got, want) {
			t.Fatalf("together:\n%q\napart:\n%q", got, want)
		}
	})
}

// TestCopyInAnotherFolder: a copy of a log without a host name means the same beside
// the log and in a folder of its own.
func TestCopyInAnotherFolder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		events := anyEvents(t)
		start := event.Event{Kind: event.Exec, Time: day, Proc: event.Proc{PID: 5, OS: event.Linux, Image: "/bin/sh"}}
		start.Source.Serial = 60
		events = append(events, start)
		for i := range events {
			events[i].Host, events[i].Source.File = "", "a/x"
		}
		with := func(file string) (string, tree.Counts) {
			both := slices.Clone(events)
			for _, e := range events {
				e.Source.File = file
				both = append(both, e)
			}
			f := tree.Build(slices.Values(both), tree.Options{})
			c := f.Counts // repetition is counted as events come in, folder by folder
			c.Sightings, c.Repeated = c.Sightings+c.Repeated, 0
			return strings.ReplaceAll(draw(f), file, "copy"), c
		}
		beside, counts := with("a/y")
		away, others := with("b/x")
		if away != beside || counts != others {
			t.Fatalf("in a folder of its own:\n%s%+v\nbeside it:\n%s%+v", away, others, beside, counts)
		}
	})
}

func lines(f *tree.Forest) []string {
	var out []string
	for n := range f.Nodes() {
		up := ""
		if n.Parent != nil {
			up = fmt.Sprint(n.Parent.Base(), n.Parent.Source())
		}
		out = append(out, fmt.Sprint(n.Host(), n.Boot(), n.Base(), n.PID, n.Source(), n.Link, up, n.Failed(), n.Entry))
	}
	return out
}

// TestTrueLineage lets a simulated kernel fork, execute, end and reuse pids, and
// records all of it: the forest must hold every start under the program that
// truly ran in the process it came from.
func TestTrueLineage(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := newWorld()
		for range rapid.IntRange(1, 150).Draw(t, "steps") {
			w.step(t)
		}
		w.checkLineage(t)
	})
}

// TestTrueLineageOfBoots: the same of a machine that boots several times with a clock that tells
// any time, and whose log stands as it was written, in whatever order its events arrive.
func TestTrueLineageOfBoots(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := newWorld()
		w.pids, w.endless = 1000, true // an end does not tell its place
		starts := rapid.Permutation([]time.Duration{-310, -200, -120, -75, -50, -40, -30, -20, -10, 10, 20, 30}).Draw(t, "starts")
		w.boots(t, func() time.Time {
			at := starts[0]
			starts = starts[1:]
			return day.Add(at * time.Second)
		})
		shuffle(t, w.events)
		w.checkLineage(t)
	})
}

// TestPlaceInFileDoesNotMatter: where times tell the boots apart, the forest is the same in
// whatever order the events stand in the file.
func TestPlaceInFileDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := newWorld()
		w.boots(t, func() time.Time { return w.now.Add(20 * time.Second) })
		shape := func() (out []string) {
			for n := range tree.Build(slices.Values(w.events), tree.Options{}).Nodes() {
				up := uint64(0)
				if n.Parent != nil {
					up = n.Parent.Source().Serial
				}
				out = append(out, fmt.Sprint(n.Boot(), n.Base(), n.PID, n.Source().Serial, up, n.Link))
			}
			return out
		}
		want := shape()
		places := make([]int64, len(w.events))
		for i := range places {
			places[i] = w.events[i].Source.Offset
		}
		shuffle(t, places)
		for i := range places {
			w.events[i].Source.Offset = places[i]
		}
		if got := shape(); !slices.Equal(got, want) {
			t.Fatalf("shuffled in the file:\n%q\nin order:\n%q", got, want)
		}
	})
}

func shuffle[T any](t *rapid.T, list []T) {
	seed := rapid.Uint64().Draw(t, "seed")
	rand.New(rand.NewPCG(seed, 1)).Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
}

// world is a machine with few pids, handed out in order as Linux does.
type world struct {
	now     time.Time
	serial  uint64
	pids    uint32 // how many there are
	endless bool   // ends are not recorded
	next    uint32
	alive   []*life
	events  []event.Event
	parent  map[int64]int64 // start to the start it hangs under, by place in the log
}

type life struct {
	pid, ppid uint32
	program   int64 // place of the start that it runs
	image     string
}

func newWorld() *world {
	w := &world{now: day, pids: 12, next: 3, parent: map[int64]int64{}}
	w.alive = []*life{{pid: 1}}
	w.exec(w.alive[0], "/sbin/init")
	return w
}

// boots lets the machine start up to four times; clock tells the time of each start but the first.
func (w *world) boots(t *rapid.T, clock func() time.Time) {
	for boot := range rapid.IntRange(1, 4).Draw(t, "boots") {
		if boot > 0 {
			w.serial, w.next, w.alive = 0, 3, []*life{{pid: 1}}
			w.now = clock().Add(time.Duration(boot) * 100 * time.Microsecond) // no two moments are one
			w.exec(w.alive[0], "/sbin/init")
		}
		for least := len(w.events) + rapid.IntRange(12, 60).Draw(t, "events"); len(w.events) < least; {
			w.now = w.now.Add(time.Millisecond)
			w.step(t)
		}
	}
}

// checkLineage holds the forest of what was recorded to what truly happened.
func (w *world) checkLineage(t *rapid.T) {
	f := tree.Build(slices.Values(w.events), tree.Options{})
	checkForest(t, f)
	placed := 0
	for n := range f.Nodes() {
		if n.Standing != tree.Started {
			continue
		}
		placed++
		want := w.parent[n.Source().Offset]
		switch {
		case want == 0 && n.Parent != nil:
			t.Fatalf("start %d has a parent", n.Source().Offset)
		case want != 0 && (n.Parent == nil || n.Parent.Source().Offset != want):
			t.Fatalf("start %d should hang under %d\n%s", n.Source().Offset, want, draw(f))
		}
	}
	if placed != len(w.parent) {
		t.Fatalf("%d starts placed of %d", placed, len(w.parent))
	}
}

func (w *world) step(t *rapid.T) {
	p := w.alive[rapid.IntRange(0, len(w.alive)-1).Draw(t, "who")]
	w.now = w.now.Add(time.Duration(rapid.IntRange(0, 5000).Draw(t, "ms")) * time.Millisecond)
	switch rapid.SampledFrom([]string{"fork", "fork", "exec", "exec", "exit"}).Draw(t, "act") {
	case "fork":
		if pid := w.free(); pid != 0 {
			w.event(event.Fork, pid, p.pid, p.image)
			w.alive = append(w.alive, &life{pid, p.pid, p.program, p.image})
		}
	case "exec":
		if p.pid != 1 {
			w.exec(p, rapid.SampledFrom([]string{"/bin/sh", "/usr/bin/a", "/usr/bin/b"}).Draw(t, "image"))
		}
	case "exit":
		if p.pid != 1 {
			w.exit(p)
		}
	}
}

func (w *world) exec(p *life, image string) {
	w.event(event.Exec, p.pid, p.ppid, image)
	at := int64(len(w.events))
	w.parent[at] = p.program
	p.program, p.image = at, image
}

func (w *world) exit(p *life) {
	if !w.endless {
		w.event(event.Exit, p.pid, p.ppid, p.image)
	}
	w.alive = slices.DeleteFunc(w.alive, func(l *life) bool { return l == p })
	for _, l := range w.alive {
		if l.ppid == p.pid {
			l.ppid = 1
		}
	}
}

// free is the next pid that is not taken.
func (w *world) free() uint32 {
	for range w.pids {
		pid := w.next
		w.next = 3 + (w.next-2)%w.pids
		if !slices.ContainsFunc(w.alive, func(l *life) bool { return l.pid == pid }) {
			return pid
		}
	}
	return 0
}

func (w *world) event(kind event.Kind, pid, ppid uint32, image string) {
	w.serial++
	w.events = append(w.events, event.Event{
		Kind: kind, Time: w.now, Proc: event.Proc{PID: pid, OS: event.Linux, Image: image},
		Parent: event.Ref{PID: ppid}, Source: event.Source{File: "log", Offset: int64(len(w.events) + 1), Serial: w.serial},
	})
}

// What several processors do at once is what one does.
func TestProcessorsDoNotMatter(t *testing.T) {
	build := func(n int) []string {
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(n))
		f := tree.Build(func(yield func(event.Event) bool) {
			for _, host := range []string{"", "a", "b"} {
				for e := range busy(30_000) {
					if e.Host = host; !yield(e) {
						return
					}
				}
			}
		}, tree.Options{})
		out := []string{fmt.Sprint(f.Counts, f.Hosts, f.Warnings)}
		for n := range f.Nodes() {
			up := int32(-1)
			if n.Parent != nil {
				up = n.Parent.ID
			}
			out = append(out, fmt.Sprint(n.ID, up, n.Host(), n.Proc(), n.Source(), n.Start(), n.End(), n.Link))
		}
		return out
	}
	if one, many := build(1), build(4); !slices.Equal(one, many) {
		t.Error("four processors make another forest than one")
	}
}
