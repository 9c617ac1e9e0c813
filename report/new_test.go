package report

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"oddkin/detect"
	"oddkin/parsers/event"
	"oddkin/tree"
)

// node hangs a node under parent.
func node(parent *tree.Sketch, host, image string, start time.Time) *tree.Sketch {
	n := &tree.Sketch{
		Host: host, Boot: 1, Start: start, Link: tree.Link{Kind: tree.Root},
		Proc: event.Proc{Image: image, OS: event.Linux, PID: 7}, Source: event.Source{File: "audit.log", Offset: -1},
	}
	if parent != nil {
		n.Link.Kind = tree.Observed
		parent.Children = append(parent.Children, n)
	}
	return n
}

// twoHosts is a forest of two hosts with the same service, one of which also ran
// a shell, and its ranking. The shell is changed first.
func twoHosts(change ...func(sh *tree.Sketch)) Values {
	init1 := node(nil, "a", "/sbin/init", at("08:00:00"))
	nginx := node(init1, "a", "/usr/sbin/nginx", at("08:00:01"))
	sh := node(nginx, "a", "/bin/sh", at("09:00:00"))
	cron1 := node(init1, "a", "/usr/sbin/cron", at("08:00:02"))
	init2 := node(nil, "b", "/sbin/init", at("07:00:00"))
	cron2 := node(init2, "b", "/usr/sbin/cron", at("07:00:02"))
	cron3 := node(init2, "b", "/usr/sbin/cron", at("07:30:00"))
	cron3.Link = tree.Link{Kind: tree.Inferred, Rule: 2}
	for _, c := range change {
		c(sh)
	}
	forest := tree.Plant(init1, init2)
	return Values{
		Manifest: Manifest{Tool: "oddkin", Model: &Model{Name: "base", Threshold: 0.5}},
		Forest:   forest,
		Ranking: &detect.Ranking{Paths: 4, Findings: []detect.Finding{
			{
				Rank: 1, Score: 0.9, Network: 0.95, Rarity: 0.1, Names: []string{"init", "nginx", "sh"}, To: 3,
				Paths: []tree.Path{{Leaf: sh.Node}}, Why: []detect.Reason{{Hop: 2, Weight: 0.5, Text: "sh under nginx"}},
			},
			{Rank: 2, Score: 0.1, Names: []string{"init", "cron"}, To: 2, Paths: []tree.Path{{Leaf: cron2.Node}, {Leaf: cron3.Node}, {Leaf: cron1.Node}}},
		}},
	}
}

func TestNewSumsUpTheEvidence(t *testing.T) {
	d := New(twoHosts(), Options{})
	e := d.Evidence
	want := Evidence{
		Inputs: []Input{}, First: at("07:00:00"), Last: at("09:00:00"), Processes: 7, Chains: 4, Shapes: 2, Flagged: 1, FlaggedChains: 1,
		Links: Links{Root: 2, Observed: 4, Inferred: 1}, Standings: Standings{Started: 7}, Notes: e.Notes,
		Hosts: []Host{
			{Name: "a", Boots: 1, Processes: 4, Chains: 2, First: at("08:00:00"), Last: at("09:00:00")},
			{Name: "b", Boots: 1, Processes: 3, Chains: 2, First: at("07:00:00"), Last: at("07:30:00")},
		},
	}
	if !reflect.DeepEqual(e, want) {
		t.Errorf("got  %+v\nwant %+v", e, want)
	}
	if len(e.Notes) != 1 || e.Notes[0].Kind != "inferred" || e.Notes[0].Count != 1 {
		t.Errorf("notes: %+v", e.Notes)
	}
}

