package tree_test

import (
	"bytes"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/txtar"

	"oddkin/parsers"
	"oddkin/parsers/event"
	"oddkin/tree"
)

var update = flag.Bool("update", false, "rewrite the forests in testdata")

// rootByName makes a scenario's log what an enriched one of the same day says.
var rootByName = strings.NewReplacer(" uid=0 ", " uid=root ")

// TestScenarios builds the log in each document of testdata and compares the
// forest with the one written below it. testdata/README explains the notation.
// The forest is the same where the log calls root by its name.
func TestScenarios(t *testing.T) {
	here, err := filepath.Abs("testdata")
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(here, "*.txt"))
	if err != nil || len(files) == 0 {
		t.Fatal("no scenarios:", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			doc, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			var events, named []event.Event
			for i, part := range doc.Files {
				var got string
				switch strings.Fields(part.Name)[0] {
				case "log":
					events = parseLog(t, string(part.Data))
					named = parseLog(t, rootByName.Replace(string(part.Data)))
					continue
				case "file":
					events = append(events, readEvidence(t, strings.Fields(part.Name)[1], part.Data)...)
					continue
				case "forest":
					got = drawn(events, tree.Options{})
					if byName := drawn(named, tree.Options{}); len(named) == len(events) && byName != got {
						t.Errorf("%s: where root is called by its name the forest is\n%s", file, byName)
					}
				case "strict":
					got = drawn(events, tree.Options{Strict: true})
				case "leaders":
					got = leaders(tree.Build(slices.Values(events), tree.Options{}))
				case "details":
					got = details(tree.Build(slices.Values(events), tree.Options{}))
				case "containers":
					got = containers(tree.Build(slices.Values(events), tree.Options{}))
				case "records":
					got = records(tree.Build(slices.Values(events), tree.Options{Records: true}))
				case "crossings":
					got = crossings(tree.Build(slices.Values(events), tree.Options{}))
				case "logical":
					got = logical(tree.Build(slices.Values(events), tree.Options{}))
				default:
					t.Fatalf("%s: unknown part %q", file, part.Name)
				}
				if *update {
					doc.Files[i].Data = []byte(got)
				} else if want := string(part.Data); got != want {
					t.Errorf("%s, part %q: got\n%s\nwant\n%s", file, part.Name, got, want)
				}
			}
			if *update {
				if err := os.WriteFile(file, txtar.Format(doc), 0o644); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

// readEvidence gives the events in a file as a recorder writes it.
func readEvidence(t *testing.T, name string, data []byte) []event.Event {
	t.Helper()
	t.Chdir(t.TempDir())
	if err := os.WriteFile(name, data, 0o600); err != nil {
		t.Fatal(err)
	}
	e, err := parsers.Open([]string{name}, parsers.Options{Workers: 1})
	if err != nil {
		t.Fatal(err)
	}
	events := slices.Collect(e.Events(t.Context()))
	if len(events) == 0 {
		t.Fatalf("%s: no events: %+v", name, e.Accounts())
	}
	return events
}

// drawn is the forest of events as text. It must not depend on their order.
func drawn(events []event.Event, o tree.Options) string {
	want := draw(tree.Build(slices.Values(events), o))
	shuffled := slices.Clone(events)
	for seed := range uint64(5) {
		rand.New(rand.NewPCG(seed, 0)).Shuffle(len(shuffled), func(i, j int) {
			shuffled[i], shuffled[j] = shuffled[j], shuffled[i]
		})
		if got := draw(tree.Build(slices.Values(shuffled), o)); got != want {
			return "depends on the order of arrival:\n" + want + "against\n" + got
		}
	}
	return want
}

var linkNames = map[tree.LinkKind]string{
	tree.Root: "root", tree.Observed: "observed", tree.ByGUID: "by guid", tree.ByPID: "by pid",
	tree.Inferred: "inferred", tree.Supposed: "supposed", tree.Orphan: "orphan",
}

var entryNames = map[tree.Entry]string{
	tree.EntryUnknown: "unknown", tree.EntryBoot: "boot", tree.EntryService: "service", tree.EntryLogin: "login",
	tree.EntryRemote: "remote", tree.EntryScheduled: "scheduled", tree.EntryContainer: "container",
	tree.EntryConsole: "console", tree.EntrySSH: "ssh", tree.EntryWinRM: "winrm", tree.EntryWMI: "wmi",
	tree.EntryCron: "cron", tree.EntryTimer: "timer", tree.EntryTask: "task",
}

// draw writes one line a node: indented name, pid, how its parent is known, and
// what else is out of the ordinary about it.
func draw(f *tree.Forest) string {
	var b bytes.Buffer
	host, depth := "\x00", map[*tree.Node]int{}
	for n := range f.Nodes() {
		if n.Parent == nil {
			if at := strings.TrimSpace(fmt.Sprintf("%s boot %d", n.Host(), n.Boot())); at != host && (at != "boot 0" || host != "\x00") {
				fmt.Fprintf(&b, "[%s]\n", at)
				host = at
			}
		} else {
			depth[n] = depth[n.Parent] + 1
		}
		fmt.Fprintf(&b, "%s%s(%d) %s", strings.Repeat("  ", depth[n]), n.Base(), n.PID, linkNames[n.Link.Kind])
		if n.Link.Rule != 0 {
			fmt.Fprintf(&b, ": %s", n.Link.Rule)
		}
		if n.PreviousSelf() != nil {
			b.WriteString(", exec in place")
		}
		switch n.Standing {
		case tree.Seen:
			b.WriteString(", only seen")
		case tree.Named:
			b.WriteString(", only named")
		}
		for _, a := range n.Failed() {
			fmt.Fprintf(&b, ", failed %q", a.Command)
		}
		if n.Entry != tree.EntryUnknown {
			fmt.Fprintf(&b, " [%s]", entryNames[n.Entry])
		}
		b.WriteByte('\n')
	}
	c := f.Counts
	for _, x := range []struct {
		name string
		n    int
	}{
		{"duplicates", c.Duplicates},
		{"merged", c.Merged},
		{"a time zone apart", c.ZonesApart},
		{"unbelieved forks", c.UnbelievedForks},
		{"self parents", c.SelfParents},
		{"cycles", c.Cycles},
		{"clock steps", c.ClockSteps},
		{"skewed", c.Skewed},
	} {
		if x.n > 0 {
			fmt.Fprintf(&b, "%s: %d\n", x.name, x.n)
		}
	}
	for _, w := range f.Warnings {
		fmt.Fprintf(&b, "warning: %v\n", w)
	}
	return together(b.String())
}

var nodeLine = regexp.MustCompile(`^( *\S+\()(\d+)(\) .*)\n$`)

// together makes one line of four or more nodes without children that differ in nothing but a
// number one higher: true(20000..20003).
func together(forest string) string {
	lines := strings.SplitAfter(forest, "\n")
	var out strings.Builder
	for len(lines) > 0 {
		n := alike(lines)
		if n < 4 {
			out.WriteString(lines[0])
			lines = lines[1:]
			continue
		}
		first, last := nodeLine.FindStringSubmatch(lines[0]), nodeLine.FindStringSubmatch(lines[n-1])
		fmt.Fprintf(&out, "%s%s..%s%s\n", first[1], first[2], last[2], first[3])
		lines = lines[n:]
	}
	return out.String()
}

// alike counts the lines from the first that together makes one of.
func alike(lines []string) int {
	first := nodeLine.FindStringSubmatch(lines[0])
	if first == nil {
		return 0
	}
	pid, _ := strconv.Atoi(first[2])
	n := 1
	for n < len(lines) && lines[n] == fmt.Sprintf("%s%d%s\n", first[1], pid+n, first[3]) {
		n++
	}
	if n < len(lines) && strings.HasPrefix(lines[n], lines[0][:len(first[1])-len(strings.TrimLeft(first[1], " "))]+" ") {
		n-- // the last has children
	}
	return n
}

func label(n *tree.Node) string { return fmt.Sprintf("%s(%d)", n.Base(), n.PID) }

// leaders lists the processes that lineages began with, each with those of its lineage.
func leaders(f *tree.Forest) string {
	var order []*tree.Node
	of := map[*tree.Node][]string{}
	for n := range f.Nodes() {
		leader := n.EntryLeader()
		if leader == n {
			order = append(order, n)
		} else if leader != nil {
			of[leader] = append(of[leader], label(n))
		}
	}
	var b strings.Builder
	for _, n := range order {
		fmt.Fprintf(&b, "%s: %s\n", entryNames[n.Entry], strings.Join(append([]string{label(n)}, of[n]...), " "))
	}
	return b.String()
}

// details lists when each program was begun and left, as far as is known, and its command line.
func details(f *tree.Forest) string {
	clock := func(t time.Time) string {
		if t.IsZero() {
			return "?"
		}
		return t.Format(time.TimeOnly)
	}
	var b strings.Builder
	for n := range f.Nodes() {
		fmt.Fprintf(&b, "%s from %s to %s: %q\n", label(n), clock(n.Start()), clock(n.End()), n.Command())
	}
	return b.String()
}

// containers lists the boundaries of containers.
func containers(f *tree.Forest) string {
	var b strings.Builder
	for _, c := range f.Boundaries {
		fmt.Fprintf(&b, "%s id=%s runtime=%s: %s\n", label(c.Node), c.ID, c.Runtime, c.Rule)
	}
	return b.String()
}

// logical lists the logical parents.
func logical(f *tree.Forest) string {
	var b strings.Builder
	for _, l := range f.Logical {
		fmt.Fprintf(&b, "%s of %s asked for by %s, %.2f: %s\n", label(l.Node), label(l.Node.Parent), label(l.Parent), l.Confidence, l.Rule)
	}
	return b.String()
}

// crossings lists what joins the hosts.
func crossings(f *tree.Forest) string {
	var b strings.Builder
	for _, c := range f.Crossings {
		fmt.Fprintf(&b, "%s: %s on %s from %s on %s, %.2f: %s", entryNames[c.Entry], label(c.To), c.To.Host(), label(c.From), c.From.Host(), c.Confidence, c.Rule)
		if c.Address != "" {
			fmt.Fprintf(&b, " (%s)", c.Address)
		}
		if c.Rivals > 0 {
			fmt.Fprintf(&b, "; %d hosts more fit", c.Rivals)
		}
		fmt.Fprintf(&b, "; records %d and %d\n", c.Out.Serial, c.In.Serial)
	}
	return b.String()
}

// records lists the serials that each link rests on beside the node's own.
func records(f *tree.Forest) string {
	var b strings.Builder
	for n := range f.Nodes() {
		if list, more := n.Records(); len(list) > 0 {
			fmt.Fprintf(&b, "%s under %s by", label(n), label(n.Parent))
			for _, r := range list {
				fmt.Fprintf(&b, " %d", r.Serial)
			}
			if more > 0 {
				fmt.Fprintf(&b, " and %d more", more)
			}
			b.WriteByte('\n')
		}
	}
	return b.String()
}
