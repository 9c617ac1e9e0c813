package generate

import (
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"oddkin/detect/corpus"
	"oddkin/detect/names"
	"oddkin/parsers/event"
	"oddkin/tree"
)

func made(t *testing.T, recorded []*corpus.File, o Options) []*corpus.File {
	t.Helper()
	files, err := Corpus(recorded, o)
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func TestSixFilesThatSayTheyWereMade(t *testing.T) {
	files := made(t, nil, Options{Seed: 1, Normal: 300, Attacks: 200, Random: 100})
	var hosts []string
	for _, f := range files {
		hosts = append(hosts, f.Host)
		if !strings.Contains(f.Source, "generated") || f.Split != corpus.Train || f.Check() != nil {
			t.Errorf("%s: header %+v", f.Host, f.Meta)
		}
		want := map[string]int{"normal": 300, "attack": 200, "random": 100}[f.Role]
		if len(f.Chains) != want {
			t.Errorf("%s has %d chains, want %d", f.Host, len(f.Chains), want)
		}
		for _, c := range f.Chains {
			if c.Attack != (f.Role != "normal") {
				t.Errorf("%s holds %v", f.Host, c.Names(f.OS))
			}
		}
	}
	want := []string{
		"generated-linux-normal", "generated-linux-attack", "generated-linux-random",
		"generated-windows-normal", "generated-windows-attack", "generated-windows-random",
	}
	if !slices.Equal(hosts, want) {
		t.Errorf("files are %v", hosts)
	}
}

// Zero of a sort is none of it, whatever there is of the others; so is less.
func TestNothingIsMadeThatIsNotAskedFor(t *testing.T) {
	for _, n := range []int{0, -5} {
		if files := made(t, nil, Options{Seed: 1, Normal: n, Attacks: n, Random: n}); len(files) > 0 {
			t.Errorf("asked for %d chains, made %d files", n, len(files))
		}
		var hosts []string
		for _, f := range made(t, nil, Options{Seed: 1, Normal: n, Attacks: 20, Random: 20}) {
			hosts = append(hosts, f.Host)
		}
		// Without a normal chain there are no programs to put in a random order.
		if want := []string{"generated-linux-attack", "generated-windows-attack"}; !slices.Equal(hosts, want) {
			t.Errorf("%d normal chains: made %v, want %v", n, hosts, want)
		}
	}
}

func TestTheSeedDecidesEverything(t *testing.T) {
	o := Options{Seed: 7, Normal: 200, Attacks: 200, Random: 50}
	a, b := made(t, nil, o), made(t, nil, o)
	if !reflect.DeepEqual(a, b) {
		t.Error("the same seed gave other chains")
	}
	o.Seed = 8
	if reflect.DeepEqual(a, made(t, nil, o)) {
		t.Error("another seed gave the same chains")
	}
}

func TestHeldOutShapesAreNeverMade(t *testing.T) {
	o := Options{Seed: 1, Normal: 100, Attacks: 400, Random: 50}
	var held [][]string
	for _, f := range made(t, nil, o) {
		for _, c := range f.Chains {
			held = append(held, c.Names(f.OS))
		}
	}
	forbidden := map[string]bool{}
	for _, h := range held {
		forbidden[Shape(h)] = true
	}
	o.HeldOut = held
	for _, f := range made(t, nil, o) {
		for _, c := range f.Chains {
			if forbidden[Shape(c.Names(f.OS))] {
				t.Fatalf("%s: %v was held out", f.Host, c.Names(f.OS))
			}
		}
	}
}

// An attack that comes in by a recorded service keeps the service's lineage.
func TestAttacksComeInByRecordedServices(t *testing.T) {
	recorded := &corpus.File{
		Meta: corpus.Meta{Host: "web1", OS: event.Linux, Split: corpus.Train},
		Chains: []corpus.Chain{{Count: 1, Entry: tree.EntryService, Hops: []corpus.Hop{
			{Image: "/usr/lib/systemd/systemd"}, {Image: "/opt/acme/launch"}, {Image: "/usr/sbin/lighttpd"}, {Image: "/usr/bin/rm"},
		}}},
	}
	found := 0
	for _, f := range made(t, []*corpus.File{recorded}, Options{Seed: 1, Normal: 10, Attacks: 500}) {
		for _, c := range f.Chains {
			if all := c.Names(f.OS); f.Role == "attack" && len(all) > 3 && slices.Equal(all[:3], []string{"systemd", "launch", "lighttpd"}) {
				found++
				if c.From != 3 {
					t.Errorf("%v begins at %d", all, c.From)
				}
			}
		}
	}
	if found < 20 {
		t.Errorf("%d attacks of 500 came in by the recorded service", found)
	}
}

func TestEveryRuleOfEveryGrammarIsReached(t *testing.T) {
	for _, os := range []event.OS{event.Linux, event.Windows} {
		for _, what := range []string{"normal", "attack"} {
			g, err := load(os, what)
			if err != nil {
				t.Fatal(err)
			}
			reached := map[string]bool{"entry": true} // through $recorded
			var walk func(string)
			walk = func(rule string) {
				if reached[rule] {
					return
				}
				reached[rule] = true
				for _, a := range g.rules[rule] {
					for _, p := range a.parts {
						for of := range strings.SplitSeq(strings.TrimPrefix(p, "?"), ",") {
							if r, ok := strings.CutPrefix(of, "$"); ok {
								walk(r)
							}
						}
					}
				}
			}
			walk("chain")
			for _, a := range g.rules["entry"] {
				for _, p := range a.parts {
					if r, ok := strings.CutPrefix(p, "$"); ok {
						walk(r)
					}
				}
			}
			for rule := range g.rules {
				if !reached[rule] {
					t.Errorf("%v %s: nothing uses rule %s", os, what, rule)
				}
			}
		}
	}
}

func TestFaultyGrammarsAreRefused(t *testing.T) {
	for _, c := range []struct{ why, text string }{
		{"no chain", "a = b"},
		{"no such rule", "chain = $b"},
		{"no such kind", "chain = @gremlin"},
		{"no such entry", "chain = elsewhere: a"},
		{"rule twice", "chain = a\nchain = b"},
		{"weight", "chain = 0* a"},
		{"no rule", "chain"},
	} {
		if _, err := parse(c.text, event.Linux); err == nil {
			t.Errorf("%s: %q was accepted", c.why, c.text)
		}
	}
}

func TestWhatIsOnlyOnWindowsStaysThere(t *testing.T) {
	only := map[string]bool{}
	for k := range names.Kinds {
		for _, n := range names.OfKind(names.Kind(k), event.Windows) {
			only[n] = true
		}
	}
	for k := range names.Kinds {
		for _, n := range names.OfKind(names.Kind(k), event.Linux) {
			delete(only, n)
		}
	}
	for _, f := range made(t, nil, Options{Seed: 1, Normal: 1000, Attacks: 1000, Random: 200}) {
		if f.OS != event.Linux {
			continue
		}
		for _, c := range f.Chains {
			for i, n := range c.Names(f.OS) {
				if only[n] && strings.HasPrefix(c.Hops[i].Image, "/usr/bin/") { // elsewhere names are invented
					t.Fatalf("%s: %v holds %s", f.Host, c.Names(f.OS), n)
				}
			}
		}
	}
}

// A list may name rules, and every one of a list is drawn.
func TestListsDrawTheirRules(t *testing.T) {
	g, err := parse("chain = a $b,c\nb = x y", event.Linux)
	if err != nil {
		t.Fatal(err)
	}
	drawn := map[string]bool{}
	for _, c := range draw(2, nil, rand.New(rand.NewPCG(1, 1)), g.chain, event.Linux) {
		drawn[strings.Join(c.Names(event.Linux), " ")] = true
	}
	if want := map[string]bool{"a x y": true, "a c": true}; !reflect.DeepEqual(drawn, want) {
		t.Errorf("drawn %v, want %v", drawn, want)
	}
	for _, bad := range []string{"chain = a,,b", "chain = a,$b", "chain = a,$b,c"} {
		if _, err := parse(bad, event.Linux); err == nil {
			t.Errorf("%q was accepted", bad)
		}
	}
}

// A script goes by its interpreter mostly, as the kernel has it, and by its own name now and
// then, as some recorders have it. On Windows it has a program of its own.
func TestScriptsGoByTheirInterpreter(t *testing.T) {
	for _, os := range []event.OS{event.Linux, event.Windows} {
		g, err := parse("chain = certbot", os)
		if err != nil {
			t.Fatal(err)
		}
		seen := map[string]int{}
		r := rand.New(rand.NewPCG(1, 1))
		for range 100 {
			c, _ := g.chain(r)
			seen[c.Names(os)[0]]++
		}
		if linux := os == event.Linux; (seen["python"] > 50) != linux || seen["certbot"] == 0 || seen["python"]+seen["certbot"] != 100 {
			t.Errorf("%v: %v", os, seen)
		}
	}
}

func TestScriptsAreNotInterpretersThemselves(t *testing.T) {
	for name, by := range scripts() {
		if scripts()[by] != "" || names.KindOf(by) != names.Interpreter && names.KindOf(by) != names.Shell {
			t.Errorf("%s is run by %s", name, by)
		}
	}
}

// Setups are called in ways that no list of names could hold, and none is taken for a random name too often.
func TestInstallersHaveNamesOfTheirOwn(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	seen := map[string]bool{}
	random := 0
	for range 300 {
		n := InstallerName(r)
		seen[n] = true
		if names.IsRandom(n) {
			random++
		}
	}
	if len(seen) < 250 || random > 15 {
		t.Errorf("%d names of 300 differ, %d look random", len(seen), random)
	}
}
