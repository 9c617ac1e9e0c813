package keras

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/scigolib/hdf5"

	"oddkin/detect/internal/lstm"
)

// maxModel bounds the size of the file; the published one has 1.8 MB.
const maxModel = 256 << 20

// ReadModel reads the HDF5 file at path. A file that is damaged, or holds any
// other network than this package's one, is an error that says why.
func ReadModel(path string) (w *lstm.Weights, err error) {
	// The HDF5 decoder was not written for hostile files: what it trips over becomes
	// an error here.
	defer func() {
		if p := recover(); p != nil {
			w, err = nil, fmt.Errorf("%s: damaged HDF5 file: %v", path, p)
		}
	}()
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() || info.Size() > maxModel {
		return nil, fmt.Errorf("%s: no regular file of at most %d bytes", path, maxModel)
	}
	f, err := hdf5.Open(path)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	defer f.Close()
	w, err = readModel(f, info.Size())
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return w, nil
}

func readModel(f *hdf5.File, fileSize int64) (*lstm.Weights, error) {
	text, err := attribute(f.Root(), "model_config")
	if err != nil {
		return nil, fmt.Errorf("%w: not a model saved by Keras?", err)
	}
	a, err := parseConfig(text)
	if err != nil {
		return nil, err
	}
	s := a.shape
	var ts []lstm.Tensor
	for _, part := range []struct {
		layer   string
		tensors []lstm.Tensor // in the order in which Keras lists the layer's weights
	}{
		{a.embedding, []lstm.Tensor{{Name: "table", Shape: []int{s.Rows, s.Embed}}}},
		{a.bidirectional, append(recurrent("forward", s.Embed, s.Hidden1), recurrent("backward", s.Embed, s.Hidden1)...)},
		{a.second, recurrent("second", 2*s.Hidden1, s.Hidden2)},
		{a.dense, []lstm.Tensor{{Name: "dense.kernel", Shape: []int{s.Hidden2, 1}}, {Name: "dense.bias", Shape: []int{1}}}},
	} {
		read, err := readLayer(f, part.layer, part.tensors, fileSize)
		if err != nil {
			return nil, fmt.Errorf("layer %q: %w", part.layer, err)
		}
		ts = append(ts, read...)
	}
	for i := range ts {
		if ts[i].Name == "dense.kernel" {
			ts[i].Shape = []int{s.Hidden2}
		}
	}
	return lstm.FromTensors(ts)
}

// recurrent lists an LSTM's weights.
func recurrent(name string, in, hidden int) []lstm.Tensor {
	return []lstm.Tensor{
		{Name: name + ".kernel", Shape: []int{in, 4 * hidden}},
		{Name: name + ".recurrent", Shape: []int{hidden, 4 * hidden}},
		{Name: name + ".bias", Shape: []int{4 * hidden}},
	}
}

// readLayer fills in the data of a layer's weights, whose names the file lists
// beside them.
func readLayer(f *hdf5.File, layer string, want []lstm.Tensor, fileSize int64) ([]lstm.Tensor, error) {
	group, ok := child(f.Root(), "model_weights/"+layer).(*hdf5.Group)
	if !ok {
		return nil, errors.New("the file holds no weights for it")
	}
	text, err := attribute(group, "weight_names")
	if err != nil {
		return nil, err
	}
	names := strings.Split(text, "\x00")
	if len(names) != len(want) {
		return nil, fmt.Errorf("has %d weights, which should be %d", len(names), len(want))
	}
	for i, name := range names {
		d, ok := child(group, name).(*hdf5.Dataset)
		if !ok {
			return nil, fmt.Errorf("weight %q is missing", name)
		}
		if want[i].Data, err = numbers(d, want[i].Shape, fileSize); err != nil {
			return nil, fmt.Errorf("weight %q: %w", name, err)
		}
	}
	return want, nil
}

// numbers reads a float32 array of exactly the given shape, stored in one piece,
// as Keras stores them.
func numbers(d *hdf5.Dataset, shape []int, fileSize int64) ([]float32, error) {
	info, err := d.Info()
	if err != nil {
		return nil, err
	}
	size := int64(4)
	sides := make([]string, len(shape))
	for i, n := range shape {
		size *= int64(n)
		sides[i] = fmt.Sprint(n)
	}
	want := fmt.Sprintf("Dataset: float (size=4 bytes), %dD array [%s], contiguous", len(shape), strings.Join(sides, " x "))
	if !strings.HasPrefix(info, want) {
		return nil, fmt.Errorf("is %q, which should begin with %q", info, want)
	}
	if size > fileSize {
		return nil, fmt.Errorf("takes %d bytes of a file of %d", size, fileSize)
	}
	wide, err := d.Read()
	if err != nil {
		return nil, err
	}
	data := make([]float32, len(wide))
	for i, v := range wide {
		data[i] = float32(v)
		if v-v != 0 {
			return nil, fmt.Errorf("number %d is %v", i, v)
		}
	}
	return data, nil
}

// child walks a path down from g. It returns nil if there is nothing.
func child(g *hdf5.Group, path string) hdf5.Object {
	name, rest, deeper := strings.Cut(path, "/")
	for _, c := range g.Children() {
		if strings.Trim(c.Name(), "/") != name {
			continue
		}
		if !deeper {
			return c
		}
		if g, ok := c.(*hdf5.Group); ok {
			return child(g, rest)
		}
	}
	return nil
}

// attribute reads a text attribute of g; several texts come joined by NUL.
func attribute(g *hdf5.Group, name string) (string, error) {
	all, err := g.Attributes()
	if err != nil {
		return "", err
	}
	for _, a := range all {
		if a.Name != name {
			continue
		}
		v, err := a.ReadValue()
		if err != nil {
			return "", fmt.Errorf("attribute %s: %w", name, err)
		}
		switch v := v.(type) {
		case string:
			return v, nil
		case []string:
			return strings.Join(v, "\x00"), nil
		default:
			return "", fmt.Errorf("attribute %s is no text", name)
		}
	}
	return "", fmt.Errorf("attribute %s is missing", name)
}
