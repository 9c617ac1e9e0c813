package report

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"pgregory.net/rapid"

	"oddkin/detect"
	"oddkin/parsers/event"
	"oddkin/tree"
)

// Nodes that are made while they are written give the same bytes as those that are held,
// whatever is drawn of them.
func TestStreamedNodesReadAsHeldOnes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := anyForest(t)
		o := Options{Nodes: All}
		switch rapid.IntRange(0, 3).Draw(t, "picked") {
		case 0:
			o.Nodes = rapid.IntRange(1, max(v.Forest.Len(), 1)).Draw(t, "nodes")
		case 1:
			o.Select.Users = []string{"33"}
		case 2:
			o.Select.MinScore = 0.5
		}
		held := New(v, o)
		o.Stream = true
		streamed := New(v, o)
		if n := len(streamed.Forest.Nodes); n != 0 {
			t.Fatalf("%d nodes are held", n)
		}
		for _, draw := range []Draw{{}, {Every: true}, {Details: true}, {MaxDepth: 2}} {
			for _, f := range []Format{Tree, DOT, Mermaid, JSON} {
				style := Style{Draw: draw, Width: 160}
				want, got := rendered(t, held, f, style), rendered(t, streamed, f, style)
				if !bytes.Equal(got, want) {
					t.Fatalf("%s, %+v: got\n%s\nwant\n%s", f, draw, got, want)
				}
			}
		}
	})
}

// What a node has from those above it is what they say, asked one by one.
func TestNodesSayWhatStandsAboveThem(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := anyForest(t)
		d := New(v, Options{Nodes: All, Stream: true})
		for n := range v.Forest.Nodes() {
			leader, container, up := int32(-1), n.Proc().Container, n
			if l := n.EntryLeader(); l != nil {
				leader = l.ID
			}
			for ; container == "" && up != nil; up = up.Parent {
				if b := v.Forest.Boundary(up); b != nil {
					container = b.ID
					break
				}
			}
			g := d.Forest.node(n.ID)
			if g.ID != n.ID || g.EntryLeader != leader || g.Lineage != n.Lineage().String() || g.Container != container {
				t.Fatalf("node %d: leader %d, lineage %s, container %q; want %d, %s, %q", n.ID, g.EntryLeader, g.Lineage, g.Container, leader, n.Lineage(), container)
			}
		}
	})
}

