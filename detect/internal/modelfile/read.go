package modelfile

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"unsafe"

	"oddkin/detect/internal/lstm"
)

// Read reads a model file to its end. Whatever does not fit the format, this
// package's limits or the length of the input is an error that says what is
// wrong and where; no part of such a file is returned. Whether the document is
// JSON is for its reader to see.
func Read(r io.Reader) (File, error) {
	f, err := read(func(n int64) ([]byte, error) { return readN(r, n) })
	if err == nil {
		err = f.infinite()
	}
	if err != nil {
		return File{}, fmt.Errorf("model file: %w", err)
	}
	return f, nil
}

// Parse is Read of a file in memory, which it does not copy. Neither the file nor what is
// returned may be written to. That the numbers are finite is left to the caller: of the file that ships with the program
// a test holds it, and what is not looked at need not be read from disk.
func Parse(file []byte) (File, error) {
	f, err := read(func(n int64) ([]byte, error) {
		if int64(len(file)) < n {
			return nil, tooShort(int64(len(file)), n)
		}
		part := file[:n]
		file = file[n:]
		return part, nil
	})
	if err != nil {
		return File{}, fmt.Errorf("model file: %w", err)
	}
	return f, nil
}

// read takes the file apart; take gives its next n bytes.
func read(take func(n int64) ([]byte, error)) (File, error) {
	length, err := take(8)
	if err != nil {
		return File{}, fmt.Errorf("reading the header's length: %w", err)
	}
	n := binary.LittleEndian.Uint64(length)
	if n > maxHeader {
		return File{}, fmt.Errorf("a header of %d bytes, more than %d: not a safetensors file?", n, maxHeader)
	}
	header, err := take(int64(n))
	if err != nil {
		return File{}, fmt.Errorf("reading the header: %w", err)
	}
	document, entries, err := decodeHeader(header)
	if err != nil {
		return File{}, fmt.Errorf("header: %w", err)
	}
	total, err := tile(entries)
	if err != nil {
		return File{}, err
	}
	data, err := take(total)
	if err != nil {
		return File{}, fmt.Errorf("reading the numbers: %w", err)
	}
	switch _, err := take(1); {
	case err == nil:
		return File{}, fmt.Errorf("goes on after the %d bytes of numbers that its header tells of", total)
	case !errors.Is(err, errEnds):
		return File{}, fmt.Errorf("reading past the numbers: %w", err)
	}
	f := decode(entries, data)
	f.Header = document
	return f, nil
}

// errEnds is that of a file which has fewer bytes than are asked for.
var errEnds = errors.New("the file ends")

// usual is more than what a model has of numbers.
const usual = 8 << 20

// readN reads n bytes. Beyond what is usual it takes memory only as they come, so that a
// false length costs little.
func readN(r io.Reader, n int64) ([]byte, error) {
	var b bytes.Buffer
	b.Grow(int(min(n, usual)) + bytes.MinRead) // which reading asks for, to see the end
	got, err := io.CopyN(&b, r, n)
	if errors.Is(err, io.EOF) {
		return nil, tooShort(got, n)
	}
	return b.Bytes(), err
}

func tooShort(got, n int64) error { return fmt.Errorf("%w after %d of %d bytes", errEnds, got, n) }

type namedEntry struct {
	name string
	entry
}

