package lstm

// Logits scores every sequence of b, which must pass [Batch.Check], into out,
// which must be as long as b.Seqs: out[i] > 0 means that sequence i looks
// abnormal, and [Sigmoid] of it is the probability. It works on all cores; a
// sequence's logit does not depend on what else is in the batch. Equal sequences
// are computed as often as they are listed.
//
// Safe for concurrent use as long as nothing writes to w.
func (w *Weights) Logits(b Batch, out []float32) { panic("lstm: Logits: not yet written") }

// Sigmoid returns 1/(1+exp(-x)), the probability of a logit, to within 1e-6 and
// the same bits on every platform.
func Sigmoid(x float32) float32 { panic("lstm: Sigmoid: not yet written") }
