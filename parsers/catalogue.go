package parsers

// FormatInfo says what a format is and how its reader was tested.
type FormatInfo struct {
	Name   string // as [Options.As] takes it
	What   string
	Tested string // on what evidence, in a few words
}

// Catalogue describes every format, in the order of [Formats].
func Catalogue() []FormatInfo {
	var all []FormatInfo
	for _, name := range Formats() {
		info := catalogue[name]
		info.Name = name
		all = append(all, info)
	}
	return all
}

const (
	publicLogs    = "public logs"
	publicReports = "public reports"
	handMade      = "hand-made reports only"
)

var catalogue = map[string]FormatInfo{
	"auditd":          {What: "auditd's log, raw and enriched, with or without node=; ausearch --raw", Tested: "recordings of our own; public logs, against go-libaudit and ausearch"},
	"auditd-syslog":   {What: "the same records behind syslog's, journald's or kubelet's line heads", Tested: publicLogs},
	"laurel":          {What: "LAUREL's JSON lines", Tested: publicLogs},
	"auditbeat":       {What: "Auditbeat, Elastic Agent and Filebeat as JSON; auditd's lines in the JSON of other shippers (Logstash, Splunk, Docker, Fluentd, Loki, CloudWatch Logs)", Tested: "public audit records as go-libaudit puts them together, in hand-made wrapping"},
	"go-audit":        {What: "go-audit's JSON lines", Tested: "public audit records in hand-made wrapping"},
	"audit-items":     {What: "audit events as JSON objects of records by type, as MaxPatrol SIEM's agents write them", Tested: "public rule tests"},
	"journald":        {What: "journalctl -o json: audit records, Sysmon for Linux, other entries as sightings", Tested: "public audit records in hand-made wrapping, hand-made events of Sysmon"},
	"journald-export": {What: "journalctl -o export: the same", Tested: "the entries above, against journald's JSON"},
	"wazuh":           {What: "Wazuh's alerts and archives: audit records in full_log or data.audit, Windows' and Sysmon's events among them", Tested: "hand-made alerts only"},
	"osquery":         {What: "osquery's process_events, bpf_process_events and processes", Tested: "public results (processes), hand-made ones (the rest)"},
	"process-csv":     {What: "tables of processes as CSV: Defender, Security 4688 and auditd execs by column name", Tested: "public tables, against encoding/csv"},
	"splunk-csv":      {What: "Splunk's search results as CSV with _raw: auditd's lines, Windows' and Sysmon's events as XML or JSON", Tested: "hand-made results only"},
	"sysmon":          {What: "Sysmon 1, 3, 5 and more, Security 4688 and 4689 as JSON: flat (NXLog, Mordor), Winlogbeat 6 to 8, evtx_dump, Velociraptor, Wazuh, Elastic endpoint and other ECS process events", Tested: "public captures, against encoding/json (NXLog, Mordor, Winlogbeat 6, evtx_dump); public rule tests (Wazuh, ECS Sysmon); hand-made logs (Winlogbeat 7 and 8, Velociraptor, Elastic endpoint)"},
	"sysmon-xml":      {What: "the same events as Windows' XML; Sysmon for Linux behind syslog", Tested: "public rule tests and hand-made logs"},
	"evtx":            {What: "Windows event logs in binary form", Tested: "public logs, against evtx_dump's JSON of the same files"},
	"cape":            {What: "CAPE 2.x report.json, full and lite", Tested: publicReports + ", against Assemblyline's view of them"},
	"cuckoo":          {What: "Cuckoo 1 and 2 report.json", Tested: handMade},
	"cuckoo3":         {What: "Cuckoo 3 post.json", Tested: handMade},
	"virustotal":      {What: "VirusTotal v3 behaviour (processes_tree)", Tested: publicReports},
	"vmray":           {What: "VMRay summary v2", Tested: publicReports},
	"drakvuf":         {What: "DRAKVUF procmon log", Tested: publicLogs},
	"triage":          {What: "Hatching Triage's dynamic report", Tested: handMade},
	"anyrun":          {What: "ANY.RUN report", Tested: handMade},
	"hybrid-analysis": {What: "Falcon Sandbox (Hybrid Analysis) summary", Tested: handMade},
	"joe":             {What: "Joe Sandbox JSON report", Tested: handMade},
	"maec":            {What: "MAEC 5 package", Tested: "the standard's public examples"},
	"stix":            {What: "STIX 2.0 and 2.1 process objects", Tested: "public bundles (2.0), hand-made ones (2.1)"},
}
