package unpack

import (
	"errors"
	"io"
)

const (
	// MaxDepth is how many containers may lie in one another.
	MaxDepth = 6
	// MaxQuiet is the size up to which a decompressed stream is never suspected.
	MaxQuiet = 1 << 30
	// MaxRatio is the growth beyond which a stream larger than MaxQuiet is a bomb.
	MaxRatio = 250
	// MaxSpool is the size of a zip held in memory when it lies in a container.
	MaxSpool = 256 << 20
	// MaxMembers is how many files one archive may hold.
	MaxMembers = 1 << 20
)

var (
	// ErrBomb means that a stream grew beyond what evidence does.
	ErrBomb = errors.New("grows beyond 250 times its packed size: a decompression bomb is suspected")
	// ErrDepth means that containers were nested beyond [MaxDepth].
	ErrDepth = errors.New("archives nested too deep")
	// ErrSpool means that a zip inside a container was larger than [MaxSpool].
	ErrSpool = errors.New("a zip inside another archive is too large to hold; unpack it first")
	// ErrEncrypted means that a zip member needs a password that is none of those under
	// which samples are shared.
	ErrEncrypted = errors.New("encrypted zip member; unpack it with its password first")
	// ErrMembers means that an archive holds more than [MaxMembers] files.
	ErrMembers = errors.New("too many files in one archive")
)

// counter counts the bytes read through it.
type counter struct {
	r io.Reader
	n int64
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	return n, err
}

// bounded ends a stream with ErrBomb when it outgrows its packed source.
type bounded struct {
	r      io.Reader
	packed *counter
	n      int64
}

func (b *bounded) Read(p []byte) (int, error) {
	if b.n > MaxQuiet && b.n/MaxRatio > b.packed.n {
		return 0, ErrBomb
	}
	n, err := b.r.Read(p)
	b.n += int64(n)
	return n, err
}
