package sandbox

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"oddkin/parsers/event"
)

// guest is what a report says of the machine the sample ran on.
type guest struct {
	label    string // what the hypervisor calls it
	machine  string // what the sandbox's configuration calls it
	computer string // what it calls itself
	task     string // the number of the analysis
	platform string
	started  time.Time
}

// name is the host of all the report's events. Every analysis starts from a
// snapshot of its guest, with pids of its own, so two analyses on one guest
// must not pass for one host, and task numbers repeat between installations:
// the name is the guest's label, the task and its start, as in
// "win10-5#9@2023-01-06T22:11:04". A report that says none of these is named by
// what it holds, so that a copy of it, whatever its file is called, is the same
// analysis.
func (g guest) name(all []process) string {
	name := cmp.Or(g.label, g.machine, g.computer)
	if name == "" && g.task == "" && g.started.IsZero() {
		return "report#" + fingerprint(all)
	}
	if g.task != "" {
		name += "#" + g.task
	}
	if !g.started.IsZero() {
		name += "@" + g.started.Format("2006-01-02T15:04:05")
	}
	return name
}

// fingerprint tells apart sets of processes. It is long enough that nobody makes two
// reports pass for one.
func fingerprint(all []process) string {
	sum := sha256.New()
	for i := range all {
		p := &all[i]
		fmt.Fprintf(sum, "%d %d %q %q %q %q %q %d\n", p.proc.PID, p.parent.PID, p.proc.GUID, p.proc.Image,
			p.proc.Name, p.proc.CommandLine, p.proc.Argv, p.seen.UnixNano())
	}
	return hex.EncodeToString(sum.Sum(nil)[:8])
}

// os is the family the guest belongs to: as the report says, or else as the path
// of a program shows.
func (g guest) os(all []process) event.OS {
	switch strings.ToLower(g.platform) {
	case "windows":
		return event.Windows
	case "linux":
		return event.Linux
	case "darwin", "macos":
		return event.MacOS
	}
	for i := range all {
		if strings.HasPrefix(all[i].proc.Image, "/") {
			return event.Linux
		}
	}
	return event.Windows
}
