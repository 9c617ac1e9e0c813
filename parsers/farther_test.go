package parsers

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// What a file begins with hides no evidence behind it, up to a bound; and what has none is refused,
// with a word on how much was looked at if that is not all.
func TestEvidenceBehindALongBeginning(t *testing.T) {
	const size = 200_000
	records := map[string]string{
		"auditd":        exec(10, 5, 1, 20, "/bin/id"),
		"auditd-syslog": "Nov 14 22:13:20 web1 audispd: " + strings.ReplaceAll(strings.TrimSpace(exec(10, 5, 1, 20, "/bin/id")), "\n", "\nNov 14 22:13:20 web1 audispd: ") + "\n",
		"sysmon":        `{"EventID":1,"SourceName":"Microsoft-Windows-Sysmon","Channel":"Microsoft-Windows-Sysmon/Operational","Hostname":"h","EventTime":"2020-01-01 00:00:00","ProcessId":"10","ProcessGuid":"{00000001-0000-0000-0000-000000000001}","Image":"C:\\a.exe","CommandLine":"a"}` + "\n",
		"auditbeat":     `{"@timestamp":"2023-11-14T22:13:20.100Z","event":{"module":"auditd","action":"executed","outcome":"success"},"auditd":{"sequence":5,"message_type":"syscall","data":{"syscall":"execve"}},"process":{"pid":10,"ppid":1,"executable":"/bin/id"}}` + "\n",
		"cape":          `,"info":{"version":"2.2-CAPE","id":5},"behavior":{"processes":[{"process_id":10,"process_name":"a.exe","parent_id":4,"module_path":"C:\\a.exe","first_seen":"2023-01-06 22:11:04,000","calls":[]}]}}`,
	}
	begin := map[string]string{
		"auditd":        strings.Repeat("\x00", size),
		"auditd-syslog": strings.Repeat("Nov 14 22:13:20 web1 systemd[1]: Started Session 1 of User root.\n", size/60),
		"sysmon":        strings.Repeat(`{"@timestamp":"2023-11-14T22:13:20Z","message":"Accepted publickey for ada"}`+"\n", size/70),
		"auditbeat":     strings.Repeat("\x01\x02\x9f garbage \xff\n", size/14),
		"cape":          `{"strings":["` + strings.Repeat("x", size) + `"]`,
	}
	for format, text := range records {
		path := filepath.Join(t.TempDir(), "file")
		if err := os.WriteFile(path, []byte(begin[format]+text), 0o600); err != nil {
			t.Fatal(err)
		}
		events, accounts := read(t, Options{}, path)
		if a := accounts[0]; len(events) == 0 || a.Format != format || !a.Balanced() || a.Bytes != int64(len(begin[format])+len(text)) {
			t.Errorf("%s: %d events, %+v", format, len(events), a)
		}
	}
	begin["nothing"] = strings.Repeat("Nov 14 22:13:20 web1 systemd[1]: Started Session 1 of User root.\n", maxLook/60)
	for what, text := range begin {
		path := filepath.Join(t.TempDir(), "file")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		events, accounts := read(t, Options{}, path)
		a := accounts[0]
		if what == "nothing" {
			reason, bounded := strings.CutSuffix(a.Reason, ", as far as its first 16 MiB tell")
			if a.Reason = reason; !bounded {
				t.Errorf("of a larger file: %s", reason)
			}
		} else if strings.Contains(a.Reason, "MiB") {
			t.Errorf("%s was looked at whole: %s", what, a.Reason)
		}
		if len(events) > 0 || a.Format != "" || !strings.HasSuffix(a.Reason, "of no known format") {
			t.Errorf("nothing but what stands before %s: %d events, %+v", what, len(events), a)
		}
	}
}
