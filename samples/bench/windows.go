package main

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
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

// recent is among how many processes the parent of the next one is.
const recent = 200

// children are what a program of a workstation starts, the most frequent first. What is not
// listed starts nothing, so chains are as deep as they are there.
var children = map[string][]string{
	"services.exe":   {"svchost.exe", "svchost.exe", "msiexec.exe", "spoolsv.exe", "TrustedInstaller.exe", "MsMpEng.exe"},
	"svchost.exe":    {"taskhostw.exe", "WmiPrvSE.exe", "RuntimeBroker.exe", "dllhost.exe", "backgroundTaskHost.exe", "conhost.exe", "GoogleUpdate.exe", "wuauclt.exe"},
	"explorer.exe":   {"chrome.exe", "cmd.exe", "powershell.exe", "OUTLOOK.EXE", "notepad.exe", "mmc.exe", "7zFM.exe", "Teams.exe"},
	"chrome.exe":     {"chrome.exe"},
	"Teams.exe":      {"Teams.exe", "reg.exe"},
	"OUTLOOK.EXE":    {"WINWORD.EXE", "EXCEL.EXE", "chrome.exe"},
	"cmd.exe":        {"conhost.exe", "whoami.exe", "net.exe", "ipconfig.exe", "reg.exe", "findstr.exe", "ping.exe", "tasklist.exe", "powershell.exe"},
	"net.exe":        {"net1.exe"},
	"powershell.exe": {"conhost.exe", "csc.exe", "whoami.exe", "systeminfo.exe", "cmd.exe"},
	"csc.exe":        {"cvtres.exe"},
	"WmiPrvSE.exe":   {"cmd.exe", "powershell.exe"},
	"msiexec.exe":    {"msiexec.exe", "rundll32.exe"},
	"taskhostw.exe":  {"rundll32.exe", "cmd.exe"},
}

// workstation starts processes one after the other.
type workstation struct {
	r    *rand.Rand
	seed uint64
	at   time.Time
	n    int
	last [recent]string // images
	deep [recent]int
}

func newWorkstation(seed uint64) *workstation {
	return &workstation{r: rand.New(rand.NewPCG(seed, 2)), seed: seed, at: time.Date(2025, 6, 15, 8, 0, 0, 0, time.UTC)}
}

func (w *workstation) guid(n int) string {
	return fmt.Sprintf("{%08X-0000-%04X-0000-%012X}", w.seed&0xffffffff, n>>16&0xffff, n)
}

