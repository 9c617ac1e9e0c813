// Package sysmon reads process events of Sysmon and of the Windows Security log,
// exported as JSON or XML, and process events in the Elastic Common Schema.
//
// It is for whoever has the exports and not the EVTX files: what a collector
// keeps, what a colleague sent, what a data set publishes. Package evtx reads the
// logs themselves.
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
//   - any of these within another record: Elasticsearch's _source, Splunk's result and
//     _raw, Filebeat's message, event.original, log of Docker's files and of Fluentd;
//   - Windows' XML one event after the other, also behind syslog's head: wevtutil,
//     Sysmon for Linux. This is a format of its own, sysmon-xml.
//
// JSON may be lines, objects one after the other over any number of lines, or
// arrays of objects; numbers may be strings, pids decimal or hexadecimal.
//
// What the events tell and what their fields mean is package winevent's.
//
// # What is not read
//
// CSV, XML within CSV, key=value renderings, Defender for Endpoint's tables, and
// messages in other languages. Hashes, file versions, integrity levels and ports
// are left in [event.Event.Raw].
//
// # Speed
//
// JSON is cut into blocks of a quarter of a megabyte where objects are likely to
// begin. Workers read them in turn and look at each by itself: where its objects
// are, what they mean, the event that each tells of. What depends on the records
// before goes in the order of the input, on one goroutine: duplicates, processes
// that were seen before, what is told once. A block that does not begin between two
// objects, or does not end there, is found out, and read as a stream up to where one
// does. So what is yielded, counted and warned of depends neither on the number of
// workers nor on where the blocks begin.
//
// # Damage
//
// A damaged object costs itself: the next is looked for at a line that begins
// with a brace as far in as the damaged one. NUL bytes between objects are skipped
// and counted, as is other text.
//
// The public captures of OTRF Security-Datasets, Splunk's attack_data and xp-rules'
// normalised twins served as a check.
package sysmon
