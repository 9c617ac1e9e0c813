package tree

import (
	"maps"
	"math"
	"slices"
	"strings"

	"oddkin/parsers/event"
	"oddkin/tree/internal/column"
)

// host gives the host that an event belongs to, by the spelling of its name
// alone. Events without a name go by the folder that they lie in.
func (c *collector) host(name, file string) *host {
	if name == "" {
		return c.nameless(file)
	}
	if c.last != nil && c.called == name {
		c.last.names[name]++
		return c.last
	}
	key := strings.ToLower(name)
	h := c.byName[key]
	if h == nil {
		h = c.newHost()
		c.byName[key] = h
	}
	h.names[name]++
	c.last, c.called = h, name
	return h
}

func (c *collector) newHost() *host {
	return &host{
		names: map[string]int{}, store: c.store, scratch: c.store.scratch.Part(), seenIDs: map[self]int32{}, from: math.MaxInt64, to: math.MinInt64,
	}
}

// hosts joins each short name with the one full name that begins with it, and
// returns the hosts ordered by name. A short name that fits two full ones stays
// a host of its own, since nothing says which it is.
func (c *collector) hosts() []*host {
	c.store.hearNewcomers()
	full := map[string]string{} // short to full; "" if there are two
	for key := range c.byName {
		short, _, dotted := strings.Cut(key, ".")
		if !dotted || strings.Trim(short, "0123456789") == "" {
			continue // an address is no full name
		}
		if _, twice := full[short]; twice {
			full[short] = ""
			continue
		}
		full[short] = key
	}
	for short, key := range full {
		if h := c.byName[short]; h != nil && key != "" {
			c.byName[key].absorb(h)
			delete(c.byName, short)
		}
	}
	c.joinFolders()
	c.nameFolders()
	hosts := c.unnamedHosts()
	for _, key := range slices.Sorted(maps.Keys(c.byName)) {
		h := c.byName[key]
		h.name = h.spelling()
		hosts = append(hosts, h)
	}
	slices.SortStableFunc(hosts, func(a, b *host) int {
		return strings.Compare(strings.ToLower(a.name), strings.ToLower(b.name))
	})
	for _, h := range hosts {
		h.seenIDs = nil
	}
	return hosts
}

// spelling is the longest name of the host; of those the most frequent, then
// the first in byte order.
func (h *host) spelling() string {
	names := slices.Sorted(maps.Keys(h.names))
	return slices.MaxFunc(names, func(a, b string) int {
		if len(a) != len(b) {
			return len(a) - len(b)
		}
		if h.names[a] != h.names[b] {
			return h.names[a] - h.names[b]
		}
		return strings.Compare(b, a)
	})
}

// absorb takes over all records of o. A sighting that h has already is dropped; in
// [Counts] it stays a sighting.
func (h *host) absorb(o *host) {
	for i, r := range o.recs {
		if len(h.recs) >= maxRecords {
			h.found.counts.Ignored += len(o.recs) - i
			h.found.warn(o.evidence(&r), reasonTooMany)
			break
		}
		switch r.kind() {
		case kindBoot:
			r.move(len(h.marks))
		case kindFork:
			r.move(len(h.forks))
		case kindExec:
			r.move(len(h.starts))
		case kindSight:
			h.absorbSight(o, r)
			continue
		case kindFail:
			r.move(len(h.fails))
		}
		h.recs = column.Push(h.scratch, h.recs, r)
	}
	h.marks = append(h.marks, o.marks...)
	h.forks = append(h.forks, o.forks...)
	h.starts = append(h.starts, o.starts...)
	h.fails = append(h.fails, o.fails...)
	h.exits += o.exits
	h.contacts = append(h.contacts, o.contacts...)
	for name, n := range o.names {
		h.names[name] += n
	}
	h.windows += o.windows
	h.guids = h.guids || o.guids
	h.views = h.views || o.views
	if !o.first.IsZero() {
		h.span(o.from, o.first)
		h.span(o.to, o.last)
	}
}

func (h *host) absorbSight(o *host, r record) {
	s := &o.sights[r.arg()]
	h.sight(o.seen[s.what], r.pid, r.ppid, r.at, s.src, r.serial)
}

// describe sums the host up.
func (h *host) describe(segments []*segment) Host {
	d := Host{Name: h.name, First: h.first, Last: h.last}
	for _, s := range segments {
		d.Boots = max(d.Boots, s.boot)
	}
	for i := range h.starts {
		if h.starts[i].node != nil {
			d.Starts++
		}
	}
	return d
}

// recordSource is where r stands in the evidence.
func (h *host) recordSource(r *record) source {
	switch r.kind() {
	case kindExec:
		if n := h.starts[r.arg()].node; n != nil {
			return h.sourceAt(n.position)
		}
	case kindFork:
		return h.forks[r.arg()].source()
	case kindSight:
		return h.sights[r.arg()].src
	case kindFail:
		return h.fails[r.arg()].src
	case kindBoot:
		return h.marks[r.arg()]
	}
	return source{offset: -1, file: -1}
}

// evidence leads r back to the evidence.
func (h *host) evidence(r *record) event.Source {
	return h.source(h.recordSource(r), h.serialOf(r.serial))
}
