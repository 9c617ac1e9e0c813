package detect

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"oddkin/detect/corpus"
	"oddkin/detect/names"
	"oddkin/parsers/event"
	"oddkin/tree"
)

// embeddedModel is the shipped model.
func embeddedModel(t testing.TB) *Model {
	t.Helper()
	m, err := Embedded()
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func rank(t testing.TB, f *tree.Forest) *Ranking {
	t.Helper()
	r, err := embeddedModel(t).Rank(context.Background(), f, Options{})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// planter grows forests chain by chain; chains that begin alike share nodes.
type planter struct {
	roots []*tree.Sketch
	next  int32
}

func (p *planter) chain(os event.OS, entry tree.Entry, images ...string) {
	level := &p.roots
	for i, image := range images {
		var at *tree.Sketch
		for _, n := range *level {
			if n.Proc.Image == image && len(n.Children) > 0 && i < len(images)-1 {
				at = n
			}
		}
		if at == nil {
			at = &tree.Sketch{Entry: entry, Proc: event.Proc{OS: os, Image: image}, Start: time.Unix(int64(p.next), 0)}
			p.next++
			*level = append(*level, at)
		}
		level = &at.Children
	}
}

func (p *planter) grown() *tree.Forest { return tree.Plant(p.roots...) }

var bash = []string{"/usr/lib/systemd/systemd", "/usr/sbin/sshd", "/usr/sbin/sshd", "/usr/bin/bash"}

// under appends to a copy of chain.
func under(chain []string, more ...string) []string { return append(slices.Clone(chain), more...) }

func TestOneFindingForEveryShapeAndEveryPathInOne(t *testing.T) {
	var p planter
	for range 3 {
		p.chain(event.Linux, tree.EntryRemote, under(bash, "/usr/bin/ls")...)
	}
	p.chain(event.Linux, tree.EntryRemote, under(bash, "/usr/bin/python3.9")...)
	p.chain(event.Linux, tree.EntryRemote, under(bash, "/usr/bin/python3.11")...)
	p.chain(event.Linux, tree.EntryService, "/usr/lib/systemd/systemd", "/usr/sbin/nginx")
	r := rank(t, p.grown())
	if r.Paths != 6 || len(r.Findings) != 3 {
		t.Fatalf("%d paths in %d findings, want 6 in 3", r.Paths, len(r.Findings))
	}
	paths := 0
	for i, f := range r.Findings {
		paths += len(f.Paths)
		if f.Rank != i+1 || i > 0 && f.Score > r.Findings[i-1].Score {
			t.Errorf("finding %d has rank %d and score %v after %v", i, f.Rank, f.Score, r.Findings[max(i-1, 0)].Score)
		}
		if f.From != 0 || f.To != len(f.Names) {
			t.Errorf("%v: window %d to %d", f.Names, f.From, f.To)
		}
		if !slices.IsSortedFunc(f.Paths, func(a, b tree.Path) int { return a.Leaf.Start().Compare(b.Leaf.Start()) }) {
			t.Errorf("%v: paths are not in order of time", f.Names)
		}
	}
	if paths != 6 {
		t.Errorf("the findings hold %d paths of 6", paths)
	}
}

// Of two shells the one that started later runs the program first: the forest has its chain last, a finding first.
func TestPathsAreInOrderOfTime(t *testing.T) {
	var events []event.Event
	for i, start := range []struct {
		pid, ppid uint32
		image     string
	}{{1, 0, "/usr/lib/systemd/systemd"}, {10, 1, "/bin/sh"}, {20, 1, "/bin/sh"}, {21, 20, "/usr/bin/id"}, {11, 10, "/usr/bin/id"}} {
		events = append(events, event.Event{
			Kind: event.Exec, Time: time.Unix(1_700_000_000+int64(i), 0), Source: event.Source{File: "log", Offset: int64(i), Serial: uint64(i + 1)},
			Proc: event.Proc{OS: event.Linux, PID: start.pid, Image: start.image}, Parent: event.Ref{PID: start.ppid},
		})
	}
	r := rank(t, tree.Build(slices.Values(events), tree.Options{}))
	var pids []uint32
	for _, p := range r.Findings[0].Paths {
		pids = append(pids, p.Leaf.PID)
	}
	if !slices.Equal(pids, []uint32{21, 11}) {
		t.Errorf("paths of %v: %v", r.Findings[0].Names, pids)
	}
}

func TestAnEmptyForestHasNoFindings(t *testing.T) {
	r := rank(t, &tree.Forest{})
	if len(r.Findings) != 0 || r.Paths != 0 || r.OutOfDomain {
		t.Errorf("%+v", r)
	}
}

// The hops of every path line up with the finding's names.
func TestNamesAreTheHopsOfEveryPath(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var p planter
		images := []string{"/usr/bin/bash", "/usr/bin/dash", "/tmp/x", "?", "/usr/sbin/nginx", "/usr/bin/python3.11", "/usr/bin/id", ""}
		for range rapid.IntRange(1, 12).Draw(t, "chains") {
			p.chain(event.Linux, tree.Entry(rapid.IntRange(0, 6).Draw(t, "entry")), rapid.SliceOfN(rapid.SampledFrom(images), 1, 16).Draw(t, "chain")...)
		}
		f := p.grown()
		m, err := Embedded()
		if err != nil {
			t.Fatal(err)
		}
		r, err := m.Rank(context.Background(), f, Options{})
		if err != nil {
			t.Fatal(err)
		}
		leaves := 0
		for range f.Paths() {
			leaves++
		}
		for _, x := range r.Findings {
			leaves -= len(x.Paths)
			for _, path := range x.Paths {
				for i, n := range path.Hops(nil) {
					proc := n.Proc()
					if got := names.Of(&proc); got != x.Names[i] {
						t.Fatalf("hop %d of a path of %v is %s", i, x.Names, got)
					}
				}
			}
			if x.Score < 0 || x.Score > 1 || x.From < 0 || x.To > len(x.Names) || x.From >= x.To {
				t.Fatalf("%v: score %v, window %d to %d", x.Names, x.Score, x.From, x.To)
			}
			for _, w := range x.Why {
				if w.Hop < x.From || w.Hop >= x.To || w.Text == "" || w.Weight <= 0 {
					t.Fatalf("%v: reason %+v outside %d to %d", x.Names, w, x.From, x.To)
				}
			}
		}
		if leaves != 0 {
			t.Fatalf("%d paths are in no finding", leaves)
		}
	})
}

