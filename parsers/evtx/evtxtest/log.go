// Package evtxtest writes event logs, for the tests of package evtx and for measuring: by [MS-EVEN6] and libevtx'
// description of the file, every record an instance of a template for the event, in which
// stands an instance of a template for the event data. Definitions and names stand in the chunk
// where they are first used, as Windows has them.
//
// It is exact enough for other readers of such logs, and lets a test write what none of Windows' would hold.
package evtxtest

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"strings"
	"unicode/utf16"
)

// What is written of the format, as its description has it. Package evtx has constants of its own: a writer that
// shared the reader's could not tell a wrong one.
const (
	fileMagic, chunkMagic                  = "ElfFile\x00", "ElfChnk\x00"
	headerSize, chunkSize, chunkHeaderSize = 4096, 1 << 16, 512

	tokenEOF                  = 0x00
	tokenOpenStartElement     = 0x01
	tokenCloseStartElement    = 0x02
	tokenCloseEmptyElement    = 0x03
	tokenEndElement           = 0x04
	tokenValue                = 0x05
	tokenAttribute            = 0x06
	tokenTemplateInstance     = 0x0c
	tokenOptionalSubstitution = 0x0e
	tokenFragmentHeader       = 0x0f
	moreFlag                  = 0x40

	typeString   = 0x01
	typeUint16   = 0x06
	typeUint64   = 0x0a
	typeFiletime = 0x11
	typeBinXML   = 0x21
)

// Log is a log being written.
type Log struct {
	Chunk []byte // the one being written; nil between chunks
	Marks []int  // where the records begin in the file
	// Defs and Names are where definitions of templates and names stand in the chunk.
	Defs, Names map[string]int

	file  []byte
	first uint64 // number of the chunk's first record
	last  uint64
}

// Field is one of the event data, or of the values of a template.
type Field struct {
	Name  string
	Kind  byte // as the format numbers types
	Value []byte
}

// Text is a field that holds text.
func Text(name, value string) Field { return Field{name, typeString, Wide(value)} }

// Event is one to write.
type Event struct {
	Provider, Channel, Computer string
	ID                          uint16
	Record                      uint64 // EventRecordID
	Time                        uint64 // FILETIME
	Data                        []Field
}

// New is a log without a record.
func New() *Log {
	l := &Log{file: make([]byte, headerSize)}
	copy(l.file, fileMagic)
	le := binary.LittleEndian
	le.PutUint32(l.file[32:], 128)
	le.PutUint16(l.file[36:], 1)
	le.PutUint16(l.file[38:], 3)
	le.PutUint16(l.file[40:], headerSize)
	le.PutUint32(l.file[124:], crc32.ChecksumIEEE(l.file[:120]))
	return l
}

// Add writes an event as the record of that number.
func (l *Log) Add(number uint64, h Event) { l.Record(number, h.Time, func() { l.event(h) }) }

// Record writes a record of that number, of which body writes the binary XML.
func (l *Log) Record(number, time uint64, body func()) {
	if l.Chunk != nil && len(l.Chunk) > chunkSize-8192 {
		l.Flush()
	}
	if l.Chunk == nil {
		l.Chunk, l.first = make([]byte, chunkHeaderSize, chunkSize), number
		l.Defs, l.Names = map[string]int{}, map[string]int{}
	}
	l.last = number
	at := len(l.Chunk)
	l.Marks = append(l.Marks, len(l.file)+at)
	l.Chunk = append(l.Chunk, "**\x00\x00size"...)
	l.U64(number)
	l.U64(time)
	body()
	for (len(l.Chunk)-at)%8 != 4 {
		l.Chunk = append(l.Chunk, 0)
	}
	size := uint32(len(l.Chunk) - at + 4)
	l.U32(size)
	binary.LittleEndian.PutUint32(l.Chunk[at+4:], size)
}

// Flush ends the chunk.
func (l *Log) Flush() {
	free := len(l.Chunk)
	c := l.Chunk[:chunkSize]
	copy(c, chunkMagic)
	le := binary.LittleEndian
	for i, n := range []uint64{l.first, l.last, l.first, l.last} {
		le.PutUint64(c[8+8*i:], n)
	}
	le.PutUint32(c[40:], 128)
	le.PutUint32(c[48:], uint32(free))
	Sign(c)
	l.file = append(l.file, c...)
	l.Chunk = nil
}

// Sign writes the checksums of a chunk.
func Sign(c []byte) {
	le := binary.LittleEndian
	le.PutUint32(c[52:], crc32.ChecksumIEEE(c[chunkHeaderSize:le.Uint32(c[48:])]))
	le.PutUint32(c[124:], crc32.Update(crc32.ChecksumIEEE(c[:120]), crc32.IEEETable, c[128:chunkHeaderSize]))
}

// Bytes is the whole file.
func (l *Log) Bytes() []byte {
	if l.Chunk != nil {
		l.Flush()
	}
	return l.file
}

// Take is what of the file was written since it was last taken, but for the chunk being written. Marks are
// then of what follows.
func (l *Log) Take() []byte {
	part := l.file
	l.file, l.Marks = nil, nil
	return part
}

func (l *Log) U8(b ...byte) { l.Chunk = append(l.Chunk, b...) }
func (l *Log) U16(n uint16) { l.Chunk = binary.LittleEndian.AppendUint16(l.Chunk, n) }
func (l *Log) U32(n uint32) { l.Chunk = binary.LittleEndian.AppendUint32(l.Chunk, n) }
func (l *Log) U64(n uint64) { l.Chunk = binary.LittleEndian.AppendUint64(l.Chunk, n) }
func (l *Log) text(s string) {
	l.U8(tokenValue, typeString)
	l.U16(uint16(len(Wide(s)) / 2))
	l.U8(Wide(s)...)
}
func (l *Log) Value(i uint16) { l.U8(tokenOptionalSubstitution); l.U16(i); l.U8(typeString) }

