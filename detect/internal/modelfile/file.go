package modelfile

import (
	"encoding/json"
	"fmt"
	"math"

	"oddkin/detect/internal/lstm"
)

// File is a model file's content.
type File struct {
	// Header is the caller's JSON document, kept byte for byte in the metadata
	// entry "oddkin". Read returns nil where the file has none.
	Header json.RawMessage
	// Tensors are sorted by name when read.
	Tensors []lstm.Tensor
	// Bytes are what else the caller keeps, by name, each a tensor of type U8 with one axis.
	Bytes map[string][]byte
}

// What a file may hold. A network over a hundred thousand rows takes a tenth of
// this.
const (
	maxHeader  = 32 << 20 // bytes of JSON
	maxTensors = 4096
	maxData    = 1 << 30 // bytes of all tensors
	maxAxes    = 8
	maxName    = 256 // bytes
)

// The names that the format and this package give to entries of the header.
const (
	metadataEntry = "__metadata__"
	documentEntry = "oddkin"
)

// entry is one tensor in the header.
type entry struct {
	Dtype   string   `json:"dtype"`
	Shape   []int    `json:"shape"`
	Offsets [2]int64 `json:"data_offsets"`
}

// widths are the bytes that a number takes, by the format's names of types.
var widths = map[string]int64{numbers: 4, octets: 1}

const (
	numbers = "F32"
	octets  = "U8"
)

// size returns the number of bytes a tensor of this shape takes, of numbers this wide.
func size(shape []int, width int64) (int64, error) {
	if len(shape) > maxAxes {
		return 0, fmt.Errorf("has %d axes, more than %d", len(shape), maxAxes)
	}
	n := width
	for _, d := range shape {
		if d < 1 || int64(d) > maxData/n {
			return 0, fmt.Errorf("has shape %v, whose axes are empty or too long", shape)
		}
		n *= int64(d)
	}
	return n, nil
}

// finite reports whether all numbers are.
func finite(numbers []float32) bool {
	const exponent = 0x7f800000 // all ones where a number is infinite or none
	bad := uint32(0)
	for _, v := range numbers {
		bad |= (math.Float32bits(v)&exponent + 1<<23) >> 31
	}
	return bad == 0
}

// infinite is the error of the first tensor that is not finite.
func (f *File) infinite() error {
	for _, t := range f.Tensors {
		if err := infinite(t); err != nil {
			return err
		}
	}
	return nil
}

// infinite is the error that names the first number that is infinite or none.
func infinite(t lstm.Tensor) error {
	if finite(t.Data) {
		return nil
	}
	for i, v := range t.Data {
		if math.IsNaN(float64(v)) || math.IsInf(float64(v), 0) {
			return fmt.Errorf("tensor %q: number %d is %v", t.Name, i, v)
		}
	}
	return nil
}

func checkName(name string) error {
	if name == "" || len(name) > maxName || name == metadataEntry {
		return fmt.Errorf("%.40q is no name for a tensor", name)
	}
	return nil
}
