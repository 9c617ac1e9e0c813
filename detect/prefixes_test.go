package detect

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"oddkin/detect/internal/lstm"
	"oddkin/detect/names"
	"oddkin/parsers/event"
	"oddkin/tree"
)

// drawnForest is a forest of chains that begin alike now and then, with all that squeezing
// treats in its own way: shells, repetitions, agents, console hosts, nameless processes.
func drawnForest(t *rapid.T) *tree.Forest {
	var p planter
	images := []string{"/usr/bin/bash", "/usr/bin/dash", "/tmp/bash", "/usr/bin/nginx", "/tmp/x", "", "/usr/bin/id", "/usr/bin/make", "/opt/q/perl", "/usr/bin/env", "/usr/bin/nohup", "/usr/bin/xargs", "/usr/bin/python3", "/usr/bin/curl", "/usr/bin/zsh", "/usr/bin/busybox"}
	os := event.Linux
	if rapid.Bool().Draw(t, "windows") {
		os = event.Windows
		images = []string{`C:\a\python.exe`, `C:\b\agent.exe`, `C:\Windows\System32\cmd.exe`, `C:\Windows\System32\conhost.exe`, "", `C:\Users\u\x.exe`, `C:\Windows\explorer.exe`}
	}
	var before []string
	for range rapid.IntRange(1, 10).Draw(t, "chains") {
		c := slices.Clone(before[:rapid.IntRange(0, len(before)).Draw(t, "shared")])
		c = append(c, rapid.SliceOfN(rapid.SampledFrom(images), 1, 30).Draw(t, "chain")...)
		p.chain(os, rapid.SampledFrom([]tree.Entry{tree.EntryUnknown, tree.EntryRemote}).Draw(t, "entry"), c...)
		before = c
	}
	return p.grown()
}

// Chains told by shorter ones score as each does by itself, hop after hop.
func TestPrefixesAreTheSqueezedChains(t *testing.T) {
	m := embeddedModel(t)
	rapid.Check(t, func(t *rapid.T) {
		s := newShapes(0)
		for n := range drawnForest(t).Nodes() {
			s.node(n)
		}
		b := m.prefixes(s)
		drafts, err := m.drafts(context.Background(), b)
		if err != nil {
			t.Fatal(err)
		}
		standing := make([]float64, len(drafts))
		for i := range drafts {
			standing[i] = drafts[i].standing
		}
		reach, err := b.steps(context.Background(), drafts, standing)
		if err != nil {
			t.Fatal(err)
		}
		for i := range drafts {
			d := &drafts[i]
			var hops []hop
			for _, n := range d.Paths[0].Hops(nil) {
				p := n.Proc()
				hops = append(hops, hopOf(&p))
			}
			seq := squeeze(hops, d.Paths[0].Leaf.EntryClass(), d.Paths[0].Leaf.Program().OS)
			if got, index := b.last(d.begin, len(hops)); !slices.Equal(got, seq.hops) || !slices.Equal(index, seq.at) {
				t.Fatalf("%v\nis %v at %v, squeezed %v at %v", hops, got, index, seq.hops, seq.at)
			}
			want, alarm := alone(m, d.way.os(), seq, len(hops))
			if d.Own != want.Own || d.Network != want.Network || d.Rarity != want.Rarity || d.Surprise != want.Surprise || d.From != want.From || d.To != want.To {
				t.Fatalf("%v\nis      %+v\nby itself %+v", hops, d.Finding, want)
			}
			if standing[i] < 0 {
				continue // it has no step that makes it an alert
			}
			kind := func(hop int) names.Kind { return names.KindOf(hops[hop].name) }
			for alarm > 0 && (told(kind(alarm-1)) || kind(alarm-1) == names.Interpreter && alarm > 1 && told(kind(alarm-2))) {
				alarm--
			}
			if far := len(hops) - 1 - alarm; reach[i] != far && min(reach[i], far) <= maxReach {
				t.Fatalf("%v: reach %d, want %d", hops, reach[i], far)
			}
		}
	})
}

