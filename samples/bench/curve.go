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
	cpu, user  spread

	file  string
	costs []cost
}

// firstSize is the size of the evidence whose cost is taken off that of larger ones: starting, and what a
// result takes however much it was made from, such as to explain and print the first findings.
const firstSize = 1e6

// curve measures one command on growing evidence.
func curve(f *flag.FlagSet, args []string, out io.Writer) error {
	oddkin := f.String("oddkin", "./oddkin", "the oddkin to measure")
	command := f.String("command", "analyze --quiet", "its arguments; the evidence follows")
	kind := f.String("kind", "forks", "what to generate: "+strings.Join(kindNames(), ", "))
	sizes := f.String("sizes", "10MB,30MB,100MB,300MB,1GB", "how much, separated by commas")
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
		for _, p := range points {
			c, err := measureFor(2*time.Second, line, p.file)
			if err != nil {
				return err
			}
			p.costs = append(p.costs, c)
		}
	}
	for _, p := range points {
		p.wall, p.cpu, p.user, p.peak = spreadOf(p.costs, wall), spreadOf(p.costs, cpu), spreadOf(p.costs, user), spreadOf(p.costs, peak)
	}
	fmt.Fprintf(out, "oddkin %s, %s; median (least to most) of %d\n\n", *command, *kind, *rounds)
	if err := printCurve(out, points[1:], first); err != nil {
		return err
	}
	if *svg == "" {
		return nil
	}
	return os.WriteFile(*svg, []byte(draw(points[1:], "oddkin "+*command+", "+*kind)), 0o644)
}

// printCurve prints a row a size and how far apart the sizes are in processor time a line, behind those of
// first: in the program's own and with what the system takes to give it memory and the file. By medians, and by
// the least of the rounds, which other work on the machine falsifies least.
func printCurve(out io.Writer, points []*point, first *point) error {
	w := tabwriter.NewWriter(out, 2, 8, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(w, "MB\tseconds\tCPU seconds\tMB/s\tuser ns a line\tCPU ns a line\tpeak MB\t\n")
	var own, all, leastOwn, leastAll []float64
	for _, p := range points {
		ns := func(of, off float64) float64 { return (of - off) * 1e9 / float64(max(1, p.lines-first.lines)) }
		own, leastOwn = append(own, ns(p.user.median, first.user.median)), append(leastOwn, ns(p.user.least, first.user.least))
		all, leastAll = append(all, ns(p.cpu.median, first.cpu.median)), append(leastAll, ns(p.cpu.least, first.cpu.least))
		fmt.Fprintf(w, "%.0f\t%.2f (%.2f to %.2f)\t%.2f (%.2f to %.2f)\t%.0f\t%.0f\t%.0f\t%.0f\t\n", p.mb,
			p.wall.median, p.wall.least, p.wall.most, p.cpu.median, p.cpu.least, p.cpu.most, p.mb/p.wall.median,
			own[len(own)-1], all[len(all)-1], p.peak.most)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintf(out, "\nbehind the first %.0f MB, which take %.3f s, a line takes\n%s of a processor, %s with the system's part\n%s and %s by the least of the rounds\n",
		first.mb, first.cpu.median, apart(own), apart(all), apart(leastOwn), apart(leastAll))
	return err
}

// apart says how far apart the values are.
func apart(ns []float64) string {
	low, high := slices.Min(ns), slices.Max(ns)
	return fmt.Sprintf("%.0f to %.0f ns (%.0f %% apart)", low, high, 100*(high/low-1))
}

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