// decodeHeader walks the header's entries one by one, because a map would let a
// repeated name pass.
func decodeHeader(header []byte) (document json.RawMessage, entries []namedEntry, err error) {
	dec := json.NewDecoder(bytes.NewReader(header))
	dec.DisallowUnknownFields()
	if t, err := dec.Token(); err != nil || t != json.Delim('{') {
		return nil, nil, errors.New("is no JSON object")
	}
	seen := map[string]bool{}
	for dec.More() {
		t, err := dec.Token()
		if err != nil {
			return nil, nil, err
		}
		name := t.(string) // a key of an object is nothing else
		if seen[name] {
			return nil, nil, fmt.Errorf("entry %.40q is given twice", name)
		}
		seen[name] = true
		if name == metadataEntry {
			if document, err = decodeMetadata(dec); err != nil {
				return nil, nil, err
			}
			continue
		}
		if err := checkName(name); err != nil {
			return nil, nil, err
		}
		if len(entries) == maxTensors {
			return nil, nil, fmt.Errorf("more than %d tensors", maxTensors)
		}
		e := namedEntry{name: name}
		if err := dec.Decode(&e.entry); err != nil {
			return nil, nil, fmt.Errorf("tensor %q: %w", name, err)
		}
		entries = append(entries, e)
	}
	if _, err := dec.Token(); err != nil {
		return nil, nil, err
	}
	if rest := bytes.TrimSpace(header[dec.InputOffset():]); len(rest) > 0 {
		return nil, nil, fmt.Errorf("goes on after its end: %.40q", rest)
	}
	return document, entries, nil
}

func decodeMetadata(dec *json.Decoder) (json.RawMessage, error) {
	var m map[string]string
	if err := dec.Decode(&m); err != nil {
		return nil, fmt.Errorf("metadata: %w", err)
	}
	d, ok := m[documentEntry]
	if !ok {
		return nil, nil
	}
	return json.RawMessage(d), nil
}

// tile checks every entry, and that together they cover the numbers from 0 to
// total, each once.
func tile(entries []namedEntry) (total int64, err error) {
	slices.SortFunc(entries, func(a, b namedEntry) int { return cmp.Compare(a.Offsets[0], b.Offsets[0]) })
	for _, e := range entries {
		width := widths[e.Dtype]
		if width == 0 || e.Dtype == octets && len(e.Shape) != 1 {
			return 0, fmt.Errorf("tensor %q is of type %.20q and has %d axes; only F32, and U8 of one axis, are read", e.name, e.Dtype, len(e.Shape))
		}
		n, err := size(e.Shape, width)
		if err != nil {
			return 0, fmt.Errorf("tensor %q %w", e.name, err)
		}
		begin, end := e.Offsets[0], e.Offsets[1]
		switch {
		case begin%width != 0:
			return 0, fmt.Errorf("tensor %q begins at byte %d, which is no multiple of %d", e.name, begin, width)
		case begin < 0 || end > maxData || end-begin != n:
			return 0, fmt.Errorf("tensor %q of shape %v takes %d bytes, but lies from %d to %d", e.name, e.Shape, n, begin, end)
		case begin < total:
			return 0, fmt.Errorf("tensor %q begins at byte %d, inside the one before it", e.name, begin)
		case begin > total:
			return 0, fmt.Errorf("bytes %d to %d before tensor %q belong to none", total, begin, e.name)
		}
		total = end
	}
	return total, nil
}

// decode cuts data into what the entries tell of, the tensors sorted by name.
func decode(entries []namedEntry, data []byte) File {
	f := File{Tensors: make([]lstm.Tensor, 0, len(entries))}
	for _, e := range entries {
		part := data[e.Offsets[0]:e.Offsets[1]:e.Offsets[1]]
		if e.Dtype == octets {
			if f.Bytes == nil {
				f.Bytes = map[string][]byte{}
			}
			f.Bytes[e.name] = part
			continue
		}
		f.Tensors = append(f.Tensors, lstm.Tensor{Name: e.name, Shape: e.Shape, Data: floats(part)})
	}
	slices.SortFunc(f.Tensors, func(a, b lstm.Tensor) int { return cmp.Compare(a.Name, b.Name) })
	return f
}

// floats is the numbers that data holds: data itself where this machine has them in memory as the
// format has them in a file.
func floats(data []byte) []float32 {
	first, n := unsafe.Pointer(unsafe.SliceData(data)), len(data)/4
	if binary.NativeEndian.Uint16([]byte{1, 0}) == 1 && uintptr(first)%4 == 0 {
		return unsafe.Slice((*float32)(first), n)
	}
	numbers := make([]float32, n)
	for i := range numbers {
		numbers[i] = math.Float32frombits(binary.LittleEndian.Uint32(data[4*i:]))
	}
	return numbers
}
