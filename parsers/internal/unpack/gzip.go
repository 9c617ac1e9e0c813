package unpack

import (
	"bufio"
	"errors"
	"io"

	"github.com/klauspost/compress/gzip"
)

// errBehindGzip means that what follows a gzip stream is no other, nor padding.
var errBehindGzip = errors.New("bytes behind the end of the gzip stream, which is whole")

// gzips reads the gzip streams that lie one behind the other in r. Zeros may follow, as on a
// tape or in a block of a disk, like gzip(1) lets them.
type gzips struct {
	*gzip.Reader
	r   *bufio.Reader
	err error // how it ended
}

func newGzip(r *bufio.Reader) (io.ReadCloser, error) {
	z, err := gzip.NewReader(r)
	if err != nil {
		return nil, err
	}
	z.Multistream(false)
	return &gzips{Reader: z, r: r}, nil
}

func (g *gzips) Read(p []byte) (int, error) {
	for g.err == nil {
		n, err := g.Reader.Read(p)
		if n > 0 || !errors.Is(err, io.EOF) {
			if errors.Is(err, io.EOF) {
				err = nil // the next call tells
			}
			return n, err
		}
		g.err = g.next()
	}
	return 0, g.err
}

// next begins the stream that follows; io.EOF if none does.
func (g *gzips) next() error {
	head, err := g.r.Peek(2)
	switch {
	case len(head) == 0:
		return err // io.EOF, or why no more can be read
	case string(head) == "\x1f\x8b":
		if err := g.Reset(g.r); err != nil {
			return err
		}
		g.Multistream(false)
		return nil
	}
	for {
		c, err := g.r.ReadByte()
		if err != nil {
			return err
		}
		if c != 0 {
			return errBehindGzip
		}
	}
}
