// Package winevent turns records of Windows' event logs, and of the Elastic
// Common Schema, into events, whatever file they come from: exports as JSON or
// XML (package sysmon), or the logs themselves (package evtx).
//
// It is for those two packages. A [Record] is what one record says, filled in
// from JSON, XML or value by value; a [Reader] takes records, knows what they
// mean, and keeps the input's account. Where records lie in a file and how
// damage is passed over is each format's own affair.
//
// Where several goroutines read, each looks at its records by themselves
// ([Reader.Ahead]), and the input's own reader decides in order on what depends on
// the records before ([Reader.Settle]). A record that the first cannot tell all of
// is read again by the second, so that both ways give the same.
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
// package tree knows them for one. Two GUIDs that are equal are not taken for one
// process: that needs host, pid and time. Two copies of a start or end within one
// input count once.
//
// # Sources
//
// Microsoft, Sysmon v15 manual and its event templates; "4688(S): A new process
// has been created" and "4689(S): A process has exited", Windows security
// auditing; Winlogbeat's exported fields; NXLog's im_msvistalog; Elastic Common
// Schema 8, process and event fields.
package winevent