func TestTheSameForestGivesTheSameRanking(t *testing.T) {
	grow := func() *tree.Forest {
		var p planter
		r := rand.New(rand.NewPCG(1, 2))
		images := []string{"/usr/bin/bash", "/tmp/a", "/tmp/b", "/usr/bin/id", "/usr/sbin/nginx", "/usr/bin/perl"}
		for range 200 {
			var c []string
			for range 1 + r.IntN(6) {
				c = append(c, images[r.IntN(len(images))])
			}
			p.chain(event.Linux, tree.EntryService, c...)
		}
		return p.grown()
	}
	strip := func(r *Ranking) []Finding {
		out := slices.Clone(r.Findings)
		for i := range out {
			out[i].Paths = nil
		}
		return out
	}
	if !reflect.DeepEqual(strip(rank(t, grow())), strip(rank(t, grow()))) {
		t.Error("two rankings of equal forests differ")
	}
}

// Trap 35: the leaf of a chain longer than the network reads is not lost, and the
// worst window is named.
func TestTheWorstWindowOfALongChainIsNamed(t *testing.T) {
	m := embeddedModel(t)
	// The least suspicious of the corpus' chains that are too long to read at once.
	var calm []string
	least := math.Inf(1)
	for _, f := range shippedCorpus(t) {
		for _, c := range f.Chains {
			s := squeeze(hopsOf(&c, f.OS), c.Entry, f.OS)
			if c.Attack || len(s.hops) <= Length || s.direct().past > 0 {
				continue // of a direct reading the whole chain may be told
			}
			one := &corpus.File{Meta: f.Meta, Chains: []corpus.Chain{c}}
			if standing := m.rows(one)[0].standing; standing < least {
				least, calm = standing, nil
				for _, h := range c.Hops {
					calm = append(calm, h.Image)
				}
			}
		}
	}
	if calm == nil {
		t.Fatal("the corpus has no long chain")
	}
	var p planter
	p.chain(event.Linux, tree.EntryService, calm...)
	p.chain(event.Linux, tree.EntryService, under(calm, "/tmp/.x/xmrig")...)
	r := rank(t, p.grown())
	first, second := r.Findings[0], r.Findings[1]
	if first.Names[len(first.Names)-1] != "xmrig" || first.Score <= second.Score {
		t.Fatalf("%v scores %v, %v scores %v", first.Names, first.Score, second.Names, second.Score)
	}
	if first.To != len(first.Names) || first.From == 0 || first.To-first.From < Length {
		t.Errorf("window %d to %d of %d hops", first.From, first.To, len(first.Names))
	}
}

