package parsers

import (
	"archive/tar"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"

	"oddkin/parsers/event"
	"oddkin/parsers/internal/ingest"
)

// startsOf reads paths and shows each start with all that it was started with, in the
// order of serials; boots too.
func startsOf(t *testing.T, paths ...string) (shown []string, accounts []event.Account) {
	t.Helper()
	e, err := Open(paths, Options{})
	if err != nil {
		t.Fatal(err)
	}
	for ev := range e.Events(context.Background()) {
		shown = append(shown, fmt.Sprintf("%d %s %s %q %s in %s", ev.Source.Serial, ev.Kind, ev.Proc.Image, ev.Proc.Argv, ev.Proc.CommandLine, ev.Proc.Cwd))
	}
	slices.Sort(shown)
	return shown, e.Accounts()
}

// twoStarts are two events whose records are interleaved, the second with its
// arguments in two records, and a third that failed.
const twoStarts = `type=SYSCALL msg=audit(10.000:7): arch=c000003e syscall=59 success=yes exit=0 items=2 ppid=1 pid=11 auid=0 uid=0 euid=0 tty=(none) ses=1 comm="x" exe="/bin/x" key=(null)
type=SYSCALL msg=audit(10.001:8): arch=c000003e syscall=59 success=yes exit=0 items=2 ppid=1 pid=12 auid=0 uid=0 euid=0 tty=(none) ses=1 comm="y" exe="/bin/y" key=(null)
type=EXECVE msg=audit(10.000:7): argc=2 a0="x" a1="-x"
type=EXECVE msg=audit(10.001:8): argc=3 a0="y" a1="-y"
type=EXECVE msg=audit(10.001:8): a2="z"
type=CWD msg=audit(10.000:7): cwd="/tmp/x"
type=CWD msg=audit(10.001:8): cwd="/tmp/y"
type=PATH msg=audit(10.000:7): item=0 name="/bin/x" nametype=NORMAL
type=PROCTITLE msg=audit(10.000:7): proctitle="x"
type=SYSCALL msg=audit(10.002:9): arch=c000003e syscall=59 success=no exit=-2 items=1 ppid=1 pid=13 auid=0 uid=0 euid=0 tty=(none) ses=1 comm="w" exe="/bin/w" key=(null)
type=CWD msg=audit(10.002:9): cwd="/tmp"
type=PATH msg=audit(10.002:9): item=0 name="/bin/gone" nametype=UNKNOWN
`

// ways are formats that keep each record by itself, by how they write one.
var ways = map[string]func(typ, second, serial, body string) map[string]any{
	"journald": func(typ, second, serial, body string) map[string]any {
		return map[string]any{
			"_TRANSPORT": "audit", "_AUDIT_TYPE_NAME": typ, "_AUDIT_ID": serial, "_BOOT_ID": "b",
			"_SOURCE_REALTIME_TIMESTAMP": strings.Replace(second, ".", "", 1) + "000", "MESSAGE": typ + " " + body,
		}
	},
	"auditbeat": func(typ, second, serial, body string) map[string]any {
		return map[string]any{
			"event": map[string]string{"module": "auditd"}, "host": map[string]string{"name": "h"},
			"message": fmt.Sprintf("type=%s msg=audit(%s:%s): %s", typ, second, serial, body),
		}
	},
}

var record = regexp.MustCompile(`type=(\S+) msg=audit\((\S+):(\d+)\): (.*)\n`)

// written gives log's records in the way named.
func written(t testing.TB, log, way string) string {
	if way == "auditd" {
		return log
	}
	var b strings.Builder
	for _, m := range record.FindAllStringSubmatch(log, -1) {
		if err := json.NewEncoder(&b).Encode(ways[way](m[1], m[2], m[3], m[4])); err != nil {
			t.Fatal(err)
		}
	}
	return b.String()
}

func TestAnEventThatARotationCutsIsReadWhole(t *testing.T) {
	for _, way := range []string{"auditd", "journald", "auditbeat"} {
		t.Run(way, func(t *testing.T) { cutAnywhere(t, written(t, twoStarts, way)) })
	}
}

