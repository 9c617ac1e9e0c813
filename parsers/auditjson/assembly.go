package auditjson

import (
	"fmt"
	"strconv"

	"github.com/Velocidex/ordereddict"

	"oddkin/parsers/internal/jsonstream"
)

const (
	// maxOpen is how many events are held open for records yet to come. Both
	// journald and Filebeat keep the order in which the kernel sent them, where
	// the records of one event are at most interleaved with those of a few others. What
	// was exported from several shards of a search engine is in no order: an event that
	// lacks records is put by after that, with others that take maxAside bytes and
	// asideCost each.
	maxOpen   = 1024
	maxAside  = 32 << 20
	asideCost = 1024
	// maxSize bounds what is held for one event: the kernel takes at most 6 MiB
	// of arguments (fs/exec.c), each byte two digits. maxRecords bounds its
	// records, maxSizeAll all that is held.
	maxSize    = 32 << 20
	maxRecords = 8192
	maxSizeAll = 64 << 20
)

// stamp tells an event from all others of an input.
type stamp struct {
	host   string
	ms     int64
	serial uint64
}

// gathering is an event whose records come as objects of their own.
type gathering struct {
	stamp
	call    call
	args    arguments
	records [len(bookings)]int64 // still to be booked, by what they are
	size    int                  // of what is held, at most
	types   map[string]int       // in call.raw
}

// bookings are the outcomes that a record can have before its event is closed.
var bookings = [...]outcome{used, notNeeded, duplicate, malformed}

// assembly holds the open events, in the order of their first records.
type assembly struct {
	events []*gathering
	aside  []*gathering // that lack records, as they were put by
	byKey  map[stamp]*gathering
	size   int
	ending bool // the input does, and another may go on
	// further says that the record at hand is one more of an object that is booked
	// with another.
	further bool
	shortage
}

// shortage is what records there are, and how many events lack some, with the first of
// each.
type shortage struct {
	hasArguments, hasFolders        bool
	argumentless, folderless, stray tally
}

// tally is a number of events, and where the first of them stands.
type tally struct {
	n, offset int64
	serial    uint64
}

func (t *tally) note(g *gathering) {
	if t.n++; t.n == 1 {
		t.offset, t.serial = g.call.offset, g.serial
	}
}

// line reads a record's text into its event.
func (a *assembly) line(r *reader, at stamp, typ int, name string, body []byte) outcome {
	return a.add(r, at, name, func(g *gathering) outcome {
		return g.call.record(typ, body, nil, &g.args, &r.intern)
	})
}

// add lets a record be taken into its event, with which it is booked when that
// is closed. The object that holds the record must have been read to its end.
func (a *assembly) add(r *reader, at stamp, name string, take func(*gathering) outcome) outcome {
	g := a.find(r, at)
	if g.count() >= maxRecords || g.size > maxSize {
		r.odd = reasonLarge
		return malformed
	}
	before := g.args.size
	what := take(g)
	cost := len(r.s.Held()) + g.args.size - before
	g.size += cost
	a.size += cost
	if what == malformed {
		r.odd = reasonSyscall
		return malformed
	}
	if r.in.KeepRaw {
		g.keepRaw(r, name)
	}
	if !a.further {
		g.records[what]++
	}
	return open
}

// find gives the event of a record, and opens it if need be.
func (a *assembly) find(r *reader, at stamp) *gathering {
	if g := a.byKey[at]; g != nil {
		return g
	}
	if a.byKey == nil {
		a.byKey = map[stamp]*gathering{}
	}
	if len(a.events) >= maxOpen {
		a.close(r, 1)
	}
	if a.size > maxSizeAll {
		a.finish(r)
	}
	g := &gathering{stamp: at}
	g.call.reset(r.offset)
	g.call.host, g.call.ms, g.call.serial = at.host, at.ms, at.serial
	a.events = append(a.events, g)
	a.byKey[at] = g
	return g
}

func (g *gathering) count() (n int64) {
	for _, k := range g.records {
		n += k
	}
	return n
}

// keepRaw notes the record's object under the name of its type, a further one
// with its number.
func (g *gathering) keepRaw(r *reader, name string) {
	if g.call.raw == nil {
		g.call.raw, g.types = ordereddict.NewDict(), map[string]int{}
	}
	g.setRaw(name, jsonstream.Dict(r.s.Held()))
}

