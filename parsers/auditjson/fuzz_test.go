package auditjson

import (
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/rogpeppe/go-internal/txtar"
)

// scenarios gives the logs of all documents and the formats they are of.
func scenarios(t testing.TB) (logs, formats []string) {
	paths, err := filepath.Glob("testdata/scenarios/*.txt")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no scenarios: %v", err)
	}
	for _, path := range paths {
		doc, err := txtar.ParseFile(path)
		if err != nil {
			t.Fatal(err)
		}
		logs, formats = append(logs, scenarioInput(doc)), append(formats, doc.Files[0].Name)
	}
	return logs, formats
}

// FuzzEvents holds every format to what [read] checks on any bytes, and to
// events with a place in the input, in whatever pieces it is read.
func FuzzEvents(f *testing.F) {
	logs, names := scenarios(f)
	for i, log := range logs {
		for n, format := range Formats() {
			if format.Name() == names[i] {
				f.Add(log, uint8(n), i%2 == 0)
			}
		}
	}
	f.Fuzz(func(t *testing.T, log string, n uint8, keepRaw bool) {
		format := Formats()[int(n)%len(Formats())]
		if m := format.Detect([]byte(log)); m.Confidence < 0 || m.Confidence > 100 || (m.Confidence > 0) != (m.Reason != "") {
			t.Errorf("%+v", m)
		}
		first, a := read(t, format.Name(), strings.NewReader(log), keepRaw)
		for _, ev := range first {
			if ev.Kind == 0 || ev.Source.Offset < 0 || ev.Source.Offset >= int64(len(log)) || ev.Time.Location() != time.UTC || ev.Time.Year() > 9999 {
				t.Errorf("event %+v", ev)
			}
			if keepRaw && ev.Raw == nil && ev.Kind.String() != "boot" {
				t.Errorf("event without its fields %+v", ev)
			}
		}
		second, b := read(t, format.Name(), iotest.OneByteReader(strings.NewReader(log)), keepRaw)
		if len(first) != len(second) || a.Used != b.Used || a.Malformed != b.Malformed {
			t.Errorf("read in other pieces: %d events, then %d", len(first), len(second))
		}
	})
}
