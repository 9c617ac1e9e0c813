package lstm

// Embed computes the vectors of tokens from the table, whose rows are width
// wide, into out, [len(tokens)][width].
func Embed(table []float32, width int, tokens []Bag, out []float32) {
	for i, b := range tokens {
		o := out[i*width:][:width]
		clear(o)
		for k, r := range b.Rows {
			axpy(o, table[int(r)*width:], b.scale(k))
		}
	}
}

// EmbedGrad is the gradient of [Embed]: it adds the derivative by the table to
// dTable.
func EmbedGrad(dOut []float32, width int, tokens []Bag, dTable []float32) {
	for i, b := range tokens {
		d := dOut[i*width:][:width]
		for k, r := range b.Rows {
			axpy(dTable[int(r)*width:][:width], d, b.scale(k))
		}
	}
}

func (b Bag) scale(k int) float32 {
	if b.Scale == nil {
		return 1
	}
	return b.Scale[k]
}
