package sandbox

import (
	"errors"
	"fmt"
	"io"

	"github.com/Velocidex/ordereddict"

	"oddkin/parsers/event"
	"oddkin/parsers/internal/ingest"
)

// Bounds on what is kept of one report until its end. A guest runs some hundred
// processes; only hostile input meets these.
const (
	maxProcesses = 1 << 17
	maxKept      = 64 << 20 // bytes of text
)

// errStop says that whoever receives the events wants no more.
var errStop = errors.New("stopped")

// report reads reports of CAPE and Cuckoo. It keeps the process entries of one
// report, without their calls, until its end: keys come in any order, so that
// only then are the guest's name, the union of the lists and the order of the
// processes known.
type report struct {
	*scanner
	in    *ingest.Input
	yield func(event.Event, error) bool

	guest   guest
	monitor []process // behavior.processes: what the monitor in each process logged
	generic []process // behavior.generic, of Cuckoo 2
	tree    []process // behavior.processtree, parents before children
	kept    int       // bytes of text in the three
}

// run reads every report in the input, one JSON value after another.
func (r *report) run() {
	for {
		c, err := r.peek()
		switch {
		case err == io.EOF:
			return
		case err != nil:
		case c == '{':
			err = r.one()
		default:
			start := r.offset()
			if err = r.skip(); err == nil {
				r.in.Account.Skipped += r.offset() - start
				err = r.warn(start, 0, "a JSON value that is no report", r.offset()-start)
			}
		}
		if err != nil {
			r.end(err)
			return
		}
	}
}

// one reads one report. What was read before an error is handed on all the same.
func (r *report) one() error {
	r.guest, r.kept = guest{}, 0
	r.monitor, r.generic, r.tree = nil, nil, nil
	start := r.offset()
	err := r.object(r.section)
	if errors.Is(err, errStop) {
		return err
	}
	if stop := r.hand(start); stop != nil {
		return stop
	}
	return err
}

// end accounts for input that could not be read to its end.
func (r *report) end(err error) {
	var bad *syntaxError
	switch {
	case errors.Is(err, errStop):
	case errors.Is(err, errCut):
		r.in.Account.Truncated = true
		_ = r.warn(r.offset(), 0, errCut.Error(), 0)
	case errors.As(err, &bad):
		r.in.Account.Truncated = true
		rest, _ := r.drain()
		r.in.Account.Skipped += rest
		_ = r.warn(bad.offset, 0, bad.reason, rest)
	default:
		r.in.Account.Truncated = true
		r.yield(event.Event{}, fmt.Errorf("offset %d: %w", r.offset(), err))
	}
}

// warn notes and yields a warning.
func (r *report) warn(offset int64, serial uint64, reason string, bytes int64) error {
	if !r.yield(event.Event{}, r.in.Warn(offset, serial, reason, bytes)) {
		return errStop
	}
	return nil
}

// section reads one top-level member of a report.
func (r *report) section(key []byte) error {
	switch string(key) {
	case "info":
		return r.object(r.info)
	case "behavior":
		return r.object(r.behavior)
	}
	return r.skip()
}

// info reads a member of the report's description of the analysis.
func (r *report) info(key []byte) error {
	switch string(key) {
	case "id":
		return r.scalarTo(func(text string) { r.guest.task = text })
	case "started":
		return r.scalarTo(func(text string) { r.guest.started = clock(text) })
	case "platform":
		return r.scalarTo(func(text string) { r.guest.platform = text })
	case "machine":
		return r.object(r.machine)
	}
	return r.skip()
}

// machine reads a member of the description of the guest.
func (r *report) machine(key []byte) error {
	switch string(key) {
	case "label":
		return r.scalarTo(func(text string) { r.guest.label = text })
	case "name":
		return r.scalarTo(func(text string) { r.guest.machine = text })
	case "platform":
		return r.scalarTo(func(text string) { r.guest.platform = text })
	}
	return r.skip()
}

func (r *report) scalarTo(take func(string)) error {
	text, _, err := r.scalar()
	take(string(text))
	return err
}

// behavior reads a member of what the guest did.
func (r *report) behavior(key []byte) error {
	switch string(key) {
	case "processes":
		return r.list(&r.monitor)
	case "generic":
		return r.list(&r.generic)
	case "processtree":
		return r.list(&r.tree)
	}
	return r.skip()
}

// list reads a list of process entries into dst.
func (r *report) list(dst *[]process) error {
	var index uint64
	return r.array(func() error {
		index++
		return r.entry(dst, index)
	})
}

// entry reads one process entry and, in a tree, those below it. An entry that
// the input ends in is kept as far as it goes: the names come before the calls.
func (r *report) entry(dst *[]process, index uint64) error {
	p := process{offset: r.offset(), index: index}
	c, err := r.inside()
	p.offset = r.offset()
	switch {
	case err != nil:
		return err
	case c != '{':
		return r.refuse(&p, "a process entry that is no object", r.skip)
	case len(*dst) >= maxProcesses || r.kept > maxKept:
		return r.refuse(&p, "more processes than can be kept", r.skip)
	}
	at := len(*dst)
	*dst = append(*dst, process{}) // holds the place before the children's
	if r.in.KeepRaw {
		p.raw = ordereddict.NewDict()
	}
	room := maxRaw
	err = r.object(func(key []byte) error { return r.field(dst, &p, key, &room) })
	if errors.Is(err, errStop) {
		return err
	}
	if !p.usable() {
		return r.refuse(&p, "a process entry without id or name", func() error { return err })
	}
	r.kept += p.size()
	(*dst)[at] = p
	return err
}

// refuse counts an entry that gives no process, and goes on with next.
func (r *report) refuse(p *process, reason string, next func() error) error {
	err := next()
	r.in.Account.Records++
	r.in.Account.Malformed++
	if stop := r.warn(p.offset, p.index, reason, r.offset()-p.offset); stop != nil {
		return stop
	}
	return err
}

// field reads one member of a process entry.
func (r *report) field(dst *[]process, p *process, key []byte, room *int) error {
	name := string(key)
	switch {
	case name == "children":
		return r.list(dst)
	case name == "calls":
		return r.skip()
	case p.raw != nil:
		v, err := r.value(room)
		if *room >= 0 {
			p.raw.Set(name, v)
		}
		if err != nil {
			return err
		}
		return r.built(p, name, v)
	case name == "environ":
		return r.object(func(key []byte) error { return r.take(p, "environ."+string(key)) })
	}
	return r.take(p, name)
}

// take reads a value that may be one of a process's facts.
func (r *report) take(p *process, name string) error {
	if !wanted(name) {
		return r.skip()
	}
	text, cut, err := r.scalar()
	if cut {
		if stop := r.warn(p.offset, p.index, "a text longer than 64 KiB was cut", 0); stop != nil {
			return stop
		}
	}
	if err != nil {
		return err
	}
	return r.set(p, name, string(text))
}

// built takes the facts out of a value that was built for the raw record.
func (r *report) built(p *process, name string, v any) error {
	env, ok := v.(*ordereddict.Dict)
	if !ok || name != "environ" {
		return r.set(p, name, plain(v))
	}
	for _, k := range env.Keys() {
		v, _ := env.Get(k)
		if err := r.set(p, "environ."+k, plain(v)); err != nil {
			return err
		}
	}
	return nil
}

// set takes one fact of a process, with a warning if it cannot be read.
func (r *report) set(p *process, name, text string) error {
	if p.set(name, text) {
		return nil
	}
	return r.warn(p.offset, p.index, "unreadable "+name, 0)
}