func TestNewTellsFindings(t *testing.T) {
	d := New(twoHosts(), Options{})
	f := d.Findings[0]
	if !f.OpinionsDiffer || f.Paths != 1 || !slices.Equal(f.Hosts, []string{"a"}) || f.Why[0].Text != "sh under nginx" {
		t.Errorf("first finding: %+v", f)
	}
	hops := f.Chains[0].Hops
	if len(hops) != 3 || hops[0].Name != "init" || hops[2].Name != "sh" || hops[2].Link != "observed" || hops[2].Depth != 2 {
		t.Errorf("hops: %+v", hops)
	}
	g := d.Findings[1]
	if g.Paths != 3 || g.HostCount != 2 || !slices.Equal(g.Hosts, []string{"b", "a"}) || g.First != at("07:00:02") || g.Last != at("08:00:02") {
		t.Errorf("second finding: %+v", g)
	}
	for paths, want := range map[int]int{0: 1, 1: 1, 2: 2, 9: 3, All: 3} {
		if got := len(New(twoHosts(), Options{Paths: paths}).Findings[1].Chains); got != want {
			t.Errorf("Paths %d tells %d chains, want %d", paths, got, want)
		}
	}
}

func TestNewBounds(t *testing.T) {
	for _, c := range []struct {
		o              Options
		shown, omitted int
	}{
		{Options{}, 2, 0},
		{Options{Top: 1}, 1, 1},
		{Options{Top: 5}, 2, 0},
		{Options{MinScore: 0.5}, 1, 1},
	} {
		d := New(twoHosts(), c.o)
		if len(d.Findings) != c.shown || d.FindingsOmitted != c.omitted || d.Evidence.Flagged != 1 {
			t.Errorf("%+v: %d findings, %d omitted", c.o, len(d.Findings), d.FindingsOmitted)
		}
	}
	v := twoHosts()
	for range 60 {
		a := event.Account{File: "x", Suppressed: 1}
		for range event.MaxWarnings {
			a.Warn(event.Warning{Reason: "r"})
		}
		v.Accounts = append(v.Accounts, a)
	}
	d := New(v, Options{})
	if len(d.Warnings) != MaxWarnings || d.WarningsOmitted != 60*event.MaxWarnings-MaxWarnings+60 {
		t.Errorf("%d warnings, %d omitted", len(d.Warnings), d.WarningsOmitted)
	}
}

// lineage is a forest of one process a generation, and its last.
func lineage(n int) (forest *tree.Forest, names []string, leaf *tree.Node) {
	at := node(nil, "a", "/sbin/init", at("00:00:01"))
	root := at
	names = []string{"init"}
	for i := range n - 1 {
		names = append(names, fmt.Sprintf("p%d", i))
		at = node(at, "a", "/bin/"+names[i+1], root.Start)
	}
	return tree.Plant(root), names, at.Node
}

// longChain is a document of one finding whose chain is told in part.
func longChain() *Document {
	forest, all, leaf := lineage(1000)
	f := detect.Finding{
		Rank: 1, Score: 0.9, From: 1, To: 4, Depths: []int{0, 499, 500, 501, 998, 999}, Paths: []tree.Path{{Leaf: leaf}},
		Why: []detect.Reason{{Hop: 2, Weight: 0.5, Text: "p499 under p498"}},
	}
	for _, depth := range f.Depths {
		f.Names = append(f.Names, all[depth])
	}
	m := Manifest{Tool: "oddkin", Model: &Model{Name: "base", Threshold: 0.5}}
	return New(Values{Manifest: m, Forest: forest, Ranking: &detect.Ranking{Findings: []detect.Finding{f}}}, Options{})
}

func TestNewTellsTheNamedHopsOfALongChain(t *testing.T) {
	d := longChain()
	f := &d.Findings[0]
	c := &f.Chains[0]
	if f.NamesOmitted != 994 || c.HopsOmitted != 994 || len(c.Hops) != len(f.Names) {
		t.Fatalf("%d names omitted; %d hops, %d omitted", f.NamesOmitted, len(c.Hops), c.HopsOmitted)
	}
	for i, h := range c.Hops {
		if h.Depth != f.Depths[i] || h.Name != f.Names[i] {
			t.Errorf("hop %d of %s is told for %s at %d", h.Depth, h.Name, f.Names[i], f.Depths[i])
		}
	}
	for format, words := range map[Format][]string{
		Table: {"init → (498 hops) → p498 → p499 → p500 → (496 hops) → p997 → p998", "1 chain shape is told by some of more than 64 hops"},
		HTML: {
			"498 hops are left out here", "496 hops are left out here", "hops 500 to 502 of 1000",
			"994 hops of this very long chain; &#39;oddkin tree --pid 7&#39; draws all",
		},
		CSV:  {"init > (498 hops) > p498 > p499 > p500 > (496 hops) > p997 > p998"},
		JSON: {`"names_omitted": 994`, `"hops_omitted": 994`, `"depth": 998`},
	} {
		got := string(render(t, d, format, Style{Width: 200}))
		for _, w := range words {
			if !strings.Contains(got, w) {
				t.Errorf("%s does not say %q", format, w)
			}
		}
	}
}