// Traps 32 and "?": what stands above the evidence does not carry the score.
func TestAgentsAndUnnamedRootsDoNotCount(t *testing.T) {
	score := func(os event.OS, images ...string) float32 {
		var p planter
		p.chain(os, tree.EntryUnknown, images...)
		return rank(t, p.grown()).Findings[0].Score
	}
	sample := `C:\Users\user\Downloads\invoice.exe`
	bare := score(event.Windows, sample, `C:\Windows\System32\cmd.exe`)
	for _, agent := range []string{`C:\Python38\python.exe`, `C:\tmp1a2b\agent.exe`, `?`} {
		if got := score(event.Windows, agent, sample, `C:\Windows\System32\cmd.exe`); got != bare {
			t.Errorf("under %s the sample scores %v, alone %v", agent, got, bare)
		}
	}
	if score(event.Linux, "/usr/bin/python3", "/tmp/x", "/usr/bin/curl") == score(event.Linux, "/tmp/x", "/usr/bin/curl") {
		t.Error("a python that starts programs on Linux counts for nothing")
	}
	if got := score(event.Linux, "?"); got > 0.01 {
		t.Errorf("a chain of which nothing is named scores %v", got)
	}
}

func TestAgentsAreLeftOutAtTheRootOfAReportAlone(t *testing.T) {
	for _, c := range []struct {
		os          event.OS
		entry       tree.Entry
		chain, left []string
	}{
		{event.Windows, tree.EntryUnknown, []string{"python", "sample", "cmd"}, []string{"sample", "cmd"}},
		{event.Windows, tree.EntryUnknown, []string{"agent", "python", "sample"}, []string{"sample"}},
		{event.Windows, tree.EntryUnknown, []string{"sample", "python", "cmd"}, []string{"sample", "python", "cmd"}},
		{event.Windows, tree.EntryUnknown, []string{"python"}, []string{"python"}}, // nothing is below it
		{event.Windows, tree.EntryService, []string{"python", "sample"}, []string{"python", "sample"}},
		{event.Linux, tree.EntryUnknown, []string{"python", "sample"}, []string{"python", "sample"}},
	} {
		var hops []hop
		for _, name := range c.chain {
			hops = append(hops, hop{name: name})
		}
		var left []string
		for _, h := range squeeze(hops, c.entry, c.os).hops {
			left = append(left, h.name)
		}
		if !slices.Equal(left, c.left) {
			t.Errorf("%v of %v on %v: %v is left, want %v", c.chain, c.entry, c.os, left, c.left)
		}
	}
}

func TestUnknownNamesAreCounted(t *testing.T) {
	var p planter
	for i := range 10 {
		p.chain(event.Linux, tree.EntryService, "/usr/lib/systemd/systemd", fmt.Sprintf("/opt/x/zorble-%c", 'a'+i))
	}
	r := rank(t, p.grown())
	if r.UnknownNames < 0.85 || !r.OutOfDomain {
		t.Errorf("unknown %v, out of domain %v; want ten of eleven", r.UnknownNames, r.OutOfDomain)
	}
	p = planter{}
	p.chain(event.Linux, tree.EntryRemote, under(bash, "/usr/bin/ls")...)
	if r := rank(t, p.grown()); r.UnknownNames != 0 || r.OutOfDomain {
		t.Errorf("of systemd, sshd, bash and ls %v are unknown", r.UnknownNames)
	}
}

func TestNodeScoresAreThoseOfTheWorstChainThrough(t *testing.T) {
	var p planter
	p.chain(event.Linux, tree.EntryRemote, under(bash, "/usr/bin/ls")...)
	p.chain(event.Linux, tree.EntryRemote, under(bash, "/tmp/kinsing")...)
	f := p.grown()
	r := rank(t, f)
	scores := r.NodeScores(6)
	if scores[0] != r.Findings[0].Score || scores[3] != r.Findings[0].Score {
		t.Errorf("the shared hops score %v and %v, the worst chain %v", scores[0], scores[3], r.Findings[0].Score)
	}
	for _, x := range r.Findings {
		if got := scores[x.Paths[0].Leaf.ID]; got != x.Score {
			t.Errorf("the leaf of %v scores %v, its chain %v", x.Names, got, x.Score)
		}
	}
}

func TestRankStopsWhenAsked(t *testing.T) {
	var p planter
	p.chain(event.Linux, tree.EntryRemote, bash...)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := embeddedModel(t).Rank(ctx, p.grown(), Options{}); err != context.Canceled {
		t.Errorf("error %v", err)
	}
}

func TestModelsSurviveTheirFile(t *testing.T) {
	m := embeddedModel(t)
	var first, second bytes.Buffer
	if err := m.Save(&first); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(first.Bytes(), embedded) {
		t.Error("saving the embedded model gives other bytes")
	}
	again, err := Load(&first)
	if err != nil {
		t.Fatal(err)
	}
	if err := again.Save(&second); err != nil || !bytes.Equal(second.Bytes(), embedded) {
		t.Errorf("saved, loaded and saved again it differs (%v)", err)
	}
}