func (g *gathering) setRaw(name string, value any) {
	g.types[name]++
	if n := g.types[name]; n > 1 {
		name += " " + strconv.Itoa(n)
	}
	g.call.raw.Set(name, value)
}

// close ends the wait for records of the first n events: those that are whole are
// told, the others put by, where it ends with their room.
func (a *assembly) close(r *reader, n int) {
	for _, g := range a.events[:n] {
		a.hasArguments = a.hasArguments || g.args.argc > 0 || len(g.call.proc.Argv) > 0
		a.hasFolders = a.hasFolders || g.call.proc.Cwd != ""
		if !g.lacks(a.hasFolders || a.ending) && !g.isStray() {
			a.tell(r, g)
			continue
		}
		g.size += asideCost
		a.size += asideCost
		a.aside = append(a.aside, g)
	}
	a.events = append(a.events[:0], a.events[n:]...)
	for len(a.aside) > 0 && a.size > maxAside {
		a.tell(r, a.aside[0])
		a.aside = a.aside[1:]
	}
}

// finish tells all events.
func (a *assembly) finish(r *reader) {
	a.close(r, len(a.events))
	for _, g := range a.aside {
		a.tell(r, g)
	}
	a.aside = nil
}

// end tells all events, and of what some of them lack, or leaves those for other inputs
// to complete.
func (a *assembly) end(r *reader) {
	if r.in.Join {
		a.leave(r)
		return
	}
	a.finish(r)
	a.shortage.tell(r)
}

func (a *shortage) tell(r *reader) {
	for _, s := range []struct {
		of  tally
		has bool
		is  string
	}{
		{a.argumentless, a.hasArguments, "starts lack their EXECVE record or a part of it"},
		{a.folderless, a.hasFolders, "starts lack their CWD record"},
		{a.stray, true, "events lack their SYSCALL record"},
	} {
		if s.of.n > 0 && s.has {
			r.warn(s.of.offset, s.of.serial, fmt.Sprintf("%d %s, this the first: lost, left out or too far away", s.of.n, s.is), 0)
		}
	}
}

// isStray reports whether an event is nothing but records that belong to a SYSCALL record.
func (g *gathering) isStray() bool {
	return !g.call.named && !g.call.boot && (g.args.argc > 0 || len(g.args.pieces) > 0 || g.call.proc.Cwd != "" || g.call.path != "" || g.call.title != "" || g.call.saddr != "")
}

// lacks reports whether records are missing from which a start would tell more.
func (g *gathering) lacks(folder bool) bool {
	c := &g.call
	switch {
	case c.named && c.deed == deedConnect:
		return c.saddr == ""
	case !c.named || c.deed != deedExec:
		return false
	}
	return folder && c.proc.Cwd == "" || c.success && len(c.proc.Argv) == 0 && !g.args.whole() || !c.success && c.path == ""
}

// tell tells an event and books its records.
func (a *assembly) tell(r *reader, g *gathering) {
	g.book(r, a.judge(r, g))
	a.size -= g.size
	delete(a.byKey, g.stamp)
}

// judge tells an event and gives what became of it.
func (a *assembly) judge(r *reader, g *gathering) outcome {
	if argv := g.args.argv(&r.intern); argv != nil {
		g.call.proc.Argv = argv
	}
	what := notNeeded
	switch {
	case g.isStray():
		if !r.told(&g.call) {
			a.stray.note(g)
			r.serials.within(g.host, g.serial)
		}
	case g.call.named || g.call.boot: // else what came of it is no event, which may come yet
		a.noteLack(g)
		odd := r.odd
		what = r.tell(&g.call)
		if r.odd != odd { // it belongs to the event, not to the object just read
			r.warn(g.call.offset, g.serial, r.odd, 0)
			r.odd = odd
		}
	}
	return what
}

// book books the records of an event of which what became.
func (g *gathering) book(r *reader, what outcome) {
	for i, k := range g.records {
		if bookings[i] == used {
			r.book(what, k)
		} else {
			r.book(bookings[i], k)
		}
	}
}

// noteLack counts a start that lacks what others of its log have.
func (a *assembly) noteLack(g *gathering) {
	if c := &g.call; c.deed == deedExec && c.named && c.success {
		if len(c.proc.Argv) == 0 || g.args.extent.Any() && !g.args.whole() {
			a.argumentless.note(g)
		}
		if c.proc.Cwd == "" {
			a.folderless.note(g)
		}
	}
}
