package sandbox

import (
	"oddkin/parsers/event"
	"oddkin/parsers/internal/ingest"
)

// report reads reports of CAPE and Cuckoo. It keeps the process entries of one
// report, without their calls, until its end: keys come in any order, so that
// only then are the guest's name, the union of the lists and the order of the
// processes known.
type report struct {
	*collector
	guest   guest
	monitor []process // behavior.processes: what the monitor in each process logged
	generic []process // behavior.generic, of Cuckoo 2
	tree    []process // behavior.processtree, parents before children

	sections map[string]func() // what reads the value of a key
}

// cuckooFacts holds the names that the generations of Cuckoo and CAPE, and the
// lists of one report, have for the same few facts. No name has two meanings.
var cuckooFacts = facts{
	"process_id": pid, "pid": pid,
	"parent_id": parent, "ppid": parent,
	"process_name": name, "name": name,
	"module_path": image, "process_path": image,
	"command_line": command,
	"first_seen":   seen,
	"environ":      within, "environ.CommandLine": command, "environ.UserName": user, "environ.ComputerName": computer,
	"children": below, "calls": bulk,
}

// readReport reads every report in the input.
func readReport(in *ingest.Input, yield func(event.Event, error) bool) {
	c := newCollector(in, yield)
	c.each(func(start int64) {
		r := report{collector: c}
		sections := map[string]func(){
			"info":        r.info,
			"behavior":    r.behavior,
			"processes":   func() { r.entries(cuckooFacts, &r.monitor, 0) },
			"generic":     func() { r.entries(cuckooFacts, &r.generic, 0) },
			"processtree": func() { r.entries(cuckooFacts, &r.tree, 0) },
		}
		r.sections = sections
		for key := range c.Members() {
			switch string(key) {
			case "info", "behavior":
				c.section(string(key), sections[string(key)])
			}
		}
		c.mend(1, sections)
		nest(r.tree)
		all, duplicates := union(r.monitor, r.generic, r.tree)
		c.hand(start, r.guest, all, duplicates)
	})
}

// info reads the description of the analysis.
func (r *report) info() {
	for key := range r.Members() {
		switch string(key) {
		case "id":
			r.guest.task, _ = clip(r.Text())
		case "started":
			r.guest.started = clock(string(r.Text()))
		case "platform":
			r.guest.platform, _ = clip(r.Text())
		case "machine":
			if r.Next() == '"' {
				r.guest.machine, _ = clip(r.Text())
			} else {
				r.machine()
			}
		}
	}
}

// machine reads the description of the guest.
func (r *report) machine() {
	for key := range r.Members() {
		switch string(key) {
		case "label":
			r.guest.label, _ = clip(r.Text())
		case "name":
			r.guest.machine, _ = clip(r.Text())
		case "platform":
			r.guest.platform, _ = clip(r.Text())
		}
	}
}

// behavior reads what the guest did.
func (r *report) behavior() {
	for key := range r.Members() {
		switch string(key) {
		case "processes", "generic", "processtree":
			r.section(string(key), r.sections[string(key)])
		}
	}
}
