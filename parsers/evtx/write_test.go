package evtx

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"strings"
	"unicode/utf16"
)

// log writes event logs for the tests, by [MS-EVEN6] and libevtx' description of
// the file: every record is an instance of a template for the event, in which
// stands an instance of a template for the event data. Definitions and names
// stand in the chunk where they are first used.
type log struct {
	file  []byte
	chunk []byte // the one being written; nil between chunks
	first uint64 // number of its first record
	last  uint64
	marks []int // where the records begin in the file
	defs  map[string]int
	names map[string]int
}

// field is one of the event data.
type field struct {
	name  string
	kind  byte
	value []byte
}

// happening is an event to write.
type happening struct {
	provider, channel, computer string
	id                          uint16
	record                      uint64 // EventRecordID
	time                        uint64 // FILETIME
	data                        []field
}

func newLog() *log {
	l := &log{file: make([]byte, headerSize)}
	copy(l.file, fileMagic)
	le := binary.LittleEndian
	le.PutUint32(l.file[32:], 128)
	le.PutUint16(l.file[36:], 1)
	le.PutUint16(l.file[38:], 3)
	le.PutUint16(l.file[40:], headerSize)
	le.PutUint32(l.file[124:], crc32.ChecksumIEEE(l.file[:120]))
	return l
}

// add writes an event as the record of that number.
func (l *log) add(number uint64, h happening) { l.record(number, h.time, func() { l.event(h) }) }

// record writes a record of that number, of which body writes the binary XML.
func (l *log) record(number, time uint64, body func()) {
	if l.chunk != nil && len(l.chunk) > chunkSize-8192 {
		l.flush()
	}
	if l.chunk == nil {
		l.chunk, l.first = make([]byte, chunkHeaderSize, chunkSize), number
		l.defs, l.names = map[string]int{}, map[string]int{}
	}
	l.last = number
	at := len(l.chunk)
	l.marks = append(l.marks, len(l.file)+at)
	l.chunk = append(l.chunk, "**\x00\x00size"...)
	l.u64(number)
	l.u64(time)
	body()
	for (len(l.chunk)-at)%8 != 4 {
		l.chunk = append(l.chunk, 0)
	}
	size := uint32(len(l.chunk) - at + 4)
	l.u32(size)
	binary.LittleEndian.PutUint32(l.chunk[at+4:], size)
}

// flush ends the chunk.
func (l *log) flush() {
	free := len(l.chunk)
	c := l.chunk[:chunkSize]
	copy(c, chunkMagic)
	le := binary.LittleEndian
	for i, n := range []uint64{l.first, l.last, l.first, l.last} {
		le.PutUint64(c[8+8*i:], n)
	}
	le.PutUint32(c[40:], 128)
	le.PutUint32(c[48:], uint32(free))
	sign(c)
	l.file = append(l.file, c...)
	l.chunk = nil
}

// sign writes the checksums of a chunk.
func sign(c []byte) {
	le := binary.LittleEndian
	le.PutUint32(c[52:], crc32.ChecksumIEEE(c[chunkHeaderSize:le.Uint32(c[48:])]))
	le.PutUint32(c[124:], crc32.Update(crc32.ChecksumIEEE(c[:120]), crc32.IEEETable, c[128:chunkHeaderSize]))
}

// bytes is the whole file.
func (l *log) bytes() []byte {
	if l.chunk != nil {
		l.flush()
	}
	return l.file
}

func (l *log) u8(b ...byte) { l.chunk = append(l.chunk, b...) }
func (l *log) u16(n uint16) { l.chunk = binary.LittleEndian.AppendUint16(l.chunk, n) }
func (l *log) u32(n uint32) { l.chunk = binary.LittleEndian.AppendUint32(l.chunk, n) }
func (l *log) u64(n uint64) { l.chunk = binary.LittleEndian.AppendUint64(l.chunk, n) }
func (l *log) text(s string) {
	l.u8(tokenValue, typeString)
	l.u16(uint16(len(wide(s)) / 2))
	l.u8(wide(s)...)
}
func (l *log) value(i uint16) { l.u8(tokenOptionalSubstitution); l.u16(i); l.u8(typeString) }

// wide is s in UTF-16.
func wide(s string) []byte {
	var b []byte
	for _, c := range utf16.Encode([]rune(s)) {
		b = binary.LittleEndian.AppendUint16(b, c)
	}
	return b
}

