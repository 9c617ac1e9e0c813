package detect

import (
	"bytes"
	"context"
	"encoding/binary"
	"math"
	"os"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"oddkin/detect/corpus"
	"oddkin/detect/internal/modelfile"
	"oddkin/parsers"
	"oddkin/tree"
)

// knowing is the shipped model with the normal chains of files known, as [Model.Learn]
// would leave them.
func knowing(t testing.TB, files ...*corpus.File) *Model {
	m := *embeddedModel(t)
	m.known, _ = beginningsOf(files, nil)
	return &m
}

func ranked(t testing.TB, m *Model, f *tree.Forest) *Ranking {
	t.Helper()
	r, err := m.Rank(context.Background(), f, Options{Explain: 1 << 20})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// A recorded host, its ordinary life apart from the attacks on it.
func recorded(t testing.TB, name string) (f *tree.Forest, ordinary *corpus.File) {
	t.Helper()
	evidence, err := parsers.Open([]string{"../samples/linux/" + name}, parsers.Options{})
	if err != nil {
		t.Fatal(err)
	}
	f = tree.Build(evidence.Events(context.Background()), tree.Options{})
	list, err := os.Open("../samples/linux/" + name + ".attacks.tsv")
	if err != nil {
		t.Fatal(err)
	}
	defer list.Close()
	// Its columns are attack, event and chain; labels are event, attack.
	text, err := os.ReadFile(list.Name())
	if err != nil {
		t.Fatal(err)
	}
	var table strings.Builder
	for line := range strings.Lines(string(text)) {
		if col := strings.Split(line, "\t"); line[0] != '#' {
			table.WriteString(col[1] + "\t" + col[0] + "\n")
		}
	}
	labels, err := corpus.ReadLabels(strings.NewReader(table.String()))
	if err != nil {
		t.Fatal(err)
	}
	ordinary = corpus.FromForest(f, corpus.Meta{Host: name, OS: 1, Split: corpus.Train}, labels.Label)
	ordinary.Chains = slices.DeleteFunc(ordinary.Chains, func(c corpus.Chain) bool { return c.Attack })
	return f, ordinary
}

// What the clean evidence of a site has raises no alert in that very evidence, attacks beside it
// score what they scored, and the known chains keep their order.
func TestAKnownDayRaisesNoAlert(t *testing.T) {
	f, ordinary := recorded(t, "jumphost")
	m := knowing(t, ordinary)
	before, after := ranked(t, embeddedModel(t), f), ranked(t, m, f)
	own := map[int32]float32{} // by leaf
	for _, r := range before.Findings {
		for _, p := range r.Paths {
			own[p.Leaf.ID] = r.Own
		}
	}
	known, alerts := 0, 0
	for _, r := range after.Findings {
		was := own[r.Paths[0].Leaf.ID]
		// A long chain is not judged by beginnings that are known.
		less := r.Uncapped < was && len(r.Names) > Length
		if was != r.Uncapped && !less {
			t.Errorf("%v scored %v by itself, and otherwise scored %v now", r.Names, was, r.Uncapped)
		}
		switch {
		case !r.Known && r.Own != was && !less:
			t.Errorf("%v is not known and scored %v by itself, now %v", r.Names, was, r.Own)
		case r.Known && r.Score >= Threshold:
			t.Errorf("%v is known and scores %v", r.Names, r.Score)
		case r.Known && !strings.Contains(r.Why[0].Text, "clean evidence has this chain"):
			t.Errorf("%v is known, and the first reason is %q", r.Names, r.Why[0].Text)
		}
		if r.Known {
			known++
		} else if r.Score >= Threshold {
			alerts++
		}
	}
	if known < 100 || alerts < 30 {
		t.Errorf("%d known shapes and %d alerts: too few to tell anything", known, alerts)
	}
	// A day of which all is known raises none, strange as it is: here the attacks are the site's.
	whole := knowing(t, corpus.FromForest(f, corpus.Meta{Host: "jumphost", OS: 1, Split: corpus.Train}, nil))
	last := float32(1)
	for _, r := range ranked(t, whole, f).Findings {
		if !r.Known || r.Score >= Threshold || r.Kin != nil {
			t.Fatalf("all of the evidence is known, but of %v: %+v", r.Names, r)
		}
		if r.Uncapped > last {
			t.Fatalf("%v otherwise scored %v, more than the chain above with %v", r.Names, r.Uncapped, last)
		}
		last = r.Uncapped
	}
}

// Whatever format the evidence is of, learning from it makes all of it known.
func TestAllThatIsLearnedIsKnown(t *testing.T) {
	for _, of := range []string{"linux/webserver", "windows", "sandbox"} {
		evidence, err := parsers.Open([]string{"../samples/" + of}, parsers.Options{})
		if err != nil {
			t.Fatal(err)
		}
		f := tree.Build(evidence.Events(context.Background()), tree.Options{})
		r := ranked(t, knowing(t, corpus.BySystem(f, corpus.Meta{Host: "site", Split: corpus.Train})...), f)
		for _, g := range r.Findings {
			if !g.Known && g.Score > 0 || g.Score >= Threshold { // what has no name at all scores 0
				t.Errorf("%s: %v scores %v, known: %v", of, g.Names, g.Score, g.Known)
			}
		}
		if len(r.Findings) < 10 {
			t.Errorf("%s has %d shapes", of, len(r.Findings))
		}
	}
}

// fileOf is the normal chains of a forest in a corpus file.
func fileOf(chains ...string) *corpus.File {
	return corpus.FromForest(grow(chains...), corpus.Meta{Host: "h", OS: 1, Split: corpus.Train}, nil)
}

// What hangs below a known chain or lies in another folder is not known; what it begins with is.
func TestOnlyTheChainItselfIsKnown(t *testing.T) {
	m := knowing(t, fileOf("systemd > java > sh > curl"))
	r := ranked(t, m, grow("systemd > java > sh > curl", "systemd > java > sh#2", "systemd > java > sh#3 > curl > sh > id", "systemd > java > sh#4 > nc"))
	plain := ranked(t, embeddedModel(t), grow("systemd > java > sh#3 > curl > sh > id", "systemd > java > sh#4 > nc"))
	for shape, known := range map[string]bool{"systemd java sh curl": true, "systemd java sh": true, "systemd java sh curl sh id": false, "systemd java sh nc": false} {
		f := findingsOf(r, shape)[0]
		if f.Known != known || known && f.Score >= Threshold {
			t.Errorf("%s: known %v with score %v", shape, f.Known, f.Score)
		}
		if !known && (f.Own != findingsOf(plain, shape)[0].Own || f.Own < Threshold) {
			t.Errorf("%s scores %v below a known chain, else %v", shape, f.Own, findingsOf(plain, shape)[0].Own)
		}
	}
	site := sequence{hops: []hop{{"systemd", 1}, {"sh", 1}}}
	k := chains{site.digest()}
	for what, other := range map[string]sequence{
		"another folder": {hops: []hop{{"systemd", 1}, {"sh", 4}}},
		"a name cut off": {hops: []hop{{"systemd", 1}, {"s", 1}, {"h", 1}}},
	} {
		if k.holds(other) || !k.holds(site) {
			t.Errorf("%s makes no difference", what)
		}
	}
}

// A known chain beside an alert is told as kin of it, and is no alert for that; it lends nothing.
func TestKinshipMakesNoAlertOfAKnownChain(t *testing.T) {
	incident := []string{"systemd > java > bash#1 > nohup > xmrig", "systemd > java > bash#1 > rm", "systemd > java > bash#2 > rm"}
	m := knowing(t, fileOf("systemd > java > bash > rm"))
	r := ranked(t, m, grow(incident...))
	both := findingsOf(r, "systemd java bash rm")
	if len(both) != 2 {
		t.Fatalf("%d findings of rm, want the one in the incident and the other", len(both))
	}
	in, out := both[0], both[1]
	if in.Kin == nil || in.Kin.Rank != findingsOf(r, "systemd java bash nohup xmrig")[0].Rank || in.Score <= in.Own || in.Score >= Threshold {
		t.Errorf("beside the alert: score %v of its own %v, kin %+v", in.Score, in.Own, in.Kin)
	}
	if out.Kin != nil || out.Score != out.Own {
		t.Errorf("of another bash: %+v", out)
	}
	// Of the site's own miner nothing is borrowed.
	for _, f := range ranked(t, knowing(t, fileOf(incident[0], incident[1])), grow(incident...)).Findings {
		if f.Kin != nil {
			t.Errorf("%v borrows from a known chain", f.Names)
		}
	}
}

// Forests of every sort: a finding is known where its squeezed chain is one of the known, and
// stays below the threshold then; evaluation says the same.
func TestKnownIsWhatTheScoringReads(t *testing.T) {
	plain := embeddedModel(t)
	rapid.Check(t, func(t *rapid.T) {
		f := drawnForest(t)
		m := *plain
		var list chains
		var all []sequence
		for n := range f.Nodes() {
			if n.Leaf() {
				q := squeezedTo(n)
				if all = append(all, q); rapid.Bool().Draw(t, "known") {
					for end := range q.hops {
						list = append(list, sequence{hops: q.hops[:end+1]}.digest())
					}
				}
			}
		}
		slices.Sort(list)
		m.known = slices.Compact(list)
		r, err := m.Rank(context.Background(), f, Options{Explain: -1})
		if err != nil {
			t.Fatal(err)
		}
		for _, g := range r.Findings {
			q := squeezedTo(g.Paths[0].Leaf)
			if len(q.hops) == 0 {
				continue
			}
			if g.Known != m.known.holds(q) || g.Known && g.Score >= Threshold {
				t.Fatalf("%v: known %v, score %v", g.Names, g.Known, g.Score)
			}
			leaf := g.Paths[0].Leaf
			run := newScorer(m.system(leaf.Program().OS), m.normal.remembering())
			read := run.read(q)
			_ = run.run(context.Background())
			if standing, _ := m.judged(run, read); score(standing) != g.Own {
				t.Fatalf("%v: own score %v, by itself %v", g.Names, g.Own, score(standing))
			}
		}
	})
}

// What lies in a known chain is not held against what hangs below it, read directly neither.
func TestADirectReadingOfWhatIsKnownIsNoAlert(t *testing.T) {
	day := "systemd > nginx > sh > xargs > perl > python > curl > bash > java > node > sh > java > node > sh > java > node > sh > java > node > gcc"
	below := fileOf(day + " > cc1")
	if got := embeddedModel(t).rows(below)[0]; got.standing < 0 {
		t.Fatalf("%v is no alert where nothing is known: %v", got.names, got.standing)
	}
	m := knowing(t, fileOf(day))
	got := m.rows(below)[0]
	if q := squeeze(hopsOf(&below.Chains[0], below.OS), below.Chains[0].Entry, below.OS); got.standing >= 0 {
		t.Errorf("%v stands at %v, read directly as %v", got.names, got.standing, q.direct())
	}
}

func squeezedTo(leaf *tree.Node) sequence {
	var hops []hop
	for _, n := range (tree.Path{Leaf: leaf}).Hops(nil) {
		p := n.Proc()
		hops = append(hops, hopOf(&p))
	}
	return squeeze(hops, leaf.EntryClass(), leaf.Program().OS)
}

func TestEvaluationJudgesKnownChainsAsARankingDoes(t *testing.T) {
	f := fileOf("systemd > java > sh > nc", "systemd > java > sh > curl > xmrig")
	m := knowing(t, fileOf("systemd > java > sh > nc"))
	for _, r := range m.rows(f) {
		score := score(r.standing)
		if want := strings.Join(r.names, " ") != "systemd java sh nc"; want != (score >= Threshold) {
			t.Errorf("%v scores %v", r.names, score)
		}
	}
	for i, standing := range m.standings(f, f.Chains) {
		if want := !strings.HasSuffix(f.Chains[i].Hops[len(f.Chains[i].Hops)-1].Image, "/nc"); want != (standing >= 0) {
			t.Errorf("%v stands at %v", f.Chains[i].Hops, standing)
		}
	}
}

// The cap is monotone, has no step, changes nothing well below the threshold and never reaches it.
func TestTheCapKeepsTheOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := rapid.Float64Range(-500, 500).Draw(t, "a")
		b := a + rapid.Float64Range(0.01, 50).Draw(t, "more")
		if x, y := capped(a), capped(b); x >= y || y > b || score(y) >= Threshold {
			t.Fatalf("%v to %v, %v to %v with score %v", a, x, b, y, score(y))
		}
		if near := capped(math.Nextafter(a, 1000)) - capped(a); near > 1e-9 {
			t.Fatalf("a step of %v at %v", near, a)
		}
		if low := -2 * knee; capped(low) != low {
			t.Fatalf("%v becomes %v", low, capped(low))
		}
	})
}

