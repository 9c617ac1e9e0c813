package detect

import (
	"bytes"
	"context"
	"slices"
	"strings"
	"testing"

	"oddkin/detect/corpus"
	"oddkin/detect/generate"
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

// The shipped model is trained from what the repository ships: its digest of the
// training data is that of the corpus and grammars as they stand.
func TestTheEmbeddedModelIsOfThisCorpus(t *testing.T) {
	o := TrainOptions{Generate: generate.Options{Normal: generate.DefaultNormal, Attacks: generate.DefaultAttacks, Random: generate.DefaultRandom}}
	fit, check, err := prepare(shippedCorpus(t), o.defaults())
	if err != nil {
		t.Fatal(err)
	}
	if got, want := embeddedModel(t).Info.Data, digest(append(fit, check...)); got != want {
		t.Errorf("the embedded model was trained on %.12s, the corpus and the grammars now give %.12s: train it again (oddkin train -o detect/model.safetensors)", got, want)
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
	chain := func(entry tree.Entry, images ...string) float64 {
		c := corpus.Chain{Count: 1, Entry: entry}
		for _, i := range images {
			c.Hops = append(c.Hops, corpus.Hop{Image: i})
		}
		return m.rows([]*corpus.File{{Meta: files[0].Meta, Chains: []corpus.Chain{c}}})[0].margin
	}
	plain := chain(tree.EntryService, "/usr/bin/nginx", "/usr/bin/frobnicator")
	if other := chain(tree.EntryRemote, "/tmp/nginx", "/tmp/zzyzx"); other != plain {
		t.Errorf("place, root or letters still count: %v and %v", plain, other)
	}
	if full := chain(tree.EntryService, "/usr/bin/nginx", "/usr/bin/bash"); full == plain {
		t.Error("names do not count either")
	}
	if _, err := ParseParts([]string{"places", "wings"}); err == nil {
		t.Error("a part of no model was accepted")
	}
}
