package tree

import (
	"iter"

	"oddkin/parsers/event"
)

// Options says how [Build] treats what the evidence leaves open.
type Options struct {
	// Strict leaves every inferred edge out: the child then hangs under a
	// placeholder of its unknown parent.
	Strict bool
}

// Build makes the forest of all events. It reads the sequence once and keeps no
// [event.Event], only what the forest needs of it. The order in which events
// arrive does not matter, and equal events give equal forests.
func Build(events iter.Seq[event.Event], o Options) *Forest {
	f := &Forest{}
	c := newCollector(&f.Counts)
	for e := range events {
		c.add(&e)
	}
	var all []*Node
	c.store.seal()
	for _, h := range c.hosts() {
		h.sort()
		h.dropDuplicates(f)
		segments := h.boots(f)
		f.Hosts = append(f.Hosts, h.describe(segments))
		for _, s := range segments {
			s.undoSteps(f)
			s.link(o)
			all = append(all, s.assemble()...)
		}
	}
	f.plant(all)
	return f
}
