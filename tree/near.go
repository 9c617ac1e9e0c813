package tree

import "oddkin/parsers/event"

// In a large log what a record tells of lies far from what is in the processor's caches. Who looks up one thing after the
// other waits for memory each time, three and four times for a record. Where much is read first of which nothing depends
// on the rest, the processor waits for all of it at once.

// inSight is how many records are read ahead.
const inSight = 32

// bringNear reads what the next entries of a group tell of.
func (w *walker) bringNear(entries []entry) {
	met := w.met
	for _, e := range entries {
		met += w.recs[e.rec()].pid
	}
	for _, e := range entries {
		switch r := &w.recs[e.rec()]; r.kind() {
		case kindExec:
			n := w.starts[r.arg()].node
			if n != nil && e.ref() {
				met += uint32(w.refs.of(n.parent).guid)
			} else if n != nil {
				met += uint32(n.guid)
			}
		case kindFork:
			met += uint32(w.forks[r.arg()].caller)
		case kindSight:
			met += uint32(w.seen[w.sights[r.arg()].what].guid)
		}
	}
	w.met = met // so that it is read
}

// newcomers are the last starts that have come. What they say is looked up when there are several.
type newcomers struct {
	list  []newcomer
	lines [inSight]line // of what hearNewcomers reads ahead
	met   uint32
}

// newcomer is a start of which it is yet to be looked up what it says.
type newcomer struct {
	host   *host
	node   *Node
	proc   event.Proc
	parent event.Ref
}

// isFar reports whether the tables in which GUIDs and command lines are looked up are larger than caches, as far
// as that of GUIDs tells.
func (st *store) isFar() bool { return len(st.texts.known.places) >= farTable }

// cacheLine is how many bytes most processors read at once.
const cacheLine = 64

// farTable is of how many places a table is far; three in four are taken at most. Tests have fewer.
var farTable = 1 << 17

// meet puts a start by until there are several. Others may be heard before it: what is kept of each start does not depend
// on their order, but for numbers that mean nothing.
func (st *store) meet(c newcomer) {
	if st.newcomers.list = append(st.newcomers.list, c); len(st.newcomers.list) == inSight {
		st.hearNewcomers()
	}
}

// hearNewcomers looks up what the starts say that were put by.
func (st *store) hearNewcomers() {
	all := &st.newcomers
	for i := range all.list {
		p := &all.list[i].proc
		all.met += st.texts.near(p.GUID)
		all.lines[i] = st.lines.near(p.CommandLine)
	}
	for i := range all.list {
		if l := all.lines[i]; l != 0 {
			text := st.lines.at(l)
			all.met += uint32(text[0]) + uint32(text[min(cacheLine, len(text)-1)])
		}
	}
	for i := range all.list {
		c := &all.list[i]
		c.host.hear(c.node, &c.proc, c.parent)
	}
	clear(all.list)
	all.list = all.list[:0]
}

// near reads where a text is looked for first.
func (t *texts) near(s string) uint32 { return t.known.at(t.known.first(t.hash(s))).id }

// near gives the line that stands where a command line without arguments is looked for first, if it is likely that one.
func (l *lines) near(whole string) line {
	if len(l.known) == 0 {
		return 0
	}
	hash := l.hash(whole)
	if i := l.first(hash); l.hashes[i] == hash {
		return l.known[i]
	}
	return 0
}
