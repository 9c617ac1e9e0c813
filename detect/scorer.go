package detect

import (
	"context"
	"encoding/binary"
	"slices"

	"oddkin/detect/internal/lstm"
)

// scorer runs sequences of one system through its networks, each distinct window once. It is not for
// use by several goroutines.
type scorer struct {
	*system
	edges   *edgeBits
	tokens  []lstm.Bag
	classes []int32 // of the tokens, for the successors
	token   map[tokenKey]int32
	seqs    [][]int32
	seen    map[string]int32 // a window's tokens to its index in seqs
	logits  []float32        // as far as they are computed
	bits    []float32        // of the most surprising step, as far
	buf     []byte
}

func newScorer(s *system, edges *edgeBits) *scorer {
	return &scorer{system: s, edges: edges, token: map[tokenKey]int32{}, seen: map[string]int32{}}
}

// window notes a window and returns the index of its logit.
func (s *scorer) window(hops []hop, below bool) int32 {
	seq := make([]int32, len(hops))
	for i, h := range hops {
		seq[i] = s.tokenOf(tokenKey{h, i == 0 && below, false})
	}
	return s.tokensOf(seq)
}

// tokensOf notes a window by its tokens, which it copies.
func (s *scorer) tokensOf(seq []int32) int32 {
	s.buf = s.buf[:0]
	for _, t := range seq {
		s.buf = binary.LittleEndian.AppendUint32(s.buf, uint32(t))
	}
	if at, ok := s.seen[string(s.buf)]; ok {
		return at
	}
	at := int32(len(s.seqs))
	s.seen[string(s.buf)] = at
	s.seqs = append(s.seqs, slices.Clone(seq))
	return at
}

func (s *scorer) tokenOf(k tokenKey) int32 {
	if i, ok := s.token[k]; ok {
		return i
	}
	i := int32(len(s.tokens))
	s.token[k] = i
	s.tokens = append(s.tokens, s.words.bag(k))
	s.classes = append(s.classes, s.next.class(k.hop.name))
	return i
}

// batch is how many windows are computed between two looks at the context.
const batch = 8192

// run computes what the networks think of all windows noted since the last run.
func (s *scorer) run(ctx context.Context) error {
	for done := len(s.logits); done < len(s.seqs); done = len(s.logits) {
		if err := ctx.Err(); err != nil {
			return err
		}
		seqs := s.seqs[done:min(done+batch, len(s.seqs))]
		b := lstm.Batch{Tokens: s.tokens, Seqs: seqs}
		sum, out := make([]float32, len(seqs)), make([]float32, len(seqs))
		for _, n := range s.networks {
			n.Logits(b, out)
			for i, z := range out {
				sum[i] += z / float32(len(s.networks))
			}
		}
		s.logits = append(s.logits, sum...)
		s.bits = append(s.bits, s.next.worst(b, s.classes)...)
	}
	return nil
}

// opinions are what is thought of the window with the given index, which has hops.
func (s *scorer) opinions(at int32, hops []hop) opinions {
	return opinions{network: float64(s.logits[at]), rarity: s.edges.rarest(hops), next: float64(s.bits[at])}
}
