package event

import (
	"time"

	"github.com/Velocidex/ordereddict"
)

// Kind says what an [Event] observes.
type Kind uint8

const (
	// Exec is a program started in a process: a successful execve or execveat,
	// Sysmon event 1, Security event 4688, a process entry of a sandbox report.
	Exec Kind = 1 + iota
	// Fork is a process made by another that still runs the other's program.
	// Proc is the new process, Parent the one that made it. On Linux Proc.PID is
	// the return value of the call, which is numbered in the caller's pid
	// namespace: it is a claim, to be believed once a later record agrees.
	Fork
	// Exit is the end of a process. Proc.PID and, where given, Proc.GUID name it.
	Exit
	// Snapshot is a process seen alive with the program and parent it had at
	// that time: any record other than a start that names pid, parent and image,
	// or a row of a process table. A process may be seen thousands of times a second:
	// readers tell what says the same once in every [SightingSpan], the earliest of
	// them whatever the order of records, and may tell more.
	Snapshot
	// ExecFailed is a start that was tried and refused. It makes no process;
	// Proc names the caller, with Image the caller's own program if given, and
	// Proc.Argv or Proc.CommandLine what it tried to run.
	ExecFailed
	// Boot is the start of the host: no earlier process is alive after it. Only
	// Host, Time and Source are set.
	Boot
)

// SightingSpan is the time, counted from 1970, of whose sightings of one process the
// earliest stands for all that say the same. It is short, since numbers of processes
// can come round within a minute, and a sighting shows whose one still is.
const SightingSpan = 10 * time.Second

// String gives the kind in lower case, as reports write it.
func (k Kind) String() string {
	switch k {
	case Exec:
		return "exec"
	case Fork:
		return "fork"
	case Exit:
		return "exit"
	case Snapshot:
		return "snapshot"
	case ExecFailed:
		return "exec failed"
	case Boot:
		return "boot"
	}
	return "unknown"
}

// Event is one observation, normalised: the only thing package tree sees.
type Event struct {
	Kind Kind
	// Host is the machine as the evidence names it (node=, Computer, the
	// sandbox's guest), or empty. Never the machine oddkin runs on.
	Host string
	// Time is when it happened by the clock of the host, in UTC; zero when the
	// evidence gives none.
	Time time.Time
	// Proc is the process observed.
	Proc Proc
	// Parent is what the record says of the parent: evidence, not identity. It
	// may be dead, reparented, or a later owner of the same number.
	Parent Ref
	// Remote is the other end of a connection or login, where the record tells of one. Then
	// Proc may name no process: Windows tells of a logon without one.
	Remote *Remote
	// Source leads back to the bytes.
	Source Source
	// Raw holds the record's original fields in their original order. Nil unless
	// asked for: it costs more than all the rest.
	Raw *ordereddict.Dict
	// Summary says the event in one line, where the format's own library has words
	// for it ("1000 acting as root executed /usr/bin/id using bash"). It comes and
	// goes with Raw.
	Summary string
}

// OS is the family of operating system a process ran on. It decides how paths
// and names compare: without case and with either slash on Windows.
type OS uint8

const (
	Linux OS = 1 + iota
	Windows
	MacOS
)

// String gives the family in lower case, and "unknown" for the zero value.
func (o OS) String() string {
	switch o {
	case Linux:
		return "linux"
	case Windows:
		return "windows"
	case MacOS:
		return "macos"
	}
	return "unknown"
}

// Source says where in the evidence an event stands.
type Source struct {
	// File is the path as it was given on the command line, followed by "!" and
	// the member's name for each archive it lies in ("logs.tar!var/audit.log").
	File string
	// Offset is the position of the record's first byte in the decompressed
	// file; -1 where the format has no such position.
	Offset int64
	// Serial is the record's own number: the audit event's serial, the Windows
	// EventRecordID. 0 when the format has none.
	Serial uint64
}
