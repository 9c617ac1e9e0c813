package sandbox

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"oddkin/parsers/event"
	"oddkin/parsers/internal/ingest"
)

// FuzzEvents feeds every format with the same bytes: nothing panics, the
// account balances, offsets lie within the input, and reading twice gives the
// same. (Reading with Raw takes more strings than reading without and so may
// find damage in them earlier.)
func FuzzEvents(f *testing.F) {
	paths, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(paths) == 0 {
		f.Fatal("no seeds", err)
	}
	for _, path := range paths {
		a, err := txtar.ParseFile(path)
		if err != nil {
			f.Fatal(err)
		}
		for i := 0; i < len(a.Files); i += 2 {
			f.Add(a.Files[i].Data)
		}
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		for _, format := range Formats() {
			format.Detect(content[:min(len(content), ingest.HeadSize)])
			var runs [3][]string
			for run := range runs {
				a := &event.Account{File: "f"}
				in := &ingest.Input{Name: "f", R: bytes.NewReader(content), KeepRaw: run == 2, Account: a}
				for e, err := range format.Events(in) {
					if err != nil {
						runs[run] = append(runs[run], err.Error())
						continue
					}
					if e.Source.Offset < 0 || e.Source.Offset >= int64(len(content)) {
						t.Fatalf("offset %d of %d", e.Source.Offset, len(content))
					}
					runs[run] = append(runs[run], e.Host+line(e))
				}
				if !a.Balanced() || a.Skipped > int64(len(content)) || a.Events != a.Used {
					t.Fatalf("the account does not balance: %+v", a)
				}
			}
			if !slices.Equal(runs[0], runs[1]) {
				t.Fatalf("%s: first %q, then %q", format.Name(), runs[0], runs[1])
			}
		}
	})
}

// FuzzDetect: a head cut anywhere is no reason to panic or to change a claim
// into a false one of more than certainty.
func FuzzDetect(f *testing.F) {
	if head, err := os.ReadFile("../../samples/sandbox/maldoc.cape.json"); err == nil {
		f.Add(head[:4096])
	}
	f.Add([]byte(`{"behavior": {"processes": [{"ppid": 1, "process_name"`))
	f.Fuzz(func(t *testing.T, head []byte) {
		for _, format := range Formats() {
			if m := format.Detect(head); m.Confidence < 0 || m.Confidence > 100 || m.Confidence > 0 && m.Reason == "" {
				t.Fatalf("%+v", m)
			}
		}
	})
}
