package keras

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
)

// This reads the part of HDF5 that Keras writes through h5py's defaults: superblock
// version 0, groups as symbol tables, version 1 object headers, text attributes,
// and arrays in one piece. The file is hostile until shown otherwise: every
// address and length is held against the bytes at hand, and the number of nodes
// visited is bounded. Section numbers are those of the HDF5 File Format
// Specification Version 3.0 (https://docs.hdfgroup.org/documentation/hdf5/latest/_f_m_t3.html).

// hdf5File is a whole file.
type hdf5File struct {
	bytes []byte
	root  uint64 // address of the root group's object header
	// budget is how many more nodes may be visited. A model has some hundreds; a
	// file whose nodes refer to each other could have no end.
	budget int
}

// Object header messages (IV.A.2) by number.
const (
	msgDataspace    = 0x01
	msgDatatype     = 0x03
	msgLayout       = 0x08
	msgAttribute    = 0x0c
	msgContinuation = 0x10
	msgSymbolTable  = 0x11
)

type message struct {
	kind uint16
	data []byte
}

func openHDF5(b []byte) (*hdf5File, error) {
	f := &hdf5File{bytes: b, budget: 1 << 16}
	s, err := f.at(0, 96) // II.A, with the root group's symbol table entry
	if err != nil || !bytes.HasPrefix(s, []byte("\x89HDF\r\n\x1a\n")) {
		return nil, errors.New("not an HDF5 file")
	}
	if s[8] != 0 || s[13] != 8 || s[14] != 8 || u64(s[24:]) != 0 {
		return nil, fmt.Errorf("an HDF5 file of another kind than Keras writes (superblock version %d)", s[8])
	}
	if whole := u64(s[40:]); whole > uint64(len(b)) {
		return nil, fmt.Errorf("cut off: %d bytes of %d", len(b), whole)
	}
	f.root = u64(s[64:])
	return f, nil
}

func u16(b []byte) uint16 { return binary.LittleEndian.Uint16(b) }
func u32(b []byte) uint32 { return binary.LittleEndian.Uint32(b) }
func u64(b []byte) uint64 { return binary.LittleEndian.Uint64(b) }

// at returns n bytes from an address.
func (f *hdf5File) at(address, n uint64) ([]byte, error) {
	size := uint64(len(f.bytes))
	if address > size || n > size-address {
		return nil, fmt.Errorf("%d bytes at address %d of a file of %d", n, address, size)
	}
	return f.bytes[address : address+n], nil
}

// signed is at for a node that begins with a signature.
func (f *hdf5File) signed(address, n uint64, signature string) ([]byte, error) {
	if f.budget--; f.budget < 0 {
		return nil, errors.New("too many nodes")
	}
	b, err := f.at(address, n)
	if err == nil && string(b[:4]) != signature {
		return nil, fmt.Errorf("no %s at address %d", signature, address)
	}
	return b, err
}

// messages reads an object's header (IV.A.1.a) with its continuations.
func (f *hdf5File) messages(address uint64) ([]message, error) {
	head, err := f.at(address, 16)
	if err != nil {
		return nil, err
	}
	if head[0] != 1 {
		return nil, fmt.Errorf("object header of version %d at address %d", head[0], address)
	}
	left := int(u16(head[2:]))
	blocks := [][2]uint64{{address + 16, uint64(u32(head[8:]))}}
	var ms []message
	for ; len(blocks) > 0; blocks = blocks[1:] {
		b, err := f.at(blocks[0][0], blocks[0][1])
		if err != nil {
			return nil, err
		}
		for ; left > 0 && len(b) >= 8; left-- {
			m := message{kind: u16(b)}
			size, shared := int(u16(b[2:])), b[4]&2 != 0
			if size > len(b)-8 {
				return nil, fmt.Errorf("object header at address %d: a message of %d bytes in %d", address, size, len(b)-8)
			}
			m.data, b = b[8:8+size], b[8+size:]
			if m.kind == msgContinuation && size >= 16 {
				blocks = append(blocks, [2]uint64{u64(m.data), u64(m.data[8:])})
			}
			if !shared {
				ms = append(ms, m)
			}
		}
	}
	return ms, nil
}

// find returns the first message of a kind, or an error if it is missing or
// shorter than n bytes.
func find(ms []message, kind uint16, n int) ([]byte, error) {
	for _, m := range ms {
		if m.kind == kind {
			if len(m.data) < n {
				return nil, fmt.Errorf("message %#x has %d bytes", kind, len(m.data))
			}
			return m.data, nil
		}
	}
	return nil, fmt.Errorf("message %#x is missing", kind)
}

// lookup walks from the root down the names and returns the object's header
// messages.
func (f *hdf5File) lookup(names ...string) ([]message, error) {
	ms, err := f.messages(f.root)
	for _, name := range names {
		if err != nil {
			break
		}
		var address uint64
		if address, err = f.member(ms, name); err == nil {
			ms, err = f.messages(address)
		}
	}
	return ms, err
}

// member returns the address of the object of this name in a group.
func (f *hdf5File) member(group []message, name string) (uint64, error) {
	table, err := find(group, msgSymbolTable, 16)
	if err != nil {
		return 0, fmt.Errorf("%q: not a group: %w", name, err)
	}
	heap, err := f.signed(u64(table[8:]), 32, "HEAP") // III.D
	if err != nil {
		return 0, err
	}
	names, err := f.at(u64(heap[24:]), u64(heap[8:]))
	if err != nil {
		return 0, err
	}
	address, found, err := f.search(u64(table), 256, names, name)
	if err == nil && !found {
		err = fmt.Errorf("%q is missing", name)
	}
	return address, err
}

// search looks through the B-tree at address (III.A.1), whose level must be below
// the given one.
func (f *hdf5File) search(address uint64, below int, names []byte, name string) (uint64, bool, error) {
	node, err := f.signed(address, 24, "TREE")
	if err != nil {
		return 0, false, err
	}
	level, n := int(node[5]), uint64(u16(node[6:]))
	if node[4] != 0 || level >= below {
		return 0, false, fmt.Errorf("a B-tree of type %d, level %d at address %d", node[4], level, address)
	}
	children, err := f.at(address+24, 16*n) // a key before each child
	if err != nil {
		return 0, false, err
	}
	for ; len(children) > 0; children = children[16:] {
		child := u64(children[8:])
		var at uint64
		var found bool
		if level > 0 {
			at, found, err = f.search(child, level, names, name)
		} else {
			at, found, err = f.searchLeaf(child, names, name)
		}
		if found || err != nil {
			return at, found, err
		}
	}
	return 0, false, nil
}

// searchLeaf looks through a symbol table node (III.B).
func (f *hdf5File) searchLeaf(address uint64, names []byte, name string) (uint64, bool, error) {
	head, err := f.signed(address, 8, "SNOD")
	if err != nil {
		return 0, false, err
	}
	entries, err := f.at(address+8, 40*uint64(u16(head[6:])))
	if err != nil {
		return 0, false, err
	}
	for ; len(entries) > 0; entries = entries[40:] {
		start := u64(entries)
		if start >= uint64(len(names)) {
			return 0, false, fmt.Errorf("a name at %d of %d bytes", start, len(names))
		}
		if rest, ok := bytes.CutPrefix(names[start:], []byte(name)); ok && len(rest) > 0 && rest[0] == 0 {
			return u64(entries[8:]), true, nil
		}
	}
	return 0, false, nil
}
