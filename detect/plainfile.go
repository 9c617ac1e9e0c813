package detect

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"oddkin/detect/internal/keras"
	"oddkin/detect/internal/lstm"
	"oddkin/detect/internal/modelfile"
)

// kindPlain is the kind that a [Plain]'s file names in its header. A [Model]'s
// names none.
const kindPlain = "plain"

// plainFormat is the version of plainHeader.
const plainFormat = 1

// plainHeader is the JSON document of a plain model's file.
type plainHeader struct {
	Kind    string
	Info    PlainInfo
	Index   map[string]int32 // the row of each word, from 1
	Lower   bool             `json:",omitempty"` // names are lower-cased before the lookup
	Unknown int32            `json:",omitempty"` // the row of names without a word; 0: they vanish
}

// KindError is the error for a model file that is sound, but of another kind than
// the one that is wanted.
type KindError struct{ Got, Want string } // as they are called: "full model", "plain model"

func (e *KindError) Error() string { return fmt.Sprintf("it holds a %s, not a %s", e.Got, e.Want) }

// checkKind compares what headers name.
func checkKind(got, want string) error {
	if got == want {
		return nil
	}
	called := func(kind string) string {
		switch kind {
		case "":
			return "full model"
		case kindPlain:
			return "plain model"
		}
		return fmt.Sprintf("model of the kind %.40q", kind)
	}
	return &KindError{called(got), called(want)}
}

// LoadPlain reads the file of a plain model to its end. A file whose parts do not
// fit each other, or that has parts of something else, is an error; so is a
// [Model]'s file, with a [KindError].
func LoadPlain(r io.Reader) (*Plain, error) {
	sum := sha256.New()
	f, err := modelfile.Read(io.TeeReader(r, sum))
	if err != nil {
		return nil, fmt.Errorf("plain model: %w", err)
	}
	if f.Header == nil {
		return nil, errors.New("plain model: a safetensors file, but without oddkin's header")
	}
	var h plainHeader
	if err := json.Unmarshal(f.Header, &h); err != nil {
		return nil, fmt.Errorf("plain model: header: %w", err)
	}
	if err := checkKind(h.Kind, kindPlain); err != nil {
		return nil, err
	}
	if h.Info.Format != plainFormat {
		return nil, fmt.Errorf("plain model: header format %d, this program reads %d", h.Info.Format, plainFormat)
	}
	w, err := lstm.FromTensors(f.Tensors)
	if err != nil {
		return nil, fmt.Errorf("plain model: %w", err)
	}
	if got, want := len(f.Tensors), len(w.Tensors()); got != want {
		return nil, fmt.Errorf("plain model: %d tensors, the network has %d", got, want)
	}
	p, err := newPlain(h.Info, w, &keras.Tokenizer{Index: h.Index, Lower: h.Lower, Unknown: h.Unknown})
	if err != nil {
		return nil, err
	}
	p.digest = hex.EncodeToString(sum.Sum(nil))
	return p, nil
}

// Save writes the model. The same model gives the same bytes.
func (p *Plain) Save(w io.Writer) error {
	doc, err := json.Marshal(&plainHeader{
		Kind: kindPlain, Info: p.Info,
		Index: p.tokenizer.Index, Lower: p.tokenizer.Lower, Unknown: p.tokenizer.Unknown,
	})
	if err != nil {
		return err
	}
	return modelfile.Write(w, modelfile.File{Header: doc, Tensors: p.network.Tensors()})
}
