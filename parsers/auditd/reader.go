package auditd

import (
	"bytes"
	"errors"
	"io"
)

// maxLine is the longest line that is taken for one. The kernel cuts records at
// 8,970 bytes (MAX_AUDIT_MESSAGE_LENGTH); enrichment and a syslog header add
// some hundreds. It is also the reader's buffer, which fits the processor's
// second-level cache.
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
	kind   chunkKind
	text   []byte // of a line, without its end; valid until the next call
	offset int64
	size   int64 // of the part, line end included
}

// reader cuts a stream into lines. Unlike a plain line reader it treats a run of
// NUL bytes as a separator: file systems leave those in the place of blocks that
// a power loss kept from being written, and the next record begins right behind.
type reader struct {
	r      io.Reader
	buf    []byte
	start  int // unread part of buf is buf[start:end]
	end    int
	nul    int   // the first NUL in buf[start:end], or end
	offset int64 // of buf[start]
	err    error
}

func newReader(r io.Reader) *reader { return &reader{r: r, buf: make([]byte, maxLine)} }

// next returns the next chunk, or the stream's error when there is none. At a
// read error other than io.EOF the bytes after the last line end stay unread.
func (r *reader) next() (chunk, error) {
	searched := 0
	for {
		b := r.buf[r.start:r.end]
		if i := bytes.IndexByte(b[searched:], '\n'); i >= 0 {
			return r.line(b[:searched+i], 1, chunkLine), nil
		}
		searched = len(b)
		switch {
		case len(b) == len(r.buf):
			return r.endless(b), nil
		case r.err == nil:
			r.fill()
		case len(b) > 0 && errors.Is(r.err, io.EOF):
			return r.line(b, 0, chunkEnd), nil
		default:
			return chunk{}, r.err
		}
	}
}

// rest is how many bytes were read but returned in no chunk.
func (r *reader) rest() int64 { return int64(r.end - r.start) }

// line returns text, or what stands before or after the first NUL in it.
func (r *reader) line(text []byte, ending int, kind chunkKind) chunk {
	before := r.nul - r.start
	if before >= len(text) {
		return r.take(text, len(text)+ending, kind)
	}
	if before > 0 {
		return r.take(text[:before], before, chunkCut)
	}
	n := 1
	for n < len(text) && text[n] == 0 {
		n++
	}
	c := r.take(text[:n], n, chunkNULs)
	r.nul = r.start
	r.findNUL()
	return c
}

// findNUL looks for the next NUL from r.nul on. Doing so once per read and not
// once per line is what makes it cheap.
func (r *reader) findNUL() {
	if i := bytes.IndexByte(r.buf[r.nul:r.end], 0); i >= 0 {
		r.nul += i
	} else {
		r.nul = r.end
	}
}

// endless deals with a full buffer that holds no line end.
func (r *reader) endless(b []byte) chunk {
	if r.nul < r.end {
		return r.line(b, 0, chunkCut)
	}
	n := len(b) - len("node=type=")
	if i := bytes.Index(b[1:], []byte("type=")); i >= 0 {
		n = i + 1
	}
	return r.take(b[:n], n, chunkLong)
}

func (r *reader) take(text []byte, size int, kind chunkKind) chunk {
	c := chunk{kind: kind, text: text, offset: r.offset, size: int64(size)}
	r.start += size
	r.offset += int64(size)
	return c
}

func (r *reader) fill() {
	if r.start > 0 {
		copy(r.buf, r.buf[r.start:r.end])
		r.end -= r.start
		r.nul -= r.start
		r.start = 0
	}
	for range 100 { // as bufio: a reader that keeps returning nothing is broken
		n, err := r.r.Read(r.buf[r.end:])
		r.end += n
		r.err = err
		r.findNUL()
		if n > 0 || err != nil {
			return
		}
	}
	r.err = io.ErrNoProgress
}
