package auditd

import "bytes"

// maxLine is the longest line that is taken for one. The kernel cuts records at
// 8,970 bytes (MAX_AUDIT_MESSAGE_LENGTH); enrichment and a syslog header add
// some hundreds.
const maxLine = 256 << 10

// chunkKind tells what a chunk of the input is.
type chunkKind uint8

const (
	chunkLine chunkKind = iota // a line with its end
	chunkCut                   // a line without: NUL bytes follow
	chunkEnd                   // a line without: the input ends
	chunkNULs                  // a run of NUL bytes
	chunkLong                  // bytes without a line end that are no record
)

// chunk is a part of the input. All chunks together are the input.
type chunk struct {
	kind chunkKind
	text []byte // of a line, without its end
	at   int    // of the first byte in the block
	size int    // line end included
}

// cutter cuts a block of the input into lines. Unlike a plain line reader it
// treats a run of NUL bytes as a separator: file systems leave those in the
// place of blocks that a power loss kept from being written, and the next record
// begins right behind.
//
// What a chunk is depends on the bytes from its start on and on nothing else,
// so that the chunks are the same however the input is cut into blocks.
type cutter struct {
	text    []byte
	at      int  // what is left is text[at:]
	newline int  // the first line end in it, or len(text)
	nul     int  // the first NUL in it, or len(text)
	final   bool // the input ends behind text
}

func newCutter(text []byte, at int, final bool) cutter {
	return cutter{text: text, at: at, newline: find(text, at, '\n'), nul: find(text, at, 0), final: final}
}

// next returns the next chunk. It is false when what is left is no whole chunk.
func (c *cutter) next() (chunk, bool) {
	if c.newline < c.at {
		c.newline = find(c.text, c.at, '\n')
	}
	b := c.text[c.at:min(c.newline, c.at+maxLine)]
	switch {
	case len(b) < maxLine && c.newline < len(c.text):
		return c.line(b, 1, chunkLine), true
	case len(b) == maxLine:
		return c.endless(b), true
	case c.final && len(b) > 0:
		return c.line(b, 0, chunkEnd), true
	}
	return chunk{}, false
}

// line returns text, or what stands before or after the first NUL in it.
func (c *cutter) line(text []byte, ending int, kind chunkKind) chunk {
	before := c.nul - c.at
	if before >= len(text) {
		return c.take(text, len(text)+ending, kind)
	}
	if before > 0 {
		return c.take(text[:before], before, chunkCut)
	}
	n := 1
	for n < len(text) && text[n] == 0 {
		n++
	}
	hole := c.take(text[:n], n, chunkNULs)
	c.nul = find(c.text, c.at, 0)
	return hole
}

// find gives the position of the first c in text[from:], or len(text). What is
// found is kept until it is passed, so that no byte is searched twice.
func find(text []byte, from int, c byte) int {
	if i := bytes.IndexByte(text[from:], c); i >= 0 {
		return from + i
	}
	return len(text)
}

// endless deals with maxLine bytes that hold no line end.
func (c *cutter) endless(b []byte) chunk {
	if c.nul < c.at+len(b) {
		return c.line(b, 0, chunkCut)
	}
	n := len(b) - len("node=type=")
	if i := bytes.Index(b[1:], []byte("type=")); i >= 0 {
		n = i + 1
	}
	return c.take(b[:n], n, chunkLong)
}

func (c *cutter) take(text []byte, size int, kind chunkKind) chunk {
	out := chunk{kind: kind, text: text, at: c.at, size: size}
	c.at += size
	return out
}

// whole is how many bytes of text are whole chunks. It looks at the last line
// only, since every line end ends a chunk.
func whole(text []byte) int {
	last := bytes.LastIndexByte(text, '\n') + 1
	if len(text)-last < maxLine {
		return last
	}
	for c := newCutter(text, last, false); ; {
		if _, ok := c.next(); !ok {
			return c.at
		}
	}
}
