package auditjson

import (
	"strconv"
	"time"

	"github.com/Velocidex/ordereddict"

	"oddkin/parsers/event"
	"oddkin/parsers/internal/sockaddr"
)

// call is what one event says of a process, whatever tool wrote it down: mostly
// one audited system call.
type call struct {
	host   string
	ms     int64 // since 1970; 0 when unknown
	serial uint64
	offset int64

	deed deed
	// named is true when a record names the process: a SYSCALL record or, if
	// partial, one that knows no parent and the real uid alone.
	named, partial bool
	// finished is false when the task died in the call: the kernel then writes
	// neither success nor exit.
	finished, success bool
	exit              int64
	flags             uint64 // of clone
	abend             bool   // a signal ended the process
	boot              bool   // the host has started

	proc   event.Proc // Argv and Cwd where recorded
	parent event.Ref
	remote *event.Remote // where a login came from
	title  string        // of the process, as /proc/PID/cmdline has it
	path   string        // first file that took part: what a failed exec tried to run
	saddr  string        // the address that it was called with, as the kernel has it
	to     *event.Remote // that address as the recorder read it

	number, arch, callName string // as recorded, until resolved
	archName               string
	a0, a1                 uint64

	raw *ordereddict.Dict // where the call did not come as one object
}

func (c *call) reset(offset int64) {
	*c = call{offset: offset, proc: event.Proc{OS: event.Linux}}
}

func (c *call) time() time.Time {
	if c.ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(c.ms).UTC()
}

// resolve finds what the call is: by its number on its architecture, else by
// the name that an enriched record or a translating tool gives.
func (c *call) resolve() {
	a := archOf(c.arch)
	if a == nil {
		a = archNamed(c.archName)
	}
	c.flags = c.a0
	if a != nil && a.secondFlags {
		c.flags = c.a1
	}
	if n, ok := parseUint(c.number, 10); ok && a != nil {
		c.deed = a.deed(n)
		return
	}
	if c.deed = deedNamed(c.number); c.deed == deedOther {
		c.deed = deedNamed(c.callName)
	}
}

// einprogress is what connect returns when it goes on in the background.
const einprogress = 115

// connected is where a connect went to that did not fail.
func (c *call) connected() *event.Remote {
	if c.deed != deedConnect || !c.success && c.exit != -einprogress {
		return nil
	}
	if c.to != nil {
		return c.to
	}
	return sockaddr.Remote([]byte(c.saddr))
}

// cameFrom notes the address in a record that a session was opened: USER_LOGIN, or
// USER_START from PAM. Others repeat it, and failed logins open none.
func (c *call) cameFrom(op, address, result string) {
	opened := (op == "login" || op == "PAM:session_open") && (result == "success" || result == "1")
	if opened && c.proc.Session != "" && len(address) > 1 && len(address) <= maxAddress {
		c.remote = &event.Remote{Address: address, Inbound: true}
	}
}

// makesProcess reports whether the call made a process and not a thread.
func (c *call) makesProcess() bool {
	if !c.success || c.exit <= 0 || c.exit > 1<<32-1 {
		return false
	}
	switch c.deed {
	case deedFork, deedClone3:
		return true
	case deedClone:
		return c.flags&cloneThread == 0
	}
	return false
}

// signed reads a number that may be negative; 0 if it is none.
func signed(s string) int64 {
	n, _ := strconv.ParseInt(s, 10, 64)
	return n
}
