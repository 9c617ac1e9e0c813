package detect

import (
	"encoding/binary"

	"oddkin/detect/internal/lstm"
)

// maxRemembered is of how many sequences [Plain.Remembering] knows the probability.
const maxRemembered = 1 << 17

// Remembering gives a function that does what [Plain.Classify] does, and remembers what it gave each
// sequence of known names: a log's chains are few, and come again and again. It is not for use by
// several goroutines.
func (p *Plain) Remembering() func(chains [][]string) []float32 {
	known := map[string]float32{}
	return func(chains [][]string) []float32 {
		out := make([]float32, len(chains))
		b := lstm.Batch{Tokens: p.tokens}
		asked := map[string]int{} // the sequences of b, by their bytes
		of := make([]int, len(chains))
		var key []byte
		for i, c := range chains {
			seq := p.tokenizer.Sequence(c, p.Info.Length)
			key = key[:0]
			for _, token := range seq {
				key = binary.LittleEndian.AppendUint32(key, uint32(token))
			}
			var met bool
			if out[i], met = known[string(key)]; met {
				of[i] = -1
				continue
			}
			if of[i], met = asked[string(key)]; !met {
				of[i] = len(b.Seqs)
				asked[string(key)] = of[i]
				b.Seqs = append(b.Seqs, seq)
			}
		}
		told := p.probabilities(b)
		for i, at := range of {
			if at >= 0 {
				out[i] = told[at]
			}
		}
		if len(known)+len(asked) > maxRemembered {
			clear(known)
		}
		for sequence, at := range asked {
			known[sequence] = told[at]
		}
		return out
	}
}
