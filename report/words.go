package report

import (
	"fmt"

	"oddkin/tree"
)

// linkName is the word for a link in the schema.
func linkName(k tree.LinkKind) string {
	switch k {
	case tree.Root:
		return "root"
	case tree.Observed:
		return "observed"
	case tree.ByGUID:
		return "guid"
	case tree.ByPID:
		return "pid"
	case tree.Inferred:
		return "inferred"
	case tree.Supposed:
		return "supposed"
	}
	return "orphan"
}

// unrecorded reports whether a link of that name rests on no record.
func unrecorded(link string) bool {
	return link == "inferred" || link == "supposed" || link == "orphan"
}

// sure is the confidence from which on a parent needs no mark.
const sure = 0.99

// surety tells the confidence in a parent that was worked out, or that is less sure than recorded
// ones are.
func surety(p *Process) string {
	if p.Confidence == 0 || p.Confidence >= sure && !unrecorded(p.Link) {
		return ""
	}
	return fmt.Sprintf(", confidence %.2f", p.Confidence)
}

// standingName is the word for a standing in the schema.
func standingName(s tree.Standing) string {
	switch s {
	case tree.Started:
		return "started"
	case tree.Seen:
		return "seen"
	}
	return "named"
}

// entryName is the word for an entry in the schema.
func entryName(e tree.Entry) string {
	switch e {
	case tree.EntryBoot:
		return "boot"
	case tree.EntryService:
		return "service"
	case tree.EntryLogin:
		return "login"
	case tree.EntryRemote:
		return "remote"
	case tree.EntryScheduled:
		return "scheduled"
	case tree.EntryContainer:
		return "container"
	case tree.EntryConsole:
		return "console"
	case tree.EntrySSH:
		return "ssh"
	case tree.EntryWinRM:
		return "winrm"
	case tree.EntryWMI:
		return "wmi"
	case tree.EntryCron:
		return "cron"
	case tree.EntryTimer:
		return "timer"
	case tree.EntryTask:
		return "task"
	}
	return "unknown"
}
