package unpack

import (
	"archive/zip"
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"

	"github.com/klauspost/compress/flate"
)

// errNoDirectory is why a member cannot be read without the zip's directory.
var errNoDirectory = errors.New("encrypted, or packed in a way that needs the zip's directory, which is missing")

// salvage reads the members of a zip that has lost its directory, as one cut short has,
// by the headers that stand before each (APPNOTE 6.3, 4.3.7), up to the damage. What is
// wrong with the zip is told after them.
func (w *walker) salvage(name string, at At, depth int, cause error) error {
	b := bufio.NewReader(io.NewSectionReader(at, 0, at.Size()))
	n := 0
	for {
		h, ok := readLocal(b)
		if !ok {
			return w.visit(name, nil, fmt.Errorf("damaged zip: %w; %d members read without its directory", cause, n))
		}
		if h.packed == 0 { // a folder, or an empty file
			continue
		}
		if err := w.member(); err != nil {
			return w.visit(name, nil, err)
		}
		n++
		s := &source{b: b, left: h.packed}
		if err := w.salvageMember(join(name, h.name), s, h, depth); err != nil {
			return err
		}
		if h.streamed {
			skipDescriptor(b)
		} else {
			_, _ = io.Copy(io.Discard, s) // an error comes back with the next header
		}
	}
}

// salvageMember reads one member.
func (w *walker) salvageMember(name string, s *source, h local, depth int) error {
	var content io.Reader = s
	switch {
	case h.method == zip.Deflate && !h.encrypted:
		content = flate.NewReader(s)
	case h.method != zip.Store || h.encrypted || h.streamed:
		return w.visit(name, nil, errNoDirectory)
	}
	inner := &walker{packed: &s.read, visit: w.visit, members: w.members}
	whole := &bounded{r: content, packed: &s.read}
	err := inner.stream(name, whole, nil, depth+1)
	w.members = inner.members
	if h.streamed { // where it ends is known only when it has been read
		_, _ = io.Copy(io.Discard, whole)
	}
	return err
}

// local is what the header before a member says of it.
type local struct {
	name      string
	method    uint16
	encrypted bool
	streamed  bool // its size stands behind it
	packed    int64
}

// readLocal reads the header that comes next. It is false where none does.
func readLocal(b *bufio.Reader) (local, bool) {
	const (
		size     = 30
		zip64    = 1 // the kind of extra field that holds sizes of 64 bits
		in64     = math.MaxUint32
		streamed = 1 << 3
	)
	var fixed [size]byte
	if _, err := io.ReadFull(b, fixed[:]); err != nil || string(fixed[:4]) != "PK\x03\x04" {
		return local{}, false
	}
	u16 := func(at int) uint16 { return binary.LittleEndian.Uint16(fixed[at:]) }
	h := local{method: u16(8), encrypted: u16(6)&1 != 0, streamed: u16(6)&streamed != 0}
	packed := uint64(binary.LittleEndian.Uint32(fixed[18:]))
	rest := make([]byte, int(u16(26))+int(u16(28)))
	if _, err := io.ReadFull(b, rest); err != nil {
		return local{}, false
	}
	h.name = string(rest[:u16(26)])
	for extra := rest[u16(26):]; packed == in64 && len(extra) >= 4; {
		n := int(binary.LittleEndian.Uint16(extra[2:]))
		if len(extra) < 4+n {
			break
		}
		if binary.LittleEndian.Uint16(extra) == zip64 && n >= 16 {
			packed = binary.LittleEndian.Uint64(extra[12:])
		}
		extra = extra[4+n:]
	}
	if h.streamed {
		packed = math.MaxInt64
	}
	h.packed = int64(min(packed, math.MaxInt64))
	return h, true
}

// skipDescriptor passes over the sizes behind a member (4.3.9), which are 4 or 8 bytes
// each, with a mark in front or without, to the header that follows.
func skipDescriptor(b *bufio.Reader) {
	next, _ := b.Peek(24 + 2)
	for _, n := range []int{16, 12, 24, 20} {
		if len(next) >= n+2 && string(next[n:n+2]) == "PK" {
			_, _ = b.Discard(n)
			return
		}
	}
}

// source gives the bytes of one member and no more, one by one too: a decompressor
// then takes none of what follows.
type source struct {
	b    *bufio.Reader
	left int64
	read counter
}

func (s *source) Read(p []byte) (int, error) {
	if s.left <= 0 {
		return 0, io.EOF
	}
	n, err := s.b.Read(p[:min(int64(len(p)), s.left)])
	s.took(n)
	if errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	return n, err
}

func (s *source) ReadByte() (byte, error) {
	if s.left <= 0 {
		return 0, io.EOF
	}
	c, err := s.b.ReadByte()
	if err == nil {
		s.took(1)
	}
	return c, err
}

func (s *source) took(n int) {
	s.left -= int64(n)
	s.read.n += int64(n)
}
