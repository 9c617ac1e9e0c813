package main

import (
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// The types below give the keys of a CAPE 2.4 report in its own order.

type capeDoc struct {
	Statistics  capeStatistics  `json:"statistics"`
	Target      capeTarget      `json:"target"`
	Procdump    []any           `json:"procdump"`
	Dropped     []capeFile      `json:"dropped"`
	CAPE        capePayloads    `json:"CAPE"`
	Info        capeInfo        `json:"info"`
	Behavior    capeBehavior    `json:"behavior"`
	Curtain     any             `json:"curtain"`
	Debug       capeDebug       `json:"debug"`
	Network     capeNetwork     `json:"network"`
	Suricata    map[string]any  `json:"suricata"`
	URLAnalysis map[string]any  `json:"url_analysis"`
	Procmemory  []any           `json:"procmemory"`
	Signatures  []capeSignature `json:"signatures"`
	Malscore    float64         `json:"malscore"`
	TTPs        []any           `json:"ttps"`
}

type capeStatistics struct {
	Processing []capeTiming `json:"processing"`
	Signatures []capeTiming `json:"signatures"`
	Reporting  []capeTiming `json:"reporting"`
}

type capeTiming struct {
	Name string  `json:"name"`
	Time float64 `json:"time"`
}

type capeTarget struct {
	Category string   `json:"category"`
	File     capeFile `json:"file"`
}

type capeFile struct {
	Name       any    `json:"name"`
	Path       string `json:"path"`
	GuestPaths any    `json:"guest_paths"`
	Size       int    `json:"size"`
	MD5        string `json:"md5"`
	SHA1       string `json:"sha1"`
	SHA256     string `json:"sha256"`
	Type       string `json:"type"`
}

type capePayloads struct {
	Payloads []any `json:"payloads"`
	Configs  []any `json:"configs"`
}

type capeInfo struct {
	Version      string         `json:"version"`
	Started      string         `json:"started"`
	Ended        string         `json:"ended"`
	Duration     int            `json:"duration"`
	ID           int            `json:"id"`
	Category     string         `json:"category"`
	Custom       string         `json:"custom"`
	Machine      capeMachine    `json:"machine"`
	Package      string         `json:"package"`
	Timeout      bool           `json:"timeout"`
	TLP          any            `json:"tlp"`
	ParentSample map[string]any `json:"parent_sample"`
	Options      map[string]any `json:"options"`
	SourceURL    any            `json:"source_url"`
	Route        string         `json:"route"`
	UserID       int            `json:"user_id"`
}

type capeMachine struct {
	ID         int    `json:"id"`
	Status     string `json:"status"`
	Name       string `json:"name"`
	Label      string `json:"label"`
	Platform   string `json:"platform"`
	Manager    string `json:"manager"`
	StartedOn  string `json:"started_on"`
	ShutdownOn string `json:"shutdown_on"`
}

type capeBehavior struct {
	Processes        []capeProcess       `json:"processes"`
	Anomaly          []any               `json:"anomaly"`
	Processtree      []*capeNode         `json:"processtree"`
	Summary          map[string][]string `json:"summary"`
	Enhanced         []any               `json:"enhanced"`
	Encryptedbuffers []any               `json:"encryptedbuffers"`
}

type capeProcess struct {
	ProcessID      int                 `json:"process_id"`
	ProcessName    string              `json:"process_name"`
	ParentID       int                 `json:"parent_id"`
	ModulePath     string              `json:"module_path"`
	FirstSeen      string              `json:"first_seen"`
	Calls          []capeCall          `json:"calls"`
	Threads        []string            `json:"threads"`
	Environ        capeEnviron         `json:"environ"`
	FileActivities map[string][]string `json:"file_activities"`
}

type capeCall struct {
	Timestamp    string         `json:"timestamp"`
	ThreadID     string         `json:"thread_id"`
	Caller       string         `json:"caller"`
	Parentcaller string         `json:"parentcaller"`
	Category     string         `json:"category"`
	API          string         `json:"api"`
	Status       bool           `json:"status"`
	Return       string         `json:"return"`
	PrettyReturn string         `json:"pretty_return,omitempty"`
	Arguments    []capeArgument `json:"arguments"`
	Repeated     int            `json:"repeated"`
	ID           int            `json:"id"`
}

type capeArgument struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

type capeEnviron struct {
	UserName                 string `json:"UserName"`
	ComputerName             string `json:"ComputerName"`
	WindowsPath              string `json:"WindowsPath"`
	TempPath                 string `json:"TempPath"`
	CommandLine              string `json:"CommandLine"`
	RegisteredOwner          string `json:"RegisteredOwner"`
	RegisteredOrganization   string `json:"RegisteredOrganization"`
	ProductName              string `json:"ProductName"`
	SystemVolumeSerialNumber string `json:"SystemVolumeSerialNumber"`
	SystemVolumeGUID         string `json:"SystemVolumeGUID"`
	MachineGUID              string `json:"MachineGUID"`
	MainExeBase              string `json:"MainExeBase"`
	MainExeSize              string `json:"MainExeSize"`
	Bitness                  string `json:"Bitness"`
}

type capeNode struct {
	Name       string      `json:"name"`
	PID        int         `json:"pid"`
	ParentID   int         `json:"parent_id"`
	ModulePath string      `json:"module_path"`
	Children   []*capeNode `json:"children"`
	Threads    []string    `json:"threads"`
	Environ    capeEnviron `json:"environ"`
}

type capeDebug struct {
	Log    string   `json:"log"`
	Errors []string `json:"errors"`
}

type capeNetwork struct {
	PcapSHA256 string     `json:"pcap_sha256"`
	Hosts      []capeHost `json:"hosts"`
	Domains    []capeName `json:"domains"`
}

type capeHost struct {
	IP          string `json:"ip"`
	CountryName string `json:"country_name"`
	Hostname    string `json:"hostname"`
	Inaddrarpa  string `json:"inaddrarpa"`
}

type capeName struct {
	Domain string `json:"domain"`
	IP     string `json:"ip"`
}

type capeSignature struct {
	Name        string           `json:"name"`
	Description string           `json:"description"`
	Categories  []string         `json:"categories"`
	Severity    int              `json:"severity"`
	Weight      int              `json:"weight"`
	Confidence  int              `json:"confidence"`
	References  []string         `json:"references"`
	Data        []map[string]any `json:"data"`
	NewData     []any            `json:"new_data"`
	Alert       bool             `json:"alert"`
	Families    []string         `json:"families"`
}

// capeReport gives the scenario the shape of a CAPE 2.4 report.
func capeReport(s *scenario) any {
	end := s.start.Add(118 * time.Second)
	date := func(t time.Time) string { return t.Format("2006-01-02 15:04:05") }
	task, _ := strconv.Atoi(s.settings["task"])
	sample := s.settings["sample"]
	doc := capeDoc{
		Statistics: capeStatistics{
			Processing: []capeTiming{{"CAPE", 2.114}, {"AnalysisInfo", 0.031}, {"BehaviorAnalysis", 1.207}, {"Debug", 0.004}, {"NetworkAnalysis", 0.882}},
			Signatures: []capeTiming{{"office_macro", 0}, {"powershell_download", 0.001}, {"injection_process_hollowing", 0.002}},
			Reporting:  []capeTiming{{"JsonDump", 0.4}},
		},
		Target:   capeTarget{"file", describe(sample, s.settings["type"], "")},
		Procdump: []any{}, Dropped: []capeFile{},
		CAPE: capePayloads{[]any{}, []any{}},
		Info: capeInfo{
			Version: "2.4-CAPE", Started: date(s.start), Ended: date(end), Duration: 118, ID: task, Category: "file",
			Machine: capeMachine{task - 3, "stopping", s.settings["machine"], s.settings["machine"], "windows", "KVM", date(s.start), date(end)},
			Package: s.settings["package"], Timeout: true, ParentSample: map[string]any{}, Options: map[string]any{}, Route: "internet", UserID: 1,
		},
		Debug:    capeDebug{s.log(), []string{}},
		Network:  capeNetwork{PcapSHA256: digest("pcap of " + sample), Hosts: []capeHost{{"192.0.2.10", "unknown", "", ""}}, Domains: s.domains()},
		Suricata: map[string]any{}, URLAnalysis: map[string]any{}, Procmemory: []any{}, Malscore: 8.8, TTPs: []any{},
		Signatures: []capeSignature{{
			"office_macro", "The document holds a macro that ran a program",
			[]string{"office"},
			3, 1, 100,
			[]string{},
			[]map[string]any{{"type": "call", "pid": s.procs[2].pid, "cid": 40}},
			[]any{},
			false,
			[]string{},
		}},
	}
	for _, p := range s.procs {
		for _, path := range p.drops {
			doc.Dropped = append(doc.Dropped, describe([]string{path[strings.LastIndexByte(path, '\\')+1:]}, "PE32 executable (GUI) Intel 80386", path))
		}
	}
	doc.Behavior = s.capeBehavior()
	return doc
}

// capeBehavior lists the processes in the order in which they were seen, and
// builds the tree as CAPE does: from the processes with calls, the first of
// each pid, each under the first process that has its parent's pid.
func (s *scenario) capeBehavior() capeBehavior {
	b := capeBehavior{
		Anomaly: []any{}, Processtree: []*capeNode{}, Enhanced: []any{}, Encryptedbuffers: []any{},
		Summary: map[string][]string{"executed_commands": {}, "write_files": {}},
	}
	procs := slices.SortedStableFunc(slices.Values(s.procs), func(p, q *proc) int { return s.seen(p).Compare(s.seen(q)) })
	nodes := map[int]*capeNode{}
	var order []*capeNode
	for _, p := range procs {
		c := s.capeProcess(p)
		b.Processes = append(b.Processes, c)
		b.Summary["write_files"] = append(b.Summary["write_files"], p.drops...)
		if p.parent != nil {
			b.Summary["executed_commands"] = append(b.Summary["executed_commands"], p.command)
		}
		if nodes[p.pid] == nil && len(c.Calls) > 0 {
			n := &capeNode{c.ProcessName, p.pid, p.ppid, p.image, []*capeNode{}, c.Threads, c.Environ}
			nodes[p.pid], order = n, append(order, n)
		}
	}
	for _, n := range order {
		if parent := nodes[n.ParentID]; parent != nil {
			parent.Children = append(parent.Children, n)
		} else {
			b.Processtree = append(b.Processtree, n)
		}
	}
	return b
}

func (s *scenario) capeProcess(p *proc) capeProcess {
	temp := `C:\Users\` + p.user + `\AppData\Local\Temp\`
	if strings.ToUpper(p.user) == p.user {
		temp = `C:\Windows\TEMP\`
	}
	bits, base := "64-bit", fmt.Sprintf("0x7ff6%07x0", p.pid*7919)
	if strings.Contains(p.image, "SysWOW64") || strings.Contains(p.image, "AppData") {
		bits, base = "32-bit", "0x00400000"
	}
	out := capeProcess{
		ProcessID: p.pid, ProcessName: p.name(), ParentID: p.ppid, ModulePath: p.image,
		FirstSeen: comma(s.seen(p)), Calls: []capeCall{}, Threads: []string{},
		Environ: capeEnviron{
			UserName: p.user, ComputerName: s.settings["computer"], WindowsPath: `C:\Windows`, TempPath: temp, CommandLine: p.command,
			SystemVolumeSerialNumber: "3c1f-77a2", SystemVolumeGUID: "9d0f6a51-0000-0000-0000-100000000000",
			MainExeBase: base, MainExeSize: "0x00014000", Bitness: bits,
		},
		FileActivities: map[string][]string{"read_files": {}, "write_files": {}, "delete_files": {}},
	}
	for i, c := range s.calls(p) {
		thread := strconv.Itoa(c.thread)
		if !slices.Contains(out.Threads, thread) {
			out.Threads = append(out.Threads, thread)
		}
		call := capeCall{
			Timestamp: comma(c.at), ThreadID: thread, Caller: "0x00401a3c", Parentcaller: "0x004017f8",
			Category: c.category, API: c.api, Status: !c.failed, Return: "0x00000000", Arguments: []capeArgument{}, ID: i,
		}
		if c.failed {
			call.Return, call.PrettyReturn = "0xffffffffc0000034", "OBJECT_NAME_NOT_FOUND"
		}
		for _, a := range c.args {
			call.Arguments = append(call.Arguments, capeArgument{a.name, a.value})
		}
		out.Calls = append(out.Calls, call)
	}
	return out
}

// comma is a time as Python's logging writes it.
func comma(t time.Time) string {
	return strings.Replace(t.Format("2006-01-02 15:04:05.000"), ".", ",", 1)
}

// log is the analyzer's log.
func (s *scenario) log() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s [root] INFO: Analysis package \"%s\" has been specified\n", comma(s.start), s.settings["package"])
	for _, p := range s.procs {
		if p.calls > 0 {
			fmt.Fprintf(&b, "%s [lib.api.process] INFO: Monitor loaded in process %d: %s\n", comma(s.seen(p)), p.pid, p.image)
		}
	}
	return b.String()
}

// domains lists the names looked up, each once.
func (s *scenario) domains() (out []capeName) {
	for _, p := range s.procs {
		for _, h := range p.hosts {
			if n := (capeName{h, "192.0.2.10"}); !slices.Contains(out, n) {
				out = append(out, n)
			}
		}
	}
	return out
}

// describe is a file that exists in the scenario only: its digests are those of
// its name.
func describe(name any, kind, path string) capeFile {
	text := fmt.Sprint(name)
	return capeFile{
		Name: name, Path: "/opt/CAPEv2/storage/binaries/" + digest(text), GuestPaths: path, Size: 81920,
		MD5: fmt.Sprintf("%x", md5.Sum([]byte(text))), SHA1: fmt.Sprintf("%x", sha1.Sum([]byte(text))), SHA256: digest(text), Type: kind,
	}
}

func digest(text string) string { return fmt.Sprintf("%x", sha256.Sum256([]byte(text))) }
