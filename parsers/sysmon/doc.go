// Package sysmon reads process events of Sysmon and of the Windows Security log,
// exported as JSON or XML, and process events in the Elastic Common Schema.
//
// It is for whoever has the exports and not the EVTX files: what a collector
// keeps, what a colleague sent, what a data set publishes. EVTX itself is read
// elsewhere.
//
// # Dialects
//
// Every record is read for itself, so a file may mix them:
//
//   - flat, system and event data side by side: NXLog, Mordor (OTRF), WMI,
//     Get-WinEvent with ConvertTo-Json;
//   - Winlogbeat 7 and 8 (winlog.event_data) and 6 (event_data), with or without
//     the Elastic fields that its modules put in the event data's place;
//   - evtx_dump, Velociraptor and converters of Windows' XML (Event.System and
//     Event.EventData, the latter by name or as lists of names and values);
//   - Elastic's endpoint agent and Auditbeat (process, process.parent), on Linux too;
//   - Wazuh (win.system, win.eventdata);
//   - any of these within another record: Elasticsearch's _source, Splunk's _raw,
//     Filebeat's message, event.original;
//   - Windows' XML one event after the other, also behind syslog's head: wevtutil,
//     Sysmon for Linux. This is a format of its own, sysmon-xml.
//
// JSON may be lines, objects one after the other over any number of lines, or
// arrays of objects; numbers may be strings, pids decimal or hexadecimal.
//
// # What is read
//
//	Sysmon 1, Security 4688, ECS start          Exec
//	Sysmon 5, Security 4689, ECS end            Exit
//	ECS fork; ECS start that failed             Fork, ExecFailed
//	other Sysmon events that name a process,
//	Security events with ProcessId and
//	ProcessName, other ECS events               Snapshot, once per process and image
//	Kernel-General 12                           Boot, at its StartTime
//
// A record that adds nothing is counted as not needed. EventLog 6005, Security
// 4608 and Sysmon 4 are no boots: they come after the first processes.
//
// # What the fields mean
//
// The event's own UtcTime is its time, else TimeCreated, else @timestamp. NXLog's
// EventTime is local time without zone; the zone follows from EventReceivedTime
// and @timestamp where both are there, else UTC is assumed and a warning says so.
// The host is the computer named in the event, not the collector. "-" and a GUID
// of zeros are absence. In 4688 ProcessId is the parent. The Security log names a
// machine's service accounts HOST$; they are given the names that Sysmon uses, by
// their SIDs and logon ids. What NXLog drops from the data (to it ProcessId and
// ProcessID are one name) is taken from the rendered message, where that is in
// English; Sysmon's always is.
//
// Both records of a start that Sysmon and the Security log tell of are handed on,
// with comparable host, pid, parent, image, command line, user and session;
// package tree knows them for one.
//
// # What is not read
//
// CSV, XML within CSV, key=value renderings, Defender for Endpoint's tables, and
// messages in other languages. Hashes, file versions, integrity levels and ports
// are left in [event.Event.Raw]. Two GUIDs that are equal are not taken for one
// process here: that needs host, pid and time.
//
// # Damage
//
// A damaged object costs itself: the next is looked for at a line that begins
// with a brace as far in as the damaged one. Two copies of a start or end within
// one input count once.
//
// # Sources
//
// Microsoft, Sysmon v15 manual and its event templates; "4688(S): A new process
// has been created" and "4689(S): A process has exited", Windows security
// auditing; Winlogbeat's exported fields; NXLog's im_msvistalog; Elastic Common
// Schema 8, process and event fields. The public captures of OTRF
// Security-Datasets, Splunk's attack_data and xp-rules' normalised twins served as
// a check.
package sysmon
