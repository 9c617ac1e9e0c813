package graph

import (
	"cmp"
	"math"
	"slices"

	"oddkin/detect/internal/lstm"
)

// validate judges w on the validation examples: mean weighted cross-entropy, and
// area under the ROC curve.
func validate(w *lstm.Weights, d Dataset) (loss, auc float64) {
	if len(d.Valid.Seqs) == 0 {
		return 0, 0.5
	}
	z := make([]float32, len(d.Valid.Seqs))
	w.Logits(lstm.Batch{Tokens: d.Tokens, Seqs: d.Valid.Seqs}, z)
	var sum, weight float64
	for i, v := range z {
		x, c := float64(v), float64(d.Valid.weight(i))
		// softplus(x) - y x, with softplus as max(x, 0) + log(1 + exp(-|x|)).
		each := max(x, 0) + math.Log1p(math.Exp(-math.Abs(x))) - float64(d.Valid.Labels[i])*x
		sum += float64(c * each)
		weight += c
	}
	if weight > 0 {
		loss = sum / weight
	}
	return loss, areaUnderROC(z, d.Valid.Labels)
}

// areaUnderROC is the chance that an example labelled above one half scores above
// one labelled below, ties counted half (the Mann-Whitney statistic).
func areaUnderROC(scores, labels []float32) float64 {
	order := make([]int, len(scores))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(i, j int) int { return cmp.Compare(scores[i], scores[j]) })
	var wins, below, above float64
	for lo := 0; lo < len(order); {
		hi := lo
		var ties, hits float64
		for ; hi < len(order) && scores[order[hi]] == scores[order[lo]]; hi++ {
			if labels[order[hi]] > 0.5 {
				hits++
			} else {
				ties++
			}
		}
		if hi == lo { // a score that is not a number equals nothing, itself included
			return 0.5
		}
		wins += hits * (below + ties/2)
		below += ties
		above += hits
		lo = hi
	}
	if below == 0 || above == 0 {
		return 0.5
	}
	return wins / (below * above)
}
