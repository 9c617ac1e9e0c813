package main

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// The types below give the keys of a Cuckoo 2.0.7 report. Cuckoo writes Python
// dictionaries of version 2, whose order is arbitrary; this is a common one.

type cuckooDoc struct {
	Info       cuckooInfo        `json:"info"`
	Procmemory []any             `json:"procmemory"`
	Target     cuckooTarget      `json:"target"`
	Extracted  []any             `json:"extracted"`
	Network    map[string]any    `json:"network"`
	Signatures []cuckooSignature `json:"signatures"`
	Static     map[string]any    `json:"static"`
	Dropped    []any             `json:"dropped"`
	Behavior   cuckooBehavior    `json:"behavior"`
	Debug      cuckooDebug       `json:"debug"`
	Strings    []string          `json:"strings"`
	Metadata   map[string]any    `json:"metadata"`
}

type cuckooInfo struct {
	Added    float64        `json:"added"`
	Started  float64        `json:"started"`
	Duration int            `json:"duration"`
	Ended    float64        `json:"ended"`
	Owner    string         `json:"owner"`
	Score    float64        `json:"score"`
	ID       int            `json:"id"`
	Category string         `json:"category"`
	Git      map[string]any `json:"git"`
	Monitor  string         `json:"monitor"`
	Package  string         `json:"package"`
	Route    string         `json:"route"`
	Custom   any            `json:"custom"`
	Machine  cuckooMachine  `json:"machine"`
	Platform string         `json:"platform"`
	Version  string         `json:"version"`
	Options  string         `json:"options"`
}

type cuckooMachine struct {
	Status     string `json:"status"`
	Name       string `json:"name"`
	Label      string `json:"label"`
	Manager    string `json:"manager"`
	StartedOn  string `json:"started_on"`
	ShutdownOn string `json:"shutdown_on"`
}

type cuckooTarget struct {
	Category string         `json:"category"`
	File     map[string]any `json:"file"`
}

type cuckooSignature struct {
	Families    []string `json:"families"`
	Description string   `json:"description"`
	Severity    int      `json:"severity"`
	TTP         any      `json:"ttp"`
	Markcount   int      `json:"markcount"`
	References  []string `json:"references"`
	Marks       []any    `json:"marks"`
	Name        string   `json:"name"`
}

type cuckooBehavior struct {
	Generic     []cuckooGeneric           `json:"generic"`
	Apistats    map[string]map[string]int `json:"apistats"`
	Processes   []cuckooProcess           `json:"processes"`
	Processtree []*cuckooNode             `json:"processtree"`
	Summary     map[string][]string       `json:"summary"`
}

type cuckooGeneric struct {
	ProcessPath string              `json:"process_path"`
	ProcessName string              `json:"process_name"`
	PID         int                 `json:"pid"`
	Summary     map[string][]string `json:"summary"`
	FirstSeen   float64             `json:"first_seen"`
	PPID        int                 `json:"ppid"`
}

type cuckooProcess struct {
	ProcessPath string         `json:"process_path"`
	Calls       []cuckooCall   `json:"calls"`
	Track       bool           `json:"track"`
	PID         int            `json:"pid"`
	ProcessName string         `json:"process_name"`
	CommandLine string         `json:"command_line"`
	Modules     []cuckooModule `json:"modules"`
	Time        int            `json:"time"`
	TID         int            `json:"tid"`
	FirstSeen   float64        `json:"first_seen"`
	PPID        int            `json:"ppid"`
	Type        string         `json:"type"`
}

type cuckooModule struct {
	Basename string `json:"basename"`
	Imgsize  int    `json:"imgsize"`
	Baseaddr string `json:"baseaddr"`
	Filepath string `json:"filepath"`
}

type cuckooCall struct {
	Category    string            `json:"category"`
	Status      int               `json:"status"`
	Stacktrace  []any             `json:"stacktrace"`
	API         string            `json:"api"`
	ReturnValue int64             `json:"return_value"`
	Arguments   map[string]string `json:"arguments"`
	Time        float64           `json:"time"`
	TID         int               `json:"tid"`
	Flags       map[string]string `json:"flags"`
}

type cuckooNode struct {
	Track       bool          `json:"track"`
	PID         int           `json:"pid"`
	ProcessName string        `json:"process_name"`
	CommandLine string        `json:"command_line"`
	FirstSeen   float64       `json:"first_seen"`
	PPID        int           `json:"ppid"`
	Children    []*cuckooNode `json:"children"`
}

type cuckooDebug struct {
	Action []string `json:"action"`
	Log    []string `json:"log"`
	Errors []string `json:"errors"`
	Cuckoo []string `json:"cuckoo"`
}

