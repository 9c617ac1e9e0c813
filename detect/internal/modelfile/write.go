package modelfile

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"unicode/utf8"

	"oddkin/detect/internal/lstm"
)

// Write writes f. The same content gives the same bytes, in whatever order the
// tensors come. What [Read] would refuse is an error before anything is written.
func Write(w io.Writer, f File) error {
	tensors := slices.Clone(f.Tensors)
	slices.SortStableFunc(tensors, func(a, b lstm.Tensor) int { return cmp.Compare(a.Name, b.Name) })
	strings := slices.Sorted(maps.Keys(f.Bytes))
	header, err := encodeHeader(f, tensors, strings)
	if err != nil {
		return fmt.Errorf("model file: %w", err)
	}
	out := bufio.NewWriterSize(w, 1<<16)
	out.Write(binary.LittleEndian.AppendUint64(nil, uint64(len(header))))
	out.Write(header)
	var number [4]byte
	for _, t := range tensors {
		for _, v := range t.Data {
			binary.LittleEndian.PutUint32(number[:], math.Float32bits(v))
			out.Write(number[:])
		}
	}
	for _, name := range strings {
		out.Write(f.Bytes[name])
	}
	return out.Flush() // reports the first error of the writes before it
}

// encodeHeader checks everything and returns the header, padded with spaces to a
// multiple of 8 bytes so that the numbers are aligned. Behind the tensors come the bytes,
// in the order of their names that is given.
func encodeHeader(f File, tensors []lstm.Tensor, strings []string) ([]byte, error) {
	entries := make(map[string]any, len(tensors)+len(strings)+1)
	if f.Header != nil {
		if !json.Valid(f.Header) || !utf8.Valid(f.Header) {
			return nil, errors.New("the header document is not valid JSON in UTF-8")
		}
		entries[metadataEntry] = map[string]string{documentEntry: string(f.Header)}
	}
	if n := len(tensors) + len(strings); n > maxTensors {
		return nil, fmt.Errorf("%d tensors, more than %d", n, maxTensors)
	}
	var at int64
	add := func(name string, e entry, err error) error {
		if _, twice := entries[name]; twice && err == nil {
			err = fmt.Errorf("tensor %q is given twice", name)
		}
		entries[name], at = e, e.Offsets[1]
		return err
	}
	for _, t := range tensors {
		e, err := describe(t, at)
		if err := add(t.Name, e, err); err != nil {
			return nil, err
		}
	}
	for _, name := range strings {
		e, err := describeBytes(name, len(f.Bytes[name]), at)
		if err := add(name, e, err); err != nil {
			return nil, err
		}
	}
	if at > maxData {
		return nil, fmt.Errorf("%d bytes of tensors, more than %d", at, maxData)
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(entries); err != nil { // keys come out sorted
		return nil, err
	}
	header := bytes.TrimSuffix(b.Bytes(), []byte("\n"))
	for len(header)%8 != 0 {
		header = append(header, ' ')
	}
	if len(header) > maxHeader {
		return nil, fmt.Errorf("a header of %d bytes, more than %d", len(header), maxHeader)
	}
	return header, nil
}

// describe returns the header entry of t, whose numbers begin at the given offset.
func describe(t lstm.Tensor, at int64) (entry, error) {
	if err := checkWritten(t.Name); err != nil {
		return entry{}, err
	}
	n, err := size(t.Shape, widths[numbers])
	if err != nil {
		return entry{}, fmt.Errorf("tensor %q %w", t.Name, err)
	}
	if n != 4*int64(len(t.Data)) {
		return entry{}, fmt.Errorf("tensor %q of shape %v holds %d numbers", t.Name, t.Shape, len(t.Data))
	}
	if err := infinite(t); err != nil {
		return entry{}, err
	}
	shape := t.Shape
	if shape == nil {
		shape = []int{} // a scalar; nil would be written as null
	}
	return entry{numbers, shape, [2]int64{at, at + n}}, nil
}

// describeBytes returns the header entry of that many bytes, which begin at the given offset.
func describeBytes(name string, n int, at int64) (entry, error) {
	if err := checkWritten(name); err != nil {
		return entry{}, err
	}
	if n == 0 {
		return entry{}, fmt.Errorf("bytes %q are empty", name)
	}
	return entry{octets, []int{n}, [2]int64{at, at + int64(n)}}, nil
}

// checkWritten is checkName for a name that JSON must give back as it is.
func checkWritten(name string) error {
	if !utf8.ValidString(name) {
		return fmt.Errorf("tensor name %q is not UTF-8", name)
	}
	return checkName(name)
}
