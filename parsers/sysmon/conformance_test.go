package sysmon

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"oddkin/parsers/event"
	"oddkin/parsers/internal/ingest"
)

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

// load gives a file's content, unpacked.
func load(tb testing.TB, path string) []byte {
	b, err := os.ReadFile(path)
	if err != nil {
		tb.Fatal(err)
	}
	if !strings.HasSuffix(path, ".gz") {
		return b
	}
	z, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		tb.Fatal(err)
	}
	if b, err = io.ReadAll(z); err != nil {
		tb.Fatal(err)
	}
	return b
}

// files lists the files below the folders of dataDir that end in one of
// suffixes.
func files(tb testing.TB, suffixes string, folders ...string) []string {
	var list []string
	for _, folder := range folders {
		root := filepath.Join(dataDir(tb), folder)
		err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			if err == nil && !d.IsDir() {
				for s := range strings.FieldsSeq(suffixes) {
					if strings.HasSuffix(path, s) {
						list = append(list, path)
					}
				}
			}
			return err
		})
		if err != nil {
			tb.Fatal(err)
		}
	}
	if len(list) == 0 {
		tb.Fatalf("no %s below %v", suffixes, folders)
	}
	return list
}

// read gives all events and warnings of an input.
func read(r io.Reader) ([]event.Event, event.Account, error) { return readAs(format{}, r) }

func readAs(f ingest.Format, r io.Reader) ([]event.Event, event.Account, error) {
	account := event.Account{}
	var events []event.Event
	var failure error
	for ev, err := range f.Events(&ingest.Input{Name: "in.json", R: r, Account: &account}) {
		var w event.Warning
		switch {
		case errors.As(err, &w):
		case err != nil:
			failure = err
		default:
			events = append(events, ev)
		}
	}
	return events, account, failure
}

// oracle counts objects and starts in a file with encoding/json and the plain
// names of the dialects, sharing no code with the reader.
type oracle struct {
	objects, sysmon1, sysmon5, security4688, security4689 int64
}

func (o *oracle) decode(tb testing.TB, in []byte) {
	d := json.NewDecoder(bytes.NewReader(bytes.TrimPrefix(in, []byte("\xef\xbb\xbf"))))
	for {
		var v any
		if err := d.Decode(&v); errors.Is(err, io.EOF) {
			return
		} else if err != nil {
			tb.Fatal(err)
		}
		if list, ok := v.([]any); ok {
			for _, e := range list {
				o.count(e)
			}
			continue
		}
		o.count(v)
	}
}

func (o *oracle) count(v any) {
	o.objects++
	at := func(path ...string) string {
		cur := v
		for _, p := range path {
			m, ok := cur.(map[string]any)
			if !ok {
				return ""
			}
			cur = m[p]
		}
		switch cur.(type) {
		case nil, map[string]any:
			return ""
		}
		return fmt.Sprint(cur)
	}
	first := func(all ...string) string {
		for _, s := range all {
			if s != "" {
				return s
			}
		}
		return ""
	}
	id := first(at("EventID"), at("event_id"), at("winlog", "event_id"), at("Event", "System", "EventID"), at("EventCode"))
	source := first(at("SourceName"), at("source_name"), at("winlog", "provider_name"), at("winlog", "channel"),
		at("Event", "System", "Provider", "#attributes", "Name"), at("Event", "System", "Provider", "Name"), at("Channel"))
	switch {
	case strings.Contains(source, "Sysmon") && id == "1":
		o.sysmon1++
	case strings.Contains(source, "Sysmon") && id == "5":
		o.sysmon5++
	case strings.Contains(source, "Security") && id == "4688":
		o.security4688++
	case strings.Contains(source, "Security") && id == "4689":
		o.security4689++
	}
}

func TestPublicData(t *testing.T) {
	for _, path := range files(t, ".json .json.gz .txt.gz", "full", "train/windows/otrf", "train/windows/otrf_winlogbeat",
		"train/windows/splunk_nxlog", "conformance/evtx_json_twins") {
		name, _ := filepath.Rel(dataDir(t), path)
		t.Run(name, func(t *testing.T) {
			in := load(t, path)
			var want oracle
			want.decode(t, in)
			if m := (format{}).Detect(in[:min(len(in), ingest.HeadSize)]); m.Confidence < 80 {
				t.Errorf("detected with %d: %s", m.Confidence, m.Reason)
			}
			events, account, err := read(bytes.NewReader(in))
			if err != nil || !account.Balanced() || account.Records != want.objects || account.Malformed+account.Skipped > 0 || account.Truncated {
				t.Fatalf("want %d objects: %+v, %v", want.objects, account, err)
			}
			var got oracle
			for _, ev := range events {
				switch {
				case ev.Kind == event.Exec && ev.Proc.GUID != "":
					got.sysmon1++
				case ev.Kind == event.Exit && ev.Proc.GUID != "":
					got.sysmon5++
				case ev.Kind == event.Exec:
					got.security4688++
				case ev.Kind == event.Exit:
					got.security4689++
				}
				if ev.Kind != event.Boot && ev.Remote == nil && ev.Proc.PID == 0 && ev.Proc.GUID == "" || ev.Time.IsZero() || ev.Host == "" {
					t.Errorf("event without process, time or host: %+v", ev)
				}
				if ev.Kind == event.Exec && (ev.Proc.Image == "" || ev.Proc.User == "") {
					t.Errorf("start without image or user: %+v", ev)
				}
			}
			got.objects = account.Records
			if account.Duplicate > 0 {
				t.Logf("%d duplicates", account.Duplicate)
				return
			}
			if got != want {
				t.Errorf("got %+v, encoding/json says %+v", got, want)
			}
		})
	}
}

