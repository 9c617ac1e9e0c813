package auditjson

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"oddkin/parsers/event"
	"oddkin/parsers/internal/ingest"
)

// bench reads log again and again. Its %[1]d stand for a number of each copy.
func bench(b *testing.B, format, log string) {
	var all bytes.Buffer
	for i := 0; all.Len() < 8<<20; i++ {
		all.WriteString(strings.ReplaceAll(log, "NNN", fmt.Sprintf("%06d", i)))
	}
	f := byName(b, format)
	b.SetBytes(int64(all.Len()))
	b.ReportAllocs()
	for b.Loop() {
		account := &event.Account{}
		for _, err := range f.Events(&ingest.Input{Name: "log", R: bytes.NewReader(all.Bytes()), Account: account}) {
			if err != nil {
				b.Fatal(err)
			}
		}
		if !account.Balanced() || account.Malformed > 0 || account.Events == 0 {
			b.Fatalf("%+v", account)
		}
	}
}

// BenchmarkEvents reads one start and, where the format has one object for each,
// its records.
func BenchmarkEvents(b *testing.B) {
	const syscall = `arch=c000003e syscall=59 success=yes exit=0 a0=1 a1=2 a2=3 a3=4 items=2 ppid=500 pid=501 auid=1000 uid=0 gid=0 euid=0 suid=0 fsuid=0 egid=0 sgid=0 fsgid=0 tty=pts0 ses=1 comm=\"sh\" exe=\"/usr/bin/dash\" subj=unconfined key=(null)`
	const execve = `argc=3 a0=\"sh\" a1=\"-c\" a2=6563686F20NNN`
	b.Run("laurel", func(b *testing.B) {
		bench(b, "laurel", `{"ID":"1700000000.100:9NNN","SYSCALL":{"arch":"0xc000003e","syscall":59,"success":"yes","exit":0,"items":2,"ppid":500,"pid":501,"auid":1000,"uid":0,"gid":0,"euid":0,"suid":0,"fsuid":0,"egid":0,"sgid":0,"fsgid":0,"tty":"pts1","ses":3,"comm":"date","exe":"/usr/bin/date","key":null,"ARCH":"x86_64","SYSCALL":"execve","AUID":"ada","UID":"root","EUID":"root","ARGV":["0x1","0x2","0x3","0x4"]},"EXECVE":{"argc":3,"ARGV":["sh","-c","echo NNN"]},"CWD":{"cwd":"/home/ada"},"PATH":[{"item":0,"name":"/usr/bin/dash","inode":1,"dev":"fd:01","mode":"0o100755","ouid":0,"ogid":0,"rdev":"00:00","nametype":"NORMAL"}],"PROCTITLE":{"ARGV":["sh","-c"]}}`+"\n")
	})
	b.Run("auditbeat", func(b *testing.B) {
		bench(b, "auditbeat", `{"@timestamp":"2023-11-14T22:13:20.100Z","event":{"kind":"event","category":["process"],"action":"executed","outcome":"success","module":"auditd"},"host":{"name":"web1"},"user":{"id":"33","name":"www-data","audit":{"id":"1000","name":"ada"},"effective":{"id":"0","name":"root"}},"process":{"pid":10043,"parent":{"pid":10027},"args":["sh","-c","echo NNN"],"title":"sh -c","name":"sh","executable":"/usr/bin/dash","working_directory":"/home/ada"},"auditd":{"message_type":"syscall","sequence":9NNN,"session":"11","result":"success","data":{"arch":"x86_64","syscall":"execve","a0":"10812c8","exit":"0","tty":"pts0"},"paths":[{"item":"0","name":"/usr/bin/dash"}]}}`+"\n")
	})
	b.Run("go-audit", func(b *testing.B) {
		bench(b, "go-audit", `{"sequence":9NNN,"timestamp":"1700000000.100","messages":[{"type":1300,"data":"`+syscall+`"},{"type":1309,"data":"`+execve+`"},{"type":1307,"data":"cwd=\"/root\""}],"uid_map":{"0":"root","1000":"ada"}}`+"\n")
	})
	b.Run("journald", func(b *testing.B) {
		entry := `{"__CURSOR":"s=b","__REALTIME_TIMESTAMP":"1700000000500000","_BOOT_ID":"b1","_HOSTNAME":"web1","_TRANSPORT":"audit","_AUDIT_TYPE":"%d","_AUDIT_TYPE_NAME":"%[2]s","_AUDIT_ID":"9NNN","_SOURCE_REALTIME_TIMESTAMP":"1700000000100000","MESSAGE":"%[2]s %s"}` + "\n"
		bench(b, "journald", fmt.Sprintf(entry, 1300, "SYSCALL", syscall)+fmt.Sprintf(entry, 1309, "EXECVE", execve)+fmt.Sprintf(entry, 1307, "CWD", `cwd=\"/root\"`))
	})
	b.Run("osquery", func(b *testing.B) {
		bench(b, "osquery", `{"name":"pack_ir_process_events","hostIdentifier":"web1","calendarTime":"Tue Nov 14 22:13:30 2023 UTC","unixTime":1700000010,"epoch":0,"counter":1,"numerics":false,"columns":{"auid":"1000","cmdline":"sh -c NNN","cwd":"\"/var/www\"","euid":"33","parent":"500","path":"/usr/bin/dash","pid":"501","syscall":"execve","time":"1700000000","uid":"33","uptime":"100"},"action":"added"}`+"\n")
	})
}
