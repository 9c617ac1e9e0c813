package detect

import (
	"fmt"
	"io"
	"unicode/utf8"

	"oddkin/detect/internal/keras"
	"oddkin/detect/internal/lstm"
)

// Plain is the classifier that was published as a Keras model, or one of its
// kind, and reads chains as the published script does: a list of file names, leaf
// first; names that it has no word for vanish; of what remains the last
// [PlainInfo.Length] are kept, so that of a longer chain the leaf is lost; zeros
// appended up to that length are read like any other word. None of this is so in
// [Model], which is what ranks; Plain is for comparison and for its users' own
// tables.
//
// Names are taken exactly as they are given: with their case, their version
// (python3.11) and their alternative (nc.openbsd), because that is how its
// vocabulary spells them. Give the last element of the image's path, as recorded.
//
// A Plain is not written to after it was made, and safe for concurrent use.
type Plain struct {
	Info PlainInfo

	network   *lstm.Weights
	tokenizer *keras.Tokenizer
	tokens    []lstm.Bag // each row of the table by itself
	digest    string
}

// PlainInfo is what a plain model's file says about it.
type PlainInfo struct {
	// Format is the version of the file's header.
	Format int
	// Length is how many names, or zeros, are read of a chain.
	Length int
	// Source is where the model comes from and Licence on what terms, as whoever
	// imported it stated.
	Source, Licence string `json:",omitempty"`
}

// publishedLength is the length of the published script, for a file that does not
// tell its own.
const publishedLength = 10

// maxPlainLength bounds how much memory a chain takes.
const maxPlainLength = 1 << 12

// ImportPlain reads a model of the published kind: its HDF5 file, and its
// tokenizer, pickled or as JSON. Neither file's code is run. A file that is
// damaged, holds another network, or a word that the network has no row for, is
// an error.
func ImportPlain(model, tokenizer io.Reader) (*Plain, error) {
	m, err := keras.ReadModel(model)
	if err != nil {
		return nil, err
	}
	t, err := keras.ReadTokenizer(tokenizer)
	if err != nil {
		return nil, err
	}
	if m.Length == 0 {
		m.Length = publishedLength
	}
	return newPlain(PlainInfo{Format: plainFormat, Length: m.Length}, m.Weights, t)
}

// newPlain puts the parts together if they fit.
func newPlain(info PlainInfo, w *lstm.Weights, t *keras.Tokenizer) (*Plain, error) {
	if info.Length < 1 || info.Length > maxPlainLength {
		return nil, fmt.Errorf("plain model: reads %d names; from 1 to %d make sense", info.Length, maxPlainLength)
	}
	inTable := func(row int32) bool { return row >= 0 && int(row) < w.Shape.Rows }
	if !inTable(t.Unknown) {
		return nil, fmt.Errorf("plain model: unknown names have row %d, the network's table has %d", t.Unknown, w.Shape.Rows)
	}
	for word, row := range t.Index {
		switch {
		case t.Limit > 0 && row >= t.Limit:
			delete(t.Index, word) // out of use
		case !utf8.ValidString(word):
			return nil, fmt.Errorf("plain model: the word %q is not UTF-8", word)
		case !inTable(row) || row == 0:
			return nil, fmt.Errorf("plain model: the word %q has row %d, the network's table has %d: do model and tokenizer belong together?", word, row, w.Shape.Rows)
		}
	}
	p := &Plain{Info: info, network: w, tokenizer: t, tokens: make([]lstm.Bag, w.Shape.Rows)}
	rows := make([]int32, w.Shape.Rows)
	for i := range rows {
		rows[i] = int32(i)
		p.tokens[i].Rows = rows[i : i+1]
	}
	return p, nil
}

// Classify gives each chain, a list of names with the leaf first, the probability
// that it is abnormal. A chain's probability does not depend on the others. A
// chain without a known name, or an empty one, is all zeros to the network and
// has a probability like any other.
func (p *Plain) Classify(chains [][]string) []float32 {
	b := lstm.Batch{Tokens: p.tokens, Seqs: make([][]int32, len(chains))}
	for i, c := range chains {
		b.Seqs[i] = p.tokenizer.Sequence(c, p.Info.Length)
	}
	return p.probabilities(b)
}

// probabilities are those of the sequences of b.
func (p *Plain) probabilities(b lstm.Batch) []float32 {
	out := make([]float32, len(b.Seqs))
	p.network.Logits(b, out)
	for i, z := range out {
		out[i] = lstm.Sigmoid(z)
	}
	return out
}

// Probability is [Plain.Classify] for one chain; for many, that is faster.
func (p *Plain) Probability(leafFirst []string) float64 {
	return float64(p.Classify([][]string{leafFirst})[0])
}

// Knows reports whether the vocabulary has the name, as it is spelled.
func (p *Plain) Knows(name string) bool { return p.tokenizer.Knows(name) }

// Words is the size of the vocabulary.
func (p *Plain) Words() int { return len(p.tokenizer.Index) }

// Digest is the SHA-256 of the file that the model was loaded from, in
// hexadecimal; empty for one that was imported.
func (p *Plain) Digest() string { return p.digest }

// score sets what the classifier says of each row.
func (p *Plain) score(rows []row) {
	chains := make([][]string, len(rows))
	for i := range rows {
		chains[i] = rows[i].recorded
	}
	for i, probability := range p.Classify(chains) {
		rows[i].plain = float64(probability)
	}
}
