package detect

import (
	"bytes"
	"cmp"
	"context"
	"slices"
	"strings"
	"testing"

	"oddkin/detect/corpus"
	"oddkin/detect/generate"
	"oddkin/parsers/event"
	"oddkin/tree"
)

// smallCorpus is three hosts, one of each split.
func smallCorpus(t *testing.T) []*corpus.File {
	t.Helper()
	return slices.DeleteFunc(shippedCorpus(t), func(f *corpus.File) bool { return f.Host != "web01" && f.Host != "gate01" && f.Host != "www02" })
}

// small trains a model of a few hundred chains in a second or two.
func small(t *testing.T, ctx context.Context, seed uint64, progress func(Progress)) (*Model, error) {
	t.Helper()
	o := TrainOptions{Seed: seed, Epochs: 2, Generate: generate.Options{Normal: 150, Attacks: 150, Random: 30}}
	m, _, err := Train(ctx, smallCorpus(t), o, progress)
	return m, err
}

func TestTrainingIsTheSameByteForByte(t *testing.T) {
	var bytesOf [3][]byte
	for i, seed := range []uint64{1, 1, 2} {
		m, err := small(t, context.Background(), seed, nil)
		if err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		if err := m.Save(&b); err != nil {
			t.Fatal(err)
		}
		bytesOf[i] = b.Bytes()
	}
	if !bytes.Equal(bytesOf[0], bytesOf[1]) {
		t.Error("one seed gave two models")
	}
	if bytes.Equal(bytesOf[0], bytesOf[2]) {
		t.Error("two seeds gave one model")
	}
}

func TestTrainingThatIsStoppedKeepsTheBestEpoch(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	epochs := 0
	m, err := small(t, ctx, 1, func(p Progress) {
		epochs++
		cancel()
	})
	if err != nil {
		t.Fatal(err)
	}
	if epochs != 1 || m.Info.Best != 1 || m.Info.Networks != 1 {
		t.Errorf("%d epochs were run, epoch %d of %d networks is kept", epochs, m.Info.Best, m.Info.Networks)
	}
	if m.TellsNext() || m.Info.Metrics.Hosts[0].Next != nil || !strings.HasSuffix(m.Name(), ", training interrupted") {
		t.Errorf("%s tells what comes next (%v), and has figures for it (%v)", m.Name(), m.TellsNext(), m.Info.Metrics.Hosts[0].Next)
	}
	run, err := m.Examine(smallCorpus(t), nil)
	if err != nil {
		t.Fatal(err)
	}
	if slices.ContainsFunc(run.Curves, func(c Curve) bool { return c.Ranker == "next process alone" }) {
		t.Error("a curve is drawn of a network that is not there")
	}
	if _, err := small(t, ctx, 1, nil); err == nil {
		t.Error("training that never ran gave a model")
	}
}

