package detect

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"sync"
)

// Spread is how far the figures of one recipe hang on the seed of its training: of the
// calibrated score, over the held-out hosts.
type Spread struct {
	// Data is the digest of what the first model was trained on.
	Data  string
	Seeds []uint64
	// Mean and Deviation are over the seeds, each model's own figures being means over
	// hosts.
	Mean, Deviation Summary
}

// Measure sets the spread over the evaluation's models.
func (e *Evaluation) Measure() {
	s := &Spread{Data: e.Data}
	var list []Summary
	for i := range e.Runs {
		s.Seeds = append(s.Seeds, e.Runs[i].Seed)
		list = append(list, e.Runs[i].Metrics.OfModel())
	}
	s.Mean, s.Deviation = MeanAndSpread(list)
	e.Spread = s
}

// measured is the "spread" of what 'oddkin eval --seeds 5 --format json' gives.
//
//go:embed spread.json
var measured []byte

var shippedSpread = sync.OnceValues(func() (*Spread, error) {
	var s Spread
	// Its keys are those of the fields but for underscores, and nothing else has any.
	if err := json.Unmarshal(bytes.ReplaceAll(measured, []byte("_"), nil), &s); err != nil {
		return nil, fmt.Errorf("detect: spread.json: %w", err)
	}
	return &s, nil
})

// Spread is what was measured, before the program was released, of the training that
// the model came from; nil for a model that was trained on anything else.
func (m *Model) Spread() *Spread {
	if s, err := shippedSpread(); err == nil && s.Data == m.Info.Data && m.Info.Data != "" && m.Info.Site == nil {
		return s
	}
	return nil
}
