package detect

// Ablation is what the parts of a model are worth: the figures of models that were
// trained without one of them, over the same held-out hosts.
type Ablation struct {
	Networks int
	Rows     []Ablated
}

// Ablated is a model without something.
type Ablated struct {
	// Left says what is left: everything, or what was left out.
	Left string
	// Seeds are the figures of each training seed.
	Seeds []Summary
}

// OfModel is the figures of the calibrated score of a model on held-out hosts.
func (m *Metrics) OfModel() Summary { return m.ofRanker(0) }

// OfParts are those of its networks, its statistics and its successors alone: of
// Rankers[1:4].
func (m *Metrics) OfParts() [3]Summary {
	return [3]Summary{m.ofRanker(1), m.ofRanker(2), m.ofRanker(3)}
}

func (m *Metrics) ofRanker(k int) Summary {
	return m.Summarise(func(h *HostMetrics) *Judgement { return h.Of(k) })
}
