package detect

import (
	"bytes"
	"context"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"

	"oddkin/detect/corpus"
	"oddkin/detect/generate"
	"oddkin/parsers/event"
	"oddkin/tree"
)

// daemonDay is a day of a site whose own service, in Java, runs scripts with the given tools: to a
// model that does not know the site it looks like a web shell.
func daemonDay(tools ...string) *corpus.File {
	f := &corpus.File{Meta: corpus.Meta{Host: "orders", OS: event.Linux, Split: corpus.Train, View: "forks"}}
	for _, tool := range tools {
		for _, shell := range []string{"/usr/bin/dash", "/usr/bin/bash"} {
			c := corpus.Chain{Count: 20, Entry: tree.EntryService}
			for _, image := range []string{"/usr/lib/systemd/systemd", "/usr/bin/java", shell, "/usr/bin/" + tool} {
				c.Hops = append(c.Hops, corpus.Hop{Image: image})
			}
			f.Chains = append(f.Chains, c)
		}
	}
	return f
}

var (
	firstDay  = daemonDay("curl", "id", "tar", "gzip", "cat", "wc", "sort", "hostname", "perl", "base64", "nohup", "grep")
	secondDay = daemonDay("wget", "whoami", "cp", "xargs", "awk", "uname", "python3", "find", "chmod", "ps")
)

func learned(t *testing.T, m *Model, files []*corpus.File, site Site) *Model {
	t.Helper()
	out, _, err := m.Learn(context.Background(), files, site, TrainOptions{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// What a site does every day raises fewer alarms on its other days once the model has
// learned it, and attacks on other hosts stand where they stood.
func TestASiteThatWasLearnedRaisesFewerFalseAlarms(t *testing.T) {
	files := slices.DeleteFunc(shippedCorpus(t), func(f *corpus.File) bool {
		return f.View != "forks" || !strings.Contains("web01 portal01 ops01 jump01 shop01 www02", f.Host)
	})
	m, _, err := Train(context.Background(), files, TrainOptions{Epochs: 7, Networks: 1, Generate: generate.Options{Normal: 1500, Attacks: 1200, Random: 100}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	after := learned(t, m, files, Site{Normal: []*corpus.File{firstDay}})
	judged := func(m *Model) (falseAlarms, area, found float64) {
		held := m.Evaluate(HeldOut(files)).OfModel()
		return m.Evaluate([]*corpus.File{secondDay}).Hosts[0].Oddkin.Alerts[0], held.AUC, held.Alerts[1]
	}
	alarms, area, found := judged(m)
	alarmsNow, areaNow, foundNow := judged(after)
	t.Logf("shapes of the site's second day alerted: %.0f %%, then %.0f %%; on held-out hosts AUC %.3f, then %.3f, attack shapes alerted %.0f %%, then %.0f %%", 100*alarms, 100*alarmsNow, area, areaNow, 100*found, 100*foundNow)
	if alarms < 0.2 || alarmsNow > alarms/4 {
		t.Errorf("of the second day's shapes %.0f %% are alerted, before the first day was learned %.0f %%", 100*alarmsNow, 100*alarms)
	}
	if areaNow < area-0.01 || foundNow < found-0.1 {
		t.Errorf("on held-out hosts the AUC went from %.3f to %.3f, the attack shapes alerted from %.0f %% to %.0f %%", area, areaNow, 100*found, 100*foundNow)
	}
	if s := after.Info.Site; s == nil || s.Base != m.Digest() || s.Normal != len(firstDay.Chains) || !strings.Contains(after.Name(), "site") {
		t.Errorf("the file says of the site %+v, name %q", s, after.Name())
	}
}

func TestLearningASiteIsTheSameByteForByte(t *testing.T) {
	m, err := small(t, context.Background(), 1, nil)
	if err != nil {
		t.Fatal(err)
	}
	var files [2]bytes.Buffer
	for i := range files {
		if err := learned(t, m, smallCorpus(t), Site{Normal: []*corpus.File{firstDay}}).Save(&files[i]); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(files[0].Bytes(), files[1].Bytes()) {
		t.Error("one site gave two models")
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, _, err := m.Learn(ctx, smallCorpus(t), Site{Normal: []*corpus.File{firstDay}}, TrainOptions{}, nil); err == nil {
		t.Error("learning that never ran gave a model")
	}
	if _, _, err := m.Learn(context.Background(), smallCorpus(t), Site{}, TrainOptions{}, nil); err == nil {
		t.Error("nothing was learned without an error")
	}
}

// A name that becomes a word means what its letters said until it learns otherwise.
func TestNewWordsBeginAsTheyWereSpelled(t *testing.T) {
	m := embeddedModel(t)
	const name = "acme-orderd"
	if m.Knows(name) {
		t.Fatalf("%s is known", name)
	}
	f := &corpus.File{Meta: corpus.Meta{Host: "h", OS: event.Linux, Split: corpus.Test}}
	chains := []corpus.Chain{{Count: 1, Entry: tree.EntryService, Hops: []corpus.Hop{{Image: "/usr/lib/systemd/systemd"}, {Image: "/opt/acme/" + name}, {Image: "/usr/bin/dash"}}}}
	alone := withoutNext(m) // see TestSuccessorsGrowWithTheVocabulary
	before, after := alone.standings(f, chains)[0], grownBy(alone, name).standings(f, chains)[0]
	if math.Abs(before-after) > 1e-4 {
		t.Errorf("it stood at %v and stands at %v", before, after)
	}
}

func TestAnAttackBeginsWhereNoNormalChainGoes(t *testing.T) {
	chain := func(programs ...string) corpus.Chain {
		c := corpus.Chain{Count: 1}
		for _, p := range programs {
			c.Hops = append(c.Hops, corpus.Hop{Image: "/usr/bin/" + p})
		}
		return c
	}
	meta := corpus.Meta{OS: event.Linux}
	site := Site{
		Normal:   []*corpus.File{{Meta: meta, Chains: []corpus.Chain{chain("systemd", "nginx"), chain("systemd", "cron", "bash", "bash", "ls")}}},
		Abnormal: []*corpus.File{{Meta: meta, Chains: []corpus.Chain{chain("systemd", "cron", "bash"), chain("systemd", "nginx", "bash", "id"), chain("xmrig")}}},
	}
	var info SiteInfo
	own, kept := site.split(nil, &info)
	got := map[string]int{}
	for _, f := range append(own, kept...) {
		for _, c := range f.Chains {
			if c.Attack {
				got[strings.Join(c.Names(f.OS), " ")] = c.From
			}
		}
	}
	if want := map[string]int{"systemd nginx bash id": 2, "xmrig": 0}; !reflect.DeepEqual(got, want) || info.Dropped != 1 || info.Abnormal != 2 || info.Normal != 2 {
		t.Errorf("attacks begin at %v, want %v; counts %+v", got, want, info)
	}
}
