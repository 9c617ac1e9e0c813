package sandbox

import (
	"strconv"
	"strings"
	"time"

	"github.com/Velocidex/ordereddict"

	"oddkin/parsers/event"
)

// process is one process as one entry of a report describes it.
type process struct {
	proc      event.Proc
	parent    event.Ref
	computer  string    // the guest's name as the process saw it
	seen      time.Time // when it was first seen
	day, hour string    // the same, before both are told
	order     int64     // when, by a clock that starts with the analysis
	alive     bool      // it was seen alive; its start is not on record
	offset    int64     // of the entry in the report
	index     uint64    // in its list, from 1; 0 in a tree
	up        int       // in a tree: the entry above it, from 1; else 0
	raw       *ordereddict.Dict
}

// fact is what a member of a process entry says of the process.
type fact uint8

const (
	noFact   fact = iota
	within        // an object whose members are facts, listed as "name.member"
	below         // the list of the processes it started
	bulk          // long, and no part of the raw record
	pid           // process id
	parent        // the parent's process id
	name          // short name
	image         // path of the program
	command       // command line: a text, or a list of arguments
	invoked       // a path or a command line, whichever the recorder had
	cwd           // working directory
	user          // who it ran as
	computer      // the guest's name
	seen          // time of day when first seen or started
	day           // date on which it started, day first
	hour          // time of that day
	elapsed       // milliseconds: since 1970, or since the analysis began
	ident         // the sandbox's own id of the process
	above         // the sandbox's own id of the parent
)

// facts gives the meaning of the members of a format's process entries. A member
// of a member is listed as "name.member".
type facts map[string]fact

// set takes one fact, and reports whether the text could be read.
func (p *process) set(f fact, text string) bool {
	ok := true
	switch f {
	case pid:
		p.proc.PID, ok = pidOf(text)
	case parent:
		p.parent.PID, ok = pidOf(text)
	case name:
		p.proc.Name = text
	case image:
		p.proc.Image = text
	case command:
		p.proc.CommandLine = text
	case invoked:
		p.proc.Image, p.proc.Name, p.proc.CommandLine = invocation(text)
	case cwd:
		p.proc.Cwd = text
	case user:
		p.proc.User = text
	case computer:
		p.computer = text
	case seen:
		p.seen = clock(text)
		ok = text == "" || !p.seen.IsZero()
	case day:
		p.day = text
		ok = p.began()
	case hour:
		p.hour = text
		ok = p.began()
	case elapsed:
		p.seen, p.order, ok = stopwatch(text)
	case ident:
		p.proc.GUID = guid(text)
	case above:
		p.parent.GUID = guid(text)
	}
	return ok
}

// began puts the day and the hour together once both are told.
func (p *process) began() bool {
	if p.day == "" || p.hour == "" {
		return true
	}
	t, err := time.Parse("02/01/2006 15:04:05", p.day+" "+p.hour)
	p.seen = sane(t)
	return err == nil && !p.seen.IsZero()
}

// usable reports whether the entry says anything of a process.
func (p *process) usable() bool {
	return p.proc.PID != 0 || p.proc.Name != "" || p.proc.Image != ""
}

// size is what keeping the entry costs in text, about.
func (p *process) size() int {
	n := len(p.proc.Image) + len(p.proc.Name) + len(p.proc.CommandLine) + len(p.proc.User) + len(p.computer)
	for _, a := range p.proc.Argv {
		n += len(a)
	}
	return n
}

// pidOf reads a process id: a number, or one in a string. Cuckoo writes -1 for a
// parent it does not know.
func pidOf(text string) (uint32, bool) {
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

// guid gives the sandbox's own id of a process the form of [event.Proc.GUID];
// ids of nothing but zeros name no process.
func guid(text string) string {
	text = strings.ToUpper(strings.Trim(text, "{} "))
	if strings.Trim(text, "0-") == "" {
		return ""
	}
	return text
}
