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

// FuzzEvents holds every format to this on any bytes: nothing panics, the account
// balances, offsets lie within the input, and reading by two goroutines in small blocks gives the same as by one.
// (Reading with Raw takes more strings than reading without and so may find damage
// in them earlier.) An input goes to one format, as reading by all would try a
// twelfth as many.
func FuzzEvents(f *testing.F) {
	paths, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(paths) == 0 {
		f.Fatal("no seeds", err)
	}
	formats := Formats()
	for _, path := range paths {
		a, err := txtar.ParseFile(path)
		if err != nil {
			f.Fatal(err)
		}
		for i := 0; i < len(a.Files); i += 2 {
			name, _ := claim(a.Files[i].Data)
			f.Add(a.Files[i].Data, uint8(max(0, slices.IndexFunc(formats, func(f ingest.Format) bool { return f.Name() == name }))))
		}
	}
	f.Fuzz(func(t *testing.T, content []byte, n uint8) {
		format := formats[int(n)%len(formats)]
		format.Detect(content[:min(len(content), ingest.HeadSize)])
		first := readFuzzed(t, format, content, false, 1)
		if second := readFuzzed(t, format, content, false, 2); !slices.Equal(first, second) {
			t.Fatalf("%s: first %q, then %q", format.Name(), first, second)
		}
		readFuzzed(t, format, content, true, 1)
	})
}

// readFuzzed gives the events and errors of content, one a line.
func readFuzzed(t *testing.T, format ingest.Format, content []byte, keepRaw bool, workers int) []string {
	defer func(old int) { blockSize = old }(blockSize)
	blockSize = 1 + len(content)%97
	a := &event.Account{File: "f"}
	in := &ingest.Input{Name: "f", R: bytes.NewReader(content), KeepRaw: keepRaw, Account: a, Workers: workers}
	var lines []string
	for e, err := range format.Events(in) {
		if err != nil {
			lines = append(lines, err.Error())
			continue
		}
		if e.Source.Offset < 0 || e.Source.Offset >= int64(len(content)) {
			t.Fatalf("offset %d of %d", e.Source.Offset, len(content))
		}
		lines = append(lines, e.Host+line(e))
	}
	if !a.Balanced() || a.Skipped > int64(len(content)) || a.Events != a.Used {
		t.Fatalf("the account does not balance: %+v", a)
	}
	return lines
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