func TestKnownChainsSurviveTheirFile(t *testing.T) {
	m := knowing(t, fileOf("systemd > java > sh > nc", "systemd > cron > sh"))
	if len(m.known) != 6 {
		t.Errorf("%d chains and beginnings, want 6", len(m.known))
	}
	var b bytes.Buffer
	if err := m.Save(&b); err != nil {
		t.Fatal(err)
	}
	back, err := Load(&b)
	if err != nil || !slices.Equal(back.known, m.known) {
		t.Errorf("came back as %v, %v", back.known, err)
	}
	more, dropped := beginningsOf([]*corpus.File{fileOf("systemd > nginx")}, m.known)
	if len(more) != 7 || dropped != 0 || !slices.IsSorted(more) {
		t.Errorf("with one more: %v", more)
	}
	for what, bad := range map[string][]byte{
		"no whole number": make([]byte, 9),
		"twice":           make([]byte, 16),
		"falling":         binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint64(nil, 2), 1),
		"too many":        make([]byte, 8*(maxKnown+1)),
	} {
		if _, err := Load(bytes.NewReader(spoiledFile(t, func(f *modelfile.File) { f.Bytes["known"] = bad }))); err == nil || !strings.Contains(err.Error(), "known chains") {
			t.Errorf("%s: %v", what, err)
		}
	}
}
