package sandbox

import (
	"errors"

	"oddkin/parsers/internal/jsonstream"
)

// level is a list that is being read: how its elements begin, as the first one
// did, and what reads one. Later elements are not asked: behind damage that has
// confused brackets or quotes they may be anything.
type level struct {
	first string
	facts facts // of its elements; an id may begin one too
	read  func()
	named func(name string) // of a set instead of a list: its elements have names
}

// begins reports whether an element may begin with the key.
func (l *level) begins(key string) bool { return l.first == key || l.facts[key] == pid }

// takes gives what reads the element that a key belongs to, if it may be one.
func (l *level) takes(k jsonstream.Key) (read func(), find jsonstream.Find) {
	key := string(k.Text)
	switch {
	case l.named != nil && k.Names:
		return func() { l.named(key) }, jsonstream.ItsValue
	case l.named == nil && k.Opens && l.begins(key):
		return l.read, jsonstream.ItsOwner
	}
	return nil, jsonstream.NotIt
}

// section reads the value of a key of the report, and notes that it was whole:
// damage elsewhere then need not be searched for it.
func (c *collector) section(key string, read func()) {
	if read(); c.Err() == nil {
		c.whole[key] = true
	}
}

// open begins a list. Its elements are announced with [collector.element].
func (c *collector) open(f facts, read func()) {
	c.levels = append(c.levels, level{facts: f, read: read})
}

// named reads a set of objects that keys name. Behind damage it may be any object that a
// key names: what is none of the set is for read to see.
func (c *collector) named(read func(name string)) {
	c.levels = append(c.levels, level{named: read})
	for name := range c.Members() {
		read(string(name))
	}
	c.shut()
}

// element says that an element of the innermost list comes next.
func (c *collector) element() {
	if l := &c.levels[len(c.levels)-1]; l.first == "" {
		l.first = string(c.FirstKey())
	}
}

// shut ends the innermost list, unless damage did. What [collector.mend] needs to
// know of it is kept: a bracket that belongs elsewhere may have ended it.
func (c *collector) shut() {
	if c.Err() != nil {
		return
	}
	last := len(c.levels) - 1
	if l := c.levels[last]; (l.read != nil && l.first != "" || l.named != nil) && len(c.ended) < maxEnded {
		c.ended = append(c.ended, l)
	}
	c.levels = c.levels[:last]
}

// maxEnded is how many lists of a report are kept that have been read. Reports
// have three.
const maxEnded = 16

// mend goes on behind damage inside a report. The nesting is lost there, so it
// looks for what can be told without: the next element of a list that was being
// read, by the key it begins with, and the sections that have not been read, by
// theirs. Elements of lists beyond the base innermost, such as the next report,
// are left to the caller, with c.next for a sign. A process that stood below
// another one is found, but not below which.
func (c *collector) mend(base int, sections map[string]func()) {
	for !c.stopped {
		var bad *jsonstream.Error
		damaged := errors.As(c.Err(), &bad)
		if damaged && bad.Reason == jsonstream.ReasonEnd || !damaged && !c.mending {
			break
		}
		read, found := c.seek(base, sections)
		if damaged {
			hole := c.Offset() - bad.Offset
			c.in.Account.Truncated = true
			c.in.Account.Skipped += hole
			c.warn(bad.Offset, 0, bad.Reason, hole)
		}
		if !found || read == nil {
			c.next = found
			break
		}
		c.mending = true
		read()
	}
	c.mending = false
	c.levels = c.levels[:base]
	c.ended = c.ended[:0]
	clear(c.whole)
}

// seek moves to what can be read behind damage, and gives what reads it: nil
// for an element of an outer list.
func (c *collector) seek(base int, sections map[string]func()) (read func(), found bool) {
	found = c.Seek(func(k jsonstream.Key) jsonstream.Find {
		key := string(k.Text)
		for i := len(c.levels) - 1; i >= 0; i-- {
			// A report follows another one without a comma.
			if i == 0 && k.After != '}' {
				continue
			}
			r, find := c.levels[i].takes(k)
			if find == jsonstream.NotIt {
				continue
			}
			if i >= base {
				read = r
			}
			for last := len(c.levels) - 1; last > i && c.levels[last].named != nil; last-- {
				c.levels = c.levels[:last] // the set lay in an element that is over
			}
			return find
		}
		for i := len(c.ended) - 1; i >= 0; i-- {
			if r, find := c.ended[i].takes(k); find != jsonstream.NotIt {
				read = r
				return find
			}
		}
		section := sections[key]
		if section == nil || c.whole[key] {
			return jsonstream.NotIt
		}
		read = func() { c.section(key, section) }
		return jsonstream.ItsValue
	})
	return read, found
}
