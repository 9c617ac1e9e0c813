package keras

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"slices"
)

// dimensions reads a dataspace (IV.A.2.b).
func dimensions(b []byte) ([]int, error) {
	if len(b) < 4 {
		return nil, errors.New("dataspace cut short")
	}
	rank := int(b[1])
	skip := map[byte]int{1: 8, 2: 4}[b[0]]
	if skip == 0 || rank > 8 || len(b) < skip+8*rank {
		return nil, fmt.Errorf("dataspace of version %d with %d axes in %d bytes", b[0], rank, len(b))
	}
	var dims []int
	for i := range rank {
		d := u64(b[skip+8*i:])
		if d > math.MaxInt32 {
			return nil, fmt.Errorf("an axis of %d", d)
		}
		dims = append(dims, int(d))
	}
	return dims, nil
}

// float32Type is how a datatype message (IV.A.2.d) says: IEEE float32, little
// endian; the second byte's high bits and the third say where the sign is.
var float32Type = []byte{
	0x11, 0x20, 0x1f, 0x00, 4, 0, 0, 0, // class 1 version 1, bits, size
	0, 0, 32, 0, 23, 8, 0, 23, 127, 0, 0, 0,
}

// numbers reads the dataset with these header messages, which must be float32 of
// exactly this shape.
func (f *hdf5File) numbers(ms []message, shape []int) ([]float32, error) {
	space, err := find(ms, msgDataspace, 4)
	if err != nil {
		return nil, err
	}
	dims, err := dimensions(space)
	if err != nil {
		return nil, err
	}
	if !slices.Equal(dims, shape) {
		return nil, fmt.Errorf("has shape %v, which should be %v", dims, shape)
	}
	kind, err := find(ms, msgDatatype, len(float32Type))
	if err != nil {
		return nil, err
	}
	if !bytes.HasPrefix(kind, float32Type) {
		return nil, errors.New("holds no little-endian float32")
	}
	layout, err := find(ms, msgLayout, 18)
	if err != nil {
		return nil, err
	}
	if layout[0] != 3 || layout[1] != 1 {
		return nil, fmt.Errorf("is not stored in one piece (layout version %d, class %d)", layout[0], layout[1])
	}
	n := uint64(1)
	for _, d := range shape { // sizes that parseConfig has bounded
		n *= uint64(d)
	}
	raw, err := f.at(u64(layout[2:]), 4*n)
	if err != nil {
		return nil, err
	}
	data := make([]float32, n)
	for i := range data {
		data[i] = math.Float32frombits(u32(raw[4*i:]))
		if v := data[i]; v-v != 0 {
			return nil, fmt.Errorf("number %d is %v", i, v)
		}
	}
	return data, nil
}
