package keras

import (
	"encoding/json"
	"errors"
	"fmt"

	"oddkin/detect/internal/lstm"
)

// architecture is what a model's configuration says of the one network that this
// package reads: its sizes, and under which names its layers keep their weights.
type architecture struct {
	shape                                   lstm.Shape
	embedding, bidirectional, second, dense string
	length                                  int // of its input; 0 if it does not say
}

// Keras' serialised layers, as far as they decide what the network computes.
type layerConfig struct {
	Class  string `json:"class_name"`
	Config struct {
		Name string `json:"name"`

		// InputLayer, as Keras 3 and Keras 2 say the input's axes
		BatchShape      []*int `json:"batch_shape"`
		BatchInputShape []*int `json:"batch_input_shape"`

		// Embedding
		InputDim  int  `json:"input_dim"`
		OutputDim int  `json:"output_dim"`
		MaskZero  bool `json:"mask_zero"`

		// Bidirectional
		MergeMode string       `json:"merge_mode"`
		Layer     *layerConfig `json:"layer"`
		Backward  *layerConfig `json:"backward_layer"`

		// LSTM and Dense
		Units               int    `json:"units"`
		Activation          string `json:"activation"`
		RecurrentActivation string `json:"recurrent_activation"`
		UseBias             bool   `json:"use_bias"`
		GoBackwards         bool   `json:"go_backwards"`
		ReturnSequences     bool   `json:"return_sequences"`
	} `json:"config"`
}

// The layers that change nothing once a network is trained.
var inert = map[string]bool{"InputLayer": true, "Dropout": true, "SpatialDropout1D": true}

// The greatest sizes taken for real.
const (
	maxRows   = 1 << 20
	maxUnits  = 1 << 12
	maxLength = 1 << 12
)

func parseConfig(text string) (architecture, error) {
	var model struct {
		Class  string `json:"class_name"`
		Config struct {
			Layers []layerConfig `json:"layers"`
		} `json:"config"`
	}
	var a architecture
	if err := json.Unmarshal([]byte(text), &model); err != nil {
		return a, fmt.Errorf("model configuration: %w", err)
	}
	if model.Class != "Sequential" {
		return a, fmt.Errorf("the model is a %.40q, not a Sequential", model.Class)
	}
	var layers []layerConfig
	for _, l := range model.Config.Layers {
		if err := a.input(l); err != nil {
			return a, err
		}
		if !inert[l.Class] {
			layers = append(layers, l)
		}
	}
	classes := []string{"Embedding", "Bidirectional", "LSTM", "Dense"}
	if len(layers) != len(classes) {
		return a, fmt.Errorf("the model has %d layers, not the four %v", len(layers), classes)
	}
	for i, l := range layers {
		if l.Class != classes[i] {
			return a, fmt.Errorf("layer %d of %v is a %.40q", i+1, classes, l.Class)
		}
	}
	for i, check := range []func(*architecture, layerConfig) error{embedding, bidirectional, second, dense} {
		if err := check(&a, layers[i]); err != nil {
			return a, fmt.Errorf("layer %.40q: %w", layers[i].Config.Name, err)
		}
	}
	return a, nil
}

// input takes over the length of the sequences where a layer, the first one, tells
// it: the axes are the batch and the length, either of which may be left open.
func (a *architecture) input(l layerConfig) error {
	for _, axes := range [][]*int{l.Config.BatchShape, l.Config.BatchInputShape} {
		if len(axes) != 2 || axes[1] == nil {
			continue
		}
		if n := *axes[1]; n < 1 || n > maxLength {
			return fmt.Errorf("layer %.40q: takes sequences of %d", l.Config.Name, n)
		}
		a.length = *axes[1]
	}
	return nil
}

func embedding(a *architecture, l layerConfig) error {
	c := l.Config
	if c.InputDim < 1 || c.InputDim > maxRows || c.OutputDim < 1 || c.OutputDim > maxUnits {
		return fmt.Errorf("is %d by %d", c.InputDim, c.OutputDim)
	}
	if c.MaskZero {
		return errors.New("masks zeros; only padding read as a token is known here")
	}
	a.embedding, a.shape.Rows, a.shape.Embed = c.Name, c.InputDim, c.OutputDim
	return nil
}

func bidirectional(a *architecture, l layerConfig) error {
	c := l.Config
	if c.MergeMode != "concat" || c.Layer == nil {
		return fmt.Errorf("merges its directions by %.20q, not by concat", c.MergeMode)
	}
	a.bidirectional, a.shape.Hidden1 = c.Name, c.Layer.Config.Units
	if err := plainLSTM(*c.Layer, true, false); err != nil {
		return err
	}
	if c.Backward == nil { // then it is made after the forward one
		return nil
	}
	if c.Backward.Config.Units != a.shape.Hidden1 {
		return errors.New("has directions of different widths")
	}
	return plainLSTM(*c.Backward, true, true)
}

func second(a *architecture, l layerConfig) error {
	a.second, a.shape.Hidden2 = l.Config.Name, l.Config.Units
	return plainLSTM(l, false, false)
}

func dense(a *architecture, l layerConfig) error {
	c := l.Config
	if c.Units != 1 || c.Activation != "sigmoid" || !c.UseBias {
		return fmt.Errorf("has %d units, activation %.20q, bias %v; it should be 1, sigmoid, true", c.Units, c.Activation, c.UseBias)
	}
	a.dense = c.Name
	return nil
}

// plainLSTM refuses whatever the kernel would compute otherwise.
func plainLSTM(l layerConfig, sequences, backwards bool) error {
	c := l.Config
	switch {
	case l.Class != "LSTM":
		return fmt.Errorf("is or holds a %.40q, not an LSTM", l.Class)
	case c.Units < 1 || c.Units > maxUnits:
		return fmt.Errorf("has %d units", c.Units)
	case c.Activation != "tanh" || c.RecurrentActivation != "sigmoid":
		return fmt.Errorf("has activations %.20q and %.20q, not tanh and sigmoid", c.Activation, c.RecurrentActivation)
	case !c.UseBias:
		return errors.New("has no bias")
	case c.ReturnSequences != sequences || c.GoBackwards != backwards:
		return fmt.Errorf("returns sequences: %v, goes backwards: %v; these should be %v, %v", c.ReturnSequences, c.GoBackwards, sequences, backwards)
	}
	return nil
}
