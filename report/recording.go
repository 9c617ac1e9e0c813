package report

import (
	"slices"
	"strings"

	"oddkin/parsers/event"
	"oddkin/tree"
)

// auditFormats are those whose content the rules of the Linux audit system decide.
var auditFormats = []string{"auditd", "auditd-syslog", "laurel", "auditbeat", "go-audit", "audit-items", "journald", "journald-export"}

// eventFormats are those of Windows' own logs and Sysmon's.
var eventFormats = []string{"sysmon", "sysmon-xml", "evtx"}

// tableFormats are those of tables, which a query or an export made.
var tableFormats = []string{"process-csv", "osquery"}

// startRules are the audit rules that record starts.
const startRules = "-a always,exit -F arch=b64 -S execve,execveat -k exec (and the same with arch=b32)."

// recording tells what kind of record the evidence lacks altogether, and which rule or
// setting would have written it: audit.rules(7) and auditctl(8) on Linux, Sysmon's and the
// audit policy's documentation on Windows. What a sandbox leaves out cannot be set.
func (l *noteList) recording(d *Document, c *tree.Counts, told *tellings) {
	linux, windows := d.readAs(auditFormats), d.readAs(eventFormats)
	starts, n := told[event.Linux], int64(d.Evidence.Processes)
	if n == 0 {
		l.nothing(c, linux, windows)
	}
	if linux && n > 0 {
		switch {
		case c.Starts == 0:
			l.add("no_starts", n, "No record of a program start: processes are known by other records alone. Audit rules that record starts: "+startRules)
		case c.Forks == 0:
			l.add("no_forks", n, "No record of a fork: processes that run no program of their own, as workers and subshells, do not show. "+
				"An audit rule that records them: -a always,exit -F arch=b64 -S fork,vfork,clone,clone3 -k fork.")
		}
		if c.Exits == 0 {
			l.add("no_exits", n, "No record of an end: how long a process lived and whether its pid was used again is not told. "+
				"An audit rule that records it: -a always,exit -F arch=b64 -S exit_group -k exit.")
		}
		l.add("gaps", d.missing(auditFormats), "%s missing in the logs: left out by rules or an extract, removed, or lost. What the kernel loses it tells of "+
			"(\"audit: backlog limit exceeded\"), and a longer queue keeps it: -b 8192.", plural(d.missing(auditFormats), "serial is", "serials are"))
		l.add("no_commands", int64(starts.silent), "%s without arguments, though EXECVE records hold them: an exclude rule or the log's way here took them out.",
			plural(starts.silent, "start is", "starts are"))
	}
	if table := d.readAs(tableFormats); table && !linux && starts.starts > 0 {
		l.add("no_forks", int64(starts.starts), "No record of a fork: processes that run no program of their own, as workers and subshells, do not show.")
		if c.Exits == 0 {
			l.add("no_exits", int64(starts.starts), "No record of an end: how long a process lived and whether its pid was used again is not told.")
		}
		l.add("no_command_lines", int64(starts.silent), "%s without a command line: the query or export left the column out.", plural(starts.silent, "start is", "starts are"))
	} else if windows || table {
		w := told[event.Windows]
		if !linux { // Sysmon's and Elastic's endpoint's, there
			w.starts, w.silent = w.starts+starts.starts, w.silent+starts.silent
		}
		l.add("gaps", d.missing(eventFormats), "%s missing in the logs: left out by an export, removed, or overwritten. A larger log keeps more: wevtutil set-log /maxsize on Windows.",
			plural(d.missing(eventFormats), "record number is", "record numbers are"))
		l.add("no_command_lines", int64(w.silent), "%s without a command line. Sysmon's event 1 has it; Security 4688 has it with the policy "+
			"\"Include command line in process creation events\".", plural(w.silent, "start is", "starts are"))
		if c.Exits == 0 && w.starts > 0 {
			l.add("no_exits", int64(w.starts), "No record of an end: Sysmon writes event 5, and Security 4689 with \"Audit Process Termination\".")
		}
		if c.Starts == 0 && n > 0 {
			l.add("no_starts", n, "No record of a program start: processes are known by other records alone. Sysmon writes event 1, "+
				"and Security 4688 with \"Audit Process Creation\".")
		}
	}
}

// nothing tells what would have shown a process, where none is on record.
func (l *noteList) nothing(c *tree.Counts, linux, windows bool) {
	l.add("ends_alone", int64(c.Exits), "%s on record of processes of which nothing else is: they began before the log, and are not shown.", plural(c.Exits, "end is", "ends are"))
	if linux {
		l.add("no_starts", 1, "No record of a process. Audit rules that record starts: "+startRules)
	}
	if windows {
		l.add("no_starts", 1, "No record of a program start. Sysmon writes event 1, and Security 4688 with \"Audit Process Creation\".")
	}
}

// missing is how many numbers lack among those of the records of these formats.
func (d *Document) missing(formats []string) (n int64) {
	for i := range d.Evidence.Inputs {
		if in := &d.Evidence.Inputs[i]; slices.Contains(formats, in.Format) {
			n += in.Missing
		}
	}
	return n
}

// readAs reports whether an input was read as one of the formats.
func (d *Document) readAs(formats []string) bool {
	return slices.ContainsFunc(d.Evidence.Inputs, func(in Input) bool {
		return in.Events+in.Records > 0 && slices.Contains(formats, strings.TrimSpace(in.Format))
	})
}
