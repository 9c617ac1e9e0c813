package main

import (
	"context"
	"fmt"
	"io"
	"iter"
	"os"
	"runtime"
	"runtime/pprof"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"oddkin/parsers/event"
)

// stats measures a run, stage by stage, for the person who asks where the time
// went. It knows the clock and the process; nothing of it enters a result.
type stats struct {
	show             bool
	cpuFile, memFile string

	profile *os.File // of time, being written
	heap    *os.File // of memory, to be written at the end
	stages  []stage
	workers int
}

// stage is a part of the work that has the process to itself.
type stage struct {
	name      string
	beside    string // what else is done meanwhile, behind a comma
	began     time.Time
	cpuBegan  time.Duration
	wall, cpu time.Duration // once it has ended
	amounts   []amount
}

// amount is how much of something a stage went through.
type amount struct {
	what string // "bytes" are shown in decimal units
	n    int64
}

func (s *stats) flags(root *cobra.Command) {
	f := root.PersistentFlags()
	f.BoolVar(&s.show, "stats", false, "print to standard error what each stage took, rates and peak memory")
	f.StringVar(&s.cpuFile, "cpuprofile", "", "write a pprof profile of processor time, labelled by stage, to this new file")
	f.StringVar(&s.memFile, "memprofile", "", "write a pprof profile of memory at the end to this new file")
}

// start opens the profiles that were asked for, before any work is done in vain, and
// begins that of time.
func (s *stats) start() (err error) {
	if s.memFile != "" {
		if s.heap, err = newFile(s.memFile); err != nil {
			return failed(fmt.Errorf("cannot write the profile: %w", err), "")
		}
	}
	if s.cpuFile == "" {
		return nil
	}
	if s.profile, err = newFile(s.cpuFile); err != nil {
		return failed(fmt.Errorf("cannot write the profile: %w", err), "")
	}
	if err := pprof.StartCPUProfile(s.profile); err != nil {
		return failed(fmt.Errorf("cannot profile: %w", err), "")
	}
	return nil
}

// newFile makes a file to write a profile to. One that exists, such as evidence, is
// left alone.
func newFile(path string) (*os.File, error) {
	return os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
}

// stage ends the stage before and begins another. Goroutines carry its name in
// profiles, as those do that are started from now on.
func (s *stats) stage(name string) {
	s.end()
	label(name)
	s.stages = append(s.stages, stage{name: name, began: time.Now(), cpuBegan: processorTime()})
}

// beside tells of work that is done while the running stage is, and counts with it.
func (s *stats) beside(what string) {
	if n := len(s.stages); n > 0 {
		s.stages[n-1].beside = ", " + what
	}
}

// label names the stage that this goroutine, and those it starts, work for.
func label(stage string) {
	pprof.SetGoroutineLabels(pprof.WithLabels(context.Background(), pprof.Labels("stage", stage)))
}

// end ends the stage that is running, if one is.
func (s *stats) end() {
	if n := len(s.stages); n > 0 && s.stages[n-1].wall == 0 {
		last := &s.stages[n-1]
		last.wall, last.cpu = time.Since(last.began), processorTime()-last.cpuBegan
	}
}

// count notes how much the stage of that name went through.
func (s *stats) count(name, what string, n int64) {
	for i := range s.stages {
		if s.stages[i].name == name {
			s.stages[i].amounts = append(s.stages[i].amounts, amount{what, n})
			return
		}
	}
}

// until begins a stage when events have ended. While there are any, the goroutine
// that takes them works for "collect" in profiles.
func (s *stats) until(stage string, events iter.Seq[event.Event]) iter.Seq[event.Event] {
	return func(yield func(event.Event) bool) {
		first := true
		for ev := range events {
			if first {
				first = false
				label("collect")
				s.beside("collect")
			}
			if !yield(ev) {
				return
			}
		}
		s.stage(stage)
	}
}

// read notes what the books of the inputs say that the stage "read" went through.
func (s *stats) read(accounts []event.Account) {
	var bytes, records, events int64
	for i := range accounts {
		bytes += accounts[i].Bytes
		records += accounts[i].Records
		events += accounts[i].Events
	}
	s.count("read", "bytes", bytes)
	s.count("read", "records", records)
	s.count("read", "events", events)
}

// finish ends what is being measured, writes the profiles and prints.
func (s *stats) finish(to io.Writer) error {
	s.end()
	if s.profile != nil {
		pprof.StopCPUProfile()
		if err := s.profile.Close(); err != nil {
			return failed(fmt.Errorf("cannot write the profile: %w", err), "")
		}
	}
	if s.heap != nil {
		if err := writeHeap(s.heap); err != nil {
			return failed(fmt.Errorf("cannot write the profile: %w", err), "")
		}
	}
	if !s.show || len(s.stages) == 0 {
		return nil
	}
	return s.print(to)
}

// writeHeap writes the profile of memory and closes its file.
func writeHeap(f *os.File) error {
	runtime.GC() // the profile tells of what the last collection left
	err := pprof.Lookup("allocs").WriteTo(f, 0)
	if e := f.Close(); err == nil {
		err = e
	}
	return err
}

// print writes one row a stage and amount, and what the whole took.
func (s *stats) print(to io.Writer) error {
	w := tabwriter.NewWriter(to, 0, 8, 2, ' ', 0)
	fmt.Fprintf(w, "stage\twall\tCPU\twent through\n")
	total := stage{name: "all"}
	for i := range s.stages {
		st := &s.stages[i]
		fmt.Fprintf(w, "%s%s\t%s\t%s\t", st.name, st.beside, seconds(st.wall), seconds(st.cpu))
		for j, a := range st.amounts {
			if j > 0 { // a row of its own, so that all fit 80 columns
				fmt.Fprint(w, "\n\t\t\t")
			}
			fmt.Fprint(w, a.rated(st.wall))
		}
		fmt.Fprintln(w)
		total.wall += st.wall
		total.cpu += st.cpu
	}
	fmt.Fprintf(w, "%s\t%s\t%s\t\n", total.name, seconds(total.wall), seconds(total.cpu))
	if err := w.Flush(); err != nil {
		return err
	}
	workers := s.workers
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	_, err := fmt.Fprintf(to, "peak memory %s; %d workers\n", scaled(peakMemory(), "B"), workers)
	return err
}

func seconds(d time.Duration) string { return fmt.Sprintf("%.3f s", d.Seconds()) }

// rated is the amount and what that makes a second.
func (a amount) rated(wall time.Duration) string {
	rate := int64(float64(a.n) / max(wall.Seconds(), 1e-6))
	if a.what == "bytes" {
		return scaled(a.n, "B") + " at " + scaled(rate, "B/s")
	}
	return fmt.Sprintf("%d %s at %s", a.n, a.what, scaled(rate, "/s"))
}

// scaled is n in decimal units.
func scaled(n int64, unit string) string {
	switch {
	case n >= 1e9:
		return fmt.Sprintf("%.2f G%s", float64(n)/1e9, unit)
	case n >= 1e6:
		return fmt.Sprintf("%.1f M%s", float64(n)/1e6, unit)
	case n >= 1e4:
		return fmt.Sprintf("%.0f k%s", float64(n)/1e3, unit)
	}
	return fmt.Sprintf("%d %s", n, unit)
}
