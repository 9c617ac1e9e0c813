package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime/debug"
	"slices"
	"strings"
	"time"
)

// cost is what one run of a command took.
type cost struct {
	wall time.Duration
	cpu  time.Duration // of processors: its own and the system's
	user time.Duration // its own
	peak int64         // bytes of resident memory
}

// expected is about how much memory a run on evidence of that size takes: what the run before took, if there was one.
func expected(size int64, before cost) int64 {
	if before.peak > 0 {
		return before.peak
	}
	return 64e6 + size/5
}

// measure runs a command with the file on its standard input or, for {}, as an
// argument. Its output goes nowhere. It finds that many bytes of memory that were in use just before, see [keepWarm].
func measure(command []string, file string, memory int64) (cost, error) {
	in, err := os.Open(file)
	if err != nil {
		return cost{}, err
	}
	defer in.Close()
	args := slices.Clone(command)
	named := false
	for i, a := range args {
		if strings.Contains(a, "{}") {
			args[i], named = strings.ReplaceAll(a, "{}", file), true
		}
	}
	c := exec.Command(args[0], args[1:]...)
	var complaint strings.Builder
	c.Stdout, c.Stderr = nil, &limited{w: &complaint, left: 400}
	debug.FreeOSMemory() // what this process has when it starts the other counts as the other's peak
	if !named {
		c.Stdin = in
	}
	warm, err := keepWarm(memory)
	if err != nil {
		return cost{}, err
	}
	defer warm.end()
	began := time.Now()
	if err = c.Start(); err == nil {
		err = warm.giveTo(c.Process.Pid)
		err = cmp.Or(c.Wait(), err)
	}
	took := cost{wall: time.Since(began)}
	var exit *exec.ExitError
	if err != nil && !(errors.As(err, &exit) && exit.ExitCode() == 1) { // 1: nothing found, or findings
		return cost{}, fmt.Errorf("%s: %w: %s", strings.Join(args, " "), err, complaint.String())
	}
	took.user = c.ProcessState.UserTime()
	took.cpu = took.user + c.ProcessState.SystemTime()
	took.peak = peakMemory(c.ProcessState)
	return took, nil
}

// runs are how long each command runs in a round: those that are done sooner run again and again.
const runs = 2 * time.Second

// measureFor runs a command again and again for as long as that takes and gives the mean.
func measureFor(least time.Duration, command []string, file string, memory int64) (cost, error) {
	var t tally
	for {
		c, err := measure(command, file, memory)
		if err != nil {
			return cost{}, err
		}
		if t.add(c); t.sum.wall >= least {
			return t.mean(), nil
		}
	}
}

// tally adds costs up.
type tally struct {
	sum cost // with the greatest peak
	n   time.Duration
}

func (t *tally) add(c cost) {
	t.sum = cost{t.sum.wall + c.wall, t.sum.cpu + c.cpu, t.sum.user + c.user, max(t.sum.peak, c.peak)}
	t.n++
}

func (t *tally) mean() cost {
	return cost{t.sum.wall / t.n, t.sum.cpu / t.n, t.sum.user / t.n, t.sum.peak}
}

// medianOf is the median of each thing that runs cost, but for the peak of memory, which is the greatest.
func medianOf(costs []cost) cost {
	duration := func(of func(cost) float64) time.Duration {
		return time.Duration(spreadOf(costs, of).median * float64(time.Second))
	}
	return cost{duration(wall), duration(cpu), duration(user), int64(spreadOf(costs, peak).most * 1e6)}
}

type limited struct {
	w    io.Writer
	left int
}

func (l *limited) Write(b []byte) (int, error) {
	n := min(len(b), l.left)
	l.left -= n
	_, err := l.w.Write(b[:n])
	return len(b), err
}

// spread is the median of some values, with the least and the most.
type spread struct{ median, least, most float64 }

func spreadOf(costs []cost, of func(cost) float64) spread {
	values := make([]float64, len(costs))
	for i, c := range costs {
		values[i] = of(c)
	}
	return spreadOfValues(values)
}

func spreadOfValues(values []float64) spread {
	values = slices.Sorted(slices.Values(values))
	n := len(values)
	return spread{(values[(n-1)/2] + values[n/2]) / 2, values[0], values[n-1]}
}

func wall(c cost) float64 { return c.wall.Seconds() }
func cpu(c cost) float64  { return c.cpu.Seconds() }
func user(c cost) float64 { return c.user.Seconds() }
func peak(c cost) float64 { return float64(c.peak) / 1e6 }
