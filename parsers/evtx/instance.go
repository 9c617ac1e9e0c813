package evtx

import (
	"encoding/binary"

	"oddkin/parsers/internal/winevent"
)

// value is a value of a record: its type and its bytes.
type value struct {
	kind byte
	data []byte
	at   int // where data stands in the chunk
}

// sink takes what a record says, in its order. Text is valid during the call.
type sink interface {
	// wants reports whether the parts that mean f are wanted.
	wants(f winevent.Field) bool
	// text takes the text of an element or attribute, in a fragment that stands in
	// the element of path within.
	text(within string, p *part, text []byte)
	// list takes the value of an element that is a list.
	list(within string, p *part, v value)
	// enough reports, once System has been read, whether the data is not wanted.
	enough() bool
}

// event reads the binary XML of a record, which stands in data[at:end].
func (c *chunkReader) event(at, end int, to sink) error {
	c.left, c.room = min(maxParts/8, c.parts), min(maxText/8, c.text)
	c.parts, c.text = c.parts-c.left, c.text-c.room
	c.values = c.values[:0]
	err := c.fragment(at, end, 0, "", to)
	c.parts, c.text = c.parts+max(c.left, 0), c.text+max(c.room, 0)
	return err
}

// fragment reads what stands in data[at:end]: elements or instances of templates,
// one as a rule, with headers and processing instructions before each. Elements
// that stand there themselves are compiled like those of a template.
func (c *chunkReader) fragment(at, end, depth int, within string, to sink) error {
	if depth == maxDepth {
		return errDeep
	}
	for any := false; at < end; {
		var err error
		switch c.data[at] {
		case tokenFragmentHeader:
			at += 4
			continue
		case tokenTemplateInstance:
			at, err = c.instance(at+1, end, depth, within, to)
		case tokenOpenStartElement, tokenOpenStartElement | moreFlag:
			var parts []part
			if parts, at, err = c.compile(at, end); err == nil {
				err = c.fill(parts, nil, depth, within, to)
			}
		default:
			if c.data[at] != tokenEOF && !any {
				err = errDamaged
			}
			return err
		}
		if err != nil {
			return err
		}
		any = true
	}
	return nil
}

// instance reads the instance of a template: the definition, here or earlier in
// the chunk, and the values. It gives where it ends.
func (c *chunkReader) instance(at, end, depth int, within string, to sink) (int, error) {
	if at+9 > end {
		return 0, errDamaged
	}
	definition := int(c.uint32(at + 5))
	parts, size, err := c.template(definition)
	if err != nil {
		return 0, err
	}
	if at += 9; at == definition {
		at += size
	}
	first := len(c.values)
	at, err = c.readValues(at, end)
	if err != nil {
		return 0, err
	}
	err = c.fill(parts, c.values[first:], depth, within, to)
	c.values = c.values[:first]
	return at, err
}

// readValues appends the values of an instance to c.values and gives where they
// end. They lie one after the other and none twice, so what they hold is never
// more than the record.
func (c *chunkReader) readValues(at, end int) (int, error) {
	if at+4 > end {
		return 0, errDamaged
	}
	n := c.uint32(at)
	at += 4
	if int64(n) > int64(end-at)/4 {
		return 0, errDamaged
	}
	if c.left -= int(n); c.left < 0 {
		return 0, errLarge
	}
	from := at + 4*int(n)
	for ; n > 0; n-- {
		size := int(binary.LittleEndian.Uint16(c.data[at:]))
		if from+size > end {
			return 0, errDamaged
		}
		c.values = append(c.values, value{kind: c.data[at+2], data: c.data[from : from+size], at: from})
		at += 4
		from += size
	}
	return from, nil
}

// fill writes the parts of an element out, with values in their places.
func (c *chunkReader) fill(parts []part, values []value, depth int, within string, to sink) error {
	judged := depth > 0
	for i := range parts {
		p := &parts[i]
		if c.left--; c.left < 0 {
			return errLarge
		}
		if p.data && !judged {
			judged = true
			if to.enough() {
				return nil
			}
		}
		if !p.join {
			c.scratch = c.scratch[:0]
		}
		switch v, ok := p.in(values); {
		case ok && v.kind == typeBinXML:
			if err := c.fragment(v.at, v.at+len(v.data), depth+1, p.path, to); err != nil {
				return err
			}
			continue
		case !to.wants(p.field):
			continue
		case ok && v.kind&typeArray != 0:
			to.list(within, p, v)
			continue
		case ok:
			c.scratch = appendValue(c.scratch, v)
		default:
			c.scratch = appendUTF16(c.scratch, p.text)
		}
		if c.room -= len(c.scratch); c.room < 0 {
			return errLarge
		}
		if last := i+1 == len(parts) || !parts[i+1].join; last && len(c.scratch) > 0 {
			to.text(within, p, c.scratch)
		}
	}
	return nil
}

// in gives the value that stands in p's place. A place without one is empty.
func (p *part) in(values []value) (value, bool) {
	switch {
	case p.value < 0:
		return value{}, false
	case p.value >= len(values):
		return value{}, true
	}
	return values[p.value], true
}
