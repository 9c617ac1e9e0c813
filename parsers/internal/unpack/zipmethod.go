package unpack

import (
	"archive/zip"
	"compress/bzip2"
	"fmt"
	"io"

	"github.com/klauspost/compress/zstd"
	"github.com/therootcompany/xz"
)

// zipMethods are the ways to pack a member that are opened beside storing and Deflate, by
// number (APPNOTE 4.4.5).
var zipMethods = map[uint16]zip.Decompressor{
	12: func(r io.Reader) io.ReadCloser { return io.NopCloser(bzip2.NewReader(r)) },
	93: zstd.ZipDecompressor(zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(maxWindow)),
	95: func(r io.Reader) io.ReadCloser {
		x, err := xz.NewReader(r, maxWindow)
		if err != nil {
			return io.NopCloser(failed{cutXZ(err)})
		}
		return io.NopCloser(xzReader{x})
	},
}

// failed is a stream that cannot be read.
type failed struct{ err error }

func (f failed) Read([]byte) (int, error) { return 0, f.err }

// methodName names a way of packing that is not opened.
func methodName(method uint16) string {
	switch method {
	case 9:
		return "Deflate64" // as Windows packs what is larger than 2 GB
	case 14:
		return "LZMA"
	case 98:
		return "PPMd"
	}
	return fmt.Sprintf("method %d", method)
}
