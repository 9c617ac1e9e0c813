// Package auditjson reads Linux process telemetry that other tools have taken
// from the audit subsystem, or from their own probes, and exported as JSON, and
// tables of process starts as CSV.
//
// # Formats
//
//   - laurel: LAUREL's JSON lines, one object an event, raw or translated,
//     arguments as a list, as one string or as numbered fields. Its escapes of
//     percent and plus signs are undone (github.com/threathunters-io/laurel,
//     src/json.rs and src/coalesce.rs).
//   - auditbeat: Auditbeat and the Elastic Agent (event.module auditd, versions
//     6 to 9), one object an event, nested or with dotted names; and Filebeat's
//     auditd module, one object a record, with the record's text (message,
//     event.original) or parsed by its ingest pipeline; so any shipper that puts the
//     lines of auditd's log into such members, or into Splunk's _raw, the log of
//     Docker's files and of Fluentd, Loki's line, with or without syslog's header, several lines
//     too (github.com/elastic/beats, auditbeat/module/auditd and
//     filebeat/module/auditd).
//   - go-audit: one object an event with the kernel's text of each record, bare
//     or behind a syslog header, which then names the host
//     (github.com/slackhq/go-audit, parser.go).
//   - audit-items: one object an event with the kernel's text of its records by
//     type, as MaxPatrol SIEM's agents write it (the raw events in the rule tests of
//     Positive Technologies' xp-rules).
//   - journald: "journalctl -o json"; entries of the audit transport, audit
//     records in the kernel's log, events of Sysmon for Linux, and all other entries as
//     sightings of the process that logged (systemd.journal-fields(7)).
//   - journald-export: the same as "journalctl -o export" prints it, values that are no
//     plain text behind their length (systemd's Journal Export Formats).
//   - wazuh: alerts and archives of Wazuh's manager, audit events by the text in
//     full_log or else by what its decoder gives (data.audit), and events of Windows'
//     agents and of Sysmon for Linux, which package winevent reads (Wazuh's ruleset,
//     auditd decoders).
//   - osquery: results of process_events, bpf_process_events and processes, as
//     differences, snapshots or osqueryi's own output (osquery's table specs and
//     osquery/tables/events/linux).
//   - splunk-csv: search results of Splunk as CSV with the column _raw, each a record of
//     auditd's log or an event that package winevent reads.
//   - process-csv: tables with a header: the Windows Security log's 4688,
//     Microsoft Defender's process events in two layouts, audited execve calls.
//
// Each object may stand within those of shippers and exports: below Elasticsearch's
// _source or Splunk's result, or as JSON in the text of _raw, message, log or line. The
// host that they name counts where the record names none.
//
// # What was tested on what
//
// laurel on LAUREL's own test records, each beside the log it was made from;
// osquery on one recorded results log of processes; process-csv on the tables of
// msticpy; audit-items on the rule tests, held to what the rules take from them.
// journald and go-audit were tested on hand-made records in their
// published layout, and on real audit logs wrapped in it by the test, held to
// what package auditd reads from those logs. auditbeat was tested on what go-libaudit
// makes of real records, laid out as Auditbeat does, and on hand-made records in the
// layouts of Filebeat; wazuh and splunk-csv on hand-made records; journald-export on
// what journald was; process_events and bpf_process_events on hand-made records only.
//
// # What they have in common
//
// An audited call means what it means in package auditd: a successful execve is
// a start, a failed one an attempt, fork and clone make a process unless they
// make a thread, exit_group ends one, and any other call shows that its process
// was alive, which is told once and again when something about it has changed. A connect
// to another host tells where to where the address is on record, and a login where it
// came from.
// System call numbers are looked up on the architecture they belong to. User
// names are given only if the record carries them. The same event of the same
// host counts once. A record of the account is an object, or a row of a table.
//
// # Limits
//
// What the exporter did is not undone. Where Wazuh kept no text its alerts hold eight
// arguments, those in quotes, and the time of the alert. osquery joins arguments in the order of
// their fields' names as text, so that the eleventh stands behind the second,
// and gives whole seconds. Filebeat's pipeline keeps the arguments of one EXECVE
// record only. A process that osquery no longer lists ended some time since the
// run of the query before; the time given is that of the run that noticed. Its
// rows do not say what system they are of: a path with a drive letter is taken
// for Windows, all others, macOS's too, for Linux.
// LAUREL's PARENT_INFO is believed where it names the event that started the
// parent; without one it comes from the /proc of the machine that LAUREL ran on.
// Serials that are missing are counted and warned of, as a log's are; tools that filter
// leave out many. Not so Wazuh's, whose alerts are a selection by their nature. Events are told in
// the order in which the input completes them. Records that journald and Filebeat export
// one by one may stand in any order: an event that lacks some is put by, in 32 MiB, and
// told at the end at the latest, with what other files of the folder hold of it; what it
// still lacks then is counted and warned of. Times that a spreadsheet has cut
// to minutes and seconds are left out.
package auditjson
