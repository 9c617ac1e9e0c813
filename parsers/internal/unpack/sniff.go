package unpack

import (
	"bufio"
	"bytes"
	"compress/bzip2"
	"errors"
	"fmt"
	"io"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
	"github.com/ulikunitz/xz"
)

// kind is what a layer is packed with.
type kind string

const (
	plain   kind = "plain"
	gzipped kind = "gzip"
	xzed    kind = "xz"
	zstded  kind = "zstandard"
	bzipped kind = "bzip2"
	zipped  kind = "zip"
	tarball kind = "tar"
)

// headSize covers the magic of every kind; tar's stands at 257.
const headSize = 512

// maxWindow bounds what zstandard may allocate for its window.
const maxWindow = 128 << 20

// sniff tells a layer by its magic number: RFC 1952, the xz format, RFC 8878,
// bzip2, APPNOTE 6.3 and POSIX ustar.
func sniff(head []byte) kind {
	switch {
	case bytes.HasPrefix(head, []byte("\x1f\x8b\x08")):
		return gzipped
	case bytes.HasPrefix(head, []byte("\xfd7zXZ\x00")):
		return xzed
	case bytes.HasPrefix(head, []byte("\x28\xb5\x2f\xfd")):
		return zstded
	case len(head) > 9 && bytes.HasPrefix(head, []byte("BZh")) && bytes.Equal(head[4:10], []byte("1AY&SY")):
		return bzipped
	case bytes.HasPrefix(head, []byte("PK\x03\x04")), bytes.HasPrefix(head, []byte("PK\x05\x06")):
		return zipped
	case len(head) > 262 && bytes.Equal(head[257:262], []byte("ustar")):
		return tarball
	}
	return plain
}

// decompress opens one layer of compression.
func decompress(k kind, r *bufio.Reader) (io.ReadCloser, error) {
	switch k {
	case gzipped:
		return gzip.NewReader(r)
	case xzed:
		tail := &xzTail{r: r}
		x, err := xz.NewReader(tail)
		if err != nil {
			return nil, err
		}
		return io.NopCloser(&wholeXZ{x, tail}), nil
	case zstded:
		z, err := zstd.NewReader(r, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(maxWindow))
		if err != nil {
			return nil, err
		}
		return z.IOReadCloser(), nil
	case bzipped:
		return io.NopCloser(bzip2.NewReader(r)), nil
	}
	return nil, fmt.Errorf("no decompressor for %s", k)
}

// wholeXZ tells a stream that ends between two blocks, which the decompressor takes for
// its end, from one that ends in a footer.
type wholeXZ struct {
	io.Reader
	tail *xzTail
}

func (x *wholeXZ) Read(p []byte) (int, error) {
	n, err := x.Reader.Read(p)
	if errors.Is(err, io.EOF) && string(x.tail.last[:]) != "YZ" {
		err = io.ErrUnexpectedEOF
	}
	return n, err
}

// xzTail knows the last bytes read through it, the zeros not counted that may pad a
// stream.
type xzTail struct {
	r      io.Reader
	last   [2]byte
	before byte // the byte read last
}

func (t *xzTail) Read(p []byte) (int, error) {
	n, err := t.r.Read(p)
	if n == 0 {
		return n, err
	}
	for i := n - 1; i >= 0; i-- {
		if p[i] == 0 {
			continue
		}
		t.last = [2]byte{t.before, p[i]}
		if i > 0 {
			t.last[0] = p[i-1]
		}
		break
	}
	t.before = p[n-1]
	return n, err
}
