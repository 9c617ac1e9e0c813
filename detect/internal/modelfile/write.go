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
	header, err := encodeHeader(f.Header, tensors)
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
	return out.Flush() // reports the first error of the writes before it
}

// encodeHeader checks everything and returns the header, padded with spaces to a
// multiple of 8 bytes so that the numbers are aligned.
func encodeHeader(document json.RawMessage, tensors []lstm.Tensor) ([]byte, error) {
	entries := make(map[string]any, len(tensors)+1)
	if document != nil {
		if !json.Valid(document) || !utf8.Valid(document) {
			return nil, errors.New("the header document is not valid JSON in UTF-8")
		}
		entries[metadataEntry] = map[string]string{documentEntry: string(document)}
	}
	if len(tensors) > maxTensors {
		return nil, fmt.Errorf("%d tensors, more than %d", len(tensors), maxTensors)
	}
	var at int64
	for _, t := range tensors {
		e, err := describe(t, at)
		if err != nil {
			return nil, err
		}
		if _, twice := entries[t.Name]; twice {
			return nil, fmt.Errorf("tensor %q is given twice", t.Name)
		}
		entries[t.Name] = e
		at = e.Offsets[1]
	}
	if at > maxData {
		return nil, fmt.Errorf("%d bytes of numbers, more than %d", at, maxData)
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
	if err := checkName(t.Name); err != nil {
		return entry{}, err
	}
	if !utf8.ValidString(t.Name) {
		return entry{}, fmt.Errorf("tensor name %q is not UTF-8", t.Name)
	}
	n, err := size(t.Shape)
	if err != nil {
		return entry{}, fmt.Errorf("tensor %q %w", t.Name, err)
	}
	if n != 4*int64(len(t.Data)) {
		return entry{}, fmt.Errorf("tensor %q of shape %v holds %d numbers", t.Name, t.Shape, len(t.Data))
	}
	if err := finite(t); err != nil {
		return entry{}, err
	}
	shape := t.Shape
	if shape == nil {
		shape = []int{} // a scalar; nil would be written as null
	}
	return entry{"F32", shape, [2]int64{at, at + n}}, nil
}
