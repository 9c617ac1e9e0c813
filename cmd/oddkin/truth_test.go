package main

import (
	"bufio"
	"context"
	"fmt"
	"iter"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"oddkin/parsers"
	"oddkin/parsers/event"
	"oddkin/tree"
)

// TestLineageAgainstTheKernel holds the trees of the lab's recordings (samples/lab;
// ODDKIN_LAB names the folder of its output) to what the kernel's process events
// connector, a second recorder, told of the same processes at the same time. It
// prints how many parents are right for each rule set and each way to know them, beside the
// confidence that is said of it.
func TestLineageAgainstTheKernel(t *testing.T) {
	lab := os.Getenv("ODDKIN_LAB")
	truths, _ := filepath.Glob(filepath.Join(lab, "*.truth.tsv"))
	if lab == "" || len(truths) == 0 {
		t.Skip("ODDKIN_LAB names no folder with recordings of samples/lab")
	}
	for _, v := range views {
		all := tally{}
		for _, path := range truths {
			host := strings.TrimSuffix(path, ".truth.tsv")
			if _, err := os.Stat(host + v.ending); err != nil {
				continue
			}
			one := judgeParents(t, host+v.ending, readTruth(t, path), v)
			if one.judged() == 0 {
				t.Errorf("%s, %s: no start was judged", v.name, host)
			}
			if right, n := one.kind(tree.Inferred); n >= many && right*100 < 90*n {
				t.Errorf("%s, %s: %.1f %% of the inferred parents are right, want 90 %% on any host", v.name, host, percent(right, n))
			}
			t.Logf("%-16s %-10s %s", v.name, filepath.Base(host), one)
			all.add(one)
		}
		t.Logf("%-16s %-10s %s", v.name, "all", all)
		for _, how := range all.ways() {
			w := all[how]
			said := tree.Link{Kind: how.kind, Rule: how.number}.Confidence()
			share := float64(w.right) / float64(w.all)
			t.Logf("    %7d right of %7d  %5.1f %%, confidence %.3f  %s", w.right, w.all, 100*share, said, how)
			if off := math.Abs(share - float64(said)); how.kind != tree.Orphan && w.all >= many && off > offBy(how.kind) {
				t.Errorf("%s: %.1f %% are right of what is known so: %s; the confidence says %.3f", v.name, 100*share, how, said)
			}
		}
		v.check(t, all)
	}
}

// offBy is how far a confidence may be off what is measured: what is supposed depends on the host's work.
func offBy(k tree.LinkKind) float64 {
	if k == tree.Supposed {
		return 0.15
	}
	return 0.05
}

// many is how many edges must be judged for their share to be held to something.
const many = 100

// view is one way to look at the recordings, with what must be right in it, in per cent.
type view struct {
	name, ending string
	options      tree.Options
	floors       map[tree.LinkKind]float64
	orphans      float64 // the most that may be left without a parent
}

var views = []view{
	{"forks on record", ".log", tree.Options{}, map[tree.LinkKind]float64{tree.Observed: 99.8, tree.ByPID: 99.9, tree.Inferred: 95}, 0.1},
	{"starts alone", ".execonly.log", tree.Options{}, map[tree.LinkKind]float64{tree.Observed: 98.5, tree.ByPID: 99.5, tree.Inferred: 95, tree.Supposed: 55}, 10},
	{"starts, strict", ".execonly.log", tree.Options{Strict: true}, map[tree.LinkKind]float64{tree.Observed: 95, tree.ByPID: 98}, 45},
}

func (v *view) check(t *testing.T, all tally) {
	for kind, least := range v.floors {
		if right, n := all.kind(kind); n >= many && percent(right, n) < least {
			t.Errorf("%s: %.2f %% of the parents known as %s are right, want %.1f %%", v.name, percent(right, n), linkKinds[kind], least)
		}
	}
	if _, n := all.kind(tree.Orphan); percent(n, all.judged()) > v.orphans {
		t.Errorf("%s: %.1f %% of the starts are left without a parent, want at most %.1f %%", v.name, percent(n, all.judged()), v.orphans)
	}
	if n := all[untold].all; percent(n, all.judged()) > 5 {
		t.Errorf("%s: %d starts are not in the kernel's record: too few are judged", v.name, n)
	}
}

// way is how an edge is known.
type way struct {
	kind   tree.LinkKind
	number tree.Rule
	rule   string
}

var linkKinds = [...]string{"root", "observed", "by GUID", "by pid", "inferred", "supposed", "orphan"}

func wayOf(l tree.Link) way { return way{l.Kind, l.Rule, l.Rule.String()} }

func (w way) String() string {
	kind := linkKinds[w.kind]
	if w.rule == "" {
		return kind
	}
	return kind + ": " + w.rule
}

// tally counts starts by the way their parent is known, and those that stand
// under the right program.
type tally map[way]struct{ right, all int }

// untold is where starts are counted that the kernel's recorder has not: they are in no share.
var untold = way{rule: "not in the kernel's record"}

// rootless is where orphans are counted whose parent the truth does not name either.
var rootless = way{kind: tree.Orphan, rule: "nor does the truth name a parent"}

func (t tally) add(other tally) {
	for k, v := range other {
		c := t[k]
		c.right, c.all = c.right+v.right, c.all+v.all
		t[k] = c
	}
}

func (t tally) kind(k tree.LinkKind) (right, all int) {
	for w, c := range t {
		if w.kind == k && w != untold && w != rootless {
			right, all = right+c.right, all+c.all
		}
	}
	return right, all
}

// judged counts the starts whose true parent is known.
func (t tally) judged() int {
	n := 0
	for w, c := range t {
		if w != untold && w != rootless {
			n += c.all
		}
	}
	return n
}

