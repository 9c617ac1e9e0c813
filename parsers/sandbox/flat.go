package sandbox

import (
	"strings"

	"oddkin/parsers/event"
	"oddkin/parsers/internal/ingest"
)

// flat describes a format whose processes stand in one list, or one tree, at a
// fixed place, and whose guest is named by scalars at fixed places.
type flat struct {
	wrapper   string // key of an object that may stand around all the rest
	processes string // the path of the list
	keyed     bool   // the list is an object; its keys are names of its own
	facts     facts
	guest     map[string]func(*guest, string) // by path
	finish    func([]process)                 // what the format needs at the end; may be nil
}

// What a scalar of a report says of the guest.
func label(g *guest, text string)    { g.label = text }
func machine(g *guest, text string)  { g.machine = text }
func hostname(g *guest, text string) { g.computer = text }
func task(g *guest, text string)     { g.task = text }
func platform(g *guest, text string) { g.platform = text }
func started(g *guest, text string)  { g.started = clock(text) }

// read reads every report in the input.
func (f *flat) read(in *ingest.Input, yield func(event.Event, error) bool) {
	c := newCollector(in, yield)
	c.each(func(start int64) {
		r := flatReport{flat: f, collector: c}
		r.object("")
		c.mend(1, r.sections())
		nest(r.found)
		byIdent(r.found)
		usable := r.found[:0]
		for _, p := range r.found {
			if p.usable() {
				usable = append(usable, p)
			}
		}
		if f.finish != nil {
			f.finish(usable)
		}
		c.hand(start, r.about, usable, 0)
	})
}

// flatReport is the report being read.
type flatReport struct {
	*flat
	*collector
	about guest
	found []process
}

// object reads the members of the object at path, entering only those on the way
// to what is wanted.
func (r *flatReport) object(path string) {
	for key := range r.Members() {
		if at := path + string(key); r.wants(at) {
			r.section(at, func() { r.member(at) })
		}
	}
}

// wants reports whether something wanted stands at the path or below.
func (r *flatReport) wants(at string) bool {
	return at == r.wrapper || at == r.processes || r.guest[at] != nil || r.leads(at+".")
}

// member reads the value at a path.
func (r *flatReport) member(at string) {
	take := r.guest[at]
	switch {
	case at == r.wrapper:
		r.object("")
	case at == r.processes && r.keyed:
		r.open(r.facts, func() { r.stray(r.facts, &r.found) })
		index := uint64(0)
		for range r.Members() {
			index++
			r.element()
			r.entry(r.facts, &r.found, index, 0)
		}
		r.shut()
	case at == r.processes:
		r.entries(r.facts, &r.found, 0)
	case take != nil:
		text, _ := clip(r.Text())
		take(&r.about, text)
	default:
		r.object(at + ".")
	}
}

// sections are the keys at the top of the report on the way to what is wanted,
// and the key of the list of processes.
func (r *flatReport) sections() map[string]func() {
	all := map[string]func(){}
	add := func(path string) {
		top, _, _ := strings.Cut(path, ".")
		all[top] = func() { r.member(top) }
	}
	for path := range r.guest {
		add(path)
	}
	add(r.processes)
	if i := strings.LastIndexByte(r.processes, '.'); i >= 0 {
		all[r.processes[i+1:]] = func() { r.member(r.processes) }
	}
	return all
}

// leads reports whether something wanted lies below the path.
func (r *flatReport) leads(prefix string) bool {
	if strings.HasPrefix(r.processes, prefix) {
		return true
	}
	for path := range r.guest {
		if strings.HasPrefix(path, prefix) {
			return true
		}
	}
	return false
}
