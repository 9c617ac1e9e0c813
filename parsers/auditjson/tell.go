package auditjson

import (
	"encoding/binary"
	"time"

	"github.com/cespare/xxhash/v2"

	"oddkin/parsers/event"

	"oddkin/parsers/internal/jsonstream"
)

const (
	// maxSeen, maxHosts and maxKnown bound what is remembered of an input. Beyond
	// them memory starts afresh: a repeated event may then be told twice, a
	// process be sighted again.
	maxSeen  = 1 << 20
	maxHosts = 4096
	maxKnown = 1 << 14
	maxName  = 255
	// maxAddress is the longest that an address is.
	maxAddress = 64
	// A serial smaller than the ones before is a boot's first if it is below
	// bootSerial, more than disorder smaller, and bootTime milliseconds later.
	bootSerial = 10000
	disorder   = 64
	bootTime   = 2000
)

// host is what is remembered of one machine.
type host struct {
	known     map[uint32]*identity
	maxSerial uint64
	latest    int64  // the latest time
	booted    bool   // a Boot has been told since the serials began anew
	bootID    string // of systemd, where the records carry it
}

// identity is the last sighting of a pid that was told, or the start: what it said of the
// process, and when.
type identity struct {
	proc   event.Proc
	ppid   uint32
	ms     int64
	serial uint64
}

// covers reports whether a sighting by c, told too, would say nothing that a did not; see
// [event.SightingSpan].
func (a *identity) covers(c *call) bool {
	const span = int64(event.SightingSpan / time.Millisecond)
	p, q := &a.proc, &c.proc
	if p.Image != q.Image || p.Image == "" && p.Name != q.Name || p.Deleted != q.Deleted || a.ppid != c.parent.PID ||
		p.User != q.User || p.AuditUser != q.AuditUser || p.Session != q.Session || p.Container != q.Container || p.GUID != q.GUID {
		return false
	}
	return a.ms/span == c.ms/span && (a.ms < c.ms || a.ms == c.ms && a.serial <= c.serial)
}

// host finds what is known of a machine. No name is longer than maxName.
func (r *reader) host(name string) *host {
	name = name[:min(len(name), maxName)]
	h := r.hosts[name]
	if h == nil {
		if len(r.hosts) >= maxHosts {
			clear(r.hosts)
		}
		h = &host{known: map[uint32]*identity{}}
		r.hosts[name] = h
	}
	return h
}

// tell hands on what an event says. The same event of the same host is told
// once.
func (r *reader) tell(c *call) outcome {
	r.serial = c.serial
	r.in.Account.Span(c.time())
	if c.serial != 0 && r.repeated(c) {
		return duplicate
	}
	h := r.host(c.host)
	r.restart(h, c)
	if c.boot {
		if h.booted {
			return notNeeded
		}
		r.boot(h, c)
		return used
	}
	if !c.named {
		return notNeeded
	}
	if c.proc.PID == 0 {
		r.odd = "record that names no process"
		return malformed
	}
	return r.judge(h, c)
}

// repeated notes an event and reports whether it had been met before.
func (r *reader) repeated(c *call) bool { return r.known(r.fingerprint(c)) }

// told reports whether an event has been met before.
func (r *reader) told(c *call) bool {
	_, ok := r.seen[r.fingerprint(c)]
	return ok
}

// fingerprint tells an event from all others.
func (r *reader) fingerprint(c *call) uint64 {
	b := binary.LittleEndian.AppendUint64(r.scratch[:0], c.serial)
	b = binary.LittleEndian.AppendUint64(b, uint64(c.ms))
	b = append(b, c.host...)
	r.scratch = b
	return xxhash.Sum64(b)
}

// known notes a fingerprint and reports whether it had been noted.
func (r *reader) known(key uint64) bool {
	if _, ok := r.seen[key]; ok {
		return true
	}
	if len(r.seen) >= maxSeen {
		clear(r.seen)
	}
	r.seen[key] = struct{}{}
	return false
}

// restart looks for a boot, which begins the serials anew.
func (r *reader) restart(h *host, c *call) {
	if c.serial == 0 {
		return
	}
	if c.serial < bootSerial && c.serial+disorder < h.maxSerial && c.ms > h.latest+bootTime {
		h.maxSerial, h.booted = 0, false
		r.boot(h, c)
	}
	h.maxSerial, h.latest = max(h.maxSerial, c.serial), max(h.latest, c.ms)
}

