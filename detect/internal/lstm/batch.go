package lstm

import "fmt"

// Bag is one token: a weighted sum of rows of the embedding table.
type Bag struct {
	Rows []int32
	// Scale weighs each row; nil takes every row once. For an average, give
	// 1/len(Rows).
	Scale []float32
}

// Batch is a set of sequences over a set of distinct tokens. The input side of
// the first layer is computed once a token, not once an occurrence, so list each
// distinct token once; listing one twice is only slower.
type Batch struct {
	Tokens []Bag
	// Seqs are the sequences: indices into Tokens, in reading order. A sequence
	// may be empty; its logit is then the dense unit's bias.
	Seqs [][]int32
}

// Check tells whether the batch fits the network: every row within the table,
// every index within Tokens, every Scale as long as its Rows and finite. Kernel
// functions take batches that pass it, and may panic on others.
func (b Batch) Check(s Shape) error {
	for i, t := range b.Tokens {
		if t.Scale != nil && len(t.Scale) != len(t.Rows) {
			return fmt.Errorf("token %d has %d rows but %d scales", i, len(t.Rows), len(t.Scale))
		}
		for _, r := range t.Rows {
			if r < 0 || int(r) >= s.Rows {
				return fmt.Errorf("token %d reads row %d of a table of %d", i, r, s.Rows)
			}
		}
		for _, v := range t.Scale {
			if v-v != 0 { // NaN or infinite
				return fmt.Errorf("token %d has a scale of %v", i, v)
			}
		}
	}
	for i, q := range b.Seqs {
		for _, t := range q {
			if t < 0 || int(t) >= len(b.Tokens) {
				return fmt.Errorf("sequence %d names token %d of %d", i, t, len(b.Tokens))
			}
		}
	}
	return nil
}