// name writes a name, or where it stands.
func (l *log) name(s string) {
	if at, ok := l.names[s]; ok {
		l.u32(uint32(at))
		return
	}
	l.names[s] = len(l.chunk) + 4
	l.u32(uint32(len(l.chunk) + 4))
	l.u32(0)
	l.u16(0)
	l.u16(uint16(len(wide(s)) / 2))
	l.u8(wide(s)...)
	l.u16(0)
}

// element writes an element with attributes, given as pairs of name and value,
// where "%3" is the place of a value, around what content writes.
func (l *log) element(name string, content func(), attributes ...string) {
	token := byte(tokenOpenStartElement)
	if len(attributes) > 0 {
		token |= moreFlag
	}
	l.u8(token, 0xff, 0xff)
	size := len(l.chunk)
	l.u32(0)
	l.name(name)
	if len(attributes) > 0 {
		list := len(l.chunk)
		l.u32(0)
		for i := 0; i < len(attributes); i += 2 {
			l.u8(tokenAttribute)
			l.name(attributes[i])
			l.content(attributes[i+1])
		}
		binary.LittleEndian.PutUint32(l.chunk[list:], uint32(len(l.chunk)-list-4))
	}
	if content == nil {
		l.u8(tokenCloseEmptyElement)
	} else {
		l.u8(tokenCloseStartElement)
		content()
		l.u8(tokenEndElement)
	}
	binary.LittleEndian.PutUint32(l.chunk[size:], uint32(len(l.chunk)-size-4))
}

// content writes text, or the place of a value.
func (l *log) content(s string) {
	if n, ok := strings.CutPrefix(s, "%"); ok {
		l.value(uint16(n[0] - '0'))
		return
	}
	l.text(s)
}

// simple is an element that holds content alone.
func (l *log) simple(name, content string) { l.element(name, func() { l.content(content) }) }

// instance writes an instance of the template that define writes, once a chunk.
func (l *log) instance(key string, define func(), values []field) {
	l.u8(tokenFragmentHeader, 1, 1, 0, tokenTemplateInstance, 1)
	l.u32(uint32(len(key)))
	if at, ok := l.defs[key]; ok {
		l.u32(uint32(at))
	} else {
		at := len(l.chunk) + 4
		l.defs[key] = at
		l.u32(uint32(at))
		l.u32(0)
		l.u8(bytes.Repeat([]byte{7}, 16)...)
		l.u32(0)
		l.u8(tokenFragmentHeader, 1, 1, 0)
		define()
		l.u8(tokenEOF)
		binary.LittleEndian.PutUint32(l.chunk[at+20:], uint32(len(l.chunk)-at-24))
	}
	l.values(values)
}

func (l *log) values(values []field) {
	l.u32(uint32(len(values)))
	for _, v := range values {
		l.u16(uint16(len(v.value)))
		l.u8(v.kind, 0)
	}
	for _, v := range values {
		l.u8(v.value...)
	}
}

// event writes what a record holds.
func (l *log) event(h happening) {
	number := func(n uint64, size int) []byte { return binary.LittleEndian.AppendUint64(nil, n)[:size] }
	values := []field{
		{kind: typeUint16, value: number(uint64(h.id), 2)},
		{kind: typeFiletime, value: number(h.time, 8)},
		{kind: typeUint64, value: number(h.record, 8)},
		{kind: typeString, value: wide(h.computer)},
		{kind: typeBinXML},
	}
	// The data stand in a value, and with them, the first time, their definition:
	// its offsets depend on where that comes to lie. So the values are written
	// with room for none, and the size is put in afterwards.
	l.instance(h.provider+h.channel, func() {
		l.element("Event", func() {
			l.element("System", func() {
				l.element("Provider", nil, "Name", h.provider, "Guid", "{5770385F-C22A-43E0-BF4C-06F5698FFBD9}")
				l.simple("EventID", "%0")
				l.element("TimeCreated", nil, "SystemTime", "%1")
				l.simple("EventRecordID", "%2")
				l.simple("Channel", h.channel)
				l.simple("Computer", "%3")
			})
			l.value(4)
		}, "xmlns", "http://schemas.microsoft.com/win/2004/08/events/event")
	}, values)
	last := len(l.chunk)
	for _, v := range values {
		last -= len(v.value)
	}
	from := len(l.chunk)
	key := ""
	for _, f := range h.data {
		key += f.name + "\n"
	}
	l.instance(key, func() {
		l.element("EventData", func() {
			for i, f := range h.data {
				l.element("Data", func() { l.value(uint16(i)) }, "Name", f.name)
			}
		})
	}, h.data)
	l.u8(tokenEOF)
	binary.LittleEndian.PutUint16(l.chunk[last-4:], uint16(len(l.chunk)-from))
	l.u8(tokenEOF)
}
