package unpack

import (
	"bufio"
	"bytes"
	"compress/bzip2"
	"errors"
	"fmt"
	"io"

	"github.com/klauspost/compress/zstd"
	"github.com/therootcompany/xz"
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

// maxWindow bounds what zstandard and xz may allocate for what a stream refers back to.
const maxWindow = 128 << 20

// sniff tells a layer by its magic number: RFC 1952, the xz format, RFC 8878,
// bzip2, APPNOTE 6.3 and POSIX ustar.
func sniff(head []byte) kind {
	switch {
	case bytes.HasPrefix(head, []byte("\x1f\x8b\x08")):
		return gzipped
	case bytes.HasPrefix(head, []byte("\xfd7zXZ\x00")):
		return xzed
	case bytes.HasPrefix(head, []byte("\x28\xb5\x2f\xfd")), len(head) > 3 && head[0]&0xf0 == 0x50 && bytes.Equal(head[1:4], []byte("\x2a\x4d\x18")):
		return zstded // or a frame to be skipped, which other tools put first
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
		return newGzip(r)
	case xzed:
		x, err := xz.NewReader(r, maxWindow)
		if err != nil {
			return nil, cutXZ(err)
		}
		return io.NopCloser(xzReader{x}), nil
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

// xzReader gives what there is of a stream that was cut, to the last symbol, and then
// says so as other decompressors do.
type xzReader struct{ *xz.Reader }

func (x xzReader) Read(p []byte) (int, error) {
	n, err := x.Reader.Read(p)
	return n, cutXZ(err)
}

func cutXZ(err error) error {
	if errors.Is(err, xz.ErrBuf) { // it wants more than there is
		return io.ErrUnexpectedEOF
	}
	return err
}
