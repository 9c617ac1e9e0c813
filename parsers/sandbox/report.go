package sandbox

import (
	"github.com/Velocidex/ordereddict"

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
}

// readReport reads every report in the input.
func readReport(in *ingest.Input, yield func(event.Event, error) bool) {
	c := newCollector(in, yield)
	c.each(func(start int64) {
		r := report{collector: c}
		for key := range c.Members() {
			switch string(key) {
			case "info":
				r.info()
			case "behavior":
				r.behavior()
			}
		}
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
		case "processes":
			r.list(&r.monitor)
		case "generic":
			r.list(&r.generic)
		case "processtree":
			r.list(&r.tree)
		}
	}
}

// list reads a list of process entries into dst.
func (r *report) list(dst *[]process) {
	for i := range r.Elements() {
		r.entry(dst, uint64(i)+1)
	}
}

// entry reads one process entry and, in a tree, those below it. An entry that
// the input ends in is kept as far as it goes: the names come before the calls.
func (r *report) entry(dst *[]process, index uint64) {
	kind := r.Next()
	p := process{offset: r.Offset(), index: index}
	if kind != '{' {
		r.pass(&p, "a process entry that is no object")
		return
	}
	if r.full(len(*dst)) {
		r.pass(&p, "more processes than can be kept")
		return
	}
	at := len(*dst)
	*dst = append(*dst, process{}) // holds the place before the children's
	if r.in.KeepRaw {
		p.raw = ordereddict.NewDict()
	}
	room := maxRaw
	for key := range r.Members() {
		r.field(dst, &p, string(key), &room)
	}
	if !p.usable() {
		r.refuse(&p, "a process entry without id or name")
	}
	r.kept += p.size()
	(*dst)[at] = p
}

// field reads one member of a process entry.
func (r *report) field(dst *[]process, p *process, name string, room *int) {
	switch {
	case name == "children":
		r.list(dst)
	case name == "calls": // passed over
	case p.raw != nil:
		v := value(r.Scanner, room)
		p.raw.Set(name, v)
		r.built(p, name, v)
	case name == "environ":
		for key := range r.Members() {
			r.take(p, "environ."+string(key))
		}
	default:
		r.take(p, name)
	}
}

// built takes the facts out of a value that was built for the raw record.
func (r *report) built(p *process, name string, v any) {
	environ, ok := v.(*ordereddict.Dict)
	if !ok {
		r.set(p, name, plain(v))
		return
	}
	for _, key := range environ.Keys() {
		v, _ := environ.Get(key)
		r.set(p, name+"."+key, plain(v))
	}
}
