package auditjson

import (
	"bytes"
	"compress/gzip"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"oddkin/parsers/auditd"
	"oddkin/parsers/event"
	"oddkin/parsers/internal/ingest"
	"oddkin/parsers/sandbox"
	"oddkin/parsers/sysmon"
)

// data gives a folder of the public data sets, or skips.
func data(t testing.TB, parts ...string) string {
	root := os.Getenv("ODDKIN_DATA")
	if root == "" {
		root = filepath.FromSlash("../../../shared/data")
	}
	dir := filepath.Join(append([]string{root}, parts...)...)
	if _, err := os.Stat(dir); err != nil {
		t.Skip("no public data: set ODDKIN_DATA to its folder")
	}
	return dir
}

// files calls use with every file below dir, unpacked.
func files(t *testing.T, dir string, use func(t *testing.T, name string, content []byte)) {
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if strings.HasSuffix(path, ".gz") {
			z, err := gzip.NewReader(bytes.NewReader(content))
			if err != nil {
				return err
			}
			if content, err = io.ReadAll(z); err != nil {
				return err
			}
		}
		name, _ := filepath.Rel(dir, path)
		t.Run(filepath.ToSlash(name), func(t *testing.T) { use(t, path, content) })
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// starts lists an event's process in a way that does not depend on the format.
func starts(events []event.Event) []string {
	var all []string
	for _, ev := range events {
		if ev.Kind != event.Exec && ev.Kind != event.ExecFailed && ev.Kind != event.Fork {
			continue
		}
		ev.Source.Offset, ev.Parent.Image, ev.Parent.Name = 0, "", ""
		all = append(all, show(ev))
	}
	return all
}

// TestConformanceLaurel: LAUREL's own samples hold each event as the kernel
// wrote it and as LAUREL did, and both must say the same.
func TestConformanceLaurel(t *testing.T) {
	compared := 0
	files(t, data(t, "conformance", "auditd", "laurel", "src", "testdata"), func(t *testing.T, path string, content []byte) {
		if !strings.HasSuffix(path, ".json") {
			return
		}
		if got := best(content); got != "laurel" {
			t.Errorf("taken for %q", got)
		}
		text, err := os.ReadFile(strings.TrimSuffix(path, ".json") + ".txt")
		if err != nil {
			t.Skip("no text beside it")
		}
		got, account := read(t, "laurel", bytes.NewReader(content), true)
		if n := int64(bytes.Count(content, []byte("\n"))); account.Records != n || account.Malformed != 0 {
			t.Errorf("%d lines: %+v", n, account)
		}
		want := fromLog(t, text)
		if a, b := strings.Join(starts(got), "\n"), strings.Join(starts(want), "\n"); a != b {
			t.Errorf("laurel:\n%s\nlog:\n%s", a, b)
		}
		compared += len(starts(want))
	})
	if compared < 5 {
		t.Errorf("only %d starts compared", compared)
	}
}

// fromLog reads an audit log with package auditd.
func fromLog(t *testing.T, log []byte) []event.Event {
	var events []event.Event
	for ev, err := range auditd.Log.Events(&ingest.Input{Name: "log", R: bytes.NewReader(log), Account: &event.Account{}}) {
		if err == nil {
			events = append(events, ev)
		}
	}
	return events
}

func abs(n int64) int64 { return max(n, -n) }

// gapsOfLog counts the serials that an audit log lacks, with package auditd.
func gapsOfLog(log []byte) (gaps, missing int64) {
	var a event.Account
	for range auditd.Log.Events(&ingest.Input{Name: "log", R: bytes.NewReader(log), Account: &a}) {
	}
	return a.Gaps, a.Missing
}

var header = regexp.MustCompile(`^(?:node=(\S+) )?type=(\S+) msg=audit\((\d+\.\d+):(\d+)\): ?(.*)$`)

// record is a line of an audit log.
type record struct {
	node, typ, time, serial, body string
}

func recordsOf(log []byte) []record {
	var all []record
	for line := range strings.Lines(string(log)) {
		if m := header.FindStringSubmatch(strings.TrimRight(line, "\r\n")); m != nil {
			all = append(all, record{m[1], m[2], m[3], m[4], m[5]})
		}
	}
	return all
}

// asJournal writes a log as journald keeps it and journalctl prints it.
func asJournal(t *testing.T, log []byte) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	for _, r := range recordsOf(log) {
		sec, ms, _ := strings.Cut(r.time, ".")
		entry := map[string]any{
			"_TRANSPORT": "audit", "_AUDIT_TYPE_NAME": r.typ, "_AUDIT_ID": r.serial, "MESSAGE": r.typ + " " + r.body,
			"_SOURCE_REALTIME_TIMESTAMP": sec + ms + "000", "__REALTIME_TIMESTAMP": sec + ms + "999", "_BOOT_ID": "b",
		}
		if n := typeNumber(r.typ); n > 0 {
			entry["_AUDIT_TYPE"] = strconv.Itoa(n)
		}
		if r.node != "" {
			entry["_HOSTNAME"] = r.node
		}
		if err := e.Encode(entry); err != nil {
			t.Fatal(err)
		}
	}
	return b.Bytes()
}

