package sandbox

import (
	"errors"
	"strings"

	"oddkin/parsers/event"
	"oddkin/parsers/internal/ingest"
	"oddkin/parsers/internal/jsonstream"
)

// drakvufFacts are the members of a line of DRAKVUF's JSON output that have a
// meaning for processes. A line without a method is a row of the process table
// that procmon writes at its start.
var drakvufFacts = facts{
	"PID": pid, "PPID": parent, "ProcessName": image, "RunningProcess": image, "TimeStamp": seen,
}

// drakvuf is what a line says: the process that made it, and the one it is
// about.
type drakvuf struct {
	*collector
	plugin, method, status string
	by, about              process
}

// readDrakvuf reads DRAKVUF's log of JSON lines about a Windows guest. Its table of processes gives
// snapshots, NtCreateUserProcess and the sandbox's own injection give starts,
// NtTerminateProcess gives ends. Everything else is not needed.
func readDrakvuf(in *ingest.Input, yield func(event.Event, error) bool) {
	c := newCollector(in, yield)
	defer c.input.Close()
	host := ""
	for !c.stopped && c.Next() != 0 {
		d := drakvuf{collector: c}
		d.by.offset, d.about.offset = c.Offset(), c.Offset()
		for key := range c.Members() {
			d.member(string(key))
		}
		c.in.Account.Records++
		if c.Err() != nil {
			if !c.resume(d.by.offset) {
				break
			}
			continue
		}
		e, ok := d.event()
		if !ok {
			c.in.Account.NotNeeded++
			continue
		}
		if host == "" { // a log names no guest; its first event has a time to the microsecond
			first := d.by
			first.proc = e.Proc
			host = guest{}.name([]process{first})
		}
		e.Host, e.Time, e.Source = host, d.by.seen, event.Source{File: in.Name, Offset: d.by.offset}
		c.in.Account.Used++
		c.emit(e)
	}
	c.end()
}

// resume counts a line that is damaged and moves to the next; false where the
// input ends or cannot be read.
func (c *collector) resume(start int64) bool {
	c.in.Account.Malformed++
	var bad *jsonstream.Error
	if !errors.As(c.Err(), &bad) || bad.Reason == jsonstream.ReasonEnd {
		return false
	}
	found := c.Resync(0)
	c.warn(start, 0, bad.Reason, c.Offset()-start)
	return found
}

// member reads a member of a line.
func (d *drakvuf) member(key string) {
	switch key {
	case "Plugin":
		d.plugin = d.text(&d.by)
	case "Method":
		d.method = d.text(&d.by)
	case "Status":
		d.status = d.text(&d.by)
	case "NewPid", "InjectedPid", "ExitPid":
		d.set(&d.about, pid, key, d.text(&d.about))
	case "ImagePathName":
		d.about.proc.Image = d.text(&d.about)
	case "CommandLine", "Arguments":
		d.about.proc.CommandLine = d.text(&d.about)
	case "CWD":
		d.about.proc.Cwd = d.text(&d.about)
	default:
		d.take(drakvufFacts, &d.by, key)
	}
}

// event is what the line tells of processes, if anything.
func (d *drakvuf) event() (e event.Event, ok bool) {
	e.Proc = d.about.proc
	switch {
	case d.plugin == "procmon" && d.method == "" && d.by.usable():
		e.Kind, e.Proc, e.Parent = event.Snapshot, d.by.proc, d.by.parent
	case d.method == "NtCreateUserProcess" && d.status == "0x0":
		e.Kind, e.Parent = event.Exec, event.Ref{PID: d.by.proc.PID, Image: d.by.proc.Image}
	case d.method == "NtTerminateProcess" && e.Proc.PID != 0:
		e.Kind = event.Exit
	case d.plugin == "inject" && d.method == "CreateProc" && d.status == "Success":
		e.Kind, e.Proc.Image = event.Exec, d.by.proc.Image
	default:
		return e, false
	}
	if !strings.ContainsAny(e.Proc.Image, `\/`) { // System, Registry, MemCompression
		e.Proc.Name, e.Proc.Image = e.Proc.Image, ""
	}
	e.Proc.OS = event.Windows
	return e, true
}
