package sandbox

import (
	"oddkin/parsers/event"
	"oddkin/parsers/internal/ingest"
)

// virusTotalFacts are the members of processes_tree. name is a path or a command
// line, as the sandbox behind VirusTotal had it.
var virusTotalFacts = facts{
	"process_id": pid, "parent_process_id": parent, "name": invoked, "children": below,
}

// readVirusTotal reads file behaviour objects of VirusTotal's API v3: one, the
// list of one file's (each sandbox's is a report of its own), or the summary of
// them all.
func readVirusTotal(in *ingest.Input, yield func(event.Event, error) bool) {
	c := newCollector(in, yield)
	c.each(func(start int64) {
		v := virusTotal{collector: c}
		v.object()
		v.mend(1, v.sections())
		if v.tree != nil || !v.nested {
			v.done(start)
		}
	})
}

// shortID is how much of a behaviour's id goes into the name of its host: the id
// begins with the sample's SHA-256.
const shortID = 12

// virusTotal reads one behaviour object.
type virusTotal struct {
	*collector
	guest  guest
	tree   []process
	nested bool // it was a wrapper around others
}

// object reads the members of a behaviour or of what is wrapped around one.
func (v *virusTotal) object() {
	for key := range v.Members() {
		switch string(key) {
		case "data":
			v.data()
		case "attributes":
			v.object()
		case "processes_tree":
			v.section("processes_tree", func() { v.entries(virusTotalFacts, &v.tree, 0) })
		case "id":
			id, _ := clip(v.Text())
			v.guest.task = id[:min(len(id), shortID)]
		case "sandbox_name":
			v.guest.machine, _ = clip(v.Text())
		case "analysis_date":
			v.guest.started = clock(string(v.Text()))
		}
	}
}

// data reads one behaviour or a list of them.
func (v *virusTotal) data() {
	if v.Next() == '{' {
		v.object()
		return
	}
	v.nested = true
	base := len(v.levels) + 1
	v.open(nil, nil)
	one := func() {
		one := virusTotal{collector: v.collector}
		start := v.position()
		one.object()
		one.mend(base, one.sections())
		one.done(start)
	}
	for range v.Elements() {
		v.element()
		one()
	}
	for v.next && v.Next() == '{' && !v.stopped {
		v.next = false
		one()
	}
	v.shut()
}

// sections are what mend looks for by name.
func (v *virusTotal) sections() map[string]func() {
	return map[string]func(){"processes_tree": func() { v.entries(virusTotalFacts, &v.tree, 0) }}
}

func (v *virusTotal) done(start int64) {
	nest(v.tree)
	usable := v.tree[:0]
	for _, p := range v.tree {
		if p.usable() {
			usable = append(usable, p)
		}
	}
	v.hand(start, v.guest, usable, 0)
}
