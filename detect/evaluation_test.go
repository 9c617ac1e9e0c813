package detect

import (
	"context"
	"slices"
	"strings"
	"testing"

	"oddkin/detect/corpus"
	"oddkin/detect/generate"
	"oddkin/parsers/event"
)

// What a grammar makes says nothing of a model that learned from the grammar.
func TestGeneratedChainsNeverEnterAnEvaluation(t *testing.T) {
	made, err := generate.Corpus(nil, generate.Options{Seed: 1, Normal: 20, Attacks: 20, Random: 5})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range made {
		if f.Split == corpus.Test {
			t.Errorf("%s is of the test split", f.Host)
		}
		f.Split = corpus.Test // as a careless hand might do
	}
	files := append(made, smallCorpus(t)...)
	for _, f := range HeldOut(files) {
		if strings.HasPrefix(f.Host, generate.HostPrefix) {
			t.Errorf("%s is evaluated", f.Host)
		}
	}
	if _, err := embeddedModel(t).Examine(files, nil); err == nil || !strings.Contains(err.Error(), made[0].Host) {
		t.Errorf("a made host of the split test is taken: %v", err)
	}
	for _, f := range made {
		f.Split = corpus.Train
	}
	run, err := embeddedModel(t).Examine(files, nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(run.Metrics.Hosts) != 2 { // two views of one host
		t.Errorf("%d hosts and views were judged", len(run.Metrics.Hosts))
	}
}

// Unseen shapes are those that neither a recorded nor a generated chain shares.
func TestUnseenShapesAreOfNoChainThatWasLearned(t *testing.T) {
	m, err := small(t, context.Background(), 1, nil)
	if err != nil {
		t.Fatal(err)
	}
	files := smallCorpus(t)
	others := slices.DeleteFunc(slices.Clone(files), func(f *corpus.File) bool { return f.Host == "web01" && f.View == "execs" })
	if !m.LearnedFrom(files, nil) || m.LearnedFrom(others, nil) {
		t.Error("the model does not tell what it learned from")
	}
	learned, _, err := prepare(files, m.Recipe().defaults())
	if err != nil {
		t.Fatal(err)
	}
	if !slices.ContainsFunc(learned, func(f *corpus.File) bool { return strings.HasPrefix(f.Host, generate.HostPrefix) }) {
		t.Fatal("nothing generated was learned from")
	}
	run, err := m.Examine(files, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i, h := range run.Unseen.Hosts {
		all := run.Metrics.Hosts[i]
		if h.Rows == 0 || h.Rows >= all.Rows || h.Attacks > all.Attacks {
			t.Errorf("%s %s: %d unseen shapes of %d, %d attacks of %d", h.Host, h.View, h.Rows, all.Rows, h.Attacks, all.Attacks)
		}
	}
	// An attack that training met in a generated file is seen.
	var attack corpus.Chain
	for _, f := range learned {
		if f.Host == generate.HostPrefix+"linux-attack" {
			attack = f.Chains[0]
		}
	}
	held := &corpus.File{Meta: HeldOut(files)[0].Meta, Chains: []corpus.Chain{attack}}
	if left := corpus.Unseen(held, learned); len(left) != 0 {
		t.Errorf("%v passes for unseen", attack.Names(held.OS))
	}
}

// Where not all is given that the model learned from, no shape can be told to be unseen.
func TestUnseenShapesAreNotToldWithoutWhatWasLearned(t *testing.T) {
	m, err := small(t, context.Background(), 1, nil)
	if err != nil {
		t.Fatal(err)
	}
	files := smallCorpus(t)
	held := HeldOut(files)
	windows := *held[0]
	windows.Host, windows.OS = "ws1", event.Windows
	stranger := *files[slices.IndexFunc(files, func(f *corpus.File) bool { return f.Split == corpus.Train })]
	stranger.Host = "stranger"
	for what, c := range map[string]struct {
		files  []*corpus.File
		untold []string
	}{
		"held out alone":            {held, []string{held[0].Host}},
		"beside a host not learned": {append(slices.Clone(held), &stranger), []string{held[0].Host}},
		"beside what was learned":   {files, nil},
		"of two systems":            {append(slices.Clone(files), &windows), []string{"ws1"}},
	} {
		run, err := m.Examine(c.files, nil)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(run.Untold, c.untold) {
			t.Errorf("%s: not told of %v, want %v", what, run.Untold, c.untold)
		}
		for _, h := range run.Unseen.Hosts {
			if slices.Contains(c.untold, h.Host) {
				t.Errorf("%s: shapes of %s pass for unseen", what, h.Host)
			}
		}
	}
}

// The same holds where a part is given: of the hosts of the corpus, or of those that stood beside it, which may
// be of the other system.
func TestUnseenShapesAreNotToldBesideSomeOfWhatWasLearned(t *testing.T) {
	m, err := small(t, context.Background(), 1, nil)
	if err != nil {
		t.Fatal(err)
	}
	learned := m.Info.Sources
	for also, untold := range map[bool][]string{false: {"www02"}, true: nil} {
		m.Info.Sources = append(slices.Clone(learned), Source{Host: "web09", Split: corpus.Train, Also: also})
		run, err := m.Examine(smallCorpus(t), nil)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(run.Untold, untold) || len(run.Unseen.Hosts) == 0 != (untold != nil) {
			t.Errorf("one that stood beside it: %v; not told of %v, want %v", also, run.Untold, untold)
		}
	}
}

// BenchmarkScoring is what a distinct chain costs: names, tokens, all networks, rarity.
func BenchmarkScoring(b *testing.B) {
	m := embeddedModel(b)
	f := HeldOut(shippedCorpus(b))[0]
	for b.Loop() {
		m.standings(f, f.Chains)
	}
	b.ReportMetric(float64(b.N*len(f.Chains))/b.Elapsed().Seconds(), "chains/s")
}
