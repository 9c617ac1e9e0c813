package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"
)

// point is one size of a curve.
type point struct {
	mb         float64
	wall, peak spread // seconds, megabytes
	cpu        spread
}

// curve measures one command on growing evidence.
func curve(f *flag.FlagSet, args []string, out io.Writer) error {
	oddkin := f.String("oddkin", "./oddkin", "the oddkin to measure")
	command := f.String("command", "analyze --quiet", "its arguments; the evidence follows")
	kind := f.String("kind", "forks", "what to generate: "+strings.Join(kindNames(), ", "))
	sizes := f.String("sizes", "10MB,30MB,100MB,300MB,1GB", "how much, separated by commas")
	rounds := f.Int("rounds", 3, "how often each size is read")
	seed := f.Uint64("seed", 1, "of the evidence")
	svg := f.String("svg", "", "draw the curve into this file")
	if err := f.Parse(args); err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "bench")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	line := append(append([]string{*oddkin}, strings.Fields(*command)...), "{}")
	var points []point
	for size := range strings.SplitSeq(*sizes, ",") {
		n, err := parseSize(size)
		if err != nil {
			return err
		}
		p, err := measureSize(filepath.Join(dir, "evidence"), line, *kind, *seed, n, *rounds)
		if err != nil {
			return err
		}
		points = append(points, p)
	}
	fmt.Fprintf(out, "oddkin %s, %s; median (least to most) of %d\n\n", *command, *kind, *rounds)
	w := tabwriter.NewWriter(out, 2, 8, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(w, "MB\tseconds\tCPU seconds\tMB/s\tpeak MB\t\n")
	for _, p := range points {
		fmt.Fprintf(w, "%.0f\t%.2f (%.2f to %.2f)\t%.2f (%.2f to %.2f)\t%.0f\t%.0f\t\n", p.mb,
			p.wall.median, p.wall.least, p.wall.most, p.cpu.median, p.cpu.least, p.cpu.most, p.mb/p.wall.median, p.peak.most)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	if *svg == "" {
		return nil
	}
	return os.WriteFile(*svg, []byte(draw(points, "oddkin "+*command+", "+*kind)), 0o644)
}

// measureSize generates evidence of one size in file and measures reading it.
func measureSize(file string, command []string, kind string, seed uint64, size int64, rounds int) (point, error) {
	f, err := os.Create(file)
	if err != nil {
		return point{}, err
	}
	err = generate(f, kind, seed, size)
	if e := f.Close(); err == nil {
		err = e
	}
	if err != nil {
		return point{}, err
	}
	if err := warm(file); err != nil {
		return point{}, err
	}
	var costs []cost
	for range rounds {
		c, err := measure(command, file)
		if err != nil {
			return point{}, err
		}
		costs = append(costs, c)
	}
	return point{mb: float64(size) / 1e6, wall: spreadOf(costs, wall), cpu: spreadOf(costs, cpu), peak: spreadOf(costs, peak)}, nil
}