// TestNormalisedTwins reads the raw 4688 events of xp_rules, in two dialects, and
// holds them to the normalised form that their authors wrote beside each.
func TestNormalisedTwins(t *testing.T) {
	for _, path := range files(t, ".txt", "conformance/xp_rules/packages/system/normalization_formulas/Microsoft/Windows") {
		events, account, err := read(bytes.NewReader(load(t, path)))
		if err != nil || len(events) != 1 || account.Malformed > 0 {
			t.Errorf("%s: %d events, %+v, %v", path, len(events), account, err)
			continue
		}
		var want map[string]any
		dir, name := filepath.Split(path)
		if err := json.Unmarshal(load(t, dir+strings.NewReplacer("raw_", "norm_", ".txt", ".js").Replace(name)), &want); err != nil {
			t.Fatal(err)
		}
		p, q := &events[0].Proc, &events[0].Parent
		for key, got := range map[string]string{
			"object.process.id": fmt.Sprint(p.PID), "object.process.fullpath": p.Image, "object.process.cmdline": p.CommandLine,
			"object.process.parent.id": fmt.Sprint(q.PID), "object.process.parent.fullpath": q.Image,
		} {
			// They write in small letters; what they leave out the event does not say.
			if w, ok := want[key]; ok && !strings.EqualFold(fmt.Sprint(w), got) {
				t.Errorf("%s: %s is %q, want %q", path, key, got, w)
			}
		}
		if w := fmt.Sprint(want["time"]); !strings.HasPrefix(stamp(events[0].Time), strings.TrimRight(strings.TrimSuffix(w, "Z"), ".0")) {
			t.Errorf("%s: time is %v, want %s", path, events[0].Time, w)
		}
		if w := fmt.Sprint(want["event_src.fqdn"]); want["event_src.fqdn"] != nil && !strings.EqualFold(w, events[0].Host) {
			t.Errorf("%s: host is %q, want %q", path, events[0].Host, w)
		}
	}
}

// TestOthersEvidenceIsLeftAlone shows the detectors what belongs to other formats.
func TestOthersEvidenceIsLeftAlone(t *testing.T) {
	for _, path := range files(t, ".json .json.gz .log .gz .csv .evtx .ini", "conformance/sandbox", "conformance/osquery", "conformance/stix", "conformance/auditd", "conformance/evtx", "seed_model") {
		in := load(t, path)
		for _, f := range Formats() {
			if m := f.Detect(in[:min(len(in), ingest.HeadSize)]); m.Confidence > 0 {
				t.Errorf("%s: %s is %d sure: %s", path, f.Name(), m.Confidence, m.Reason)
			}
		}
	}
}

// TestAnalystExcerpts reads the trimmed events of a rule study: a command line
// and nothing else. They name no process, so none may come of them.
func TestAnalystExcerpts(t *testing.T) {
	for _, path := range files(t, ".json", "conformance/sysmon_json") {
		if events, account, err := read(bytes.NewReader(load(t, path))); err != nil || len(events) > 0 || !account.Balanced() || account.Records == 0 {
			t.Errorf("%s: %v %+v %v", path, events, account, err)
		}
	}
}

// TestWazuhEvents reads the Sysmon events out of Wazuh's rule tests.
func TestWazuhEvents(t *testing.T) {
	starts, want := 0, 0
	for _, path := range files(t, ".ini", "conformance/wazuh") {
		for line := range strings.Lines(string(load(t, path))) {
			_, text, ok := strings.Cut(line, "pass = {")
			if !ok || !json.Valid([]byte("{"+text)) || !strings.Contains(text, `"win"`) {
				continue
			}
			var o struct {
				Win struct {
					System struct{ ProviderName, EventID string }
				}
			}
			_ = json.Unmarshal([]byte("{"+text), &o) // valid, as was seen above
			if sys := o.Win.System; sys.ProviderName == "Microsoft-Windows-Sysmon" && sys.EventID == "1" || sys.EventID == "4688" {
				want++
			}
			events, account, err := read(strings.NewReader("{" + text))
			if err != nil || account.Records != 1 || account.Malformed > 0 {
				t.Errorf("%s: %+v %v", path, account, err)
			}
			for _, ev := range events {
				if strings.Contains(ev.Proc.Image, `\\`) && !strings.HasPrefix(ev.Proc.Image, `\\`) || ev.Remote == nil && ev.Proc.PID == 0 {
					t.Errorf("%s: %+v", path, ev.Proc)
				}
				if ev.Kind == event.Exec {
					starts++
				}
			}
		}
	}
	if starts != want || starts == 0 {
		t.Errorf("%d starts, want %d", starts, want)
	}
}

// BenchmarkRead measures whole captures in memory, unpacked, and beside it what
// encoding/json takes to decode the same bytes into maps.
func BenchmarkRead(b *testing.B) {
	for name, folder := range map[string]string{
		"flat": "full/otrf_flat", "winlogbeat": "full/otrf_winlogbeat", "nxlog": "full/splunk_nxlog", "evtx_dump": "conformance/evtx_json_twins",
	} {
		var in []byte
		for _, f := range files(b, ".json .gz", folder) {
			in = append(append(in, load(b, f)...), '\n')
		}
		b.Run(name+"/oddkin", func(b *testing.B) {
			b.SetBytes(int64(len(in)))
			b.ReportAllocs()
			for b.Loop() {
				account := event.Account{}
				for range (format{}).Events(&ingest.Input{R: bytes.NewReader(in), Account: &account}) {
				}
			}
		})
		b.Run(name+"/encoding-json-map", func(b *testing.B) {
			b.SetBytes(int64(len(in)))
			for b.Loop() {
				var o oracle
				o.decode(b, in)
			}
		})
	}
}
