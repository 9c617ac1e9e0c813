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
			v.entries(virusTotalFacts, &v.tree, 0)
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
	for range v.Elements() {
		one := virusTotal{collector: v.collector}
		start := v.position()
		one.object()
		one.done(start)
		v.nested = true
	}
}

func (v *virusTotal) done(start int64) {
	nest(v.tree)
	v.hand(start, v.guest, v.tree, 0)
}
