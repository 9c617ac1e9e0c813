package sandbox

import (
	"strconv"
	"strings"
	"time"

	"github.com/Velocidex/ordereddict"

	"oddkin/parsers/event"
)

// process is one process as one list of a report describes it.
type process struct {
	proc     event.Proc
	parent   uint32
	computer string // the guest's name as the process saw it
	seen     time.Time
	offset   int64  // of the object in the report
	index    uint64 // in its list, from 1; 0 in a tree
	raw      *ordereddict.Dict
}

// set takes one field. The same few facts have other names in each generation
// of Cuckoo and in each list of one report; no name has two meanings. It
// reports whether the value could be read.
func (p *process) set(key, text string) bool {
	ok := true
	switch key {
	case "process_id", "pid":
		p.proc.PID, ok = pid(text)
	case "parent_id", "ppid":
		p.parent, ok = pid(text)
	case "process_name", "name":
		p.proc.Name = text
	case "module_path", "process_path":
		p.proc.Image = text
	case "command_line", "environ.CommandLine":
		p.proc.CommandLine = text
	case "environ.UserName":
		p.proc.User = text
	case "environ.ComputerName":
		p.computer = text
	case "first_seen":
		p.seen = clock(text)
		ok = !p.seen.IsZero() || text == ""
	}
	return ok
}

// wanted reports whether set takes key, so that other values can be skipped.
func wanted(key string) bool {
	switch key {
	case "process_id", "pid", "parent_id", "ppid", "process_name", "name", "module_path", "process_path",
		"command_line", "environ", "environ.CommandLine", "environ.UserName", "environ.ComputerName", "first_seen":
		return true
	}
	return false
}

// usable reports whether the entry says anything of a process.
func (p *process) usable() bool {
	return p.proc.PID != 0 || p.proc.Name != "" || p.proc.Image != ""
}

// size is what keeping the entry costs in text, about.
func (p *process) size() int {
	return len(p.proc.Image) + len(p.proc.Name) + len(p.proc.CommandLine) + len(p.proc.User) + len(p.computer)
}

// pid reads a process id: a number, or one in a string. Cuckoo writes -1 for a
// parent it does not know.
func pid(text string) (uint32, bool) {
	text = strings.TrimSpace(text)
	if text == "" || text == "-1" {
		return 0, true
	}
	base := 10
	if hex, ok := strings.CutPrefix(text, "0x"); ok {
		text, base = hex, 16
	}
	n, err := strconv.ParseUint(strings.TrimSuffix(text, ".0"), base, 32)
	if err != nil {
		return 0, false
	}
	return uint32(n), true
}