// What only the networks learn from changes them, and stands nowhere in the model's file but
// as its source.
func TestWhatOnlyTheNetworksLearnFromIsNotInTheModel(t *testing.T) {
	hop := func(names ...string) (hops []corpus.Hop) {
		for _, n := range names {
			hops = append(hops, corpus.Hop{Image: `C:\Program Files\` + n + `.exe`})
		}
		return hops
	}
	secret := &corpus.File{
		Meta:   corpus.Meta{Host: "lent", OS: 2, Split: corpus.Train, Source: "lent to us", Licence: "not to be passed on"},
		Chains: []corpus.Chain{{Hops: hop("quillon", "brindle"), Count: 3}, {Hops: hop("quillon", "marrow"), Count: 1, Attack: true, From: 1}},
	}
	o := TrainOptions{Epochs: 1, Networks: 1, Without: NextProcess, Also: []*corpus.File{secret}, Generate: generate.Options{Normal: 60, Attacks: 60, Random: 20}}
	m, _, err := Train(context.Background(), smallCorpus(t), o, nil)
	if err != nil {
		t.Fatal(err)
	}
	var file bytes.Buffer
	if err := m.Save(&file); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"quillon", "brindle", "marrow"} {
		if bytes.Contains(file.Bytes(), []byte(name)) {
			t.Errorf("the file holds %s", name)
		}
	}
	last := m.Info.Sources[len(m.Info.Sources)-1]
	if want := (Source{Host: "lent", Split: corpus.Train, Source: "lent to us", Licence: "not to be passed on", Normal: 1, Attack: 1, Also: true}); last != want {
		t.Errorf("its source is told as %+v", last)
	}
	o.Also = nil
	plain, _, err := Train(context.Background(), smallCorpus(t), o, nil)
	if err != nil {
		t.Fatal(err)
	}
	if m.Info.Corpus != plain.Info.Data || m.Info.Data == plain.Info.Data || plain.Info.Corpus != "" {
		t.Errorf("data %.8s, without it %.8s; trained without it %.8s, %.8s", m.Info.Data, m.Info.Corpus, plain.Info.Data, plain.Info.Corpus)
	}
	also := []*corpus.File{secret}
	if m.LearnedFrom(smallCorpus(t), nil) || !m.LearnedFrom(smallCorpus(t), also) || !plain.LearnedFrom(smallCorpus(t), nil) {
		t.Error("what else was learned from does not count")
	}
	if slices.Equal(m.system(event.Windows).networks[0].Table, plain.system(event.Windows).networks[0].Table) {
		t.Error("the networks learned nothing from it")
	}
	if !slices.Equal(m.system(event.Linux).networks[0].Table, plain.system(event.Linux).networks[0].Table) {
		t.Error("what is recorded of Windows has changed what is learned of Linux")
	}
	secret.Split = corpus.Test
	if _, _, err := Train(context.Background(), smallCorpus(t), TrainOptions{Also: []*corpus.File{secret}}, nil); err == nil {
		t.Error("a host was learned from and kept for tests")
	}
}

// The shipped model is trained from what the repository ships: its digest of the
// training data is that of the corpus and grammars as they stand.
func TestTheEmbeddedModelIsOfThisCorpus(t *testing.T) {
	o := TrainOptions{Generate: generate.Options{Normal: generate.DefaultNormal, Attacks: generate.DefaultAttacks, Random: generate.DefaultRandom}}
	fit, check, err := prepare(shippedCorpus(t), o.defaults())
	if err != nil {
		t.Fatal(err)
	}
	info := embeddedModel(t).Info
	if got, want := cmp.Or(info.Corpus, info.Data), digest(append(fit, check...)); got != want {
		t.Errorf("the embedded model was trained on %.12s, the corpus and the grammars now give %.12s: train it again (oddkin train -o detect/model.safetensors)", got, want)
	}
}

// Loading the shipped model takes its digest and its numbers for what they should be.
func TestTheEmbeddedModelIsWhatItIsTakenFor(t *testing.T) {
	m, err := Load(bytes.NewReader(embedded))
	if err != nil {
		t.Fatal(err)
	}
	if got := embeddedModel(t).Digest(); got != m.Digest() {
		t.Errorf("it says that its digest is %s, but that is %s: sha256sum model.safetensors > model.safetensors.sha256", got, m.Digest())
	}
}

func TestHostsOfTwoSplitsAreRefused(t *testing.T) {
	f := shippedCorpus(t)[0]
	other := *f
	other.Split = corpus.Test
	if f.Split == corpus.Test {
		other.Split = corpus.Train
	}
	if _, _, err := Train(context.Background(), []*corpus.File{f, &other}, TrainOptions{}, nil); err == nil {
		t.Error("a host was both learned from and tested on")
	}
}

// A part that is left out is left out of the file and of scoring too.
func TestAModelWithoutAPartStaysWithoutIt(t *testing.T) {
	files := slices.DeleteFunc(shippedCorpus(t), func(f *corpus.File) bool { return f.Host != "web01" && f.Host != "gate01" })
	o := TrainOptions{Epochs: 1, Networks: 1, Without: AllParts}
	m, _, err := Train(context.Background(), files, o, nil)
	if err != nil {
		t.Fatal(err)
	}
	if got, _ := ParseParts(m.Info.Without); got != AllParts {
		t.Errorf("the file names %v", m.Info.Without)
	}
	for _, s := range m.Info.Sources {
		if strings.HasPrefix(s.Host, generate.HostPrefix) {
			t.Errorf("%s was learned from", s.Host)
		}
	}
	chain := func(images ...string) float64 {
		c := corpus.Chain{Count: 1, Entry: tree.EntryService}
		for _, i := range images {
			c.Hops = append(c.Hops, corpus.Hop{Image: i})
		}
		return m.rows(&corpus.File{Meta: files[0].Meta, Chains: []corpus.Chain{c}})[0].standing
	}
	plain := chain("/usr/bin/nginx", "/usr/bin/frobnicator")
	if other := chain("/tmp/nginx", "/tmp/zzyzx"); other != plain {
		t.Errorf("place or letters still count: %v and %v", plain, other)
	}
	if full := chain("/usr/bin/nginx", "/usr/bin/bash"); full == plain {
		t.Error("names do not count either")
	}
	if _, err := ParseParts([]string{"places", "wings"}); err == nil {
		t.Error("a part of no model was accepted")
	}
}
