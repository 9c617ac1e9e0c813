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

var cuckoo3Marks = []mark{
	{97, "processes.process_list", keys("processes.process_list")},
	{70, "task_id, score, ttps and families", keys("task_id", "score", "signatures", "ttps", "families")},
}

// virusTotalMarks knows a behaviour by itself and in the API's two wrappings.
var virusTotalMarks = func() (marks []mark) {
	for _, at := range []string{"", "data.", "attributes.", "data.attributes.", "data[].attributes."} {
		marks = append(marks,
			mark{97, at + "processes_tree", keys(at + "processes_tree[].process_id")},
			mark{80, at + "processes_created and files_opened", keys(at+"processes_created", at+"files_opened")},
			mark{75, at + "sandbox_name and behash", keys(at+"sandbox_name", at+"behash")},
			mark{70, at + "processes_terminated and modules_loaded", keys(at+"processes_terminated", at+"modules_loaded")})
	}
	behaviour := func(path string) func(outline) bool {
		return func(o outline) bool { return o[path] == "file_behaviour" }
	}
	return append(marks, mark{95, "type file_behaviour", behaviour("type")},
		mark{95, "data of type file_behaviour", behaviour("data.type")}, mark{95, "data of type file_behaviour", behaviour("data[].type")})
}()

var vmrayMarks = []mark{
	{98, "a VMRay summary with analysis_metadata", func(o outline) bool { return o["_type"] == "summary" && o.has("analysis_metadata") }},
	{70, "_type summary", func(o outline) bool { return o["_type"] == "summary" }},
}

var drakvufMarks = []mark{
	{95, "Plugin and TimeStamp on line 1", keys("Plugin", "TimeStamp")},
	{85, "Plugin, Event and PID on line 1", keys("Plugin", "Event", "PID")},
}

var triageMarks = []mark{
	{97, "processes with procid_parent or orig", func(o outline) bool {
		return o.has("processes[].procid") && (o.has("processes[].procid_parent") || o.has("processes[].orig"))
	}},
	{85, "analysis with backend and resource", keys("analysis.backend", "analysis.resource", "sample")},
}

var anyrunMarks = []mark{
	{96, "analysis.permanentUrl", keys("analysis.permanentUrl")},
	{96, "data.analysis.permanentUrl", keys("data.analysis.permanentUrl")},
	{95, "processes with uuid and commandLine", keys("processes[].uuid", "processes[].commandLine")},
	{95, "data.processes with uuid and commandLine", keys("data.processes[].uuid", "data.processes[].commandLine")},
}

var hybridMarks = []mark{
	{96, "processes with uid and normalized_path", keys("processes[].uid", "processes[].normalized_path")},
	{85, "environment_id and threat_score", keys("environment_id", "threat_score")},
}

var joeMarks = []mark{
	{96, "analysis.behavior.system", keys("analysis.behavior.system")},
	{90, "analysis.generalinfo", keys("analysis.generalinfo")},
}

var maecMarks = []mark{
	{98, "a MAEC package", func(o outline) bool { return o["type"] == "package" && o.has("schema_version") }},
	{90, "maec_objects", keys("maec_objects")},
}

var stixMarks = []mark{
	{96, "a STIX bundle", func(o outline) bool { return o["type"] == "bundle" && strings.HasPrefix(o["id"], "bundle--") }},
}
