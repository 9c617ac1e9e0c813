// Package auditjson reads Linux process telemetry that other tools have taken
// from the audit subsystem, or from their own probes, and exported as JSON.
//
// # Formats
//
//   - laurel: LAUREL's JSON lines, one object an event, raw or translated,
//     arguments as a list, as one string or as numbered fields. Its escapes of
//     percent and plus signs are undone.
//   - auditbeat: Auditbeat and the Elastic Agent (event.module auditd, versions
//     6 to 9), one object an event, nested or with dotted names; and Filebeat's
//     auditd module, one object a record, with the record's text (message,
//     event.original) or parsed by its ingest pipeline. Elasticsearch's _source
//     around the object is allowed.
//   - go-audit: one object an event with the kernel's text of each record, bare
//     or behind a syslog header, which then names the host.
//   - journald: "journalctl -o json"; entries of the audit transport, audit
//     records in the kernel's log, and all other entries as sightings of the
//     process that logged.
//   - osquery: results of process_events, bpf_process_events and processes, as
//     differences, snapshots or osqueryi's own output.
//
// # What they have in common
//
// An audited call means what it means in package auditd: a successful execve is
// a start, a failed one an attempt, fork and clone make a process unless they
// make a thread, exit_group ends one, and any other call shows that its process
// was alive, which is told once and again when something about it has changed.
// System call numbers are looked up on the architecture they belong to. User
// names are given only if the record carries them. The same event of the same
// host counts once.
//
// # Limits
//
// What the exporter did is not undone. osquery joins arguments in the order of
// their fields' names as text, so that the eleventh stands behind the second,
// and gives whole seconds. Filebeat's pipeline keeps the arguments of one EXECVE
// record only. LAUREL's PARENT_INFO is believed where it names the event that
// started the parent; without one it comes from the /proc of the machine that
// LAUREL ran on. Missing serials are not reported, since these tools filter.
// Events are told in the order in which the input completes them.
package auditjson