// A hop is told alike by whatever way it was come by.
func TestHopsOfDeepLineages(t *testing.T) {
	for _, n := range []int{1, 15, 16, 17, 31, 64, 200} {
		forest, _, leaf := lineage(n)
		var want []Hop
		h := heritage{forest: forest}
		for i, at := range (tree.Path{Leaf: leaf}).Hops(nil) {
			h = h.below(at)
			want = append(want, Hop{i, h.process(at)})
		}
		way := newWaypoints(forest)
		for up := leaf; up != nil; up = up.Parent { // chains that end at every depth
			if c := way.chain(tree.Path{Leaf: up}, nil); !reflect.DeepEqual(c.Hops, want[:len(c.Hops)]) || c.HopsOmitted != 0 {
				t.Fatalf("%d of %d hops are not told as one by one", len(c.Hops), n)
			}
		}
		for i := range n {
			depths := slices.Compact([]int{i / 2, i})
			c := way.chain(tree.Path{Leaf: leaf}, depths)
			if len(c.Hops) != len(depths) || c.HopsOmitted != n-len(depths) {
				t.Fatalf("%d hops, %d omitted", len(c.Hops), c.HopsOmitted)
			}
			for k, depth := range depths {
				if !reflect.DeepEqual(c.Hops[k], want[depth]) {
					t.Fatalf("hop %d of %d: %+v\nwant %+v", depth, n, c.Hops[k], want[depth])
				}
			}
		}
	}
}

func TestNewMakesTextAndNumbersFit(t *testing.T) {
	v := twoHosts(func(sh *tree.Sketch) {
		sh.Proc.Image = "/tmp/\xff\xfe"
		sh.Start = time.Date(20000, 1, 1, 0, 0, 0, 0, time.UTC)
		sh.End = time.Date(2025, 3, 2, 12, 0, 0, 0, time.FixedZone("", 3600))
	})
	v.Ranking.Findings[0].Score = float32(math.NaN())
	v.Ranking.Findings[0].Why[0].Weight = float32(math.Inf(1))
	d := New(v, Options{Nodes: All})
	h := d.Findings[0].Chains[0].Hops[2]
	if h.Image != `/tmp/\xff\xfe` || !h.Start.IsZero() || h.End != at("11:00:00") || d.Findings[0].Score != 0 || d.Findings[0].Why[0].Weight != 0 {
		t.Errorf("%+v", h)
	}
	for _, f := range Formats() {
		if out := render(t, d, f, Style{}); bytes.Contains(out, []byte("\xff")) {
			t.Errorf("%s holds a byte that is not UTF-8", f)
		}
	}
}

func TestForestScores(t *testing.T) {
	d := New(twoHosts(), Options{Nodes: All})
	var got []string
	for _, n := range d.Forest.Nodes {
		got = append(got, fmt.Sprintf("%d<%d %s %.1f #%d", n.ID, n.Parent, n.Name, n.Score, n.Rank))
	}
	want := []string{
		"0<-1 init 0.9 #1", "1<0 nginx 0.9 #1", "2<1 sh 0.9 #1", "3<0 cron 0.1 #2",
		"4<-1 init 0.1 #2", "5<4 cron 0.1 #2", "6<4 cron 0.1 #2",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s", strings.Join(got, "\n"))
	}
	for limit, want := range map[int][]int32{
		1: {4}, // no chain of the ranking fits: the first node that does
		3: {0, 1, 2},
		5: {0, 1, 2, 4, 5},
		7: {0, 1, 2, 3, 4, 5, 6},
	} {
		f := New(twoHosts(), Options{Nodes: limit}).Forest
		var ids []int32
		for _, n := range f.Nodes {
			ids = append(ids, n.ID)
		}
		if len(ids)+f.Omitted != 7 || limit != 1 && !slices.Equal(ids, want) || len(ids) > limit {
			t.Errorf("limit %d keeps %v", limit, ids)
		}
	}
}

