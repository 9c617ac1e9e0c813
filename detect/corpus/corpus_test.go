package corpus

import (
	"bytes"
	"fmt"
	"path"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"oddkin/parsers/event"
	"oddkin/tree"
)

const sample = `# oddkin chains 1
# os: linux
# host: web1
# role: web server
# split: train
# source: made by hand
# licence: none
# view: forks
42	normal	service	/usr/lib/systemd/systemd	/usr/sbin/cron	/usr/bin/dash
7	normal	service	=2	/bin/busybox|wget
1	attack@1 web-shell	service	=1	/usr/sbin/nginx	/tmp/x (deleted)
`

func TestTheFormatIsReadAsDocumented(t *testing.T) {
	f, err := Read(strings.NewReader(sample))
	if err != nil {
		t.Fatal(err)
	}
	want := &File{
		Meta: Meta{Host: "web1", Role: "web server", OS: event.Linux, Split: Train, Source: "made by hand", Licence: "none", View: "forks"},
		Chains: []Chain{
			{Hops: []Hop{{Image: "/usr/lib/systemd/systemd"}, {Image: "/usr/sbin/cron"}, {Image: "/usr/bin/dash"}}, Entry: tree.EntryService, Count: 42},
			{Hops: []Hop{{Image: "/usr/lib/systemd/systemd"}, {Image: "/usr/sbin/cron"}, {Image: "/bin/busybox", Applet: "wget"}}, Entry: tree.EntryService, Count: 7},
			{Hops: []Hop{{Image: "/usr/lib/systemd/systemd"}, {Image: "/usr/sbin/nginx"}, {Image: "/tmp/x", Deleted: true}}, Entry: tree.EntryService, Count: 1, Attack: true, From: 1, Tag: "web-shell"},
		},
	}
	if !reflect.DeepEqual(f, want) {
		t.Errorf("got %+v\nwant %+v", f, want)
	}
	if got := f.Chains[1].Names(f.OS); !reflect.DeepEqual(got, []string{"systemd", "cron", "wget"}) {
		t.Errorf("names are %v", got)
	}
}

func TestBadFilesAreRefusedWithTheirLine(t *testing.T) {
	head := sample[:strings.Index(sample, "42\t")]
	for _, c := range []struct{ why, text, want string }{
		{"empty", "", "line 1"},
		{"another format", "# hello\n", "line 1"},
		{"unknown header", head + "# colour: red\n", "line 9"},
		{"header twice", head + "# host: web1\n", "line 9"},
		{"header after a chain", head + "1\tnormal\tservice\t/a\n# host: x\n", "line 10"},
		{"no host", "# oddkin chains 1\n# os: linux\n# split: train\n", "host"},
		{"no such split", strings.Replace(head, "train", "learn", 1), "learn"},
		{"count", head + "0\tnormal\tservice\t/a\n", "line 9"},
		{"label", head + "1\todd\tservice\t/a\n", "line 9"},
		{"attack beyond the chain", head + "1\tattack@1\tservice\t/a\n", "line 9"},
		{"entry", head + "1\tnormal\tnowhere\t/a\n", "line 9"},
		{"no hops", head + "1\tnormal\tservice\n", "line 9"},
		{"empty hop", head + "1\tnormal\tservice\t/a\t\n", "line 9"},
		{"nothing above", head + "1\tnormal\tservice\t=1\t/a\n", "line 9"},
		{"a line without end", head + "1\tnormal\tservice\t/a\n1\tnormal\tservice\t/" + strings.Repeat("a", MaxLine), "line 10: more than"},
		{"a first line without end", strings.Repeat("#", MaxLine+1), "line 1: more than"},
		{"more hops than a chain has", head + "1\tnormal\tservice" + strings.Repeat("\t/a", MaxHops+1), "line 9: more than 4096 hops"},
		{"more than memory has", head + "1\tnormal\tservice" + strings.Repeat("\t/a", 4000) + strings.Repeat("\n1\tnormal\tservice\t=4000\t/b", 3000), "line 8"},
		{"more text than memory has", head + "1\tnormal\tservice\t/" + strings.Repeat("a", MaxLine/2) + strings.Repeat("\n1\tnormal\tservice\t=1\t/b", 3000), "line 2"},
		{"made, to test on", "# oddkin chains 1\n# os: linux\n# host: generated-web\n# split: test\n", "generated-web"},
		{"bad escape", head + "1\tnormal\tservice\t/a\\q\n", "line 9"},
	} {
		if _, err := Read(strings.NewReader(c.text)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want one that names %s", c.why, err, c.want)
		}
	}
}

