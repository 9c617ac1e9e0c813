package auditd

import "fmt"

// shortage counts the events that lack a record, by what it would have told.
type shortage struct{ arguments, directory, call, unknown tally }

// tally is a number of events, and where the first of them stands.
type tally struct {
	n      int64
	serial uint64
	offset int64
}

func (t *tally) note(p *pending) {
	if t.n++; t.n == 1 {
		t.serial, t.offset = p.stamp.serial, p.offset
	}
}

// start notes what a start lacks.
func (c *shortage) start(p *pending) {
	if !p.allArguments() {
		c.arguments.note(p)
	}
	if !p.has(classCwd) {
		c.directory.note(p)
	}
}

// stray notes an event without its SYSCALL record. Of arguments each is told by itself,
// and ahead of a log's first whole event what nobody needs belongs to a file before.
func (c *shortage) stray(p *pending) {
	if !p.has(classExecve) && !(p.early && !p.has(classCwd) && !p.has(classSockaddr)) {
		c.call.note(p)
	}
}

// tell warns of what lacks in a log that has records of these classes: rules and extracts
// leave some out altogether.
func (c *shortage) tell(seen wanted, warn func(offset int64, serial uint64, reason string)) {
	execve := seen.has(classExecve)
	for _, s := range []struct {
		of  tally
		has bool
		is  string
	}{
		{c.arguments, execve, "starts lack their EXECVE record or a part of it, this the first: lost, left out or too far away"},
		{c.arguments, !execve && seen.has(classProctitle), "starts, this the first, have no arguments but what PROCTITLE shows: 128 bytes at most, which the process may have written"},
		{c.directory, seen.has(classCwd), "starts lack their CWD record, this the first: lost, left out or too far away"},
		{c.unknown, true, "calls, this the first, are of an architecture whose numbers are not known here: starts are told by their EXECVE records, forks and ends not"},
		{c.call, true, "events lack their SYSCALL record, this the first: lost, left out or too far away"},
	} {
		if s.of.n > 0 && s.has {
			warn(s.of.offset, s.of.serial, fmt.Sprintf("%d %s", s.of.n, s.is))
		}
	}
}
