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
}

// What a file may hold. A network over a hundred thousand rows takes a tenth of
// this.
const (
	maxHeader  = 32 << 20 // bytes of JSON
	maxTensors = 4096
	maxData    = 1 << 30 // bytes of numbers
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

// size returns the number of bytes a float32 tensor of this shape takes.
func size(shape []int) (int64, error) {
	if len(shape) > maxAxes {
		return 0, fmt.Errorf("has %d axes, more than %d", len(shape), maxAxes)
	}
	n := int64(4)
	for _, d := range shape {
		if d < 1 || int64(d) > maxData/n {
			return 0, fmt.Errorf("has shape %v, whose axes are empty or too long", shape)
		}
		n *= int64(d)
	}
	return n, nil
}

// finite returns an error that names the first number that is infinite or none.
func finite(t lstm.Tensor) error {
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
