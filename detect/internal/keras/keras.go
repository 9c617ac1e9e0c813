package keras

import (
	"io"

	"oddkin/detect/internal/lstm"
)

// ReadModel reads the HDF5 file at path.
func ReadModel(path string) (*lstm.Weights, error) { panic("keras: ReadModel: not yet written") }

// Tokenizer is Keras' word index.
type Tokenizer struct {
	// Index gives a word's row, from 1; row 0 is padding.
	Index map[string]int32
	// Lower is set when words are lower-cased before the lookup.
	Lower bool
	// Unknown is the row of words that are not in Index, or 0: then they vanish
	// from the sequence.
	Unknown int32
	// Limit, if not 0, is the number of rows in use: words from that row on count
	// as unknown (Keras' num_words).
	Limit int32
}

// ReadTokenizer reads a Tokenizer that was pickled or written by to_json,
// whichever it is.
func ReadTokenizer(r io.Reader) (*Tokenizer, error) { panic("keras: ReadTokenizer: not yet written") }

// Sequence turns the names of a chain, leaf first as the published model takes
// them, into rows: unknown names as the tokenizer has it, the last length of
// what remains, zeros appended up to length.
func (t *Tokenizer) Sequence(names []string, length int) []int32 {
	panic("keras: Sequence: not yet written")
}
