package detect

import (
	"io"
	"slices"

	"oddkin/detect/internal/keras"
	"oddkin/detect/internal/lstm"
)

// Plain is the classifier that was published as a Keras model, as it was
// published: program names alone, leaf first, unknown ones dropped, ten of them.
// It is for comparison and for its users' own data; [Model] is what ranks.
type Plain struct {
	network   *lstm.Weights
	tokenizer *keras.Tokenizer
}

// ImportPlain reads the published model: its HDF5 file by path, and its
// tokenizer, pickled or as JSON. Neither file's code is run.
func ImportPlain(model string, tokenizer io.Reader) (*Plain, error) {
	w, err := keras.ReadModel(model)
	if err != nil {
		return nil, err
	}
	t, err := keras.ReadTokenizer(tokenizer)
	if err != nil {
		return nil, err
	}
	return &Plain{w, t}, nil
}

// Classify gives each chain the probability that it is abnormal. Names are taken
// as they are, leaf first.
func (p *Plain) Classify(chains [][]string) []float32 {
	b := lstm.Batch{Tokens: make([]lstm.Bag, p.network.Shape.Rows), Seqs: make([][]int32, len(chains))}
	for i := range b.Tokens {
		b.Tokens[i] = lstm.Bag{Rows: []int32{int32(i)}}
	}
	for i, c := range chains {
		b.Seqs[i] = p.tokenizer.Sequence(c, Length)
	}
	out := make([]float32, len(chains))
	p.network.Logits(b, out)
	for i, z := range out {
		out[i] = lstm.Sigmoid(z)
	}
	return out
}

// judge measures the classifier on rows.
func (p *Plain) judge(rows []row) Judgement {
	chains := make([][]string, len(rows))
	for i := range rows {
		chains[i] = rows[i].recorded
	}
	scored := slices.Clone(rows)
	for i, probability := range p.Classify(chains) {
		scored[i].network = float64(probability)
	}
	return judge(scored, func(r *row) float64 { return r.network })
}
