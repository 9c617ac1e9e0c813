package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"text/tabwriter"
)

// contender is a command to be measured. {} in it stands for the evidence, which
// is on standard input otherwise.
type contender struct {
	name, does string
	command    []string
	only       kind // of evidence that it reads; "" for any
}

// kind of evidence, as peers tell it apart.
type kind string

const (
	auditLog kind = "audit log"
	jsonLog  kind = "JSON"
	eventLog kind = "event log"
)

// contenders are the commands that can be run here: oddkin, what stands in dir
// (see peers.sh), and what the system has. Each does what it is made for, which
// is not the same; what it is stands beside every figure.
func contenders(oddkin, dir string) []contender {
	in := func(name string) string { return filepath.Join(dir, name) }
	all := []contender{
		{"oddkin, reader alone", "every record to events of processes, counted", []string{in("read"), "{}"}, ""},
		{"oddkin, reader and tree", "the same, linked to a forest, counted", []string{in("read"), "-tree", "{}"}, ""},
		{"oddkin tree", "the same, all printed", []string{oddkin, "tree", "--quiet", "{}"}, ""},
		{"oddkin analyze", "forest, every chain scored, table", []string{oddkin, "analyze", "--quiet", "{}"}, ""},
		{"oddkin analyze, HTML", "forest, every chain scored, page", []string{oddkin, "analyze", "--quiet", "--format", "html", "-o", in("page.html"), "--force", "{}"}, ""},
		{"grep -c", "counts lines with a word: the floor", []string{"sh", "-c", `grep -c EXECVE "$1" | cat`, "grep", "{}"}, auditLog},
		{"ausearch --raw -m EXECVE", "events put together, filtered", []string{"ausearch", "--input-logs", "--raw", "-m", "EXECVE", "-if", "{}"}, auditLog},
		{"ausearch --format csv", "events put together, normalised", []string{"ausearch", "--format", "csv", "-if", "{}"}, auditLog},
		{"aureport -x --summary", "programs counted", []string{"aureport", "-x", "--summary", "-if", "{}"}, auditLog},
		{"go-libaudit", "events put together, normalised (aucoalesce)", []string{in("libaudit"), "{}"}, auditLog},
		{"LAUREL", "events put together, process table, JSON", []string{in("laurel"), "-c", in("laurel.toml")}, auditLog},
		{"jq", "JSON parsed to objects, counted", []string{"jq", "-n", "reduce inputs as $r (0; . + 1)", "{}"}, jsonLog},
		{"Python json", "JSON lines parsed to objects, counted", []string{"python3", "-c", "import json,sys\nprint(sum(1 for l in open(sys.argv[1]) if json.loads(l)))", "{}"}, jsonLog},
		{"evtx (Rust, by Python)", "records to JSON, counted", []string{in("evtx"), "{}"}, eventLog},
	}
	return slices.DeleteFunc(all, func(c contender) bool {
		_, err := exec.LookPath(c.command[0])
		return err != nil
	})
}

// compare measures all contenders on each file and prints one table a file.
func compare(f *flag.FlagSet, args []string, out io.Writer) error {
	oddkin := f.String("oddkin", "./oddkin", "the oddkin to measure")
	dir := f.String("peers", "", "folder that peers.sh has filled")
	rounds := f.Int("rounds", 5, "how often each command runs")
	if err := f.Parse(args); err != nil {
		return err
	}
	for _, file := range f.Args() {
		if err := warm(file); err != nil {
			return err
		}
		if err := compareOn(out, file, contenders(*oddkin, *dir), *rounds); err != nil {
			return err
		}
	}
	return nil
}

// warm reads a file once.
func warm(file string) error {
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer f.Close()
	_, err = io.Copy(io.Discard, f)
	return err
}

func compareOn(out io.Writer, file string, all []contender, rounds int) error {
	info, err := os.Stat(file)
	if err != nil {
		return err
	}
	mb := float64(info.Size()) / 1e6
	is := kindOf(file)
	all = slices.DeleteFunc(all, func(c contender) bool { return c.only != "" && c.only != is })
	costs := make([][]cost, len(all))
	for range rounds {
		for i, c := range all {
			var before cost
			if n := len(costs[i]); n > 0 {
				before = costs[i][n-1]
			}
			took, err := measureFor(runs, c.command, file, expected(info.Size(), before))
			if err != nil {
				fmt.Fprintf(os.Stderr, "bench: left out: %v\n", err)
				all[i].command, costs[i] = nil, nil
				continue
			}
			costs[i] = append(costs[i], took)
		}
		all, costs = keep(all, costs)
	}
	if len(all) == 0 {
		return fmt.Errorf("nothing could be run on %s", file)
	}
	fmt.Fprintf(out, "\n%s: %.0f MB, %d rounds; median (least to most)\n\n", filepath.Base(file), mb, rounds)
	first := spreadOf(costs[0], wall).median
	firstCPU := spreadOf(costs[0], cpu).median
	w := tabwriter.NewWriter(out, 2, 8, 2, ' ', 0)
	fmt.Fprintf(w, "command\tMB/s\tMB per CPU second\tpeak MB\ttimes the first's wall time\tCPU time\tdoes\n")
	for i, c := range all {
		t, p := spreadOf(costs[i], wall), spreadOf(costs[i], cpu)
		fmt.Fprintf(w, "%s\t%.0f (%.0f to %.0f)\t%.0f (%.0f to %.0f)\t%.0f\t%.2f\t%.2f\t%s\n", c.name,
			mb/t.median, mb/t.most, mb/t.least, mb/p.median, mb/p.most, mb/p.least, spreadOf(costs[i], peak).most, t.median/first, p.median/firstCPU, c.does)
	}
	return w.Flush()
}

// keep drops the contenders whose command failed.
func keep(all []contender, costs [][]cost) ([]contender, [][]cost) {
	n := 0
	for i, c := range all {
		if c.command != nil {
			all[n], costs[n] = c, costs[i]
			n++
		}
	}
	return all[:n], costs[:n]
}

// kindOf tells by its first byte what a file holds.
func kindOf(file string) kind {
	f, err := os.Open(file)
	if err != nil {
		return auditLog
	}
	defer f.Close()
	var b [1]byte
	if _, err := f.Read(b[:]); err != nil {
		return auditLog
	}
	switch b[0] {
	case '{', '[':
		return jsonLog
	case 'E':
		return eventLog
	}
	return auditLog
}
