package tree_test

import (
	"bytes"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
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
	return b.String()
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
		fmt.Fprintf(&b, "; records %d and %d\n", c.Out.Serial, c.In.Serial)
	}
	return b.String()
}

// records lists the serials that each link rests on beside the node's own.
func records(f *tree.Forest) string {
	var b strings.Builder
	for n := range f.Nodes() {
		if list := n.Records(); len(list) > 0 {
			fmt.Fprintf(&b, "%s under %s by", label(n), label(n.Parent))
			for _, r := range list {
				fmt.Fprintf(&b, " %d", r.Serial)
			}
			b.WriteByte('\n')
		}
	}
	return b.String()
}

// parseLog reads the notation of testdata/README.
func parseLog(t *testing.T, text string) []event.Event {
	t.Helper()
	var events []event.Event
	var clock time.Time
	defaults := event.Event{Proc: event.Proc{OS: event.Linux}, Source: event.Source{File: "log"}}
	for i, line := range strings.Split(text, "\n") {
		words := strings.Fields(line)
		if len(words) == 0 || words[0][0] == '#' {
			continue
		}
		e := defaults
		e.Source.Offset = int64(i * 100)
		e.Source.Serial = uint64(i + 1)
		if words[0] == "set" {
			apply(t, &defaults, words[1:])
			continue
		}
		if words[0] != "-" {
			at, err := time.Parse("15:04:05", words[0])
			if err != nil {
				t.Fatalf("line %d: %v", i+1, err)
			}
			clock = at.AddDate(2024, 0, 0)
			e.Time = clock
		}
		kind, ok := kinds[words[1]]
		if !ok {
			t.Fatalf("line %d: unknown kind %q", i+1, words[1])
		}
		e.Kind = kind
		apply(t, &e, words[2:])
		if e.Kind == event.Fork {
			e.Parent.Image = e.Proc.Image
		}
		events = append(events, e)
	}
	return events
}

var kinds = map[string]event.Kind{
	"exec": event.Exec, "fork": event.Fork, "exit": event.Exit, "seen": event.Snapshot, "failed": event.ExecFailed,
	"boot": event.Boot,
}

// apply sets the fields named in words; a word without "=" begins the command line.
func apply(t *testing.T, e *event.Event, words []string) {
	t.Helper()
	remote := func() *event.Remote {
		if e.Remote == nil {
			e.Remote = &event.Remote{}
		}
		return e.Remote
	}
	for i, w := range words {
		k, v, ok := strings.Cut(w, "=")
		if !ok || strings.ContainsAny(k, "/-") {
			if e.Kind == event.ExecFailed {
				e.Proc.Argv = words[i:]
				return
			}
			e.Proc.Image = strings.ReplaceAll(words[i], "_", " ")
			if len(words) > i+1 {
				e.Proc.Argv = words[i:]
			}
			return
		}
		n, _ := strconv.Atoi(v)
		switch k {
		case "pid":
			e.Proc.PID = uint32(n)
		case "ppid", "by":
			e.Parent.PID = uint32(n)
		case "uid":
			e.Proc.User = v
		case "auid":
			e.Proc.AuditUser = v
		case "ses":
			e.Proc.Session = v
		case "cwd":
			e.Proc.Cwd = v
		case "tty":
			e.Proc.TTY = v
		case "guid":
			e.Proc.GUID = v
		case "pguid":
			e.Parent.GUID = v
		case "parent":
			e.Parent.Image = v
		case "to":
			host, port, _ := strings.Cut(v, ":")
			n, _ := strconv.Atoi(port)
			remote().Address, remote().Port = host, uint16(n)
		case "from":
			remote().Address, remote().Inbound = v, true
		case "local":
			remote().Local = v
		case "comm":
			e.Proc.Name = v
		case "container":
			e.Proc.Container = v
		case "runs":
			e.Proc.Image = v
		case "host":
			e.Host = v
		case "file":
			e.Source.File = v
		case "at":
			e.Source.Offset = int64(n)
		case "serial":
			e.Source.Serial = uint64(n)
		case "os":
			e.Proc.OS = map[string]event.OS{"linux": event.Linux, "windows": event.Windows, "macos": event.MacOS}[v]
		default:
			t.Fatalf("unknown field %q", k)
		}
	}
}