// next is the start of another process under a recent one that starts others.
func (w *workstation) next() *start {
	w.n++
	w.at = w.at.Add(time.Duration(w.r.IntN(900)) * time.Millisecond)
	root := w.r.IntN(2)
	older, up := -root, []string{"services.exe", "explorer.exe"}[root] // both run since before the log
	for range 3 {
		back := w.n - 1 - w.r.IntN(recent-1)
		if back > 0 && children[w.last[back%recent]] != nil && w.deep[back%recent] < 6 {
			older, up = back, w.last[back%recent]
			break
		}
	}
	list := children[up]
	image := list[min(w.r.IntN(len(list)), w.r.IntN(len(list)))]
	w.last[w.n%recent], w.deep[w.n%recent] = image, 1
	if older > 0 {
		w.deep[w.n%recent] += w.deep[older%recent]
	}
	return &start{
		record: w.n, at: w.at, computer: "ws01.example.com", guid: w.guid(w.n), parent: w.guid(older),
		pid: 400 + w.n%20000*4, ppid: 400 + older%20000*4,
		image: `C:\Windows\System32\` + image, parentImage: `C:\Windows\System32\` + up,
		line: `"C:\Windows\System32\` + image + `" /c ` + words[w.r.IntN(len(words))] + ` ` + strconv.Itoa(w.r.IntN(5000)),
		user: `EXAMPLE\` + words[w.r.IntN(20)], utc: w.at.Format("2006-01-02 15:04:05.000"),
	}
}

// windows writes starts in a dialect of JSON lines.
func windows(w *writer, seed uint64, size int64, dialect func(*start) string) {
	ws := newWorkstation(seed)
	for w.n < size && w.err == nil {
		w.write([]byte(dialect(ws.next())))
	}
}

// sysmon writes all that Sysmon and the Security log of a workstation hold, flat. Of a
// hundred records about two tell of starts and one of an end, as in OTRF's captures; the rest
// are registry accesses, loaded images, handles, connections and script blocks.
func sysmon(w *writer, seed uint64, size int64) {
	ws := newWorkstation(seed)
	var running []*start
	record := 0
	for w.n < size && w.err == nil {
		record++
		p := ws.r.IntN(1000)
		if p < 20 || len(running) == 0 {
			s := ws.next()
			s.record = record
			running = append(running, s)
			w.write([]byte(flat(s)))
			continue
		}
		i := ws.r.IntN(len(running))
		w.write([]byte(running[i].doing(record, p, ws.r)))
		if p < 35 {
			running = append(running[:i], running[i+1:]...)
		}
	}
}

// doing is a record of what a process does; p in a thousand says what.
func (s *start) doing(record, p int, r *rand.Rand) string {
	who := fmt.Sprintf(`"UtcTime":%q,"ProcessGuid":%q,"ProcessId":"%d","Image":%q`, s.utc, s.guid, s.pid, s.image)
	id, rest := 12, ""
	switch {
	case p < 35:
		id = 5
	case p < 350:
		rest = fmt.Sprintf(`,"EventType":"CreateKey","TargetObject":"HKLM\\System\\CurrentControlSet\\Services\\%s\\Parameters\\%d"`, words[r.IntN(len(words))], r.IntN(5000))
	case p < 540:
		id, rest = 13, fmt.Sprintf(`,"EventType":"SetValue","TargetObject":"HKU\\S-1-5-21-1\\Software\\%s\\%d","Details":"DWORD (0x%08x)"`, words[r.IntN(len(words))], r.IntN(5000), r.Uint32())
	case p < 700:
		id, rest = 7, fmt.Sprintf(`,"ImageLoaded":"C:\\Windows\\System32\\%s.dll","FileVersion":"10.0.19041.1","Description":"-","Product":"Microsoft Windows Operating System","Company":"Microsoft Corporation","OriginalFileName":"-","Hashes":"SHA256=B99D61D874728EDC0918CA0EB10EAB93D381E7367E377406E65963366C874450","Signed":"true","Signature":"Microsoft Windows","SignatureStatus":"Valid"`, words[r.IntN(len(words))])
	case p < 790:
		id, rest = 10, fmt.Sprintf(`,"TargetProcessGUID":%q,"TargetProcessId":"%d","TargetImage":%q,"GrantedAccess":"0x1000","CallTrace":"%s"`, s.parent, s.ppid, s.parentImage, strings.Repeat(`C:\\Windows\\SYSTEM32\\ntdll.dll+9d4c4|C:\\Windows\\System32\\KERNELBASE.dll+2c13e|`, 6))
	case p < 810:
		id, rest = 3, fmt.Sprintf(`,"Protocol":"tcp","Initiated":"true","SourceIsIpv6":"false","SourceIp":"192.0.2.7","SourcePort":"%d","DestinationIp":"192.0.2.%d","DestinationPort":"443"`, 40000+r.IntN(20000), r.IntN(250))
	case p < 820:
		id, rest = 11, fmt.Sprintf(`,"TargetFilename":"C:\\Users\\%s\\AppData\\Local\\Temp\\%d.tmp","CreationUtcTime":%q`, words[r.IntN(20)], r.IntN(50000), s.utc)
	default:
		return s.scriptBlock(record, r)
	}
	return fmt.Sprintf(`{"EventID":%d,"SourceName":"Microsoft-Windows-Sysmon","Channel":"Microsoft-Windows-Sysmon/Operational","Hostname":%q,"EventTime":%q,"RecordNumber":%d,"Keywords":-9223372036854775808,"SeverityValue":2,"Severity":"INFO","Opcode":"Info","Task":%d,"ThreadID":%d,"AccountName":"SYSTEM","AccountType":"User","Domain":"NT AUTHORITY","UserID":"S-1-5-18","SourceModuleName":"eventlog","SourceModuleType":"im_msvistalog","RuleName":"-",%s%s,"Message":"The rendered text of the record, as the agent sends it along, names the fields once more: %s"}`+"\n",
		id, s.computer, s.utc, record, id, r.IntN(9000), who, rest, strings.ReplaceAll(strings.ReplaceAll(who+rest, `"`, ``), `,`, `\r\n`))
}

// scriptBlock is PowerShell's account of a command, the longest records of such a log.
func (s *start) scriptBlock(record int, r *rand.Rand) string {
	line := `ParameterBinding(Where-Object): name=\"FilterScript\"; value=\"$_.Name -like '` + words[r.IntN(len(words))] + `*'\"\r\n`
	return fmt.Sprintf(`{"EventID":4103,"SourceName":"Microsoft-Windows-PowerShell","Channel":"Microsoft-Windows-PowerShell/Operational","Hostname":%q,"EventTime":%q,"RecordNumber":%d,"ProcessID":%d,"ContextInfo":"Severity = Informational\r\n Host Application = powershell.exe","Payload":"%s","Message":"%s"}`+"\n",
		s.computer, s.utc, record, s.pid, strings.Repeat(line, 20+r.IntN(20)), strings.Repeat(line, 20))
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