// hostileText draws names with everything that the format uses as a mark.
func hostileText() *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string {
		parts := rapid.SliceOfN(rapid.SampledFrom([]string{"/", "a", "\t", "\n", "\r", "\\", "|", "=", " (deleted)", "\x00", "\x7f", "\xff", "é", " "}), 1, 6).Draw(t, "parts")
		return strings.Join(parts, "")
	})
}

func TestWhatIsWrittenIsReadBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := &File{Meta: Meta{Host: hostileText().Draw(t, "host"), OS: event.Windows, Split: Test, Role: hostileText().Draw(t, "role")}}
		for range rapid.IntRange(0, 8).Draw(t, "chains") {
			c := Chain{Count: rapid.IntRange(1, 99).Draw(t, "count"), Entry: tree.Entry(rapid.IntRange(0, len(Entries)-1).Draw(t, "entry"))}
			for range rapid.IntRange(1, 4).Draw(t, "hops") {
				h := Hop{Image: hostileText().Draw(t, "image"), Deleted: rapid.Bool().Draw(t, "deleted")}
				if rapid.Bool().Draw(t, "multicall") {
					h.Applet = hostileText().Draw(t, "applet")
				}
				c.Hops = append(c.Hops, h)
			}
			if rapid.Bool().Draw(t, "attack") {
				c.Attack, c.From, c.Tag = true, rapid.IntRange(0, len(c.Hops)-1).Draw(t, "from"), hostileText().Draw(t, "tag")
			}
			f.Chains = append(f.Chains, c)
		}
		f = f.Canonical()
		var first, second bytes.Buffer
		if err := f.Write(&first); err != nil {
			t.Fatal(err)
		}
		back, err := Read(bytes.NewReader(first.Bytes()))
		if err != nil {
			t.Fatalf("%v\n%q", err, first.String())
		}
		if len(back.Chains) != len(f.Chains) || back.Meta != f.Meta {
			t.Fatalf("wrote %+v, read %+v", f, back)
		}
		for i := range f.Chains {
			if !reflect.DeepEqual(f.Chains[i], back.Chains[i]) {
				t.Fatalf("wrote %+v, read %+v", f.Chains[i], back.Chains[i])
			}
		}
		if err := back.Write(&second); err != nil || !bytes.Equal(first.Bytes(), second.Bytes()) {
			t.Fatalf("writing again gives other bytes (%v)", err)
		}
	})
}

func TestEqualChainsAreOneWithTheSumOfCounts(t *testing.T) {
	f, err := Read(strings.NewReader(sample))
	if err != nil {
		t.Fatal(err)
	}
	other, err := Read(strings.NewReader(sample))
	if err != nil {
		t.Fatal(err)
	}
	f.Merge(other.Chains)
	if len(f.Chains) != 3 || f.Chains[1].Count+f.Chains[0].Count != 2*49 || f.Chains[2].Count != 2 {
		t.Errorf("merged with itself: %+v", f.Chains)
	}
}

// forest is systemd with an attacked nginx and a cron, and an orphan.
func forest(at func(serial uint64) time.Time) *tree.Forest {
	node := func(serial uint64, up *tree.Sketch, image string) *tree.Sketch {
		n := &tree.Sketch{Proc: event.Proc{OS: event.Linux, Image: image}, Start: at(serial), Source: event.Source{Serial: serial}, Entry: tree.EntryService}
		if up != nil {
			up.Children = append(up.Children, n)
		}
		return n
	}
	init := node(0, nil, "/usr/lib/systemd/systemd")
	nginx := node(1, init, "/usr/sbin/nginx")
	sh := node(2, nginx, "/usr/bin/dash")
	node(3, sh, "/usr/bin/id")
	node(4, sh, "/usr/bin/id")
	node(5, node(6, init, "/usr/sbin/cron"), "/usr/bin/dash")
	orphan := node(7, nil, "/tmp/x")
	return tree.Plant(init, orphan)
}

