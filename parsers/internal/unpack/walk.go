package unpack

import (
	"archive/tar"
	"archive/zip"
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"
)

// Content is a file found, to be read forwards.
type Content struct {
	io.Reader
	// Password is the one that opened the zip member it lies in; mostly none.
	Password string
}

// Visit receives one file found. name is the container's name with "!" and the
// member's name for each archive passed; compression adds nothing to it. err is
// set, and r nil, when the member is known but cannot be opened. Walk stops with
// the error that Visit returns. r is a [*Content].
type Visit func(name string, r io.Reader, err error) error

// At lets Walk open a zip without reading it into memory: the file on disk.
type At interface {
	io.ReaderAt
	Size() int64
}

// Walk finds every file in r, which is named name. at may be nil; otherwise it
// is the same content with random access. The returned error is Visit's: what is
// wrong with a container goes to Visit under the container's name.
func Walk(name string, r io.Reader, at At, visit Visit) error {
	packed := &counter{r: r}
	return (&walker{packed: packed, visit: visit}).stream(name, packed, at, 0)
}

type walker struct {
	packed  *counter // what the bound measures growth against
	visit   Visit
	members int
	// password is that of the members it stands in.
	password string
}

// stream looks at one layer.
func (w *walker) stream(name string, r io.Reader, at At, depth int) error {
	br := bufio.NewReaderSize(r, headSize)
	head, err := br.Peek(headSize)
	if len(head) == 0 && err != nil && !errors.Is(err, io.EOF) {
		return w.visit(name, nil, err)
	}
	kind := sniff(head)
	if kind != plain && depth >= MaxDepth {
		return w.visit(name, nil, ErrDepth)
	}
	switch kind {
	case plain:
		return w.visit(name, &Content{br, w.password}, nil)
	case tarball:
		return w.tar(name, br, depth)
	case zipped:
		return w.zip(name, br, at, depth)
	}
	d, err := decompress(kind, br)
	if err != nil {
		return w.visit(name, nil, fmt.Errorf("%s: %w", kind, err))
	}
	defer d.Close()
	return w.stream(name, &bounded{r: d, packed: w.packed}, nil, depth+1)
}

// tar walks the members of a tar stream. Links and devices hold no evidence.
func (w *walker) tar(name string, r io.Reader, depth int) error {
	t := tar.NewReader(r)
	for {
		h, err := t.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return w.visit(name, nil, fmt.Errorf("damaged tar: %w", err))
		}
		if h.Typeflag != tar.TypeReg {
			continue
		}
		if err := w.member(); err != nil {
			return w.visit(name, nil, err)
		}
		if err := w.stream(join(name, h.Name), t, nil, depth+1); err != nil {
			return err
		}
	}
}

// zip walks the members of a zip, read in place or held in memory.
func (w *walker) zip(name string, r io.Reader, at At, depth int) error {
	if at == nil {
		data, err := io.ReadAll(io.LimitReader(r, MaxSpool+1))
		if err != nil {
			return w.visit(name, nil, err)
		}
		if len(data) > MaxSpool {
			return w.visit(name, nil, ErrSpool)
		}
		at = bytes.NewReader(data)
	}
	z, err := zip.NewReader(at, at.Size())
	if err != nil {
		return w.salvage(name, at, depth, err)
	}
	for method, open := range zipMethods {
		z.RegisterDecompressor(method, open)
	}
	for _, f := range z.File {
		if f.Mode()&(fs.ModeDir|fs.ModeSymlink) != 0 { // what was piped into zip stands there as a pipe
			continue
		}
		if err := w.member(); err != nil {
			return w.visit(name, nil, err)
		}
		if err := w.zipMember(join(name, f.Name), f, depth); err != nil {
			return err
		}
	}
	return nil
}

func (w *walker) zipMember(name string, f *zip.File, depth int) error {
	inner := &walker{packed: &counter{n: int64(f.CompressedSize64)}, visit: w.visit, members: w.members, password: w.password}
	var r io.Reader
	if f.Flags&1 != 0 {
		var err error
		if r, inner.password, err = unlock(f); err != nil {
			return w.visit(name, nil, err)
		}
	} else {
		plain, err := f.Open()
		if err != nil {
			if errors.Is(err, zip.ErrAlgorithm) {
				err = fmt.Errorf("zip member packed with %s, which is not opened: unpack it first", methodName(f.Method))
			}
			return w.visit(name, nil, err)
		}
		defer plain.Close()
		r = plain
	}
	err := inner.stream(name, &bounded{r: r, packed: inner.packed}, nil, depth+1)
	w.members = inner.members
	return err
}

// member counts files over all archives of one walk.
func (w *walker) member() error {
	if w.members++; w.members > MaxMembers {
		return ErrMembers
	}
	return nil
}

// join names a member. The name is only ever shown, never opened; a leading
// "./" of tar is noise.
func join(name, member string) string {
	return name + "!" + strings.TrimPrefix(member, "./")
}
