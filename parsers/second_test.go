package parsers

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A file whose beginning is of one format and that holds records of another, which its reader
// does not take, is told of, with where and what reads them; one that holds none is not.
func TestASecondFormatInAFileIsTold(t *testing.T) {
	lines := func(n int, line func(i int) string) string {
		var b strings.Builder
		for i := range n {
			b.WriteString(line(i + 1))
		}
		return b.String()
	}
	sysmon := lines(500, func(i int) string {
		return fmt.Sprintf(`{"EventID":1,"SourceName":"Microsoft-Windows-Sysmon","Channel":"Microsoft-Windows-Sysmon/Operational","RecordNumber":%d,"Hostname":"h","UtcTime":"2020-01-01 00:00:00.000","ProcessId":"%d","ProcessGuid":"{00000001-0000-0000-0000-00000000%04x}","Image":"C:\\a.exe","CommandLine":"a"}`+"\n", i, i, i)
	})
	laurel := lines(500, func(i int) string {
		return fmt.Sprintf(`{"ID":"1700000000.%03d:%d","SYSCALL":{"arch":"0xc000003e","syscall":59,"success":"yes","exit":0,"ppid":1,"pid":%d,"uid":0,"exe":"/bin/id"},"EXECVE":{"argc":1,"ARGV":["id"]}}`+"\n", i%1000, i, i)
	})
	osquery := lines(500, func(i int) string {
		return fmt.Sprintf(`{"name":"process_events","hostIdentifier":"h","unixTime":1700000000,"action":"added","columns":{"pid":"%d","parent":"1","path":"/bin/id","cmdline":"id","time":"1700000000"}}`+"\n", i)
	})
	for _, c := range []struct{ text, format, told string }{
		{sysmon + laurel, "sysmon", "--as laurel"},
		{osquery + laurel, "osquery", "--as laurel"},
		{laurel + osquery, "laurel", "--as osquery"},
		{laurel + sysmon, "laurel", ""}, // which that reader takes
		{sysmon, "sysmon", ""},
		{laurel, "laurel", ""},
		{osquery, "osquery", ""},
	} {
		path := filepath.Join(t.TempDir(), "file")
		if err := os.WriteFile(path, []byte(c.text), 0o600); err != nil {
			t.Fatal(err)
		}
		events, accounts := read(t, Options{}, path)
		a := accounts[0]
		told := ""
		for _, w := range a.Warnings {
			if strings.Contains(w.Reason, "another format") {
				_, told, _ = strings.Cut(w.Reason, "not read: ")
				told = strings.TrimSuffix(told, " reads those")
				if at := w.Source.Offset; at < 0 || at > int64(len(c.text)) || at > 0 && c.text[at-1] != '\n' {
					t.Errorf("%s: told at %d", c.format, at)
				}
			}
		}
		if len(events) < 500 || a.Format != c.format || told != c.told {
			t.Errorf("%s: %d events, told %q, want %q: %+v", a.Format, len(events), told, c.told, a)
		}
	}
}
