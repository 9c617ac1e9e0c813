package sandbox

import (
	"slices"
	"strings"

	"oddkin/parsers/event"
	"oddkin/parsers/internal/ingest"
)

// flat describes a format whose processes stand in one list, or one tree, at a
// fixed place, and whose guest is named by scalars at fixed places.
type flat struct {
	wrapper   string // key of an object that may stand around all the rest
	processes string // the path of the list
	overview  string // the path of another list or tree of the same processes, if there is one
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
		all, duplicates := r.usable(r.found), int64(0)
		if f.overview != "" {
			all, duplicates = union(all, nil, r.usable(r.mentioned))
		}
		if f.finish != nil {
			f.finish(all)
		}
		c.hand(start, r.about, all, duplicates)
	})
}

// flatReport is the report being read.
type flatReport struct {
	*flat
	*collector
	about     guest
	found     []process
	mentioned []process // in the overview
}

// usable completes the parents in a list and gives the entries that say anything.
func (r *flatReport) usable(list []process) []process {
	nest(list)
	byIdent(list)
	return slices.DeleteFunc(list, func(p process) bool { return !p.usable() })
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
	return at == r.wrapper || at == r.processes || at == r.overview || r.guest[at] != nil || r.leads(at+".")
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
	case at == r.overview:
		r.entries(r.facts, &r.mentioned, 0)
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
	if r.overview != "" {
		add(r.overview)
	}
	if i := strings.LastIndexByte(r.processes, '.'); i >= 0 {
		all[r.processes[i+1:]] = func() { r.member(r.processes) }
	}
	return all
}

// leads reports whether something wanted lies below the path.
func (r *flatReport) leads(prefix string) bool {
	if strings.HasPrefix(r.processes, prefix) || strings.HasPrefix(r.overview, prefix) {
		return true
	}
	for path := range r.guest {
		if strings.HasPrefix(path, prefix) {
			return true
		}
	}
	return false
}
