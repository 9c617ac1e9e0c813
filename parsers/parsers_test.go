package parsers

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/encoding/unicode"

	"oddkin/parsers/event"
)

// exec is one audit event of two records.
func exec(second, serial, ppid, pid int, exe string) string {
	return fmt.Sprintf(`type=SYSCALL msg=audit(%[1]d.000:%[2]d): arch=c000003e syscall=59 success=yes exit=0 items=2 ppid=%[3]d pid=%[4]d auid=4294967295 uid=0 euid=0 tty=(none) ses=4294967295 comm="x" exe="%[5]s" key=(null)
type=EXECVE msg=audit(%[1]d.000:%[2]d): argc=1 a0="%[5]s"
`, second, serial, ppid, pid, exe)
}

// folder writes files into a new folder and returns it.
func folder(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, content := range files {
		p := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(p), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(p, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// read returns the images started, in order, and the accounts.
func read(t *testing.T, o Options, paths ...string) (images []string, accounts []event.Account) {
	t.Helper()
	e, err := Open(paths, o)
	if err != nil {
		t.Fatal(err)
	}
	for ev := range e.Events(context.Background()) {
		if ev.Kind == event.Exec {
			images = append(images, ev.Proc.Image)
		}
	}
	return images, e.Accounts()
}

func gz(t *testing.T, s string) string {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write([]byte(s)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestRotatedLogsAreReadOldestFirst(t *testing.T) {
	dir := folder(t, map[string]string{
		"audit.log":       exec(40, 4, 1, 14, "/d"),
		"audit.log.1":     exec(30, 3, 1, 13, "/c"),
		"audit.log.2.gz":  gz(t, exec(20, 2, 1, 12, "/b")),
		"audit.log.10.gz": gz(t, exec(10, 1, 1, 11, "/a")),
	})
	images, accounts := read(t, Options{}, dir)
	if got := strings.Join(images, ""); got != "/a/b/c/d" {
		t.Errorf("read in the order %s", got)
	}
	if len(accounts) != 4 || !strings.HasSuffix(accounts[0].File, "audit.log.10.gz") {
		t.Errorf("accounts: %+v", accounts)
	}
}

func TestDatedLogsAreReadOldestFirst(t *testing.T) {
	dir := folder(t, map[string]string{
		"audit.log":                        exec(50, 5, 1, 15, "/e"),
		"audit.log-20240301":               exec(40, 4, 1, 14, "/d"),
		"audit.log-20240229.gz":            gz(t, exec(30, 3, 1, 13, "/c")),
		"audit.log-20240228-1709078400.gz": gz(t, exec(20, 2, 1, 12, "/b")),
		"audit.log-2024022809.gz":          gz(t, exec(10, 1, 1, 11, "/a")),
		"audit.log.bak-12345678901":        exec(60, 6, 1, 16, "/f"),
	})
	images, accounts := read(t, Options{}, dir)
	if got := strings.Join(images, ""); got != "/a/b/c/d/e/f" || len(accounts) != 6 {
		t.Errorf("read in the order %s", got)
	}
}

func TestEveryFileHasAnAccountWithItsReason(t *testing.T) {
	dir := folder(t, map[string]string{
		"a.log":     exec(10, 1, 1, 11, "/a"),
		"empty":     "",
		"notes.txt": "nothing to see\n",
		"noise.bin": "\x00\x01\x02\x03\x04\x00\x00\xfe",
	})
	for name, magic := range map[string]string{"a.7z": "7z\xbc\xaf\x27\x1c\x00\x04", "system.journal": "LPKSHHRH\x00\x00"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(magic), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink("/nowhere", filepath.Join(dir, "link")); err != nil {
		t.Fatal(err)
	}
	_, accounts := read(t, Options{}, dir, filepath.Join(dir, "missing"))
	want := map[string]string{
		"a.7z":           "a 7z archive, which is not opened: unpack it first",
		"system.journal": "a journal in systemd's binary form, which is not read: journalctl --file FILE -o json writes what is",
		"empty":          "empty", "notes.txt": "text of no known format", "noise.bin": "binary data of no known format",
		"link": "a symbolic link inside a folder is not followed", "missing": "no such file or directory",
	}
	for _, a := range accounts {
		name := filepath.Base(a.File)
		why := a.Failure
		if why == "" {
			why = a.Reason
		}
		if name == "a.log" {
			if a.Format == "" || a.Failure != "" || !a.Balanced() || a.Records != 2 {
				t.Errorf("a.log: %+v", a)
			}
			continue
		}
		if a.Format != "" || why != want[name] {
			t.Errorf("%s: format %q, %q; want %q", name, a.Format, why, want[name])
		}
		if failed, want := a.Failure != "", name == "a.7z" || name == "system.journal" || name == "missing"; failed != want {
			t.Errorf("%s: a failure %v, want %v: evidence may be in it", name, failed, want)
		}
		delete(want, name)
	}
	if len(want) > 0 {
		t.Errorf("no account of %v", want)
	}
}

func TestARefusalSaysWhatTheContentIs(t *testing.T) {
	quoted := "# a rule's test\ncase: >\n    " + exec(1, 1, 1, 2, "/a") + "expect: a\nnothing: b\n"
	packed := gz(t, strings.Repeat(exec(1, 1, 1, 2, "/a"), 9))
	for content, want := range map[string]string{
		`{"result": 1}`: "JSON of no known format",
		"Nov 27 06:35:10 web1 audit[433]: SYSCALL arch=c000003e syscall=59\n":                                         "journalctl's short text, where audit records lack times and serials: journalctl -o json has them",
		"----\ntype=SYSCALL msg=audit(11/27/26 06:36:04.568:395420) : arch=x86_64 syscall=execve\n":                   "ausearch's interpreted text, whose times lack their zone and whose names are those of where it ran: ausearch --raw writes the records",
		"node=a type=CWD msg=audit(27.11.2026 06:36:04.568:3) : cwd=/\n":                                              "ausearch's interpreted text, whose times lack their zone and whose names are those of where it ran: ausearch --raw writes the records",
		"NODE,EVENT,DATE,TIME,SERIAL_NUM,EVENT_KIND\n,SYSCALL,11/27/26,06:36:04,3,x\n":                                "ausearch's table, which leaves out processes and their parents: ausearch --raw writes the records",
		"03/01/2021 09:00:00 AM\nLogName=Security\nSourceName=Microsoft Windows security auditing.\nEventCode=4688\n": "events of Windows' logs as rendered text (Splunk's WinEventLog), which are not read: the logs themselves (.evtx) are, or renderXml = true there",
		`{"preview":false,"fields":["_raw","host"],"rows":[["type=SYSCALL msg=audit(1.1:1): pid=1","a"]]}`:            "a Splunk search's results as lists without names, which are not read: output_mode=json writes what is",
		"PK\x05\x06" + strings.Repeat("\x00", 18):                                                                     "an archive without files",
		"\n[]":                  "JSON of no known format",
		"<html></html>":         "XML of no known format",
		"nothing to see":        "text of no known format",
		quoted:                  "text that quotes audit records and is no log of them: --as auditd reads those that begin a line",
		packed[:12]:             "cut short: its packed data ends early (unexpected EOF)",
		packed[:len(packed)-60]: "cut short: its packed data ends early (unexpected EOF)",
		gz(t, "some text")[:len(gz(t, "some text"))-3]: "cut short: its packed data ends early (unexpected EOF, after 9 bytes: text of no known format)",
		"\xff\xfea\x00b": "UTF-16 text ends inside a character, after 1 bytes: text of no known format",
	} {
		_, accounts := read(t, Options{}, folder(t, map[string]string{"file": content}))
		why := accounts[0].Failure
		if why == "" {
			why = accounts[0].Reason
		}
		if why != want {
			t.Errorf("%q: %q, want %q", content[:min(len(content), 30)], why, want)
		}
	}
}

// Half a surrogate pair, as Windows allows in a name, is no other name's text.
func TestHalvesOfPairsStayApart(t *testing.T) {
	event := func(pid int, image string) string {
		return fmt.Sprintf(`{"EventID":1,"Channel":"Microsoft-Windows-Sysmon/Operational","SourceName":"Microsoft-Windows-Sysmon","Hostname":"pc","UtcTime":"2020-01-01 00:00:00.000","ProcessId":%d,"Image":"%s"}`+"\n", pid, image)
	}
	log := event(1, `C:\\a\ud800.exe`) + event(2, `C:\\a\udc00.exe`) + event(3, "C:\\\\a\xff.exe") + event(4, "C:\\\\a\x01.exe")
	images, accounts := read(t, Options{}, folder(t, map[string]string{"sysmon.json": log}))
	if want := []string{"C:\\a\xed\xa0\x80.exe", "C:\\a\xed\xb0\x80.exe", "C:\\a\xff.exe", "C:\\a\x01.exe"}; !slices.Equal(images, want) {
		t.Errorf("%q, want %q; %+v", images, want, accounts)
	}
}

func TestEncodingsAndContainers(t *testing.T) {
	text := exec(10, 1, 1, 11, "/a")
	utf16, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String(text)
	if err != nil {
		t.Fatal(err)
	}
	bare := map[unicode.Endianness]string{}
	for _, order := range []unicode.Endianness{unicode.LittleEndian, unicode.BigEndian} {
		if bare[order], err = unicode.UTF16(order, unicode.IgnoreBOM).NewEncoder().String(text); err != nil {
			t.Fatal(err)
		}
	}
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	if err := w.WriteHeader(&tar.Header{Name: "var/log/audit.log", Mode: 0o600, Size: int64(len(text))}); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string]string{
		"plain": text, "byte order mark": "\xef\xbb\xbf" + text, "UTF-16": utf16, "UTF-16, large end first, marked": "\xfe\xff" + bare[unicode.BigEndian],
		"UTF-16 without mark": bare[unicode.LittleEndian], "UTF-16, large end first, without mark": bare[unicode.BigEndian],
		"gzip": gz(t, text), "tar": b.String(), "tar.gz": gz(t, b.String()),
	} {
		t.Run(name, func(t *testing.T) {
			dir := folder(t, map[string]string{"x": content})
			images, accounts := read(t, Options{}, filepath.Join(dir, "x"))
			if strings.Join(images, " ") != "/a" {
				t.Errorf("read %q, %+v", images, accounts)
			}
			if strings.HasPrefix(name, "tar") && !strings.HasSuffix(accounts[0].File, "x!var/log/audit.log") {
				t.Errorf("the member is called %s", accounts[0].File)
			}
		})
	}
}

func TestOrderDoesNotDependOnWorkers(t *testing.T) {
	files := map[string]string{}
	for i := range 40 {
		var b strings.Builder
		for j := range 300 {
			b.WriteString(exec(1000*i+j, 1000*i+j+1, 1, 100+j, fmt.Sprintf("/bin/%d-%d", i, j)))
		}
		files[fmt.Sprintf("host%02d/audit.log", i)] = b.String()
	}
	dir := folder(t, files)
	one, _ := read(t, Options{Workers: 1}, dir)
	many, _ := read(t, Options{Workers: 7}, dir)
	if len(one) != 40*300 || strings.Join(one, " ") != strings.Join(many, " ") {
		t.Errorf("%d events with one worker, %d with seven, or in another order", len(one), len(many))
	}
}

func TestCancelKeepsWhatWasRead(t *testing.T) {
	var b strings.Builder
	for j := range 20000 {
		b.WriteString(exec(j, j+1, 1, 100+j, "/bin/x"))
	}
	dir := folder(t, map[string]string{"a.log": b.String(), "b.log": b.String()})
	e, err := Open([]string{dir}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	n := 0
	for range e.Events(ctx) {
		if n++; n == 1000 {
			cancel()
		}
	}
	if !e.Interrupted() || n < 1000 || n >= 40000 {
		t.Errorf("%d events, interrupted: %v", n, e.Interrupted())
	}
}

func TestUnknownFormatNameIsRefused(t *testing.T) {
	if _, err := Open([]string{"."}, Options{As: "nonsense"}); err == nil || !strings.Contains(err.Error(), Formats()[0]) {
		t.Errorf("the error must list the formats, got %v", err)
	}
}