func cutAnywhere(t *testing.T, log string) {
	lines := strings.SplitAfter(log, "\n")
	want, _ := startsOf(t, folder(t, map[string]string{"audit.log": log}))
	if all := strings.Join(want, "\n"); !strings.Contains(all, `["y" "-y" "z"]  in /tmp/y`) {
		t.Errorf("whole:\n%s", all)
	}
	for cut := 1; cut < len(lines)-1; cut++ {
		older, newer := strings.Join(lines[:cut], ""), strings.Join(lines[cut:], "")
		ways := map[string]map[string]string{
			"rotated":              {"audit.log.1": older, "audit.log": newer},
			"older one compressed": {"audit.log.1.gz": gz(t, older), "audit.log": newer},
			"byte order mark":      {"audit.log.1": utf8Mark + older, "audit.log": utf8Mark + newer},
			// In an archive the newer file stands before the older one.
			"archive": {"log.tar": tarOf(t, "audit.log", newer, "audit.log.1", older)},
			"copies":  {"audit.log.1": older, "older.copy": older, "audit.log": newer, "newer.copy": newer},
		}
		for name, files := range ways {
			got, accounts := startsOf(t, folder(t, files))
			told := len(got)
			if got = slices.Compact(got); name != "copies" && told != len(got) || !slices.Equal(got, want) {
				t.Errorf("%s, cut before line %d:\n%s\nwant\n%s", name, cut+1, strings.Join(got, "\n"), strings.Join(want, "\n"))
			}
			var events int64
			for _, a := range accounts {
				events += a.Events
				if !a.Balanced() || len(a.Warnings) > 0 || a.NotNeeded < 0 {
					t.Errorf("%s, cut before line %d: %+v", name, cut+1, a)
				}
			}
			if events != int64(told) {
				t.Errorf("%s, cut before line %d: %d events in the accounts, %d told", name, cut+1, events, told)
			}
		}
	}
}

// However the records of many events are dealt out to files, each event is read whole.
func TestEventsAreReadWholeFromFilesThatShareThemInAnyWay(t *testing.T) {
	for _, way := range []string{"auditd", "journald", "auditbeat"} {
		t.Run(way, func(t *testing.T) { dealtOut(t, way) })
	}
}

func dealtOut(t *testing.T, way string) {
	var log strings.Builder
	for i := range 200 {
		log.WriteString(strings.NewReplacer("10.00", fmt.Sprint(10+i, ".00"), ":7)", fmt.Sprintf(":%d)", 3*i+7), ":8)", fmt.Sprintf(":%d)", 3*i+8), ":9)", fmt.Sprintf(":%d)", 3*i+9)).Replace(twoStarts))
	}
	whole := written(t, log.String(), way)
	want, _ := startsOf(t, folder(t, map[string]string{"audit.log": whole}))
	lines := strings.SplitAfter(strings.TrimSuffix(whole, "\n"), "\n")
	lines[len(lines)-1] += "\n"
	r := rand.New(rand.NewPCG(1, 1))
	r.Shuffle(len(lines), func(i, j int) { lines[i], lines[j] = lines[j], lines[i] })
	files := map[string]string{}
	for i, line := range lines {
		files[fmt.Sprintf("audit.log.%d", i%3)] += line
	}
	got, accounts := startsOf(t, folder(t, files))
	sighting := func(s string) bool { return strings.Contains(s, " snapshot ") } // each file has its own
	got, want = slices.DeleteFunc(got, sighting), slices.DeleteFunc(want, sighting)
	if !slices.Equal(got, want) {
		t.Errorf("%d starts, want %d; differing:\n%q\n%q", len(got), len(want), slices.DeleteFunc(slices.Clone(got), func(s string) bool { return slices.Contains(want, s) }), slices.DeleteFunc(slices.Clone(want), func(s string) bool { return slices.Contains(got, s) }))
	}
	for _, a := range accounts {
		for _, w := range a.Warnings {
			if !strings.Contains(w.Reason, "serials missing in") { // that is so, in one file alone
				t.Errorf("%v", w)
			}
		}
		if !a.Balanced() {
			t.Errorf("%+v", a)
		}
	}
}

func TestArgumentsOfAnotherFoldersLogAreNotTaken(t *testing.T) {
	lines := strings.SplitAfter(twoStarts, "\n")
	got, accounts := startsOf(t, folder(t, map[string]string{
		"a/audit.log.1": strings.Join(lines[:2], ""), "b/audit.log": strings.Join(lines[2:], ""),
	}))
	if all := strings.Join(got, "\n"); strings.Contains(all, `"-x"`) || !strings.Contains(all, "7 exec /bin/x") {
		t.Errorf("told:\n%s", all)
	}
	if w := accounts[1].Warnings; len(w) != 2 || !strings.Contains(w[0].Reason, "EXECVE record without its SYSCALL") {
		t.Errorf("warnings: %v", w)
	}
}