func rendered(t *rapid.T, d *Document, f Format, o Style) []byte {
	var b bytes.Buffer
	if err := Write(&b, d, f, o); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// anyForest is what any events of two hosts give, with every chain a finding.
func anyForest(t *rapid.T) Values {
	programs := []event.Proc{
		{Image: "/usr/lib/systemd/systemd"},
		{Image: "/usr/sbin/sshd"},
		{Image: "/usr/sbin/cron"},
		{Image: "/bin/sh"},
		{Image: "/usr/bin/systemctl", Argv: []string{"systemctl", "start", "nginx.service"}},
		{Image: "/usr/bin/ssh", Argv: []string{"ssh", "b", "id"}},
		{Image: "/usr/sbin/nginx"},
		{Image: "/usr/bin/containerd-shim-runc-v2"},
		{Image: "/tmp/\xff\"<b>\n"},
	}
	pid := rapid.Uint32Range(1, 12)
	var events []event.Event
	add := func(kind event.Kind, host string, p event.Proc, parent uint32) {
		i := len(events)
		p.OS = event.Linux
		events = append(events, event.Event{
			Kind: kind, Host: host, Time: at("08:00:00").Add(time.Duration(i) * time.Second),
			Proc: p, Parent: event.Ref{PID: parent}, Source: event.Source{File: "audit.log", Offset: int64(i), Serial: uint64(i)},
		})
	}
	as := func(p event.Proc, pid uint32) event.Proc { p.PID, p.User = pid, "0"; return p }
	if rapid.Bool().Draw(t, "askers") { // one asks init, another the other host
		add(event.Exec, "a", as(programs[0], 1), 0)
		add(event.Exec, "a", as(programs[3], 20), 1)
		add(event.Exec, "a", as(programs[4], 21), 20)
		add(event.Exec, "a", as(programs[6], 22), 1)
		add(event.Exec, "b", as(programs[1], 23), 1)
		add(event.Exec, "a", as(programs[5], 24), 20)
		add(event.Exec, "b", event.Proc{Image: "/bin/sh", PID: 25, AuditUser: "0", Session: "1"}, 23)
	}
	for range rapid.IntRange(0, 40).Draw(t, "events") {
		p := rapid.SampledFrom(programs).Draw(t, "program")
		p.PID = pid.Draw(t, "pid")
		p.User = rapid.SampledFrom([]string{"0", "33", "\xfe"}).Draw(t, "user")
		p.Container = rapid.SampledFrom([]string{"", "", "c0ffee", "beef"}).Draw(t, "container")
		kind := rapid.SampledFrom([]event.Kind{event.Exec, event.Exec, event.Fork, event.Exit, event.ExecFailed}).Draw(t, "kind")
		add(kind, rapid.SampledFrom([]string{"a", "b"}).Draw(t, "host"), p, pid.Draw(t, "parent"))
	}
	v := Values{
		Manifest: Manifest{Tool: "oddkin", Model: &Model{Threshold: 0.5}}, Ranking: &detect.Ranking{},
		Forest: tree.Build(slices.Values(events), tree.Options{Records: true}),
	}
	for p := range v.Forest.Paths() {
		v.Ranking.Findings = append(v.Ranking.Findings, detect.Finding{Names: []string{"x"}, To: 1, Paths: []tree.Path{p}})
	}
	worst := rapid.SampledFrom([]float32{0, 1}).Draw(t, "worst")
	for i := range v.Ranking.Findings {
		f := &v.Ranking.Findings[i]
		if f.Rank = i + 1; worst > 0 {
			f.Score = worst / float32(i+1)
		}
	}
	return v
}

// What nobody reads to its end is not made to its end.
func TestWritingStopsWithTheReader(t *testing.T) {
	var roots []*tree.Sketch
	for range 10_000 {
		roots = append(roots, node(nil, "a", "/bin/sh", at("08:00:00")))
	}
	v := Values{Forest: tree.Plant(roots...), Ranking: &detect.Ranking{Findings: []detect.Finding{{Names: []string{"sh"}, To: 1}}}}
	v.Ranking.Findings[0].Paths = slices.Collect(v.Forest.Paths())
	closed := errors.New("closed")
	for _, f := range Formats() {
		d := New(v, Options{Nodes: All, Paths: All, Stream: true})
		if f != Table { // which looks at all hosts before
			later := d.Findings[0].later
			later.paths = slices.Clone(later.paths)
			later.paths[5000] = tree.Path{} // of which no chain can be made
		}
		err := Write(brokenPipe{closed}, d, f, Style{Draw: Draw{Every: true}})
		if made := d.Forest.later.made.ID; !errors.Is(err, closed) || made > 5000 {
			t.Errorf("%s: %v after node %d", f, err, made)
		}
	}
}

// However a page is laid out in parts, each chain stands in it once, in its place.
func TestEveryChainStandsInItsPlace(t *testing.T) {
	const many = 20 * perLayout
	var roots []*tree.Sketch
	for range many {
		roots = append(roots, node(nil, "a", "/bin/sh", at("08:00:00")))
	}
	v := Values{Forest: tree.Plant(roots...), Ranking: &detect.Ranking{Findings: []detect.Finding{{Rank: 1, Names: []string{"sh"}, To: 1}}}}
	v.Ranking.Findings[0].Paths = slices.Collect(v.Forest.Paths())
	page := string(render(t, New(v, Options{Paths: All, Stream: true}), HTML, Style{}))
	for i := range many {
		_, rest, ok := strings.Cut(page, fmt.Sprintf("Chain %d of %d chains on a,", i+1, many))
		if page = rest; !ok {
			t.Fatalf("chain %d of %d is not in its place", i+1, many)
		}
	}
	if strings.Contains(page, "<h3>Chain") {
		t.Error("a chain stands there twice")
	}
}

type brokenPipe struct{ err error }

func (b brokenPipe) Write([]byte) (int, error) { return 0, b.err }

// Text is laid out as encoding/json does it.
func TestLayOutAsTheLibraryDoes(t *testing.T) {
	word := rapid.OneOf(rapid.StringN(0, 6, -1), rapid.SampledFrom([]string{`"`, `\`, `\"`, `{"`, `],[`, "\n", "a:b", "\U000e0341", "\u202e"}))
	var value func(depth int) *rapid.Generator[any]
	value = func(depth int) *rapid.Generator[any] {
		return rapid.Custom(func(t *rapid.T) any {
			switch kind := rapid.IntRange(0, 5).Draw(t, "kind"); {
			case kind == 0 && depth > 0:
				return rapid.SliceOfN(value(depth-1), 0, 3).Draw(t, "list")
			case kind == 1 && depth > 0:
				return rapid.MapOfN(word, value(depth-1), 0, 3).Draw(t, "map")
			case kind == 2:
				return rapid.Float64Range(-1e9, 1e9).Draw(t, "number")
			case kind == 3:
				return rapid.SampledFrom([]any{true, false, nil}).Draw(t, "literal")
			}
			return word.Draw(t, "text")
		})
	}
	rapid.Check(t, func(t *rapid.T) {
		line, err := json.Marshal(value(4).Draw(t, "value"))
		if err != nil {
			t.Fatal(err)
		}
		var want bytes.Buffer
		if err := json.Indent(&want, line, "    ", "  "); err != nil {
			t.Fatal(err)
		}
		got := appendLaidOut(nil, line, "    ")
		if plain(want.Bytes()) && !bytes.Equal(got, want.Bytes()) {
			t.Fatalf("got\n%s\nwant\n%s", got, want.Bytes())
		}
		var one, other any
		if err := errors.Join(json.Unmarshal(got, &one), json.Unmarshal(line, &other)); err != nil || fmt.Sprint(one) != fmt.Sprint(other) {
			t.Fatalf("%v: %s reads as %v, not as %v", err, got, one, other)
		}
	})
}

// plain reports whether text holds no rune that is written as its escape.
func plain(text []byte) bool {
	return !strings.ContainsFunc(string(text), func(r rune) bool { return (r >= utf8.RuneSelf || r == 0x7f) && !shown(r) })
}
