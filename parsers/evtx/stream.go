package evtx

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
)

// The sizes that the format has. All numbers in it are little-endian.
const (
	headerSize      = 4096
	chunkSize       = 64 << 10
	chunkHeaderSize = 512
)

var (
	fileMagic   = []byte("ElfFile\x00")
	chunkMagic  = []byte("ElfChnk\x00")
	recordMagic = []byte("**\x00\x00")
)

// piece is a part of the file.
type piece struct {
	kind   pieceKind
	offset int64
	size   int64
	// data is the header, or a chunk, which may be cut at the end of the file; nil
	// for a gap. It is valid until the next call of [stream.next].
	data []byte
	// blank says of a gap that it is all zeros.
	blank bool
	// last says that the file ends here.
	last bool
}

type pieceKind uint8

const (
	header pieceKind = iota
	chunk
	gap
	none
)

// stream cuts a file into its header, its chunks and what is neither. It reads
// forward only and looks for chunks by their magic, wherever they stand, so that
// a file without its header, or with pieces missing, gives what it holds.
type stream struct {
	r          io.Reader
	buf        []byte
	start, end int   // of what is unread in buf
	base       int64 // position of buf[0]
	err        error // what r said last
}

func newStream(r io.Reader) *stream { return &stream{r: r, buf: make([]byte, 4*chunkSize)} }

// next gives the next piece; false at the end.
func (s *stream) next() (p piece, ok bool) {
	if s.end-s.start < chunkSize {
		s.fill()
	}
	rest := s.buf[s.start:s.end]
	switch {
	case len(rest) == 0:
		return piece{}, false
	case bytes.HasPrefix(rest, chunkMagic):
		p = s.take(chunk, torn(rest[:min(len(rest), chunkSize)]))
	case s.base+int64(s.start) == 0 && bytes.HasPrefix(rest, fileMagic):
		p = s.take(header, min(len(rest), headerSize))
	default:
		p = s.gap()
	}
	p.last = s.start == s.end
	return p, true
}

// torn gives the size of the chunk that b begins with: less than b's where the
// next chunk begins within, as a piece of the file is missing.
func torn(b []byte) int {
	for from := min(chunkHeaderSize, len(b)); ; from++ {
		i := bytes.Index(b[from:], chunkMagic)
		if i < 0 {
			return len(b)
		}
		from += i
		next := b[from:]
		if len(next) > chunkHeaderSize && binary.LittleEndian.Uint32(next[40:]) == 128 && bytes.HasPrefix(next[chunkHeaderSize:], recordMagic) {
			return from
		}
	}
}

func (s *stream) take(kind pieceKind, n int) piece {
	p := piece{kind: kind, offset: s.base + int64(s.start), size: int64(n), data: s.buf[s.start : s.start+n]}
	s.start += n
	return p
}

// gap passes over what stands before the next chunk.
func (s *stream) gap() piece {
	p := piece{kind: gap, offset: s.base + int64(s.start), blank: true}
	for {
		rest := s.buf[s.start:s.end]
		n := bytes.Index(rest, chunkMagic)
		found := n >= 0
		switch {
		case found:
		case s.err != nil:
			n = len(rest)
		default:
			n = max(0, len(rest)-len(chunkMagic)+1) // it may begin here
		}
		p.blank = p.blank && zeros(rest[:n])
		p.size += int64(n)
		s.start += n
		if found || s.err != nil {
			return p
		}
		s.fill()
	}
}

// fill reads until the buffer is full or r gives no more.
func (s *stream) fill() {
	copy(s.buf, s.buf[s.start:s.end])
	s.base += int64(s.start)
	s.start, s.end = 0, s.end-s.start
	for idle := 0; s.end < len(s.buf) && s.err == nil; idle++ {
		n, err := s.r.Read(s.buf[s.end:])
		s.end += n
		s.err = err
		if n > 0 {
			idle = 0
		} else if idle == 100 { // as bufio: a reader that keeps returning nothing is broken
			s.err = io.ErrNoProgress
		}
	}
}

// failure is why the file could not be read to its end; nil if it was.
func (s *stream) failure() error {
	if errors.Is(s.err, io.EOF) {
		return nil
	}
	return s.err
}

// zeros reports whether b holds nothing else.
func zeros(b []byte) bool {
	for len(b) >= 8 {
		if b[0]|b[1]|b[2]|b[3]|b[4]|b[5]|b[6]|b[7] != 0 {
			return false
		}
		b = b[8:]
	}
	return len(bytes.Trim(b, "\x00")) == 0
}
