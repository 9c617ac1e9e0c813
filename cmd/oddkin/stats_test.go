package main

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"runtime/pprof"
	"strings"
	"testing"
)

// Goroutines tell in profiles which stage they work for: the one that goes through
// the stages, and those that a stage starts.
func TestStagesLabelGoroutines(t *testing.T) {
	var s stats
	defer pprof.SetGoroutineLabels(context.Background())
	s.stage("one")
	began, end := make(chan struct{}), make(chan struct{})
	go func() {
		close(began)
		<-end
	}()
	<-began
	s.stage("two")
	var b strings.Builder
	if err := pprof.Lookup("goroutine").WriteTo(&b, 1); err != nil {
		t.Fatal(err)
	}
	close(end)
	for _, want := range []string{`labels: {"stage":"one"}`, `labels: {"stage":"two"}`} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("no goroutine has %s", want)
		}
	}
}

// The process itself is measured, wherever oddkin runs.
func TestTheProcessIsMeasured(t *testing.T) {
	if peakMemory() < 1<<20 {
		t.Errorf("peak memory %d", peakMemory())
	}
	before := processorTime()
	for processorTime() == before { // until some has been used
		_, _ = io.Copy(io.Discard, strings.NewReader(strings.Repeat("x", 1<<20)))
	}
}

// A profile is what pprof reads: gzip.
func TestMemoryProfile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "mem.out")
	f, err := newFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := writeHeap(f); err != nil {
		t.Fatal(err)
	}
	if b, err := os.ReadFile(path); err != nil || !strings.HasPrefix(string(b), "\x1f\x8b") {
		t.Errorf("%v, %d bytes", err, len(b))
	}
}
