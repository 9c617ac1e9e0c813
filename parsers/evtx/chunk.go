package evtx

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
)

// chunkReader reads one chunk after the other: 64 KiB that refer to nothing
// outside themselves.
type chunkReader struct {
	data      []byte // the chunk, or as much of it as there is
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

// load makes data, which holds the header at least, the chunk at hand.
func (c *chunkReader) load(data []byte) {
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
	if n := c.uint32(48); n >= chunkHeaderSize && int64(n) <= int64(len(c.data)) {
		return int(n)
	}
	return len(c.data)
}

// span gives the numbers of the first and the last record by the chunk's header.
func (c *chunkReader) span() (first, last uint64) {
	return binary.LittleEndian.Uint64(c.data[24:]), binary.LittleEndian.Uint64(c.data[32:])
}

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

// number gives the number of the record that begins at at, if one does.
func (c *chunkReader) number(at int) (uint64, bool) {
	if at+recordMin > len(c.data) || !bytes.HasPrefix(c.data[at:], recordMagic) {
		return 0, false
	}
	return binary.LittleEndian.Uint64(c.data[at+8:]), true
}

// size gives the size that the record at at says it has; 0 if it cannot be.
func (c *chunkReader) size(at int) int {
	n := c.uint32(at + 4)
	if n < recordMin || int64(n) > int64(len(c.data)-at) {
		return 0
	}
	return int(n)
}

// whole reports whether a record begins at at whose size can be relied on: it is
// there twice, or leads to another record.
func (c *chunkReader) whole(at int) bool {
	if _, ok := c.number(at); !ok {
		return false
	}
	n := c.size(at)
	return n > 0 && (int(c.uint32(at+n-4)) == n || bytes.HasPrefix(c.data[at+n:], recordMagic))
}

// salvage gives the size of a record whose own size is not to be relied on, with
// the next one at next or nowhere before free: what it says where that is
// possible, else all there is up to the next; 0 if it cannot be told.
func (c *chunkReader) salvage(at, next, free int) int {
	if n := c.size(at); n > 0 && at+n <= next {
		return n
	}
	if next < free && next-at >= recordMin {
		return next - at
	}
	return 0
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
		if c.whole(at) {
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
	t.parts, _, t.err = c.compile(body, at+t.size)
	c.templates[at] = t
	return t.parts, t.size, t.err
}

// compile compiles the element in data[at:end] and gives where it ends.
func (c *chunkReader) compile(at, end int) ([]part, int, error) {
	if c.compiled >= maxCompiled {
		return nil, 0, errLarge
	}
	c.compiler = compiler{c: c, at: at, end: end, open: c.compiler.open[:0]}
	err := c.compiler.element()
	c.compiled += c.compiler.at - at
	return c.compiler.parts, c.compiler.at, err
}
