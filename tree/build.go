package tree

import (
	"iter"
	"runtime/debug"
	"slices"

	"oddkin/parsers/event"
	"oddkin/tree/internal/column"
)

// Options says how [Build] treats what the evidence leaves open.
type Options struct {
	// Strict leaves every inferred edge out: the child then hangs under a
	// placeholder of its unknown parent. Logical parents and crossings, which are all
	// inferred, are left out too.
	Strict bool
	// Records keeps the records that each link rests on, for [Node.Records].
	Records bool
	// Lasting lays the nodes of large forests out where Go collects no garbage, which takes less
	// memory and time. They then stay until the process ends: it is for one that builds a forest and ends.
	Lasting bool
	// Spill, which may be nil, is an empty file for what grows with the evidence; it implies Lasting. The
	// system writes out what it needs the memory of, so that evidence may be many times larger than
	// memory. The file is the caller's to remove, and to keep open until the process ends.
	Spill Spill
}

// Spill is an [os.File].
type Spill = column.File

// CanSpill reports whether Options.Spill is of use on this system.
const CanSpill = column.CanSpill

// Build makes the forest of all events. It reads the sequence once and keeps no
// [event.Event], only what the forest needs of it. The order in which events
// arrive does not matter, and equal events give equal forests.
func Build(events iter.Seq[event.Event], o Options) *Forest {
	return build(events, o, column.New(o.Spill))
}

// build does so in the given space, which nil says is the heap.
func build(events iter.Seq[event.Event], o Options, memory *column.Space) *Forest {
	found := findings{}
	st := newStore()
	st.scratch = memory
	if o.Lasting || o.Spill != nil {
		st.last(memory.Part())
	}
	if o.Spill == nil { // what is looked up anywhere is not to be read from a file again and again
		st.look(memory)
		st.texts.space, st.refs.space = st.lasts, st.lasts
	}
	c := newCollector(&found.counts, st)
	for e := range events {
		c.add(&e)
	}
	hosts := c.hosts()
	c.store.seal()
	o.tidy(c.counts)
	inParallel(len(hosts), func(i int) { hosts[i].build(o) })
	f := &Forest{}
	nodes := make([][]*Node, len(hosts))
	contacts := map[string][]contact{}
	for i, h := range hosts {
		contacts[h.name] = h.contacts
		found.take(&h.found)
		f.Hosts = append(f.Hosts, h.described)
		nodes[i], h.nodes = h.nodes, nil
	}
	all := joined(nodes)
	f.Counts, f.Warnings, f.Copies = found.counts, found.warnings, found.copies
	if memory != nil {
		f.Unspilled = memory.Refused()
	}
	f.plant(all, memory)
	if !o.Strict {
		f.ask(all)
		f.cross(all, contacts)
	}
	memory.Free()
	o.tidy(&f.Counts)
	return f
}

// tidy gives memory back that one part of the work has left, so that the next does not add to it, where what
// linking takes of the events outweighs it.
func (o *Options) tidy(c *Counts) {
	const (
		record, start = 24, 250 // bytes that linking takes of each, roughly
		much          = 250e6
	)
	if o.Lasting && record*c.Events+start*c.Starts >= much || o.Spill != nil {
		debug.FreeOSMemory()
	}
}

// build links the host's processes, boot by boot, and lets its records go.
func (h *host) build(o Options) {
	h.dropRepeats()
	h.nameSeen()
	h.setEpochs()
	h.sort()
	h.dropDuplicates()
	h.doubtName()
	h.init = h.initName()
	segments := h.boots()
	linked := make([][]*Node, len(segments))
	inParallel(len(segments), func(i int) {
		segments[i].undoSteps()
		segments[i].link(o)
		linked[i] = segments[i].assemble()
	})
	for _, s := range segments {
		h.found.take(&s.found)
	}
	h.nodes = joined(linked)
	h.described = h.describe(segments)
	h.sortContacts()
	h.recs, h.starts, h.forks, h.sights, h.fails, h.marks, h.seen = nil, nil, nil, nil, nil, nil, nil
	h.scratch.Free()
}

// joined is all lists in one; a single one is not copied.
func joined(lists [][]*Node) []*Node {
	if len(lists) == 1 {
		return lists[0]
	}
	return slices.Concat(lists...)
}