// Wide is s in UTF-16.
func Wide(s string) []byte {
	var b []byte
	for _, c := range utf16.Encode([]rune(s)) {
		b = binary.LittleEndian.AppendUint16(b, c)
	}
	return b
}

// Name writes a name, or where it stands.
func (l *Log) Name(s string) {
	if at, ok := l.Names[s]; ok {
		l.U32(uint32(at))
		return
	}
	l.Names[s] = len(l.Chunk) + 4
	l.U32(uint32(len(l.Chunk) + 4))
	l.U32(0)
	l.U16(0)
	l.U16(uint16(len(Wide(s)) / 2))
	l.U8(Wide(s)...)
	l.U16(0)
}

// Element writes an element with attributes, given as pairs of name and value,
// where "%3" is the place of a value, around what content writes.
func (l *Log) Element(name string, content func(), attributes ...string) {
	token := byte(tokenOpenStartElement)
	if len(attributes) > 0 {
		token |= moreFlag
	}
	l.U8(token, 0xff, 0xff)
	size := len(l.Chunk)
	l.U32(0)
	l.Name(name)
	if len(attributes) > 0 {
		list := len(l.Chunk)
		l.U32(0)
		for i := 0; i < len(attributes); i += 2 {
			l.U8(tokenAttribute)
			l.Name(attributes[i])
			l.content(attributes[i+1])
		}
		binary.LittleEndian.PutUint32(l.Chunk[list:], uint32(len(l.Chunk)-list-4))
	}
	if content == nil {
		l.U8(tokenCloseEmptyElement)
	} else {
		l.U8(tokenCloseStartElement)
		content()
		l.U8(tokenEndElement)
	}
	binary.LittleEndian.PutUint32(l.Chunk[size:], uint32(len(l.Chunk)-size-4))
}

// content writes text, or the place of a value.
func (l *Log) content(s string) {
	if n, ok := strings.CutPrefix(s, "%"); ok {
		l.Value(uint16(n[0] - '0'))
		return
	}
	l.text(s)
}

// simple is an element that holds content alone.
func (l *Log) simple(name, content string) { l.Element(name, func() { l.content(content) }) }

// Instance writes an instance of the template that define writes, once a chunk.
func (l *Log) Instance(key string, define func(), values []Field) {
	l.U8(tokenFragmentHeader, 1, 1, 0, tokenTemplateInstance, 1)
	l.U32(uint32(len(key)))
	if at, ok := l.Defs[key]; ok {
		l.U32(uint32(at))
	} else {
		at := len(l.Chunk) + 4
		l.Defs[key] = at
		l.U32(uint32(at))
		l.U32(0)
		l.U8(bytes.Repeat([]byte{7}, 16)...)
		l.U32(0)
		l.U8(tokenFragmentHeader, 1, 1, 0)
		define()
		l.U8(tokenEOF)
		binary.LittleEndian.PutUint32(l.Chunk[at+20:], uint32(len(l.Chunk)-at-24))
	}
	l.values(values)
}

func (l *Log) values(values []Field) {
	l.U32(uint32(len(values)))
	for _, v := range values {
		l.U16(uint16(len(v.Value)))
		l.U8(v.Kind, 0)
	}
	for _, v := range values {
		l.U8(v.Value...)
	}
}

// event writes what a record holds.
func (l *Log) event(h Event) {
	number := func(n uint64, size int) []byte { return binary.LittleEndian.AppendUint64(nil, n)[:size] }
	values := []Field{
		{Kind: typeUint16, Value: number(uint64(h.ID), 2)},
		{Kind: typeFiletime, Value: number(h.Time, 8)},
		{Kind: typeUint64, Value: number(h.Record, 8)},
		{Kind: typeString, Value: Wide(h.Computer)},
		{Kind: typeBinXML},
	}
	// The data stand in a value, and with them, the first time, their definition:
	// its offsets depend on where that comes to lie. So the values are written
	// with room for none, and the size is put in afterwards.
	l.Instance(h.Provider+h.Channel, func() {
		l.Element("Event", func() {
			l.Element("System", func() {
				l.Element("Provider", nil, "Name", h.Provider, "Guid", "{5770385F-C22A-43E0-BF4C-06F5698FFBD9}")
				l.simple("EventID", "%0")
				l.Element("TimeCreated", nil, "SystemTime", "%1")
				l.simple("EventRecordID", "%2")
				l.simple("Channel", h.Channel)
				l.simple("Computer", "%3")
			})
			l.Value(4)
		}, "xmlns", "http://schemas.microsoft.com/win/2004/08/events/event")
	}, values)
	last := len(l.Chunk)
	for _, v := range values {
		last -= len(v.Value)
	}
	from := len(l.Chunk)
	key := ""
	for _, f := range h.Data {
		key += f.Name + "\n"
	}
	l.Instance(key, func() {
		l.Element("EventData", func() {
			for i, f := range h.Data {
				l.Element("Data", func() { l.Value(uint16(i)) }, "Name", f.Name)
			}
		})
	}, h.Data)
	l.U8(tokenEOF)
	binary.LittleEndian.PutUint16(l.Chunk[last-4:], uint16(len(l.Chunk)-from))
	l.U8(tokenEOF)
}
