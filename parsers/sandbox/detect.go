package sandbox

import (
	"strings"

	"oddkin/parsers/internal/ingest"
)

// mark is something in the head of a file that speaks for a format.
type mark struct {
	confidence int
	reason     string
	seen       func(outline) bool
}

// best gives the strongest mark that is there, in the order listed.
func best(o outline, marks []mark) ingest.Match {
	var m ingest.Match
	for _, k := range marks {
		if k.confidence > m.Confidence && k.seen(o) {
			m = ingest.Match{Confidence: k.confidence, Reason: k.reason}
		}
	}
	return m
}

func keys(paths ...string) func(outline) bool {
	return func(o outline) bool { return o.has(paths...) }
}

// capeMarks lists what a report of CAPE may begin with. Its keys stand in the
// order in which its modules ran, in lite reports in any order, and each can be
// longer than the head that is shown.
var capeMarks = []mark{
	{98, "info.version names CAPE", func(o outline) bool { return strings.HasSuffix(o["info.version"], "-CAPE") }},
	{95, "statistics of CAPE's processing modules", func(o outline) bool {
		return o.has("statistics.processing[].time") && o["statistics.processing[].name"] == "CAPE"
	}},
	{95, "CAPE.payloads and CAPE.configs", keys("CAPE.payloads", "CAPE.configs")},
	{85, "behavior.processes with process_id and module_path", keys("behavior.processes[].process_id", "behavior.processes[].module_path")},
	{85, "behavior.processtree with module_path", keys("behavior.processtree[].module_path", "behavior.processtree[].children")},
	{85, "keys curtain and sysmon", keys("curtain", "sysmon")},
	{80, "sysmon with XML turned into JSON", keys("sysmon[].@xmlns", "sysmon[].System")},
	{80, "target.file with guest_paths", keys("target.category", "target.file.guest_paths")},
	{75, "signatures with categories, weight and families", keys("signatures[].categories", "signatures[].weight", "signatures[].families")},
	{60, "statistics of processing modules", keys("statistics.processing[].name", "statistics.processing[].time")},
	{60, "debug with log and errors", keys("debug.log", "debug.errors")},
	{60, "network with pcap_sha256 and hosts", keys("network.pcap_sha256", "network.hosts")},
	{50, "key curtain", keys("curtain")},
}

func detectCAPE(o outline) ingest.Match { return best(o, capeMarks) }

// cuckooMarks lists what a report of Cuckoo, or of its forks other than CAPE,
// may begin with.
var cuckooMarks = []mark{
	{97, "info with machine, package and version", func(o outline) bool {
		return o.has("info.version", "info.machine", "info.package") && !strings.HasSuffix(o["info.version"], "-CAPE")
	}},
	{90, "behavior.generic with process_path", keys("behavior.generic[].pid", "behavior.generic[].process_path")},
	{90, "behavior.processes with ppid and process_name", keys("behavior.processes[].ppid", "behavior.processes[].process_name")},
	{88, "behavior.processtree with ppid and process_name", keys("behavior.processtree[].ppid", "behavior.processtree[].process_name")},
	{84, "behavior.processes with process_id and parent_id", keys("behavior.processes[].process_id", "behavior.processes[].parent_id")},
	{84, "behavior.processtree with parent_id", keys("behavior.processtree[].parent_id", "behavior.processtree[].children")},
	{80, "signatures with ttp and markcount", keys("signatures[].markcount", "signatures[].marks")},
	{70, "info with machine and started", keys("info.machine", "info.started", "info.category")},
	{65, "debug with cuckoo's log", keys("debug.cuckoo", "debug.log")},
	{65, "target.category and target.file", keys("target.category", "target.file.sha256")},
	{60, "network with pcap_sha256 and hosts", keys("network.pcap_sha256", "network.hosts")},
	{50, "behavior with processes", keys("behavior.processes")},
	{50, "behavior with a process tree", keys("behavior.processtree")},
}

func detectCuckoo(o outline) ingest.Match { return best(o, cuckooMarks) }
