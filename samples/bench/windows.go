package main

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"time"
)

// start is one start of a process as Sysmon reports it.
type start struct {
	record                 int
	at                     time.Time
	computer, guid, parent string
	pid, ppid              int
	image, line            string
	parentImage, user      string
	utc                    string
}

// Parents are among the last processes, and nothing lies deeper than this: chains of
// recorded hosts have some six programs, and hardly one has more than ten.
const (
	recent  = 200
	deepest = 8
)

// windows writes starts in a dialect of JSON lines: services that start tools,
// Explorer that starts programs.
func windows(w *writer, seed uint64, size int64, dialect func(*start) string) {
	r := rand.New(rand.NewPCG(seed, 2))
	images := []string{"cmd.exe", "conhost.exe", "powershell.exe", "svchost.exe", "taskhostw.exe", "WmiPrvSE.exe", "reg.exe", "whoami.exe", "net.exe", "tasklist.exe", "rundll32.exe", "msiexec.exe"}
	at := time.Date(2025, 6, 15, 8, 0, 0, 0, time.UTC)
	guid := func(n int) string {
		return fmt.Sprintf("{%08X-0000-%04X-0000-%012X}", seed&0xffffffff, n>>16&0xffff, n)
	}
	var depth [recent]int // of the last processes
	for n := 1; w.n < size && w.err == nil; n++ {
		at = at.Add(time.Duration(r.IntN(900)) * time.Millisecond)
		image, up := images[r.IntN(len(images))], images[r.IntN(len(images))]
		older := max(0, n-1-r.IntN(recent-1))
		if depth[older%recent] >= deepest {
			older = 0 // a service
		}
		depth[n%recent] = 1
		if older > 0 {
			depth[n%recent] += depth[older%recent]
		}
		s := &start{
			record: n, at: at, computer: "ws01.example.com", guid: guid(n), parent: guid(older),
			pid: 400 + n%20000*4, ppid: 400 + older%20000*4,
			image: `C:\Windows\System32\` + image, parentImage: `C:\Windows\System32\` + up,
			line: `"C:\Windows\System32\` + image + `" /c ` + words[r.IntN(len(words))] + ` ` + strconv.Itoa(r.IntN(5000)),
			user: `EXAMPLE\` + words[r.IntN(20)], utc: at.Format("2006-01-02 15:04:05.000"),
		}
		w.write([]byte(dialect(s)))
	}
}

func (s *start) data() string {
	return fmt.Sprintf(`"RuleName":"-","UtcTime":%q,"ProcessGuid":%q,"ProcessId":"%d","Image":%q,"FileVersion":"10.0.19041.1","Description":"-","Product":"Microsoft Windows Operating System","Company":"Microsoft Corporation","CommandLine":%q,"CurrentDirectory":"C:\\Windows\\system32\\","User":%q,"LogonGuid":"{00000000-0000-0000-0000-000000000000}","LogonId":"0x3e7","TerminalSessionId":"1","IntegrityLevel":"Medium","Hashes":"SHA256=B99D61D874728EDC0918CA0EB10EAB93D381E7367E377406E65963366C874450","ParentProcessGuid":%q,"ParentProcessId":"%d","ParentImage":%q,"ParentCommandLine":%q`,
		s.utc, s.guid, s.pid, s.image, s.line, s.user, s.parent, s.ppid, s.parentImage, s.parentImage)
}

// winlogbeat is Winlogbeat 7 and later.
func winlogbeat(s *start) string {
	return fmt.Sprintf(`{"@timestamp":%q,"event":{"code":1,"kind":"event","provider":"Microsoft-Windows-Sysmon"},"host":{"name":%q},"winlog":{"provider_name":"Microsoft-Windows-Sysmon","channel":"Microsoft-Windows-Sysmon/Operational","computer_name":%q,"event_id":1,"record_id":%d,"event_data":{%s}}}`+"\n",
		s.at.Format("2006-01-02T15:04:05.000Z"), s.computer, s.computer, s.record, s.data())
}

// flat is one object without nesting, as NXLog and the Mordor data sets have it.
func flat(s *start) string {
	return fmt.Sprintf(`{"EventID":1,"SourceName":"Microsoft-Windows-Sysmon","Channel":"Microsoft-Windows-Sysmon/Operational","Hostname":%q,"EventTime":%q,"RecordNumber":%d,%s}`+"\n",
		s.computer, s.utc, s.record, s.data())
}

// evtxDump is evtx_dump -o jsonl.
func evtxDump(s *start) string {
	return fmt.Sprintf(`{"Event":{"System":{"Provider":{"#attributes":{"Name":"Microsoft-Windows-Sysmon"}},"EventID":1,"Channel":"Microsoft-Windows-Sysmon/Operational","Computer":%q,"EventRecordID":%d,"TimeCreated":{"#attributes":{"SystemTime":%q}}},"EventData":{%s}}}`+"\n",
		s.computer, s.record, s.at.Format("2006-01-02T15:04:05.000000Z"), s.data())
}

// cape writes one CAPE report, nearly all of which is calls that no tree needs.
func cape(w *writer, seed uint64, size int64) {
	r := rand.New(rand.NewPCG(seed, 3))
	w.write([]byte(`{"info":{"version":"2.4-CAPE","id":1,"started":"2025-06-15 08:00:00","ended":"2025-06-15 08:05:00","machine":{"name":"win10"}},"target":{"category":"file","file":{"name":"a.exe"}},"behavior":{"processes":[`))
	images := []string{"a.exe", "cmd.exe", "powershell.exe", "wscript.exe", "schtasks.exe"}
	for i := 0; i < 8 || w.n < size && w.err == nil; i++ {
		if i > 0 {
			w.write([]byte(","))
		}
		name := images[i%len(images)]
		w.write(fmt.Appendf(nil, `{"process_id":%d,"process_name":%q,"parent_id":%d,"module_path":%q,"first_seen":"2025-06-15 08:00:%02d,%03d","environ":{"CommandLine":%q},"calls":[`,
			2000+4*i, name, 2000+4*max(0, i-1-r.IntN(3)), `C:\Users\u\AppData\Local\Temp\`+name, i%60, r.IntN(1000), `"C:\Users\u\AppData\Local\Temp\`+name+`" -n `+strconv.Itoa(i)))
		for j := 0; w.n < size*int64(i+1)/8 && w.err == nil; j++ {
			if j > 0 {
				w.write([]byte(","))
			}
			w.write(fmt.Appendf(nil, `{"timestamp":"2025-06-15 08:00:%02d,%03d","thread_id":"%d","caller":"0x00401000","parentcaller":"0x00401100","category":"registry","api":"RegOpenKeyExW","status":true,"return":"0x00000000","arguments":[{"name":"Registry","value":"0x80000002","pretty_value":"HKEY_LOCAL_MACHINE"},{"name":"SubKey","value":"Software\\%s\\%d"}],"repeated":0,"id":%d}`,
				i%60, r.IntN(1000), 3000+i, words[r.IntN(len(words))], r.IntN(1000), j))
		}
		w.write([]byte(`]}`))
	}
	w.write([]byte("],\"processtree\":[],\"summary\":{}}}\n"))
}