// cuckooReport gives the scenario the shape of a Cuckoo 2.0.7 report.
func cuckooReport(s *scenario) any {
	end := s.start.Add(131 * time.Second)
	date := func(t time.Time) string { return t.Format("2006-01-02 15:04:05") }
	task, _ := strconv.Atoi(s.settings["task"])
	sample := s.settings["sample"]
	file := describe(sample, s.settings["type"], "")
	return cuckooDoc{
		Info: cuckooInfo{
			Added: unix(s.start.Add(-4 * time.Second)), Started: unix(s.start), Duration: 131, Ended: unix(end), Score: 7.4, ID: task, Category: "file",
			Git: map[string]any{"head": nil, "fetch_head": nil}, Monitor: digest("monitor")[:40], Package: s.settings["package"], Route: "internet",
			Machine:  cuckooMachine{"stopped", s.settings["machine"], s.settings["machine"], "VirtualBox", date(s.start), date(end)},
			Platform: "windows", Version: "2.0.7", Options: "procmemdump=yes,route=internet",
		},
		Procmemory: []any{}, Extracted: []any{}, Static: map[string]any{}, Dropped: []any{}, Strings: []string{sample}, Metadata: map[string]any{},
		Target:   cuckooTarget{"file", map[string]any{"name": sample, "md5": file.MD5, "sha1": file.SHA1, "sha256": file.SHA256, "size": file.Size, "type": file.Type, "urls": []string{}, "yara": []any{}}},
		Network:  map[string]any{"pcap_sha256": digest("pcap of " + sample), "hosts": []string{"192.0.2.10"}, "domains": s.domains()},
		Behavior: s.cuckooBehavior(),
		Debug:    cuckooDebug{[]string{}, []string{}, []string{}, strings.Split(strings.TrimSpace(s.log()), "\n")},
		Signatures: []cuckooSignature{{
			[]string{}, "A document reader started a command interpreter", 5, map[string]any{}, 1, []string{}, []any{}, "suspicious_process",
		}},
	}
}

// cuckooBehavior lists the processes in the order in which they were seen, and
// builds the tree as Cuckoo does: the first process of each pid, under its
// parent if that was seen before it.
func (s *scenario) cuckooBehavior() cuckooBehavior {
	b := cuckooBehavior{Apistats: map[string]map[string]int{}, Summary: map[string][]string{"command_line": {}}, Processtree: []*cuckooNode{}}
	procs := slices.SortedStableFunc(slices.Values(s.procs), func(p, q *proc) int { return s.seen(p).Compare(s.seen(q)) })
	nodes := map[int]*cuckooNode{}
	for _, p := range procs {
		c := s.cuckooProcess(p)
		b.Processes = append(b.Processes, c)
		stats := map[string]int{}
		for _, call := range c.Calls {
			stats[call.API]++
		}
		if len(stats) > 0 {
			b.Apistats[strconv.Itoa(p.pid)] = stats
		}
		if p.parent != nil {
			b.Summary["command_line"] = append(b.Summary["command_line"], p.command)
		}
		if nodes[p.pid] != nil {
			continue
		}
		b.Generic = append(b.Generic, cuckooGeneric{p.image, p.name(), p.pid, map[string][]string{}, c.FirstSeen, p.ppid})
		n := &cuckooNode{c.Track, p.pid, p.name(), p.command, c.FirstSeen, p.ppid, []*cuckooNode{}}
		if parent := nodes[p.ppid]; parent != nil {
			parent.Children = append(parent.Children, n)
		} else {
			b.Processtree = append(b.Processtree, n)
		}
		nodes[p.pid] = n
	}
	return b
}

func (s *scenario) cuckooProcess(p *proc) cuckooProcess {
	out := cuckooProcess{
		ProcessPath: p.image, Calls: []cuckooCall{}, Track: p.calls > 0, PID: p.pid, ProcessName: p.name(), CommandLine: p.command,
		Modules: []cuckooModule{{p.name(), 81920, "0x00400000", p.image}, {"ntdll.dll", 1576960, "0x77660000", `C:\Windows\SYSTEM32\ntdll.dll`}},
		TID:     p.pid + 4, FirstSeen: unix(s.seen(p)), PPID: p.ppid, Type: "process",
	}
	for _, c := range s.calls(p) {
		call := cuckooCall{
			Category: c.category, Status: 1, Stacktrace: []any{}, API: c.api,
			Arguments: map[string]string{}, Time: unix(c.at), TID: c.thread, Flags: map[string]string{},
		}
		if c.failed {
			call.Status, call.ReturnValue = 0, 3221225524
		}
		for _, a := range c.args {
			call.Arguments[snake(a.name)] = a.value
		}
		out.Calls = append(out.Calls, call)
	}
	return out
}

// unix is a time as Cuckoo's report writes it: seconds with a fraction.
func unix(t time.Time) float64 { return float64(t.UnixMilli()) / 1000 }

// snake writes an argument's name as Cuckoo 2 does.
func snake(name string) string {
	var b strings.Builder
	for i, c := range name {
		if c >= 'A' && c <= 'Z' {
			if i > 0 {
				b.WriteByte('_')
			}
			c += 'a' - 'A'
		}
		b.WriteRune(c)
	}
	return b.String()
}
