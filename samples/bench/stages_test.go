package main

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"oddkin/detect"
	"oddkin/parsers"
	"oddkin/parsers/event"
	"oddkin/report"
	"oddkin/tree"
)

// stageSize is how much evidence of each kind the stages are measured on, in bytes.
const stageSize = 16e6

// BenchmarkStages measures each stage by itself on every kind of evidence there is to generate, in megabytes of that evidence
// a second: reading a file, building the forest of its events, ranking, describing what was found, and drawing the page.
func BenchmarkStages(b *testing.B) {
	for _, kind := range kindNames() {
		b.Run(kind, func(b *testing.B) { benchmarkStages(b, kind) })
	}
}

func benchmarkStages(b *testing.B, kind string) {
	path, size := generated(b, kind)
	var events []event.Event
	read := func() {
		evidence, err := parsers.Open([]string{path}, parsers.Options{})
		if err != nil {
			b.Fatal(err)
		}
		events = slices.AppendSeq(events[:0], evidence.Events(context.Background()))
	}
	read()
	if len(events) == 0 {
		b.Fatal("nothing was read")
	}
	model, err := detect.Embedded()
	if err != nil {
		b.Fatal(err)
	}
	forest := tree.Build(slices.Values(events), tree.Options{})
	ranking, err := model.Rank(context.Background(), forest, detect.Options{})
	if err != nil {
		b.Fatal(err)
	}
	found := report.Values{Forest: forest, Ranking: ranking}
	doc := report.New(found, report.Options{})
	for _, stage := range []struct {
		name string
		run  func() error
	}{
		{"read", func() error { read(); return nil }},
		{"link", func() error { tree.Build(slices.Values(events), tree.Options{}); return nil }},
		{"rank", func() error { _, err := model.Rank(context.Background(), forest, detect.Options{}); return err }},
		{"describe", func() error { report.New(found, report.Options{}); return nil }},
		{"page", func() error { return report.Write(io.Discard, doc, report.HTML, report.Style{}) }},
	} {
		b.Run(stage.name, func(b *testing.B) {
			b.SetBytes(size)
			b.ReportAllocs()
			for b.Loop() {
				if err := stage.run(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// generated is a file of evidence, and its size.
func generated(b *testing.B, kind string) (path string, size int64) {
	path = filepath.Join(b.TempDir(), "evidence")
	f, err := os.Create(path)
	if err != nil {
		b.Fatal(err)
	}
	if err := generate(f, kind, 1, stageSize); err != nil {
		b.Fatal(err)
	}
	info, err := f.Stat()
	if err != nil {
		b.Fatal(err)
	}
	if err := f.Close(); err != nil {
		b.Fatal(err)
	}
	return path, info.Size()
}
