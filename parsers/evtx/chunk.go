package evtx

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
)

// chunkReader reads one chunk after the other: 64 KiB that refer to nothing
// outside themselves.
type chunkReader struct {
	data      []byte // the chunk, always of full size
	templates map[int]template
	names     map[int]name
	compiled  int // bytes of definitions that were looked at
	parts     int // how many more may be looked at, of maxParts
	text      int // how many more bytes may be written out, of maxText
	left      int // the same for the record at hand
	room      int
	values    []value // of the instances being read, the outermost first
	scratch   []byte
	compiler  compiler
}

// template is a compiled definition.
type template struct {
	parts []part
	size  int // in the chunk
	err   error
}

// name is a name that stands in the chunk.
type name struct {
	text string
	size int // of the text in the chunk
}

// load makes data the chunk at hand. A chunk that was cut is filled up with
// zeros.
func (c *chunkReader) load(data []byte) {
	if len(data) < chunkSize {
		data = append(bytes.Clone(data), make([]byte, chunkSize-len(data))...)
	}
	c.data = data
	c.compiled, c.parts, c.text = 0, maxParts, maxText
	if c.templates == nil {
		c.templates, c.names = make(map[int]template), make(map[int]name)
	}
	clear(c.templates)
	clear(c.names)
}

// free is where the chunk says that its records end, or its end if it says
// nothing sensible.
func (c *chunkReader) free() int {
	if n := c.uint32(48); n >= chunkHeaderSize && n <= chunkSize {
		return int(n)
	}
	return chunkSize
}

// last is the number of the last record by the chunk's header.
func (c *chunkReader) last() uint64 { return binary.LittleEndian.Uint64(c.data[32:]) }

// intact reports whether the chunk's checksums hold.
func (c *chunkReader) intact() bool {
	sum := crc32.Update(crc32.ChecksumIEEE(c.data[:120]), crc32.IEEETable, c.data[128:chunkHeaderSize])
	return sum == c.uint32(124) && crc32.ChecksumIEEE(c.data[chunkHeaderSize:c.free()]) == c.uint32(52)
}

func (c *chunkReader) uint32(at int) uint32 { return binary.LittleEndian.Uint32(c.data[at:]) }

// The layout of a record: magic, size, number, time, binary XML, size again.
const (
	recordHeader = 24
	recordMin    = recordHeader + 4
)

// record gives size and number of the record at at; false if there is none that
// is whole. The second copy of the size may be damaged if the next record stands
// where it should.
func (c *chunkReader) record(at int) (size int, number uint64, ok bool) {
	if at+recordMin > chunkSize || !bytes.HasPrefix(c.data[at:], recordMagic) {
		return 0, 0, false
	}
	n := c.uint32(at + 4)
	if n < recordMin || int64(n) > int64(chunkSize-at) {
		return 0, 0, false
	}
	size = int(n)
	if c.uint32(at+size-4) != n && !bytes.HasPrefix(c.data[at+size:], recordMagic) {
		return 0, 0, false
	}
	return size, binary.LittleEndian.Uint64(c.data[at+8:]), true
}

// find gives where the next whole record begins behind at and before end; end if
// there is none.
func (c *chunkReader) find(at, end int) int {
	for at++; at < end; at++ {
		n := bytes.Index(c.data[at:end], recordMagic)
		if n < 0 {
			break
		}
		at += n
		if _, _, ok := c.record(at); ok {
			return at
		}
	}
	return end
}

// name reads the name at at: next name, hash, number of characters, text.
func (c *chunkReader) name(at int) (name, error) {
	if n, ok := c.names[at]; ok {
		return n, nil
	}
	if at < 0 || at+8 > len(c.data) {
		return name{}, errDamaged
	}
	n := int(binary.LittleEndian.Uint16(c.data[at+6:]))
	if n == 0 || n > maxName || at+8+2*n > len(c.data) {
		return name{}, errDamaged
	}
	found := name{text: string(appendUTF16(nil, c.data[at+8:at+8+2*n])), size: 2 * n}
	c.names[at] = found
	return found, nil
}

// template gives the compiled definition at at and its size: next definition,
// GUID, size, fragment header, element, end.
func (c *chunkReader) template(at int) ([]part, int, error) {
	if t, ok := c.templates[at]; ok {
		return t.parts, t.size, t.err
	}
	if at < chunkHeaderSize || at+24 > len(c.data) {
		return nil, 0, errDamaged
	}
	t := template{size: 24 + int(c.uint32(at+20))}
	if t.size > len(c.data)-at {
		return nil, 0, errDamaged
	}
	body := at + 24
	if body < len(c.data) && c.data[body] == tokenFragmentHeader {
		body += 4
	}
	t.parts, t.err = c.compile(body, at+t.size, true)
	c.templates[at] = t
	return t.parts, t.size, t.err
}

// compile compiles the element in data[at:end].
func (c *chunkReader) compile(at, end int, dependency bool) ([]part, error) {
	if c.compiled >= maxCompiled {
		return nil, errLarge
	}
	c.compiler = compiler{c: c, at: at, end: end, dependency: dependency, open: c.compiler.open[:0]}
	err := c.compiler.element()
	c.compiled += c.compiler.at - at
	return c.compiler.parts, err
}