// alone scores a chain of n hops window by window. alarm is the hop from which on all that it
// begins with is an alert.
func alone(m *Model, os event.OS, seq sequence, n int) (f Finding, alarm int) {
	f.To = n
	if len(seq.hops) == 0 {
		return f, 0
	}
	run := newScorer(m.system(os), m.normal.remembering())
	read := func(q sequence) (worst opinions, standing float64, w int) {
		for i := range q.windows() {
			hops, below := q.window(i)
			at := run.window(hops, below)
			_ = run.run(context.Background())
			if o := run.opinions(at, hops); i == 0 || run.fit.standing(o) > standing {
				worst, standing, w = o, run.fit.standing(o), i
			}
		}
		return worst, standing, w
	}
	judged := func(q sequence) (how sequence, o opinions, standing float64, w int) {
		o, standing, w = read(q)
		if d := q.direct(); d.past > 0 {
			if o2, other, w2 := read(d); overrules(other, standing, d.past) {
				return d, o2, other, w2
			}
		}
		return q, o, standing, w
	}
	q, o, standing, w := judged(seq)
	f.Own, f.Network, f.Rarity, f.Surprise = score(standing), lstm.Sigmoid(float32(o.network)), halfway(o.rarity), halfway(o.next)
	if q.windows() > 1 {
		f.From = q.at[q.start(w)]
		if end := q.end(w); end < len(q.at) {
			f.To = q.at[end]
		}
	}
	step := 0
	for end := 1; end <= len(seq.hops); end++ {
		if _, _, standing, _ := judged(sequence{hops: seq.hops[:end], at: seq.at[:end]}); standing < 0 {
			step = end
		}
	}
	return f, seq.at[min(step, len(seq.at)-1)]
}

// Chains sort as the lists of their names do.
func TestOrderIsThatOfTheNames(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := newShapes(0)
		for n := range drawnForest(t).Nodes() {
			s.node(n)
		}
		order := s.order(func(a, b hop) int { return cmp.Compare(a.name, b.name) })
		all := make([][]string, len(s.chain))
		for c := 1; c < len(s.chain); c++ {
			all[c] = append(slices.Clip(all[s.chain[c].parent]), s.nameOf(int32(c)))
		}
		for a := range all {
			for b := range all {
				if got, want := cmp.Compare(order[a], order[b]), slices.Compare(all[a], all[b]); got != want {
					t.Fatalf("%v and %v: %d, want %d", all[a], all[b], got, want)
				}
			}
			for c, depth := int32(a), s.chain[a].depth; c != 0; c, depth = s.chain[c].parent, depth-1 {
				if got := s.above(int32(a), depth); got != c {
					t.Fatalf("hop %d of chain %d is %d, want %d", depth, a, got, c)
				}
			}
		}
	})
}

// spine is a lineage as deep as told, with a leaf of a name of its own below each process.
func spine(depth int, image func(i int) string) (root, end *tree.Sketch) {
	root = &tree.Sketch{Proc: event.Proc{OS: event.Linux, Image: "/usr/lib/systemd/systemd"}}
	end = root
	for i := range depth {
		leaf := &tree.Sketch{Proc: event.Proc{OS: event.Linux, Image: fmt.Sprintf("/usr/bin/kdev%dx", i)}}
		next := &tree.Sketch{Proc: event.Proc{OS: event.Linux, Image: image(i)}}
		end.Children = append(end.Children, leaf, next)
		end = next
	}
	return root, end
}

func calmImage(i int) string { return fmt.Sprintf("/usr/bin/tool%d", i%50) }

// What a finding holds of its chain is bounded, and says what it is.
func TestAVeryLongChainIsNamedInPart(t *testing.T) {
	root, _ := spine(1500, calmImage)
	r := rank(t, tree.Plant(root))
	long, held := 0, 0
	for i := range r.Findings {
		f := &r.Findings[i]
		hops := f.Paths[0].Hops(nil)
		held += len(f.Names)
		if len(hops) <= MaxHops {
			if f.Depths != nil || len(f.Names) != len(hops) {
				t.Fatalf("%d hops: %d names, depths %v", len(hops), len(f.Names), f.Depths)
			}
			continue
		}
		long++
		if len(f.Names) > MaxHops || len(f.Depths) != len(f.Names) || f.Depths[0] != 0 || f.Depths[len(f.Depths)-1] != len(hops)-1 || !slices.IsSorted(f.Depths) {
			t.Fatalf("%d hops: %d names at %v", len(hops), len(f.Names), f.Depths)
		}
		for k, depth := range f.Depths {
			if p := hops[depth].Proc(); names.Of(&p) != f.Names[k] {
				t.Fatalf("hop %d is told as %s", depth, f.Names[k])
			}
		}
		if f.From < 0 || f.To > len(f.Names) || f.Depths[f.To-1]-f.Depths[f.From] < Length-1 {
			t.Fatalf("window %d to %d of %v", f.From, f.To, f.Depths)
		}
		for _, w := range f.Why {
			if begins := strings.Contains(w.Text, " begins the chain"); begins != (f.Depths[w.Hop] == 0) {
				t.Fatalf("hop %d: %s", f.Depths[w.Hop], w.Text)
			}
			if w.Hop > 0 && f.Depths[w.Hop-1] != f.Depths[w.Hop]-1 {
				t.Fatalf("the parent of hop %d is not named: %v", f.Depths[w.Hop], f.Depths)
			}
		}
	}
	if long < 1400 {
		t.Fatalf("%d long chains", long)
	}
	if most := manyLong*MaxHops + len(r.Findings)*(2*fewHops+2); held > most {
		t.Errorf("%d names are held, want %d at most", held, most)
	}
}