func TestAForestBecomesLabelledChains(t *testing.T) {
	epoch := time.Unix(1000, 0)
	at := func(serial uint64) time.Time { return epoch.Add(time.Duration(serial) * time.Second) }
	labels, err := ReadLabels(strings.NewReader("# event\tattack\n1002.000:2\tweb-001\tweb shell: id; id\n"))
	if err != nil {
		t.Fatal(err)
	}
	// pid 70 is the orphan: truth says that it came from the shell, pid 20.
	truth := "10\t1001.0\t1\t1000.0\t-\t-\t1001.000:1\n" +
		"20\t1001.9\t10\t1001.0\t1009.0\t0\t1002.000:2\n" +
		"60\t1006.0\t1\t1000.0\t1009.0\t0\t1006.000:6\n" +
		"70\t1007.0\t20\t1001.9\t1009.0\t0\t1007.000:7\n"
	if err := labels.Spread(strings.NewReader(truth)); err != nil {
		t.Fatal(err)
	}
	f := FromForest(forest(at), Meta{Host: "h", OS: event.Linux, Split: Train}, labels.Label)
	var text bytes.Buffer
	if err := f.Write(&text); err != nil {
		t.Fatal(err)
	}
	want := `# oddkin chains 1
# os: linux
# host: h
# split: train
1	normal	service	/usr/lib/systemd/systemd	/usr/sbin/cron	/usr/bin/dash
1	attack@0 web-001 web shell	service	/tmp/x
2	attack@2 web-001 web shell	service	/usr/lib/systemd/systemd	/usr/sbin/nginx	/usr/bin/dash	/usr/bin/id
`
	if text.String() != want {
		t.Errorf("got\n%s\nwant\n%s", text.String(), want)
	}
}

// Expressions tell what a chain is where no table does: the first process that one of them
// matches decides, normal before attack, and what is unsure below neither is left out.
func TestRulesLabelChains(t *testing.T) {
	at := func(serial uint64) time.Time { return time.Unix(1000+int64(serial), 0) }
	for _, c := range []struct{ normal, attack, unsure, want string }{
		{"", "", "", "1 normal dash; 1 normal x; 2 normal id"},
		{"", "nginx > sh:", "", "1 normal dash; 1 normal x; 2 attack@2 sh id"},
		{"", "^ > x: /tmp/x", "> sh:", "1 attack@0 x x"},
		{"> nginx:", "> (sh|x):", "", "1 attack@0 x x; 1 attack@2 sh dash; 2 normal id"},
		{"> sh:", "> sh:", "> (sh|x):", "1 normal dash; 2 normal id"},
	} {
		compile := func(text string) *regexp.Regexp {
			if text == "" {
				return nil
			}
			return regexp.MustCompile(text)
		}
		f := ByRules(forest(at), Meta{Host: "h", OS: event.Linux, Split: Train}, Rules{compile(c.normal), compile(c.attack), compile(c.unsure)})
		var got []string
		for _, chain := range f.Chains {
			label := "normal"
			if chain.Attack {
				label = fmt.Sprintf("attack@%d %s", chain.From, chain.Tag)
			}
			got = append(got, fmt.Sprintf("%d %s %s", chain.Count, label, path.Base(chain.Hops[len(chain.Hops)-1].Image)))
		}
		slices.Sort(got)
		if s := strings.Join(got, "; "); s != c.want {
			t.Errorf("%+v: %s", c, s)
		}
	}
}

func TestBadLabelsAreRefused(t *testing.T) {
	for _, text := range []string{"1002.000:2\n", "1002:2\tx\n", "soon\tx\n"} {
		if _, err := ReadLabels(strings.NewReader(text)); err == nil {
			t.Errorf("%q was taken for labels", text)
		}
	}
	if err := (Labels{}).Spread(strings.NewReader("1\t2\n")); err == nil {
		t.Error("two columns were taken for true lineage")
	}
}

func TestSplitsDoNotLeak(t *testing.T) {
	file := func(host, split, image string) *File {
		return &File{Meta: Meta{Host: host, Split: split, OS: event.Linux}, Chains: []Chain{{Count: 1, Hops: []Hop{{Image: "/usr/bin/bash"}, {Image: image}}}}}
	}
	train, test := file("a", Train, "/usr/bin/python3.11"), file("b", Test, "/usr/local/bin/python3.9")
	if err := CheckSplits([]*File{train, test}); err != nil {
		t.Errorf("two hosts in two splits: %v", err)
	}
	if err := CheckSplits([]*File{train, file("a", Test, "/x")}); err == nil {
		t.Error("one host in two splits passed")
	}
	if got := Unseen(test, []*File{train}); len(got) != 0 {
		t.Errorf("another version in another folder passed for unseen: %v", got)
	}
	if got := Unseen(file("b", Test, "/usr/bin/perl"), []*File{train}); len(got) != 1 {
		t.Error("another program did not pass for unseen")
	}
}

func FuzzRead(f *testing.F) {
	f.Add(sample)
	f.Add("# oddkin chains 1\n# os: windows\n# host: h\n# split: test\n3\tnormal\tboot\tC:\\\\a\\x20(deleted)\n")
	f.Fuzz(func(t *testing.T, text string) {
		file, err := Read(strings.NewReader(text))
		if err != nil {
			return
		}
		var out bytes.Buffer
		if err := file.Write(&out); err != nil {
			t.Fatal(err)
		}
		if _, err := Read(&out); err != nil {
			t.Fatalf("what was written is refused: %v", err)
		}
	})
}
