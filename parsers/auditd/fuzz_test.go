package auditd

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/rogpeppe/go-internal/txtar"
)

func seeds(f *testing.F, add func(string)) {
	f.Helper()
	files, _ := filepath.Glob("testdata/traps/*.txt")
	for _, file := range files {
		doc, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		add(string(txtar.Parse(doc).Files[0].Data))
	}
	add(string(generate(1, 4<<10, true)))
}

// FuzzEvents holds the reader to what [read] checks on any bytes: no panic, a
// balanced account, every byte read.
func FuzzEvents(f *testing.F) {
	seeds(f, func(s string) { f.Add(s, false, false) })
	f.Fuzz(func(t *testing.T, log string, syslog, keepRaw bool) {
		format := Log
		if syslog {
			format = Syslog
		}
		format.Detect([]byte(log))
		first, a := readFrom(t, format, strings.NewReader(log), keepRaw)
		for _, ev := range first {
			if ev.Kind == 0 || ev.Source.Offset < 0 || ev.Source.Offset >= int64(len(log)) || ev.Time.Location() != time.UTC {
				t.Errorf("event %+v", ev)
			}
		}
		second, b := readFrom(t, format, iotest.HalfReader(strings.NewReader(log)), keepRaw)
		if len(first) != len(second) || a.Used != b.Used || a.Malformed != b.Malformed {
			t.Errorf("read in other pieces: %d events, then %d", len(first), len(second))
		}
	})
}

// FuzzNormalize: hostile records give an error or a view, and name nobody by this
// machine's accounts.
func FuzzNormalize(f *testing.F) {
	seeds(f, func(s string) { f.Add(s) })
	f.Fuzz(func(t *testing.T, log string) {
		view, err := Normalize(strings.Split(log, "\n"))
		if err == nil && view.Summary() == "" && len(view.Warnings) == 0 && view.Result == "" {
			t.Errorf("empty view of %q", log)
		}
	})
}