// countdown is a context that ends at its n-th question.
type countdown struct {
	context.Context
	left  int
	asked int // since its end
}

func (c *countdown) Err() error {
	if c.left--; c.left >= 0 {
		return nil
	}
	c.asked++
	return context.Canceled
}

// Wherever a ranking is when its context ends, it ends at its next look, and it looks
// often.
func TestRankingEndsWithItsContextAnywhere(t *testing.T) {
	f := wide(10_000)
	looks := 0
	for ; ; looks++ {
		ctx := &countdown{context.Background(), looks, 0}
		_, err := embeddedModel(t).Rank(ctx, f, Options{Explain: 4})
		if err == nil {
			break
		}
		if err != context.Canceled || ctx.asked != 1 {
			t.Fatalf("%v after %d more looks", err, ctx.asked-1)
		}
	}
	if looks < 10 {
		t.Errorf("%d looks at the context while ranking 30,000 processes", looks)
	}
}

// wide is a forest of n paths over a few hundred shapes, as a busy server's.
func wide(n int) *tree.Forest {
	r := rand.New(rand.NewPCG(3, 4))
	init := &tree.Sketch{Proc: event.Proc{OS: event.Linux, Image: "/usr/lib/systemd/systemd"}}
	tools := names.OfKind(names.Utility, event.Linux)
	grow := func(up *tree.Sketch, image string) *tree.Sketch {
		at := &tree.Sketch{Entry: tree.EntryScheduled, Proc: event.Proc{OS: event.Linux, Image: image}}
		up.Children = append(up.Children, at)
		return at
	}
	cron := grow(init, "/usr/sbin/cron")
	for range n {
		grow(grow(grow(cron, "/usr/sbin/cron"), "/usr/bin/dash"), "/usr/bin/"+tools[r.IntN(len(tools))])
	}
	return tree.Plant(init)
}

// BenchmarkRank ranks a forest of a million paths, four nodes each.
func BenchmarkRank(b *testing.B) {
	m := embeddedModel(b)
	f := wide(1_000_000)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := m.Rank(context.Background(), f, Options{}); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkShapes scores 20,000 distinct chains.
func BenchmarkShapes(b *testing.B) {
	m := embeddedModel(b)
	r := rand.New(rand.NewPCG(5, 6))
	tools := names.OfKind(names.Utility, event.Linux)
	init := &tree.Sketch{Proc: event.Proc{OS: event.Linux, Image: "/usr/lib/systemd/systemd"}}
	for range 20_000 {
		up := init
		for range 3 + r.IntN(5) {
			at := &tree.Sketch{Proc: event.Proc{OS: event.Linux, Image: "/usr/bin/" + tools[r.IntN(len(tools))]}}
			up.Children = append(up.Children, at)
			up = at
		}
	}
	f := tree.Plant(init)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := m.Rank(context.Background(), f, Options{}); err != nil {
			b.Fatal(err)
		}
	}
}

// A lineage deeper than any real one is ranked all the same, in bounded memory.
func TestHostileDepth(t *testing.T) {
	root := &tree.Sketch{Proc: event.Proc{OS: event.Linux, Image: "/usr/lib/systemd/systemd"}}
	up := root
	images := []string{"/usr/bin/bash", "/usr/bin/python3.11", "/usr/bin/make", "/usr/bin/perl"}
	for i := range 50_000 {
		at := &tree.Sketch{Proc: event.Proc{OS: event.Linux, Image: images[i*i%len(images)]}}
		up.Children = append(up.Children, at)
		if i%100 == 0 { // a leaf on the way
			up.Children = append(up.Children, &tree.Sketch{Proc: event.Proc{OS: event.Linux, Image: "/usr/bin/id"}})
		}
		up = at
	}
	up.Children = []*tree.Sketch{{Proc: event.Proc{OS: event.Linux, Image: "/tmp/xmrig"}}}
	r := rank(t, tree.Plant(root))
	if r.Paths != 501 {
		t.Errorf("%d paths, want 501", r.Paths)
	}
	at := slices.IndexFunc(r.Findings, func(f Finding) bool { return f.Names[len(f.Names)-1] == "xmrig" })
	if at < 0 {
		t.Fatal("the deepest chain is in no finding")
	}
	if f := &r.Findings[at]; f.Names[0] != "systemd" || len(f.Names) > MaxHops || f.Depths[len(f.Names)-1] != 50_001 {
		t.Errorf("%v at %v", f.Names, f.Depths)
	}
}
