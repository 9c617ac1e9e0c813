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
	mb         float64
	lines      int64
	wall, peak spread // seconds, megabytes
	cpu        spread

	file   string
	costs  []cost // a round each
	beside []cost // what the yardstick took just before and after each of costs, in the mean
}

// measure runs the command for a round, for so long at least.
func (p *point) measure(command []string, least time.Duration) error {
	c, err := measureFor(least, command, p.file, expected(int64(p.mb*1e6), p.costs))
	p.costs = append(p.costs, c)
	return err
}

// sum works out what is shown.
func (p *point) sum() {
	p.wall, p.cpu, p.peak = spreadOf(p.costs, wall), spreadOf(p.costs, cpu), spreadOf(p.costs, peak)
}

// perLine is what a line takes of a processor in each round, without what the first megabytes take, as a
// multiple of what a line of the yardstick takes. A machine's speed, which moves within minutes, falls out of it.
func (p *point) perLine(first, yard *point, of func(cost) float64) spread {
	start := spreadOfValues(first.besideYard(of)).median
	unit := (1 - start) / float64(yard.lines-first.lines)
	values := p.besideYard(of)
	for i := range values {
		values[i] = (values[i] - start) / float64(p.lines-first.lines) / unit
	}
	return spreadOfValues(values)
}

// besideYard is what each round took, in yardsticks.
func (p *point) besideYard(of func(cost) float64) []float64 {
	values := make([]float64, len(p.costs))
	for i, c := range p.costs {
		values[i] = of(c) / of(p.beside[i])
	}
	return values
}

// firstSize is the size of the evidence whose cost is taken off that of larger ones: starting, what a
// result takes however much it was made from, such as to score most shapes and to explain and print the first findings, and
// what tables and caches cost until they are filled.
const firstSize = 3e6

// curve measures one command on growing evidence.
func curve(f *flag.FlagSet, args []string, out io.Writer) error {
	oddkin := f.String("oddkin", "./oddkin", "the oddkin to measure")
	command := f.String("command", "analyze --quiet", "its arguments; the evidence follows")
	kind := f.String("kind", "forks", "what to generate: "+strings.Join(kindNames(), ", "))
	sizes := f.String("sizes", "10MB,30MB,100MB,300MB,1GB", "how much, separated by commas")
	yardstick := f.String("yardstick", "100MB", "the size that all are compared with: it is read before and after each")
	rounds := f.Int("rounds", 3, "how often each size is read, small ones for two seconds each time")
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
	points := []*point{first}
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
	for range *rounds {
		if err := round(line, points, yard); err != nil {
			return err
		}
	}
	for _, p := range append(points, yard) {
		p.sum()
	}
	fmt.Fprintf(out, "oddkin %s, %s; median (least to most) of %d rounds\n\n", *command, *kind, *rounds)
	if err := printCurve(out, points[1:], first, yard); err != nil {
		return err
	}
	if *svg == "" {
		return nil
	}
	return os.WriteFile(*svg, []byte(draw(points[1:], "oddkin "+*command+", "+*kind)), 0o644)
}

// round measures all sizes, each between two measures of the yardstick that take as long together.
func round(command []string, points []*point, yard *point) error {
	for _, p := range points {
		half := runs
		if n := len(yard.costs); n > 0 {
			half = max(runs, time.Duration(float64(yard.costs[n-1].wall)*float64(p.lines)/float64(yard.lines)/2))
		}
		if err := yard.measure(command, half); err != nil {
			return err
		}
		if err := p.measure(command, runs); err != nil {
			return err
		}
		if err := yard.measure(command, half); err != nil {
			return err
		}
		n := len(yard.costs)
		before, after := yard.costs[n-2], yard.costs[n-1]
		p.beside = append(p.beside, cost{cpu: (before.cpu + after.cpu) / 2, user: (before.user + after.user) / 2})
	}
	return nil
}

// printCurve prints a row a size, and how far apart the sizes are in processor time a line.
func printCurve(out io.Writer, points []*point, first, yard *point) error {
	w := tabwriter.NewWriter(out, 2, 8, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(w, "MB\tseconds\tCPU seconds\tMB/s\tpeak MB\tCPU ns a line\tbeside the yardstick\tof its own\t\n")
	var ns, beside, own []float64
	for _, p := range points {
		ns = append(ns, (p.cpu.median-first.cpu.median)*1e9/float64(p.lines-first.lines))
		all, mine := p.perLine(first, yard, cpu), p.perLine(first, yard, user)
		beside, own = append(beside, all.median), append(own, mine.median)
		fmt.Fprintf(w, "%.0f\t%.2f (%.2f to %.2f)\t%.2f (%.2f to %.2f)\t%.0f\t%.0f\t%.0f\t%.3f (%.3f to %.3f)\t%.3f (%.3f to %.3f)\t\n", p.mb,
			p.wall.median, p.wall.least, p.wall.most, p.cpu.median, p.cpu.least, p.cpu.most, p.mb/p.wall.median,
			p.peak.most, ns[len(ns)-1], all.median, all.least, all.most, mine.median, mine.least, mine.most)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintf(out, "\nbehind the first %.0f MB, which take %.3f s, a line takes %.0f to %.0f ns of a processor (%.0f %% apart)\n"+
		"and %.3f to %.3f times what a line of the yardstick takes (%.0f %% apart): %.0f MB, read before and after each, %d times %.2f s (%.2f to %.2f);\n"+
		"of that its own, without the system's, %.3f to %.3f times (%.0f %% apart)\n",
		first.mb, first.cpu.median, slices.Min(ns), slices.Max(ns), apart(ns),
		slices.Min(beside), slices.Max(beside), apart(beside), yard.mb, len(yard.costs), yard.cpu.median, yard.cpu.least, yard.cpu.most,
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
