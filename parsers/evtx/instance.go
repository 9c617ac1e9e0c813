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
	// text takes the text of an element or attribute.
	text(p *part, text []byte)
	// list takes the value of an element that is a list.
	list(p *part, v value)
	// enough reports, once System has been read, whether the data is not wanted.
	enough() bool
}

// event reads the binary XML of a record, which stands in data[at:end].
func (c *chunkReader) event(at, end int, to sink) error {
	c.left, c.room = min(maxParts/8, c.parts), min(maxText/8, c.text)
	c.parts, c.text = c.parts-c.left, c.text-c.room
	c.values = c.values[:0]
	err := c.fragment(at, end, true, 0, to)
	c.parts, c.text = c.parts+max(c.left, 0), c.text+max(c.room, 0)
	return err
}

// fragment reads an element or an instance of a template, behind the header and
// the processing instructions that may stand before it.
func (c *chunkReader) fragment(at, end int, dependency bool, depth int, to sink) error {
	if depth == maxDepth {
		return errDeep
	}
	for at < end {
		switch c.data[at] {
		case tokenEOF:
			return nil
		case tokenFragmentHeader:
			at += 4
		case tokenTemplateInstance:
			return c.instance(at+1, end, depth, to)
		case tokenOpenStartElement, tokenOpenStartElement | moreFlag:
			parts, err := c.compile(at, end, dependency)
			if err != nil {
				return err
			}
			return c.fill(parts, nil, depth, to)
		default:
			return errDamaged
		}
	}
	return nil
}

// instance reads the instance of a template: the definition, here or earlier in
// the chunk, and the values.
func (c *chunkReader) instance(at, end, depth int, to sink) error {
	if at+9 > end {
		return errDamaged
	}
	definition := int(binary.LittleEndian.Uint32(c.data[at+5:]))
	parts, size, err := c.template(definition)
	if err != nil {
		return err
	}
	if at += 9; at == definition {
		at += size
	}
	first := len(c.values)
	if err := c.readValues(at, end); err != nil {
		return err
	}
	err = c.fill(parts, c.values[first:], depth, to)
	c.values = c.values[:first]
	return err
}

// readValues appends the values of an instance to c.values. They lie one after
// the other and none twice, so what they hold is never more than the record.
func (c *chunkReader) readValues(at, end int) error {
	if at+4 > end {
		return errDamaged
	}
	n := int(binary.LittleEndian.Uint32(c.data[at:]))
	at += 4
	if n > (end-at)/4 {
		return errDamaged
	}
	from := at + 4*n
	for ; n > 0; n-- {
		size := int(binary.LittleEndian.Uint16(c.data[at:]))
		if from+size > end {
			return errDamaged
		}
		c.values = append(c.values, value{kind: c.data[at+2], data: c.data[from : from+size], at: from})
		at += 4
		from += size
	}
	return nil
}

// fill writes the parts of an element out, with values in their places.
func (c *chunkReader) fill(parts []part, values []value, depth int, to sink) error {
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
			if err := c.fragment(v.at, v.at+len(v.data), false, depth+1, to); err != nil {
				return err
			}
			continue
		case !to.wants(p.field):
			continue
		case ok && v.kind&typeArray != 0:
			to.list(p, v)
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
			to.text(p, c.scratch)
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