// Padding does not push what a chain began with out of sight.
func TestPaddingHidesNoBeginning(t *testing.T) {
	score := func(padding int) float32 {
		root := &tree.Sketch{Proc: event.Proc{OS: event.Linux, Image: "/usr/lib/systemd/systemd"}, Entry: tree.EntryService}
		up := root
		for i := range Length - 1 + padding {
			image := "/usr/bin/" + []string{"make", "dash"}[i%2]
			if i < Length-1 {
				image = []string{"/usr/sbin/apache2", "/tmp/.x/nc", "/usr/bin/wget"}[i%3]
			}
			at := &tree.Sketch{Proc: event.Proc{OS: event.Linux, Image: image}, Entry: tree.EntryService}
			up.Children = []*tree.Sketch{at}
			up = at
		}
		return rank(t, tree.Plant(root)).Findings[0].Own
	}
	if bare, padded := score(0), score(40_000); padded < bare || bare < Threshold {
		t.Errorf("padded %v, bare %v", padded, bare)
	}
}

// A run of shells and launchers, however long, is three hops at most; what systemd starts to become
// another program is none, and elsewhere is a program as any.
func TestSqueezedRuns(t *testing.T) {
	for chain, want := range map[string]string{
		"java sh env nice nohup setsid curl":         "java sh env curl",
		"java sh sh bash sh bash sh curl":            "java sh bash curl",
		"java env sh nice bash nohup zsh ksh curl":   "java env sh bash curl",
		"cron sh timeout sh timeout perl env perl x": "cron sh timeout perl env perl x",
		"sudo env sh":                   "sudo env sh",
		"make sh make sh make sh gcc":   "make sh make sh make sh gcc",
		"systemd systemd-executor cron": "systemd cron",
		"systemd systemd-executor":      "systemd",
		"bash systemd-executor sh":      "bash systemd-executor sh",
	} {
		var hops []hop
		for _, n := range strings.Fields(chain) {
			hops = append(hops, hop{n, names.System})
		}
		var got []string
		for _, h := range squeeze(hops, tree.EntryService, event.Linux).hops {
			got = append(got, h.name)
		}
		if g := strings.Join(got, " "); g != want {
			t.Errorf("%s is squeezed to %s, want %s", chain, g, want)
		}
	}
}

// What a shell puts between an exploited server and the download hides neither.
func TestPaddingHidesNoAttack(t *testing.T) {
	for _, padding := range []string{
		"", "env", "env nice nohup setsid timeout stdbuf ionice chrt taskset env nice nohup",
		"xargs perl python3 xargs", "xargs perl python3 xargs perl python3", strings.Repeat("xargs perl python3 ", 20),
		"make dash make dash make dash", "git bash tar xargs npm dash make perl", strings.Repeat("git dash npm python3 ", 10),
	} {
		chain := []string{"/usr/lib/systemd/systemd", "/usr/bin/java", "/usr/bin/dash"}
		for _, l := range strings.Fields(padding) {
			chain = append(chain, "/usr/bin/"+l)
		}
		var p planter
		p.chain(event.Linux, tree.EntryService, append(chain, "/usr/bin/curl")...)
		if f := rank(t, p.grown()).Findings[0]; f.Own < Threshold {
			t.Errorf("with %q between: %v is no alert", padding, f.Own)
		}
	}
}

// BenchmarkRankDeep is the cost of hostile evidence: every chain a shape, thousands of
// hops long.
func BenchmarkRankDeep(b *testing.B) {
	root, _ := spine(20_000, calmImage)
	m, f := embeddedModel(b), tree.Plant(root)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := m.Rank(context.Background(), f, Options{}); err != nil {
			b.Fatal(err)
		}
	}
}
