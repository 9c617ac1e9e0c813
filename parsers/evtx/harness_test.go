package evtx

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"oddkin/parsers/event"
	"oddkin/parsers/internal/ingest"
)

// The tests run where another zone is local: what reads or shows a time by the analyst's
// clock fails them.
func init() { time.Local = time.FixedZone("analyst", 5*3600+45*60) }

// dataDir is where the public data sets lie.
func dataDir(tb testing.TB) string {
	dir := os.Getenv("ODDKIN_DATA")
	if dir == "" {
		dir = "../../../shared/data"
	}
	if _, err := os.Stat(dir); err != nil {
		tb.Skipf("no public data: set ODDKIN_DATA (%v)", err)
	}
	return dir
}

// logs lists the event logs below folders of the public data.
func logs(tb testing.TB, folders ...string) []string {
	var list []string
	for _, folder := range folders {
		err := filepath.WalkDir(filepath.Join(dataDir(tb), folder), func(path string, d os.DirEntry, err error) error {
			if err == nil && strings.HasSuffix(path, ".evtx") {
				list = append(list, path)
			}
			return err
		})
		if err != nil {
			tb.Fatal(err)
		}
	}
	if len(list) == 0 {
		tb.Fatalf("no logs below %v", folders)
	}
	return list
}

// tester is what testing and rapid have in common.
type tester interface {
	Fatal(args ...any)
	Fatalf(format string, args ...any)
	Errorf(format string, args ...any)
}

// read gives the events of a log, its warnings being in the account.
func read(tb tester, content []byte, keepRaw bool) ([]event.Event, event.Account) {
	return readAs(tb, format{}, ingest.Input{R: bytes.NewReader(content), KeepRaw: keepRaw})
}

// readAs gives the events that a format's reader finds.
func readAs(tb tester, f ingest.Format, in ingest.Input) ([]event.Event, event.Account) {
	account := event.Account{Format: f.Name()}
	in.Name, in.Account = "log", &account
	var events []event.Event
	for ev, err := range f.Events(&in) {
		var w event.Warning
		switch {
		case errors.As(err, &w):
		case err != nil:
			tb.Fatal(err)
		default:
			events = append(events, ev)
		}
	}
	return events, account
}