// TestNewOfABuiltForest takes a forest as package tree builds it from events.
func TestNewOfABuiltForest(t *testing.T) {
	start := func(pid, parent uint32, image, clock string) event.Event {
		return event.Event{
			Kind: event.Exec, Host: "web01", Time: at(clock), Source: event.Source{File: "audit.log", Offset: int64(pid), Serial: uint64(pid)},
			Proc: event.Proc{PID: pid, Image: image, OS: event.Linux}, Parent: event.Ref{PID: parent},
		}
	}
	f := tree.Build(slices.Values([]event.Event{
		start(1, 0, "/sbin/init", "00:00:01"), start(50, 1, "/usr/sbin/cron", "00:00:02"), start(60, 50, "/bin/sh", "00:00:03"),
		start(61, 50, "/bin/sh", "00:00:04"),
	}), tree.Options{})
	d := New(Values{Forest: f}, Options{Nodes: All})
	if d.Evidence.Processes != len(d.Forest.Nodes) || d.Evidence.Chains != 2 || d.Evidence.Hosts[0].Name != "web01" {
		t.Errorf("%+v", d.Evidence)
	}
	golden(t, "cron.tree.txt", render(t, d, Tree, Style{Width: 80}))
}

// TestWriteTakesAnyDocument: a document may have been read from a file that
// New did not write.
func TestWriteTakesAnyDocument(t *testing.T) {
	for _, d := range []*Document{
		{},
		{Findings: []Finding{{}}, Forest: &Forest{Nodes: []Node{{}}}, Warnings: []Warning{{}}, Manifest: Manifest{Model: &Model{}}},
		{Findings: []Finding{{
			Rank: -1, Score: -3, Window: Window{-5, 90}, Names: []string{"sh"}, Why: []Reason{{Hop: 7}, {Hop: -7}},
			Chains: []Chain{{}, {Hops: []Hop{{Depth: 44}}}, {Hops: []Hop{{Depth: 0}}, HopsOmitted: -1}},
		}}, Forest: &Forest{Nodes: []Node{{ID: 5, Parent: 5}, {ID: 5, Parent: 5}, {ID: -1, Parent: -1}}, Omitted: -3}},
	} {
		for _, f := range Formats() {
			for _, width := range []int{-1, 1, 0, 1 << 20} {
				render(t, d, f, Style{Width: width, Colour: true})
			}
		}
	}
}

func TestWriteTellsErrors(t *testing.T) {
	if err := Write(&bytes.Buffer{}, webServer(), "pdf\x1b", Style{}); err == nil || err.Error() != `unknown report format "pdf\x1b"` {
		t.Errorf("got %v", err)
	}
	d := forestDocument()
	d.Findings = webServer().Findings
	for _, f := range Formats() {
		if err := Write(full{}, d, f, Style{}); !errors.Is(err, errFull) {
			t.Errorf("%s to a full disk: %v", f, err)
		}
		got, err := ParseFormat(string(f))
		if got != f || err != nil {
			t.Errorf("ParseFormat(%q) = %q, %v", f, got, err)
		}
	}
	if _, err := ParseFormat("xml"); err == nil {
		t.Error("xml is no format")
	}
}

var errFull = errors.New("disk full")

// full is a disk without room.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, errFull }

func TestOpinionsDifferWhenOneStandsAgainstBothOthers(t *testing.T) {
	for _, c := range []struct {
		network, rarity, surprise float32
		want                      bool
	}{
		{0.95, 0.1, 0.2, true},
		{0.95, 0.1, 0.6, false}, // one agrees
		{0.95, 0.7, 0.1, false},
		{0.05, 0.7, 0.6, true},
		{0.05, 0.7, 0.1, false},
		{0.51, 0.49, 0.49, false}, // by a hair
		{0.95, 0.8, 0.9, false},
		{0.05, 0.7, 0, true}, // the model tells nothing of what comes next
		{0.95, 0.7, 0, false},
	} {
		if got := opinionsDiffer(c.network, c.rarity, c.surprise); got != c.want {
			t.Errorf("%v: %v", c, got)
		}
	}
}