func TestWhatIsMissingBetweenTwoFilesIsTold(t *testing.T) {
	_, accounts := startsOf(t, folder(t, map[string]string{
		"audit.log.2": exec(10, 20001, 1, 11, "/a"), "audit.log.1": exec(11, 20002, 1, 12, "/b"), "audit.log": exec(20, 20010, 1, 13, "/c"),
	}))
	for i, want := range []int64{0, 0, 7} {
		if a := accounts[i]; a.Missing != want || len(a.Warnings) != int(min(want, 1)) {
			t.Errorf("%s: %d serials missing, want %d; %v", a.File, a.Missing, want, a.Warnings)
		}
	}
}

func TestABootBetweenTwoFilesIsSeen(t *testing.T) {
	for name, c := range map[string]struct {
		newer string
		boots int64
	}{
		"serials begin anew":           {exec(99, 12, 1, 13, "/c"), 1},
		"SYSTEM_BOOT tells of it":      {"type=SYSTEM_BOOT msg=audit(98.000:5): pid=3 uid=0 auid=4294967295 ses=4294967295 msg='comm=\"x\" exe=\"/x\" res=success'\n" + exec(99, 12, 1, 13, "/c"), 1},
		"the older file once more":     {exec(11, 20002, 1, 12, "/b"), 0},
		"serials go on":                {exec(99, 20003, 1, 13, "/c"), 0},
		"earlier, and another machine": {exec(5, 12, 1, 13, "/c"), 0},
	} {
		_, accounts := startsOf(t, folder(t, map[string]string{
			"audit.log.1": exec(10, 20001, 1, 11, "/a") + exec(11, 20002, 1, 12, "/b"), "audit.log": c.newer,
		}))
		if boots := accounts[0].Boots + accounts[1].Boots; boots != c.boots {
			t.Errorf("%s: %d boots, want %d", name, boots, c.boots)
		}
	}
}

func TestAnAccountNamesItsHosts(t *testing.T) {
	on := func(host, text string) string {
		return strings.ReplaceAll(text, "type=", "node="+host+" type=")
	}
	_, accounts := startsOf(t, folder(t, map[string]string{
		"all.log": on("web", exec(10, 1, 1, 11, "/a")) + on("db", exec(10, 1, 1, 11, "/a")) + on("web", exec(11, 2, 1, 12, "/b")),
	}))
	if a := accounts[0]; !slices.Equal(a.Hosts, []string{"web", "db"}) || a.HostCount != 2 {
		t.Errorf("hosts %q, %d", a.Hosts, a.HostCount)
	}
}

// tarOf makes an archive of names and contents.
func tarOf(t *testing.T, members ...string) string {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for i := 0; i < len(members); i += 2 {
		if err := w.WriteHeader(&tar.Header{Name: members[i], Mode: 0o600, Size: int64(len(members[i+1]))}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(members[i+1])); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// FuzzJoin: whatever two halves of an input leave for each other, the accounts balance
// and count the events that were told.
func FuzzJoin(f *testing.F) {
	var joiners []ingest.Joiner
	for _, format := range allFormats() {
		if j, ok := format.(ingest.Joiner); ok {
			for _, way := range []string{"auditd", "journald", "auditbeat"} {
				if way == format.Name() {
					f.Add(written(f, twoStarts, way), uint16(700), uint8(len(joiners)))
				}
			}
			joiners = append(joiners, j)
		}
	}
	f.Fuzz(func(t *testing.T, log string, cut uint16, n uint8) {
		format := joiners[int(n)%len(joiners)]
		at := min(int(cut), len(log))
		accounts, left, told := make([]event.Account, 2), []remainder(nil), int64(0)
		for i, half := range []string{log[:at], log[at:]} {
			accounts[i].File = fmt.Sprint("f/", i)
			in := &ingest.Input{Name: accounts[i].File, R: strings.NewReader(half), Account: &accounts[i], Join: true, KeepRaw: n > 127}
			for _, err := range format.Events(in) {
				if err == nil {
					told++
				}
			}
			if in.Left != nil {
				left = append(left, remainder{format: format, left: in.Left, account: i})
			}
		}
		if len(left) > 0 {
			join(format, left, accounts, func(event.Event) { told++ })
		}
		for i := range accounts {
			told -= accounts[i].Events
			if !accounts[i].Balanced() {
				t.Errorf("%+v", accounts[i])
			}
		}
		if told != 0 {
			t.Errorf("%d events more told than counted", told)
		}
	})
}
