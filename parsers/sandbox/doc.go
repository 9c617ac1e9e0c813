// Package sandbox reads the reports of malware sandboxes: the processes that a
// sample started in the guest, and those of the guest that it touched. It is for
// package parsers, which offers it the head of every file, and makes nothing but
// [event.Event] values. It does not read what the processes did, verdicts,
// signatures or network traffic, and it judges nothing.
//
// # Formats
//
// Read and checked against real reports:
//
//   - cape: CAPE 2.x report.json and lite.json (modules/processing/behavior.py
//     and modules/reporting in kevoreilly/CAPEv2); the versions 2.2 and 2.4 were
//     at hand.
//   - virustotal: file behaviour objects of the API v3, one, a list, or the
//     summary (docs.virustotal.com, "File behaviour").
//   - vmray: summary_v2.json. The two at hand hold one process each.
//   - drakvuf: the JSON lines of the plugins procmon and inject, about Windows.
//   - maec: MAEC 5 packages, as far as processes and process trees go.
//   - stix: process objects in bundles of STIX 2.0 (real ones) and 2.1 (section
//     6.13 of the standard; by hand).
//
// Read and tested on reports written by hand only, because no real one was to
// be had:
//
//   - cuckoo: Cuckoo 2 and before, and its forks, report.json
//     (cuckoo/processing/behavior.py, cuckoo/common/netlog.py and
//     cuckoo/reporting/jsondump.py in cuckoosandbox/cuckoo).
//   - cuckoo3: a task's report.json (cuckoo/processing/event/processtools.py in
//     cert-ee/cuckoo3).
//   - triage: a task's report_triage.json (types/types.go in hatching/triage).
//   - anyrun: the JSON report of a task. Key names are as integrations use them.
//   - hybrid-analysis: report summaries of Falcon Sandbox (FalconxProcess in
//     CrowdStrike's API documentation; uid as Hybrid Analysis prints it).
//   - joe: the processes in Joe Sandbox's JSON, as what imports it reads them
//     (misp_modules/lib/joe_parser.py in MISP/misp-modules), and their overview. The
//     names of that are those of its XML (joesecurity/joesandboxMCP); that the JSON has
//     XML's attributes after "@" is assumed.
//
// # One host for each analysis
//
// Every analysis starts from a snapshot of its guest. Pids therefore mean
// something within one analysis only, and two reports of one guest must not be
// joined. [event.Event.Host] is the guest as the report names it, the number of
// the analysis and its start, as far as they are given:
// "win10-5#9@2023-01-06T22:11:04". The guest is its label in the sandbox, else
// the name it gives itself. A report that says none of this, such as
// VirusTotal's summary, is named by a digest of its processes, so that its copies
// are one analysis: "report#1871e65b02afef10".
//
// # Which processes
//
// CAPE and Cuckoo list processes twice or three times: processes, processtree
// and, in Cuckoo 2, generic. CAPE's tree omits processes without API calls, both
// trees omit a process whose pid was used before, and trimmed reports lack either
// list. The reader takes the union. Entries belong together if they have the same
// pid and no fact that both state differs; entries of one list that differ in
// image or first_seen are several processes on one pid.
//
// A process's parent is the pid its entry names, else the entry it stands under.
// Where the sandbox numbers processes itself (procid, monitor_id, uuid, uid), that
// number is [event.Proc.GUID] and tells the owners of one pid apart. Children
// that COM, WMI, the service manager or the task scheduler start on behalf of the
// sample stand under their physical parent; com_logical_parent_pid of late CAPE
// versions is not read. The sandbox's own agent is a process like any other here.
// The Sysmon log that CAPE can embed (sysmon) is not read.
//
// # Starts
//
// Each process is an [event.Exec]. In CAPE and Cuckoo the time is first_seen: when
// the monitor in the process first reported. For a process that ran before, that
// is later than its start. Where a child was seen earlier the report itself proves
// it, and the process is an [event.Snapshot]: seen alive, start unknown. That is
// how services.exe comes out of most CAPE reports. STIX processes without a time
// of creation and DRAKVUF's process table are snapshots too.
//
// Times without a zone are taken as UTC. They are the guest's local time, and CAPE
// sets the guest's clock at will, so that they may differ from info.started by
// hours or months. VirusTotal's, VMRay's, Falcon Sandbox's and Joe Sandbox's
// processes have no time of day, nor have Triage's, whose milliseconds order the
// events only.
//
// # Memory
//
// A report is read forward once through a fixed buffer; API calls are passed over
// without being built, and are checked ahead of that by all processors, in blocks of a megabyte
// ([jsonstream.Ahead]). Process entries are held until the report's end, because
// its keys come in any order. 131,072 entries and 64 MiB of text are the most that
// is kept, 64 KiB of one text; more is counted and warned of. Nesting is limited by
// package jsonstream.
//
// # Damage
//
// Where the JSON breaks inside a report its nesting is lost, but not what stands
// behind: the next process entry is found by the key it begins with, the lists and
// the guest by theirs (mend.go). Each hole is warned of with its place and size,
// and the input counts as truncated. A process found so may lack its parent, and
// damage that turns quotes around is noticed only where they end.
//
// # The account
//
// A record is a process (in DRAKVUF's log a line). Used are those handed on,
// Duplicate those that repeat another entry of their list word for word, Malformed
// the entries that give no process. An entry of processtree or generic that only
// repeats one of processes is no record of its own. A report without any process
// is no error, only a warning. What was read before the report's end or damage is
// handed on. [event.Source.Offset] is the first byte of the process's entry and
// [event.Source.Serial] its place in its list, from 1, or 0 for one that only a
// tree holds.
package sandbox
