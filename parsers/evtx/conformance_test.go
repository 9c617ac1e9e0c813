package evtx

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"oddkin/parsers/event"
	"oddkin/parsers/internal/ingest"
	"oddkin/parsers/sysmon"
)

// readFile gives the events and the account of one file, of which each format must
// know whether it is its own.
func readFile(tb testing.TB, path string) ([]event.Event, event.Account) {
	content, err := os.ReadFile(path)
	if err != nil {
		tb.Fatal(err)
	}
	var best ingest.Format
	for _, f := range slices.Concat(Formats(), sysmon.Formats()) {
		if f.Detect(content[:min(len(content), ingest.HeadSize)]).Confidence >= 80 {
			if best != nil {
				tb.Fatalf("%s is %s and %s", path, best.Name(), f.Name())
			}
			best = f
		}
	}
	if best == nil {
		tb.Fatalf("%s is of no format", path)
	}
	return readAs(tb, best, ingest.Input{R: bytes.NewReader(content)})
}

// edited is a log whose twin was edited by hand: the log says Explorer.EXE where
// the twin has Explorer.exe.
const edited = "ad691d92-15f2-4181-9aa4-723c74f9ddc3.evtx"

// TestTwins reads logs and their twins, which evtx_dump wrote as JSON, and finds,
// but for blanks at the end of a text and a tenth of a microsecond (comparable),
// the same events in both.
func TestTwins(t *testing.T) {
	pairs, starts := 0, 0
	for _, path := range logs(t, "conformance/evtx_json_twins") {
		twin := strings.TrimSuffix(path, ".evtx") + ".json"
		if _, err := os.Stat(twin); err != nil {
			t.Errorf("%s has no twin", path)
			continue
		}
		pairs++
		got, account := readFile(t, path)
		want, wantAccount := readFile(t, twin)
		if !account.Balanced() || account.Format != "evtx" || account.Malformed+account.Skipped > 0 || account.Truncated || account.Failure != "" ||
			account.Records != wantAccount.Records || account.Used != wantAccount.Used || account.NotNeeded != wantAccount.NotNeeded || account.Duplicate != wantAccount.Duplicate {
			t.Errorf("%s:\n%+v\n%+v", path, account, wantAccount)
		}
		for _, w := range account.Warnings {
			t.Logf("%s: %v", path, w)
		}
		if len(got) != len(want) {
			t.Errorf("%s: %d events, want %d", path, len(got), len(want))
			continue
		}
		for i := range got {
			if got[i].Kind == event.Exec {
				starts++
			}
			g, w := comparable(got[i]), comparable(want[i])
			if strings.HasSuffix(path, edited) {
				w.Parent.CommandLine = strings.Replace(w.Parent.CommandLine, "Explorer.exe", "Explorer.EXE", 1)
			}
			if !reflect.DeepEqual(g, w) {
				t.Errorf("%s:\n got %+v\nwant %+v", path, g, w)
			}
		}
	}
	t.Logf("%d pairs, %d starts", pairs, starts)
}

// comparable leaves out what differs between a log and its twin: the position,
// tenths of microseconds, and blanks at the end of a value, of which evtx_dump
// writes neither.
func comparable(ev event.Event) event.Event {
	ev.Source = event.Source{Serial: ev.Source.Serial}
	ev.Time = ev.Time.Truncate(time.Microsecond)
	for _, s := range []*string{&ev.Proc.CommandLine, &ev.Parent.CommandLine, &ev.Proc.Image, &ev.Proc.Cwd} {
		*s = strings.TrimRight(*s, " \t\r\n")
	}
	return ev
}

// TestOddLogs reads logs that others' readers had trouble with. What is told of
// the damaged ones was compared with their bytes; evtx_dump's library reads fewer
// records of four of them and as many of the rest.
func TestOddLogs(t *testing.T) {
	type account struct{ records, malformed, skipped, warnings int }
	damaged := map[string]account{
		// Copied while Windows wrote over old chunks: records half overwritten.
		"2-vss_0-Microsoft-Windows-RemoteDesktopServices-RdpCoreTS%4Operational.evtx":          {1977, 2, 624, 5},
		"2-vss_0-Microsoft-Windows-TerminalServices-RemoteConnectionManager%4Operational.evtx": {1797, 1, 240, 4},
		// Two chunks of zeros before the last ones, and their numbers missing.
		"2-vss_7-System.evtx": {1160, 0, 131072, 2},
		// The last record is cut: its text is there, the copy of its size is not.
		"Microsoft-Windows-HelloForBusiness%4Operational.evtx":  {6, 0, 5704, 2},
		"Microsoft-Windows-LanguagePackSetup%4Operational.evtx": {17, 0, 1152, 2},
		// A record with a size of zero, which is read all the same.
		"sample-with-zero-data-size-event.evtx": {450, 0, 0, 1},
		// Twelve of sixteen chunks are zeros, and the ends of three others.
		"sample_with_a_bad_chunk_magic.evtx": {302, 1, 867552, 9},
		// The header's table of strings is damaged, which nobody needs.
		"security_bad_string_cache.evtx": {2261, 0, 0, 1},
	}
	for _, path := range logs(t, "conformance/evtx") {
		name := filepath.Base(path)
		_, a := readFile(t, path)
		got := account{int(a.Records), int(a.Malformed), int(a.Skipped), len(a.Warnings)}
		want, isDamaged := damaged[name]
		if !isDamaged {
			want = account{records: got.records}
		}
		if got != want || got.records == 0 || !a.Balanced() || a.Truncated {
			t.Errorf("%s: %+v, want %+v: %v", name, got, want, a.Warnings)
		}
	}
}

// TestOthersEvidenceIsLeftAlone shows the detector what belongs to other formats.
func TestOthersEvidenceIsLeftAlone(t *testing.T) {
	shown := 0
	for _, folder := range []string{"conformance/auditd", "conformance/sandbox", "conformance/sysmon_json", "conformance/evtx", "seed_model"} {
		err := filepath.WalkDir(filepath.Join(dataDir(t), folder), func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || strings.HasSuffix(path, ".evtx") {
				return err
			}
			content, err := os.ReadFile(path)
			if m := Formats()[0].Detect(content[:min(len(content), ingest.HeadSize)]); m.Confidence > 0 {
				t.Errorf("%s: %+v", path, m)
			}
			shown++
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if shown == 0 {
		t.Error("nothing to show")
	}
}
