package main

import (
	"bytes"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"
	"time"
)

// point is one size of a curve.
type point struct {
	mb              float64
	lines           int64
	file            string
	last            cost // what it took the last time
	rounds          []turns
	wall, peak, cpu spread // seconds, megabytes, seconds
}

// turns is what runs took in a round, by the median: on one size, and in turn with them on the yardstick and on the first megabytes.
type turns struct{ own, yard, first cost }

// run runs the command on the point's evidence for so long at least.
func (p *point) run(command []string, least time.Duration) (cost, error) {
	c, err := measureFor(least, command, p.file, expected(int64(p.mb*1e6), p.last))
	p.last = c
	return c, err
}

// sum works out what is shown.
func (p *point) sum() {
	costs := make([]cost, len(p.rounds))
	for i := range p.rounds {
		costs[i] = p.rounds[i].own
	}
	p.wall, p.cpu, p.peak = spreadOf(costs, wall), spreadOf(costs, cpu), spreadOf(costs, peak)
}

// perLine is what a line takes of a processor in each round, without what the first megabytes take, as a
// multiple of what a line of the yardstick takes. A machine's speed, which moves within minutes, falls out of it.
func (p *point) perLine(first, yard *point, of func(cost) float64) spread {
	values := make([]float64, len(p.rounds))
	for i, t := range p.rounds {
		own := (of(t.own) - of(t.first)) / float64(p.lines-first.lines)
		unit := (of(t.yard) - of(t.first)) / float64(yard.lines-first.lines)
		values[i] = own / unit
	}
	return spreadOfValues(values)
}

// nanoseconds is what a line takes of a processor, without what the first megabytes take.
func (p *point) nanoseconds(first *point) float64 {
	values := make([]float64, len(p.rounds))
	for i, t := range p.rounds {
		values[i] = (cpu(t.own) - cpu(t.first)) * 1e9 / float64(p.lines-first.lines)
	}
	return spreadOfValues(values).median
}

// firstSize is the size of the evidence whose cost is taken off that of larger ones: starting, what a
// result takes however much it was made from, such as to score most shapes and to explain and print the first findings, and
// what tables and caches cost until they are filled.
const firstSize = 3e6

// perRound is for how long each size is read in a round, small ones again and again.
const perRound = 4 * time.Second

// curve measures one command on growing evidence.
func curve(f *flag.FlagSet, args []string, out io.Writer) error {
	oddkin := f.String("oddkin", "./oddkin", "the oddkin to measure")
	command := f.String("command", "analyze --quiet", "its arguments; the evidence follows")
	kind := f.String("kind", "forks", "what to generate: "+strings.Join(kindNames(), ", "))
	sizes := f.String("sizes", "10MB,30MB,100MB,300MB,1GB", "how much, separated by commas")
	yardstick := f.String("yardstick", "100MB", "the size that all are compared with: it is read in turn with each")
	rounds := f.Int("rounds", 3, "how often each size is read, small ones for four seconds each time")
	seed := f.Uint64("seed", 1, "of the evidence")
	svg := f.String("svg", "", "draw the curve into this file")
	temp := f.String("dir", "", "folder for the evidence while it is needed (default: the system's for temporary files)")
	if err := f.Parse(args); err != nil {
		return err
	}
	dir, err := os.MkdirTemp(*temp, "bench")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	line := append(append([]string{*oddkin}, strings.Fields(*command)...), "{}")
	first, err := newPoint(filepath.Join(dir, "first"), *kind, *seed, firstSize)
	if err != nil {
		return err
	}
	n, err := parseSize(*yardstick)
	if err != nil {
		return err
	}
	if n <= firstSize {
		return fmt.Errorf("-yardstick: %s is not more than the first %.0f MB", *yardstick, firstSize/1e6)
	}
	yard, err := newPoint(filepath.Join(dir, "yardstick"), *kind, *seed, n)
	if err != nil {
		return err
	}
	var points []*point
	for size := range strings.SplitSeq(*sizes, ",") {
		n, err := parseSize(size)
		if err != nil {
			return err
		}
		if n <= firstSize {
			return fmt.Errorf("-sizes: %s is not more than the first %.0f MB, which are taken off each size", size, firstSize/1e6)
		}
		p, err := newPoint(filepath.Join(dir, size), *kind, *seed, n)
		if err != nil {
			return err
		}
		points = append(points, p)
	}
	for _, p := range append(slices.Clone(points), first, yard) { // so that each is known to take how long
		if _, err := p.run(line, 0); err != nil {
			return err
		}
	}
	for range *rounds {
		for _, p := range points {
			if err := p.round(line, first, yard); err != nil {
				return err
			}
		}
	}
	for _, p := range points {
		p.sum()
	}
	fmt.Fprintf(out, "oddkin %s, %s; median (least to most) of %d rounds\n\n", *command, *kind, *rounds)
	if err := printCurve(out, points, first, yard); err != nil {
		return err
	}
	if *svg == "" {
		return nil
	}
	return os.WriteFile(*svg, []byte(draw(points, "oddkin "+*command+", "+*kind)), 0o644)
}

