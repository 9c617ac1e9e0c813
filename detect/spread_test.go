package detect

import "testing"

// The spread that ships is of the training that the embedded model came from.
func TestTheShippedSpreadIsOfTheEmbeddedModel(t *testing.T) {
	s, err := shippedSpread()
	if err != nil {
		t.Fatal(err)
	}
	m := embeddedModel(t)
	if m.Spread() == nil {
		t.Fatalf("it is of the models %.12s, the embedded one is %.12s: measure again (oddkin eval --seeds 3 --format json, or more seeds) and put its \"spread\" into detect/spread.json", s.Digests, m.Digest())
	}
	if len(s.Seeds) < 3 || s.Seeds[0] != m.Info.Seed || s.Deviation.AUC <= 0 {
		t.Errorf("%d seeds, first %v, deviation of the AUC %v", len(s.Seeds), s.Seeds, s.Deviation.AUC)
	}
	for i, v := range s.Mean.figures() {
		if *v <= 0 || *v > 1 {
			t.Errorf("figure %d of the mean is %v", i, *v)
		}
	}
	if s.Unseen == nil || s.Unseen.Mean.AUC <= s.Mean.AUC || s.Unseen.Deviation.AUC <= 0 {
		t.Errorf("of new shapes: %+v", s.Unseen)
	}
	// The embedded model's own figures lie within what is said of its like.
	if own := m.Info.Metrics.OfModel(); own.AUC < s.Mean.AUC-3*s.Deviation.AUC-1e-3 || own.AUC > s.Mean.AUC+3*s.Deviation.AUC+1e-3 {
		t.Errorf("the embedded model has AUC %v, its like %v ± %v", own.AUC, s.Mean.AUC, s.Deviation.AUC)
	}
}