func (t tally) ways() []way {
	var out []way
	for w := range t {
		out = append(out, w)
	}
	slices.SortFunc(out, func(a, b way) int { return strings.Compare(a.String(), b.String()) })
	return out
}

func (t tally) String() string {
	right, all := 0, 0
	for w, c := range t {
		if w != untold && w != rootless {
			right, all = right+c.right, all+c.all
		}
	}
	inferred, n := t.kind(tree.Inferred)
	supposed, m := t.kind(tree.Supposed)
	_, orphans := t.kind(tree.Orphan)
	return fmt.Sprintf("%6d starts, %5.2f %% under the true parent; inferred %4d, %5.1f %% right; supposed %4d, %5.1f %% right; orphans %4d, %4.1f %%; %d without a parent in truth, %d not in it",
		all, percent(right, all), n, percent(inferred, n), m, percent(supposed, m), orphans, percent(orphans, all), t[rootless].all, t[untold].all)
}

func percent(part, whole int) float64 { return 100 * float64(part) / float64(max(whole, 1)) }

// truth is the kernel's view of a recording.
type truth struct {
	byExec map[string]*trueProcess // by the event of an execution
}

type trueProcess struct {
	start  float64
	parent *trueProcess
	execs  []string
}

// readTruth reads a table of true lineage; see samples/lab/README.md.
func readTruth(t *testing.T, path string) truth {
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	out := truth{map[string]*trueProcess{}}
	byID := map[[2]string]*trueProcess{}
	type row struct {
		p      *trueProcess
		parent [2]string
	}
	var rows []row
	sc := bufio.NewScanner(f)
	sc.Buffer(nil, 1<<20)
	for sc.Scan() {
		col := strings.Split(sc.Text(), "\t")
		if len(col) < 7 || strings.HasPrefix(col[0], "#") {
			continue
		}
		p := &trueProcess{}
		if p.start, err = strconv.ParseFloat(col[1], 64); err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		if col[6] != "" {
			p.execs = strings.Split(col[6], ",")
		}
		for _, e := range p.execs {
			out.byExec[e] = p
		}
		byID[[2]string{col[0], col[1]}] = p
		rows = append(rows, row{p, [2]string{col[2], col[3]}})
	}
	if err := sc.Err(); err != nil {
		t.Fatal(err)
	}
	for _, r := range rows {
		r.p.parent = byID[r.parent]
	}
	return out
}

// tick is how coarse audit's clock is: an event's time is that of the kernel's last
// tick before it.
const tick = 0.004

// before gives the execution that exec's program follows in its chain: the same
// process's one before, else the last one of the parent, or of whom that came
// from by forks alone, when the process was born; empty if that is not on record.
// Where a parent executed something within a tick of that birth there are two.
func (tr truth) before(exec string) []string {
	p := tr.byExec[exec]
	if p == nil {
		return nil
	}
	if i := slices.Index(p.execs, exec); i > 0 {
		return p.execs[i-1 : i]
	}
	first, second := p.ran(0), p.ran(tick)
	if first == second {
		return []string{first}
	}
	return []string{first, second}
}

// ran is the program that p was born with, if executions less than slack before a
// birth came after it.
func (p *trueProcess) ran(slack float64) string {
	for ; p.parent != nil; p = p.parent {
		last := ""
		for _, e := range p.parent.execs {
			if at, _ := strconv.ParseFloat(e[:strings.IndexByte(e, ':')], 64); at <= p.start-slack {
				last = e
			}
		}
		if last != "" {
			return last
		}
	}
	return ""
}

// asHost gives the init of a recorded container, whose execution begins the log, the number that it has
// on a host of its own. (What its forks return are numbers of the container, with which this does not go together.)
func asHost(events iter.Seq[event.Event]) iter.Seq[event.Event] {
	return func(yield func(event.Event) bool) {
		inits := uint32(0)
		for e := range events {
			if inits == 0 && e.Kind == event.Exec {
				inits = e.Proc.PID
			}
			for _, pid := range []*uint32{&e.Proc.PID, &e.Parent.PID} {
				if inits != 0 && *pid == inits {
					*pid = 1
				}
			}
			if !yield(e) {
				return
			}
		}
	}
}

// judgeParents builds the forest of a log and compares each start's parent.
func judgeParents(t *testing.T, log string, tr truth, v view) tally {
	evidence, err := parsers.Open([]string{log}, parsers.Options{})
	if err != nil {
		t.Fatal(err)
	}
	events := evidence.Events(context.Background())
	if v.ending != ".log" {
		events = asHost(events)
	}
	forest := tree.Build(events, v.options)
	key := func(n *tree.Node) string {
		if n == nil || n.Standing != tree.Started {
			return ""
		}
		at := n.Start()
		return fmt.Sprintf("%d.%03d:%d", at.Unix(), at.Nanosecond()/1e6, n.Source().Serial)
	}
	out := tally{}
	for n := range forest.Nodes() {
		if n.Standing != tree.Started {
			continue
		}
		want := tr.before(key(n))
		if want == nil {
			c := out[untold]
			c.all++
			out[untold] = c
			continue
		}
		w := wayOf(n.Link)
		up := n.Parent
		for up != nil && up.Standing != tree.Started { // the kernel tells of starts alone
			w = wayOf(up.Link)
			up = up.Parent
		}
		if w.kind == tree.Orphan && slices.Contains(want, "") {
			w = rootless
		}
		c := out[w]
		if c.all++; slices.Contains(want, key(up)) {
			c.right++
		}
		out[w] = c
	}
	return out
}
