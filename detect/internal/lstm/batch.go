package lstm

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
func (b Batch) Check(s Shape) error { panic("lstm: Check: not yet written") }