// round measures one size, each run between two of the yardstick that take as long together, and two of the first megabytes: all of
// them then find the machine at one speed. Small sizes are read again and again.
func (p *point) round(command []string, first, yard *point) error {
	var own, beside, begin []cost
	for read := time.Duration(0); read < perRound; read += p.last.wall {
		half := p.last.wall / 2
		for _, run := range []struct {
			of    *point
			least time.Duration
			to    *[]cost
		}{
			{yard, half, &beside},
			{first, min(half, time.Second), &begin},
			{p, 0, &own},
			{first, min(half, time.Second), &begin},
			{yard, half, &beside},
		} {
			c, err := run.of.run(command, run.least)
			if err != nil {
				return err
			}
			*run.to = append(*run.to, c)
		}
	}
	p.rounds = append(p.rounds, turns{medianOf(own), medianOf(beside), medianOf(begin)})
	return nil
}

// printCurve prints a row a size, and how far apart the sizes are in processor time a line.
func printCurve(out io.Writer, points []*point, first, yard *point) error {
	w := tabwriter.NewWriter(out, 2, 8, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(w, "MB\tseconds\tCPU seconds\tMB/s\tpeak MB\tCPU ns a line\tbeside the yardstick\tof its own\t\n")
	var ns, beside, own, starts, yards []float64
	for _, p := range points {
		ns = append(ns, p.nanoseconds(first))
		all, mine := p.perLine(first, yard, cpu), p.perLine(first, yard, user)
		beside, own = append(beside, all.median), append(own, mine.median)
		for _, t := range p.rounds {
			starts, yards = append(starts, cpu(t.first)), append(yards, cpu(t.yard))
		}
		fmt.Fprintf(w, "%.0f\t%.2f (%.2f to %.2f)\t%.2f (%.2f to %.2f)\t%.0f\t%.0f\t%.0f\t%.3f (%.3f to %.3f)\t%.3f (%.3f to %.3f)\t\n", p.mb,
			p.wall.median, p.wall.least, p.wall.most, p.cpu.median, p.cpu.least, p.cpu.most, p.mb/p.wall.median,
			p.peak.most, ns[len(ns)-1], all.median, all.least, all.most, mine.median, mine.least, mine.most)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	start, stick := spreadOfValues(starts), spreadOfValues(yards)
	_, err := fmt.Fprintf(out, "\nbehind the first %.0f MB, which take %.3f s (%.3f to %.3f), a line takes %.0f to %.0f ns of a processor (%.0f %% apart)\n"+
		"and %.3f to %.3f times what a line of the yardstick takes (%.0f %% apart): %.0f MB, read in turn with each, %.2f s (%.2f to %.2f);\n"+
		"of that its own, without the system's, %.3f to %.3f times (%.0f %% apart)\n",
		first.mb, start.median, start.least, start.most, slices.Min(ns), slices.Max(ns), apart(ns),
		slices.Min(beside), slices.Max(beside), apart(beside), yard.mb, stick.median, stick.least, stick.most,
		slices.Min(own), slices.Max(own), apart(own))
	return err
}

// apart says by how many percent the greatest of values exceeds the least.
func apart(values []float64) float64 { return 100 * (slices.Max(values)/slices.Min(values) - 1) }

// newPoint generates evidence of one size in file, which is then in the page cache as far as there is room.
func newPoint(file, kind string, seed uint64, size int64) (*point, error) {
	f, err := os.Create(file)
	if err != nil {
		return nil, err
	}
	err = generate(f, kind, seed, size)
	if e := f.Close(); err == nil {
		err = e
	}
	if err != nil {
		return nil, err
	}
	p := &point{mb: float64(size) / 1e6, file: file}
	p.lines, err = countLines(file)
	return p, err
}

func countLines(file string) (int64, error) {
	f, err := os.Open(file)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	var lines int64
	buf := make([]byte, 1<<20)
	for {
		n, err := f.Read(buf)
		lines += int64(bytes.Count(buf[:n], []byte{'\n'}))
		if err == io.EOF {
			return lines, nil
		}
		if err != nil {
			return 0, err
		}
	}
}