// boot tells that no process of before is alive.
func (r *reader) boot(h *host, c *call) {
	h.booted = true
	clear(h.known)
	r.emit(event.Event{Kind: event.Boot, Host: c.host, Time: c.time(), Source: r.source(c)})
}

// judge decides what an event tells, and tells it.
func (r *reader) judge(h *host, c *call) outcome {
	if remote := c.connected(); remote != nil {
		c.remote = remote
	}
	news := h.note(c) || c.remote != nil
	isExec := c.deed == deedExec
	if news = news && (c.proc.Image != "" || c.proc.Name != ""); news && !(isExec && c.success) {
		r.sight(c)
	}
	switch {
	case isExec && c.success:
		r.start(event.Exec, c)
	case isExec && c.finished:
		r.start(event.ExecFailed, c)
	case c.makesProcess():
		r.fork(c)
	case c.deed == deedExit, c.abend:
		r.emit(r.event(event.Exit, c))
	case !news:
		return notNeeded
	}
	return used
}

// note remembers what c says of its process, and reports whether that is to be told.
func (h *host) note(c *call) bool {
	id := h.known[c.proc.PID]
	if id != nil && id.covers(c) {
		return false
	}
	if id == nil {
		if len(h.known) >= maxKnown {
			clear(h.known)
		}
		id = &identity{}
		h.known[c.proc.PID] = id
	}
	*id = identity{proc: c.proc, ppid: c.parent.PID, ms: c.ms, serial: c.serial}
	id.proc.Argv, id.proc.Cwd = nil, ""
	return true
}

func (r *reader) source(c *call) event.Source {
	return event.Source{File: r.in.Name, Offset: c.offset, Serial: c.serial}
}

// event is what all kinds have in common; a process's arguments and folder
// belong to its start alone.
func (r *reader) event(kind event.Kind, c *call) event.Event {
	ev := event.Event{Kind: kind, Host: c.host, Time: c.time(), Proc: c.proc, Parent: c.parent, Source: r.source(c)}
	ev.Proc.Argv, ev.Proc.Cwd, ev.Proc.CommandLine = nil, "", ""
	if ev.Raw = c.raw; c.raw == nil && r.in.KeepRaw {
		ev.Raw = jsonstream.Dict(r.s.Held())
	}
	return ev
}

// sight tells that a process was seen alive.
func (r *reader) sight(c *call) {
	ev := r.event(event.Snapshot, c)
	ev.Remote = c.remote
	if c.deed != deedExec {
		ev.Proc.Argv, ev.Proc.CommandLine, ev.Proc.Cwd = c.proc.Argv, c.proc.CommandLine, c.proc.Cwd
	}
	if ev.Proc.CommandLine == "" && len(ev.Proc.Argv) == 0 {
		ev.Proc.CommandLine = c.title
	}
	r.emit(ev)
}

// start tells of a program started, or of the attempt. The title is a fallback:
// it is cut at 128 bytes and the process can write it. Of an attempt it is the
// caller's own, so that the path tried is what is left.
func (r *reader) start(kind event.Kind, c *call) {
	ev := r.event(kind, c)
	ev.Proc.Argv, ev.Proc.CommandLine, ev.Proc.Cwd = c.proc.Argv, c.proc.CommandLine, c.proc.Cwd
	if len(ev.Proc.Argv) == 0 && ev.Proc.CommandLine == "" {
		ev.Proc.CommandLine = c.title
		if kind == event.ExecFailed {
			ev.Proc.CommandLine = c.path
		}
	}
	r.emit(ev)
}

// fork tells of a process made by another, whose program it still runs.
func (r *reader) fork(c *call) {
	ev := r.event(event.Fork, c)
	ev.Proc.PID = uint32(c.exit)
	if c.deed != deedClone || c.flags&cloneParent == 0 {
		ev.Parent = event.Ref{PID: c.proc.PID, Image: c.proc.Image, Name: c.proc.Name, User: c.proc.User}
	}
	r.emit(ev)
}
