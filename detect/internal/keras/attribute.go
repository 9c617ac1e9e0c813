package keras

import (
	"bytes"
	"errors"
	"fmt"
)

// texts returns the strings of an attribute of the object with these header
// messages: one, or a list (HDF5 format IV.A.2.m).
func (f *hdf5File) texts(ms []message, name string) ([]string, error) {
	for _, m := range ms {
		if m.kind != msgAttribute {
			continue
		}
		a, err := parseAttribute(m.data)
		if err != nil {
			return nil, err
		}
		if a.name != name {
			continue
		}
		ts, err := f.decodeTexts(a)
		if err != nil {
			return nil, fmt.Errorf("attribute %s: %w", name, err)
		}
		return ts, nil
	}
	return nil, fmt.Errorf("attribute %s is missing", name)
}

// rawAttribute is an attribute message taken apart.
type rawAttribute struct {
	name                  string
	datatype, space, data []byte
}

func parseAttribute(b []byte) (rawAttribute, error) {
	cut := errors.New("attribute cut short")
	if len(b) < 9 {
		return rawAttribute{}, cut
	}
	version := b[0]
	sizes := [3]int{int(u16(b[2:])), int(u16(b[4:])), int(u16(b[6:]))}
	switch version {
	case 1, 2:
		b = b[8:]
	case 3: // names its character set
		b = b[9:]
	default:
		return rawAttribute{}, fmt.Errorf("attribute of version %d", version)
	}
	var parts [3][]byte
	for i, n := range sizes {
		padded := n
		if version == 1 {
			padded = (n + 7) / 8 * 8
		}
		if padded > len(b) {
			return rawAttribute{}, cut
		}
		parts[i], b = b[:n], b[padded:]
	}
	name, _, _ := bytes.Cut(parts[0], []byte{0})
	return rawAttribute{string(name), parts[1], parts[2], b}, nil
}

func (f *hdf5File) decodeTexts(a rawAttribute) ([]string, error) {
	dims, err := dimensions(a.space)
	if err != nil {
		return nil, err
	}
	n := 1
	switch {
	case len(dims) == 1:
		n = dims[0]
	case len(dims) > 1:
		return nil, fmt.Errorf("has %d axes", len(dims))
	}
	if len(a.datatype) < 8 {
		return nil, errors.New("datatype cut short")
	}
	class, size := a.datatype[0]&15, int(u32(a.datatype[4:]))
	if size < 1 || n > len(a.data)/size {
		return nil, fmt.Errorf("%d texts of %d bytes in %d", n, size, len(a.data))
	}
	var out []string
	for i := range n {
		cell := a.data[i*size:][:size]
		switch {
		case class == 3: // fixed length, ended or padded by NUL
			text, _, _ := bytes.Cut(cell, []byte{0})
			out = append(out, string(text))
		case class == 9 && a.datatype[1]&15 == 1 && size == 16: // variable length
			text, err := f.heapObject(u64(cell[4:]), u32(cell[12:]), uint64(u32(cell)))
			if err != nil {
				return nil, err
			}
			out = append(out, string(text))
		default:
			return nil, fmt.Errorf("is no text (datatype class %d)", class)
		}
	}
	return out, nil
}

// heapObject returns the first n bytes of an object in a global heap (III.E).
func (f *hdf5File) heapObject(address uint64, index uint32, n uint64) ([]byte, error) {
	head, err := f.signed(address, 16, "GCOL")
	if err != nil {
		return nil, err
	}
	size := u64(head[8:])
	heap, err := f.at(address, size)
	if err != nil {
		return nil, err
	}
	if size < 16 {
		return nil, fmt.Errorf("a global heap of %d bytes", size)
	}
	for heap = heap[16:]; len(heap) >= 16; {
		i, length := uint32(u16(heap)), u64(heap[8:])
		heap = heap[16:]
		if length > uint64(len(heap)) || i == 0 { // 0 is the free space behind the last object
			break
		}
		if i == index {
			if n > length {
				return nil, fmt.Errorf("%d bytes of a heap object of %d", n, length)
			}
			return heap[:n], nil
		}
		heap = heap[min((length+7)/8*8, uint64(len(heap))):]
	}
	return nil, fmt.Errorf("object %d is not in the global heap at address %d", index, address)
}
