package sandbox

import (
	"github.com/Velocidex/ordereddict"
)

// entries reads a list of process entries into dst; an object in the list's
// place is a list of one. up is the entry above them, from 1, or 0.
func (c *collector) entries(f facts, dst *[]process, up int) {
	if c.Next() == '{' {
		c.entry(f, dst, 0, up)
		return
	}
	if up == 0 {
		c.open(f, func() { c.stray(f, dst) })
		defer c.shut()
	}
	for i := range c.Elements() {
		index := uint64(i) + 1
		if up > 0 {
			index = 0
		} else {
			c.element()
		}
		c.entry(f, dst, index, up)
	}
}

// stray reads what begins like a process entry, behind damage. Much else has a
// name: only what also has an id is one.
func (c *collector) stray(f facts, dst *[]process) {
	at, kept := len(*dst), c.kept
	c.entry(f, dst, 0, 0)
	if at == len(*dst) {
		return
	}
	switch p := &(*dst)[at]; {
	case (p.proc.PID != 0 || p.proc.GUID != "") && (p.proc.Name != "" || p.proc.Image != ""):
	case len(*dst) == at+1:
		*dst, c.kept = (*dst)[:at], kept // it costs nothing: there may be millions
	default:
		*p = process{} // those below it stay
	}
}

// entry reads one process entry and, in a tree, those below it. An entry that
// the input ends in is kept as far as it goes: Cuckoo and CAPE write the names
// before the calls.
func (c *collector) entry(f facts, dst *[]process, index uint64, up int) {
	kind := c.Next()
	p := process{offset: c.Offset(), index: index, up: up}
	if kind != '{' {
		c.pass(&p, "a process entry that is no object")
		return
	}
	if c.full(len(*dst)) {
		c.pass(&p, "more processes than can be kept")
		return
	}
	*dst = append(*dst, process{}) // holds the place before the children's
	at := len(*dst)
	if c.in.KeepRaw {
		p.raw = ordereddict.NewDict()
	}
	room := maxRaw
	for key := range c.Members() {
		member := string(key)
		switch {
		case f[member] == below:
			c.entries(f, dst, at)
		case f[member] == bulk: // passed over
		case p.raw != nil && room > 0:
			v := value(c.Scanner, &room)
			p.raw.Set(member, v)
			c.built(f, &p, member, v)
		default:
			c.take(f, &p, member)
		}
	}
	if !p.usable() {
		c.refuse(&p, "a process entry without id or name")
	}
	c.kept += p.size()
	(*dst)[at-1] = p
}

// take reads the value of a member and sets the fact it is, if it is one.
func (c *collector) take(f facts, p *process, member string) {
	kind := f[member]
	switch {
	case kind == noFact: // passed over by the loop around
	case kind == within:
		for key := range c.Members() {
			c.take(f, p, member+"."+string(key))
		}
	case kind == command && c.Next() == '[':
		for range c.Elements() {
			p.proc.Argv = append(p.proc.Argv, c.text(p))
		}
	default:
		c.set(p, kind, member, c.text(p))
	}
}

// text takes a scalar as text.
func (c *collector) text(p *process) string {
	text, cut := clip(c.Text())
	if cut {
		c.warn(p.offset, p.index, "a text longer than 64 KiB was cut", 0)
	}
	return text
}

// built sets the fact that a value is which was built for the raw record.
func (c *collector) built(f facts, p *process, member string, v any) {
	switch v := v.(type) {
	case *ordereddict.Dict:
		if f[member] != within {
			return
		}
		for _, key := range v.Keys() {
			inner, _ := v.Get(key)
			c.built(f, p, member+"."+key, inner)
		}
	case []any:
		if f[member] != command {
			return
		}
		for _, a := range v {
			p.proc.Argv = append(p.proc.Argv, plain(a))
		}
	default:
		c.set(p, f[member], member, plain(v))
	}
}

// set takes one fact of a process, with a warning if it cannot be read.
func (c *collector) set(p *process, f fact, member, text string) {
	if !p.set(f, text) {
		c.warn(p.offset, p.index, "unreadable "+member, 0)
	}
}

// nest gives the processes of a tree the parents they stand under, where they do
// not name one themselves.
func nest(tree []process) {
	for i := range tree {
		p := &tree[i]
		if p.up == 0 {
			continue
		}
		above := &tree[p.up-1]
		if p.parent.PID == 0 {
			p.parent.PID = above.proc.PID
		}
		if p.parent.PID == above.proc.PID {
			p.parent.Image, p.parent.Name = above.proc.Image, above.proc.Name
		}
		if p.parent.GUID == "" {
			p.parent.GUID = above.proc.GUID
		}
	}
}

// byIdent completes the parents that are named by the sandbox's own ids.
func byIdent(all []process) {
	known := map[string]*process{}
	for i := range all {
		if id := all[i].proc.GUID; id != "" {
			known[id] = &all[i]
		}
	}
	for i := range all {
		p := &all[i]
		if above := known[p.parent.GUID]; above != nil {
			if p.parent.PID == 0 {
				p.parent.PID = above.proc.PID
			}
			p.parent.Image, p.parent.Name = above.proc.Image, above.proc.Name
		}
	}
}