// asGoAudit writes a log as go-audit does, which knows no host, and hears the kernel alone.
func asGoAudit(t *testing.T, log []byte) []byte {
	type message struct {
		Type int    `json:"type"`
		Data string `json:"data"`
	}
	type group struct {
		Sequence json.Number       `json:"sequence"`
		Time     string            `json:"timestamp"`
		Messages []message         `json:"messages"`
		UIDs     map[string]string `json:"uid_map"`
	}
	var order []*group
	byKey := map[string]*group{}
	for _, r := range recordsOf(log) {
		if strings.HasPrefix(r.typ, "DAEMON_") {
			continue
		}
		g := byKey[r.time+r.serial]
		if g == nil {
			g = &group{Sequence: json.Number(r.serial), Time: r.time}
			byKey[r.time+r.serial] = g
			order = append(order, g)
		}
		g.Messages = append(g.Messages, message{typeNumber(r.typ), r.body})
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	for _, g := range order {
		if err := e.Encode(g); err != nil {
			t.Fatal(err)
		}
	}
	return b.Bytes()
}

// TestConformanceLogs: real audit logs, laid out as journald and go-audit would,
// give the starts, failed starts and forks that package auditd reads from the
// logs themselves.
func TestConformanceLogs(t *testing.T) {
	compared := map[string]int{}
	files(t, data(t, "conformance", "auditd"), func(t *testing.T, path string, log []byte) {
		if m := auditd.Log.Detect(log[:min(len(log), ingest.HeadSize)]); m.Confidence < 60 || strings.HasSuffix(path, ".yaml") {
			return
		}
		for format, wrapped := range map[string][]byte{"journald": asJournal(t, log), "go-audit": asGoAudit(t, log)} {
			if len(wrapped) == 0 {
				continue
			}
			if got := best(wrapped); got != format {
				t.Errorf("%s taken for %q", format, got)
			}
			events, account := read(t, format, bytes.NewReader(wrapped), false)
			// In a few records of several machines' logs, put together by hand, no order shows. Of
			// events that are not whole, at the ends of a file, the two count one or two more or less.
			if gaps, missing := gapsOfLog(log); (abs(account.Gaps-gaps) > 2 || abs(account.Missing-missing) > 3) && len(recordsOf(log)) > 50 && bytes.Contains(log, []byte("type=SYSCALL")) {
				t.Errorf("%s lacks %d serials in %d gaps, the log %d in %d", format, account.Missing, account.Gaps, missing, gaps)
			}
			got, want := map[string]bool{}, map[string]bool{}
			for _, s := range starts(events) {
				got[strip(s, format)] = true
			}
			for _, s := range starts(fromLog(t, log)) {
				want[strip(s, format)] = true
			}
			for s := range want {
				if !got[s] {
					t.Errorf("%s misses %s", format, s)
				}
			}
			for s := range got {
				if !want[s] {
					t.Errorf("%s alone has %s", format, s)
				}
			}
			compared[format] += len(want)
		}
	})
	t.Logf("starts compared: %v", compared)
	for _, format := range []string{"journald", "go-audit"} {
		if compared[format] < 400 {
			t.Errorf("%s: only %d starts compared", format, compared[format])
		}
	}
}

var hostWord = regexp.MustCompile(` host=\S+`)

// strip takes the host off where the format does not carry it.
func strip(s, format string) string {
	if format == "go-audit" {
		return hostWord.ReplaceAllString(s, "")
	}
	return s
}

// TestConformanceOsquery: rows of the processes table, counted by encoding/json.
func TestConformanceOsquery(t *testing.T) {
	rows := 0
	files(t, data(t, "conformance", "osquery"), func(t *testing.T, path string, content []byte) {
		type result struct {
			Columns map[string]string
			Action  string
			Host    string `json:"hostIdentifier"`
			Unix    int64  `json:"unixTime"`
			Counter int
		}
		var records int64
		var want []string
		added := map[string]bool{}
		var all []result
		for d := json.NewDecoder(bytes.NewReader(content)); d.More(); records++ {
			var res result
			if err := d.Decode(&res); err != nil {
				t.Fatal(err)
			}
			if res.Columns["parent"] == "" {
				continue
			}
			all = append(all, res)
			if res.Action == "added" {
				added[fmt.Sprint(res.Unix, res.Counter, res.Columns["pid"])] = true
			}
		}
		alive := map[string]string{}
		for _, res := range all {
			rows++
			c := res.Columns
			says := fmt.Sprint(c["name"], c["path"], c["parent"], c["euid"], res.Unix/int64(event.SightingSpan.Seconds()))
			line := fmt.Sprintf(" %s %s %s %d", c["pid"], c["parent"], c["name"], res.Unix)
			gone := res.Action == "removed"
			if gone && added[fmt.Sprint(res.Unix, res.Counter, c["pid"])] {
				continue
			}
			if alive[c["pid"]] != says {
				want = append(want, "snapshot"+line)
			}
			alive[c["pid"]] = says
			if gone {
				want = append(want, "exit"+line)
				delete(alive, c["pid"])
			}
		}
		events, account := read(t, "osquery", bytes.NewReader(content), true)
		if account.Records != records || account.Malformed != 0 {
			t.Errorf("%d objects: %+v", records, account)
		}
		got := map[string]bool{}
		for _, ev := range events {
			got[fmt.Sprintf("%s %d %d %s %d", ev.Kind, ev.Proc.PID, ev.Parent.PID, ev.Proc.Name, ev.Time.Unix())] = true
		}
		for _, w := range want {
			if !got[w] {
				t.Errorf("missing: %s", w)
			}
		}
		if len(events) != len(want) {
			t.Errorf("%d events, want %d", len(events), len(want))
		}
	})
	if rows < 20 {
		t.Errorf("only %d rows", rows)
	}
}

// TestConformanceTables: every row of the published tables, as encoding/csv
// gives it, makes one start of the pid and parent that it names.
func TestConformanceTables(t *testing.T) {
	columns := [][2]string{{"NewProcessId", "ProcessId"}, {"CreatedProcessId", "InitiatingProcessId"}, {"ProcessId", "InitiatingProcessId"}, {"pid", "ppid"}}
	total := 0
	for _, dir := range []string{"windows", "linux"} {
		files(t, data(t, "train", dir, "msticpy"), func(t *testing.T, path string, content []byte) {
			if !strings.Contains(path, ".csv") {
				return
			}
			if got := best(content); got != "process-csv" {
				t.Fatalf("taken for %q", got)
			}
			c := csv.NewReader(bytes.NewReader(content))
			c.LazyQuotes = true // one table was redacted without regard to them
			rows, err := c.ReadAll()
			if err != nil {
				t.Fatal(err)
			}
			var pid, parent int
			for _, pair := range columns {
				if pid, parent = slices.Index(rows[0], pair[0]), slices.Index(rows[0], pair[1]); pid >= 0 && parent >= 0 {
					break
				}
			}
			var want []string
			seen := map[string]bool{}
			for _, row := range rows[1:] {
				if rows[0][0] == "" {
					row[0] = ""
				}
				if key := strings.Join(row, "\x00"); !seen[key] {
					seen[key] = true
					want = append(want, fmt.Sprint(decimal(t, row[pid]), " ", decimal(t, row[parent])))
				}
			}
			events, account := read(t, "process-csv", bytes.NewReader(content), false)
			if account.Records != int64(len(rows)-1) || account.Malformed != 0 {
				t.Errorf("%d rows: %+v", len(rows)-1, account)
			}
			var got []string
			for _, ev := range events {
				if ev.Kind != event.Exec || ev.Proc.Image == "" || ev.Host == "" {
					t.Errorf("event %s", show(ev))
				}
				got = append(got, fmt.Sprint(ev.Proc.PID, " ", ev.Parent.PID))
			}
			if !slices.Equal(got, want) {
				t.Errorf("%d starts, want %d", len(got), len(want))
			}
			total += len(got)
		})
	}
	if total < 2000 {
		t.Errorf("only %d starts compared", total)
	}
	t.Logf("%d starts compared", total)
}

// decimal reads a pid as the tables write it.
func decimal(t *testing.T, s string) uint64 {
	if s == "" {
		return 0
	}
	if f, err := strconv.ParseFloat(s, 64); err == nil {
		return uint64(f)
	}
	n, err := strconv.ParseUint(s, 0, 32)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// TestNoFalseClaims: no format of this package is surer of another's file than
// those of the other packages can be.
func TestNoFalseClaims(t *testing.T) {
	for _, dir := range []string{"full", "train/windows/otrf", "train/windows/otrf_winlogbeat", "conformance/sysmon_json", "conformance/sandbox", "conformance/stix", "conformance/wazuh", "conformance/evtx_json_twins", "conformance/xp_rules", "conformance/auditd/go_libaudit", "seed_model"} {
		files(t, data(t, filepath.FromSlash(dir)), func(t *testing.T, path string, content []byte) {
			items := strings.Contains(filepath.ToSlash(path), "/auditd/syslog_structured/")
			for _, f := range Formats() {
				if items && f.Name() == "audit-items" {
					continue
				}
				if m := f.Detect(content[:min(len(content), ingest.HeadSize)]); m.Confidence > 0 {
					t.Errorf("%s claims it: %+v", f.Name(), m)
				}
			}
		})
	}
}

// TestOthersClaimLess: the formats of the other packages are less sure of this
// package's files, and this package's formats of each other's.
func TestOthersClaimLess(t *testing.T) {
	logs, names := scenarios(t)
	for i, log := range logs {
		mine := byName(t, names[i]).Detect([]byte(log))
		for _, f := range slices.Concat(Formats(), auditd.Formats(), sysmon.Formats(), sandbox.Formats()) {
			if m := f.Detect([]byte(log)); f.Name() != names[i] && m.Confidence >= mine.Confidence {
				t.Errorf("%s: %s claims %+v, %s only %+v", log[:min(60, len(log))], f.Name(), m, names[i], mine)
			}
		}
	}
}
