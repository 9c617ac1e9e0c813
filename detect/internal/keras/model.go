package keras

import (
	"fmt"
	"io"
	"strings"

	"oddkin/detect/internal/lstm"
)

// maxModel bounds the size of the file; the published one has 1.8 MB.
const maxModel = 256 << 20

// Model is a network as Keras saved it.
type Model struct {
	*lstm.Weights
	// Length is how long the sequences are that it was trained on, padding
	// included, or 0 where the file does not say.
	Length int
}

// ReadModel reads an HDF5 file. One that is damaged, or holds any other network than
// this package's one, is an error that says why.
func ReadModel(r io.Reader) (*Model, error) {
	b, err := io.ReadAll(io.LimitReader(r, maxModel+1))
	if err != nil {
		return nil, fmt.Errorf("model: %w", err)
	}
	if len(b) > maxModel {
		return nil, fmt.Errorf("model: more than %d bytes", maxModel)
	}
	m, err := decodeModel(b)
	if err != nil {
		return nil, fmt.Errorf("model: %w", err)
	}
	return m, nil
}

func decodeModel(b []byte) (*Model, error) {
	f, err := openHDF5(b)
	if err != nil {
		return nil, err
	}
	root, err := f.lookup()
	if err != nil {
		return nil, err
	}
	config, err := f.texts(root, "model_config")
	if err != nil || len(config) != 1 {
		return nil, fmt.Errorf("not a model saved by Keras: %d configurations, %w", len(config), err)
	}
	a, err := parseConfig(config[0])
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
		if err := f.layer(part.layer, part.tensors); err != nil {
			return nil, fmt.Errorf("layer %.40q: %w", part.layer, err)
		}
		ts = append(ts, part.tensors...)
	}
	for i := range ts {
		if ts[i].Name == "dense.kernel" {
			ts[i].Shape = []int{s.Hidden2}
		}
	}
	w, err := lstm.FromTensors(ts)
	if err != nil {
		return nil, err
	}
	return &Model{w, a.length}, nil
}

// recurrent lists an LSTM's weights.
func recurrent(name string, in, hidden int) []lstm.Tensor {
	return []lstm.Tensor{
		{Name: name + ".kernel", Shape: []int{in, 4 * hidden}},
		{Name: name + ".recurrent", Shape: []int{hidden, 4 * hidden}},
		{Name: name + ".bias", Shape: []int{4 * hidden}},
	}
}

// layer reads a layer's weights, whose names the file lists beside them, into the
// tensors.
func (f *hdf5File) layer(layer string, tensors []lstm.Tensor) error {
	group, err := f.lookup("model_weights", layer)
	if err != nil {
		return err
	}
	names, err := f.texts(group, "weight_names")
	if err != nil {
		return err
	}
	if len(names) != len(tensors) {
		return fmt.Errorf("has %d weights, which should be %d", len(names), len(tensors))
	}
	for i, name := range names {
		path := append([]string{"model_weights", layer}, strings.Split(name, "/")...)
		d, err := f.lookup(path...)
		if err == nil {
			tensors[i].Data, err = f.numbers(d, tensors[i].Shape)
		}
		if err != nil {
			return fmt.Errorf("weight %.80q: %w", name, err)
		}
	}
	return nil
}
