package evtx

import (
	"encoding/binary"
	"errors"
	"strings"

	"oddkin/parsers/internal/winevent"
)

// The tokens of binary XML. Some may carry moreFlag.
const (
	tokenEOF                  = 0x00
	tokenOpenStartElement     = 0x01
	tokenCloseStartElement    = 0x02
	tokenCloseEmptyElement    = 0x03
	tokenEndElement           = 0x04
	tokenValue                = 0x05
	tokenAttribute            = 0x06
	tokenCDATA                = 0x07
	tokenCharRef              = 0x08
	tokenEntityRef            = 0x09
	tokenPITarget             = 0x0a
	tokenPIData               = 0x0b
	tokenTemplateInstance     = 0x0c
	tokenNormalSubstitution   = 0x0d
	tokenOptionalSubstitution = 0x0e
	tokenFragmentHeader       = 0x0f

	moreFlag = 0x40
)

// The bounds. Windows' own events nest one fragment in another and hold some
// hundred values that fit into the chunk's 64 KiB; hostile ones refer to each
// other and to themselves. What a chunk may cost is bounded, and one record may
// use an eighth of it.
const (
	maxDepth    = 8             // fragments in one another
	maxElements = 64            // elements in one another
	maxName     = 256           // characters of a name
	maxPath     = 1024          // bytes of the names of an element and those around it
	maxParts    = 1 << 18       // pieces of text looked at, for a chunk
	maxText     = 1 << 20       // bytes written out, for a chunk
	maxCompiled = 4 * chunkSize // bytes of definitions looked at, for a chunk
)

// What can be wrong with a record.
var (
	errDamaged = errors.New("damaged binary XML")
	errDeep    = errors.New("binary XML nested too deep")
	errLarge   = errors.New("binary XML that grows beyond what an event can be")
)

// part is a piece of text that an element or attribute holds: given literally,
// or as the place in the record's values where it stands.
type part struct {
	field winevent.Field // what it means; 0 for nothing that is wanted
	path  string         // names of the elements and the attribute, with slashes
	value int            // index of the value, or -1
	text  []byte         // literal text, UTF-16
	join  bool           // continues the text of the part before
	data  bool           // stands outside System
}

// compiler turns the tokens of an element into parts. Definitions are compiled
// once in a chunk; the thousand records that use one only need their values put
// in.
type compiler struct {
	c     *chunkReader
	at    int // next byte in the chunk
	end   int
	parts []part
	open  []element
}

// element is an element that is open.
type element struct {
	name      string
	path      string
	attribute string // the one that is being read
	data      string // of <Data Name="...">
	joins     bool   // the next text continues the one before
}

// element compiles the element that comes next, to its end.
func (p *compiler) element() error {
	for {
		if p.at >= p.end {
			return errDamaged
		}
		token := p.c.data[p.at]
		p.at++
		if err := p.token(token&^moreFlag, token&moreFlag != 0); err != nil {
			return err
		}
		if len(p.open) == 0 {
			return nil
		}
	}
}

func (p *compiler) token(token byte, more bool) error {
	var top *element
	if len(p.open) > 0 {
		top = &p.open[len(p.open)-1]
	} else if token != tokenOpenStartElement {
		return errDamaged
	}
	switch token {
	case tokenOpenStartElement:
		return p.start(more)
	case tokenCloseStartElement:
		top.attribute, top.joins = "", false
	case tokenCloseEmptyElement, tokenEndElement:
		p.open = p.open[:len(p.open)-1]
	case tokenAttribute:
		name, err := p.name()
		top.attribute, top.joins = name, false
		return err
	case tokenValue:
		p.at++ // the type, which is string
		return p.text()
	case tokenCDATA:
		return p.text()
	case tokenCharRef:
		p.literal(p.bytes(2))
	case tokenEntityRef:
		name, err := p.name()
		p.literal(entities[name])
		return err
	case tokenPITarget:
		_, err := p.name()
		return err
	case tokenPIData:
		p.bytes(2 * int(p.uint16()))
	case tokenNormalSubstitution, tokenOptionalSubstitution:
		b := p.bytes(3)
		if b == nil {
			return errDamaged
		}
		p.add(part{value: int(binary.LittleEndian.Uint16(b))})
	default:
		return errDamaged
	}
	return nil
}

// entities are XML's own, in UTF-16.
var entities = map[string][]byte{"amp": []byte("&\x00"), "lt": []byte("<\x00"), "gt": []byte(">\x00"), "quot": []byte("\"\x00"), "apos": []byte("'\x00")}

// start opens an element.
func (p *compiler) start(attributes bool) error {
	if len(p.open) == maxElements {
		return errDeep
	}
	// In definitions the size stands behind a dependency identifier, elsewhere
	// not. Taken for the lower half of a size, the identifier makes one that is
	// larger than a chunk.
	if p.at+4 <= p.end && int64(p.c.uint32(p.at)) > int64(p.end-p.at) {
		p.at += 2
	}
	p.at += 4 // the size, which the tokens tell as well
	name, err := p.name()
	if err != nil {
		return err
	}
	if attributes {
		p.at += 4 // the size of the list
	}
	path := name
	if n := len(p.open); n > 0 {
		up := &p.open[n-1]
		up.joins = false
		if path = up.path + "/" + name; up.path == "Event" {
			path = name // of no use to anybody
		}
	}
	if len(path) > maxPath {
		return errDeep
	}
	p.open = append(p.open, element{name: name, path: path})
	return nil
}

// text takes literal text.
func (p *compiler) text() error {
	n := 2 * int(p.uint16())
	b := p.bytes(n)
	if len(b) != n {
		return errDamaged
	}
	p.literal(b)
	return nil
}

// literal notes literal text, in UTF-16.
func (p *compiler) literal(text []byte) {
	top := &p.open[len(p.open)-1]
	if top.name == "Data" && top.attribute == "Name" {
		top.data += string(appendUTF16(nil, text))
		return
	}
	p.add(part{value: -1, text: text})
}

// add notes a part of what is being read.
func (p *compiler) add(t part) {
	top := &p.open[len(p.open)-1]
	t.join, top.joins = top.joins, true
	t.path = top.path
	if top.attribute == "xmlns" {
		return
	}
	if top.attribute != "" {
		t.path += "/" + top.attribute
	} else if top.data != "" {
		t.path = strings.TrimSuffix(top.path, "Data") + top.data
	}
	t.data = !strings.HasPrefix(t.path, "System/")
	switch {
	case !t.data && strings.Count(top.path, "/") == 1:
		t.field = winevent.SystemField(top.name, top.attribute)
	case t.data && top.attribute == "" && top.data != "":
		t.field = winevent.DataField(top.data)
	}
	p.parts = append(p.parts, t)
}

// name takes a name: an offset in the chunk, where it stands or is to be found.
func (p *compiler) name() (string, error) {
	b := p.bytes(4)
	if b == nil {
		return "", errDamaged
	}
	at := int(binary.LittleEndian.Uint32(b))
	n, err := p.c.name(at)
	if err == nil && at == p.at { // next name, hash, size, text, end
		p.at += 4 + 2 + 2 + n.size + 2
	}
	return n.text, err
}

// bytes takes n bytes; nil if there are not as many.
func (p *compiler) bytes(n int) []byte {
	if n < 0 || p.at+n > p.end {
		p.at = p.end
		return nil
	}
	p.at += n
	return p.c.data[p.at-n : p.at]
}

func (p *compiler) uint16() uint16 {
	b := p.bytes(2)
	if b == nil {
		return 0
	}
	return binary.LittleEndian.Uint16(b)
}
