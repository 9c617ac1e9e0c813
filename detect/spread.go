package detect

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"slices"
	"sync"
)

// Spread is how far the figures of one recipe hang on the seed of its training: of the
// calibrated score, over the held-out hosts.
type Spread struct {
	// Data is the digest of what the first model was trained on.
	Data  string
	Seeds []uint64
	// Digests are those of the models' files.
	Digests []string
	// Figures are of all shapes of the hosts.
	Figures
	// Unseen are of those shapes alone that have no near duplicate in what a model learned
	// from; nil if no host's can be told.
	Unseen *Figures `json:",omitempty"`
}

// Figures are those of several models: each model's own are means over hosts.
type Figures struct{ Mean, Deviation Summary }

func figuresOf(list []Summary) (f Figures) {
	f.Mean, f.Deviation = MeanAndSpread(list)
	return f
}

// Measure sets the spread over the evaluation's models.
func (e *Evaluation) Measure() {
	s := &Spread{Data: e.Data}
	var all, unseen []Summary
	for i := range e.Runs {
		r := &e.Runs[i]
		s.Seeds, s.Digests = append(s.Seeds, r.Seed), append(s.Digests, r.Digest)
		all = append(all, r.Metrics.OfModel())
		if len(r.Unseen.Hosts) > 0 {
			unseen = append(unseen, r.Unseen.OfModel())
		}
	}
	s.Figures = figuresOf(all)
	if len(unseen) == len(all) {
		f := figuresOf(unseen)
		s.Unseen = &f
	}
	e.Spread = s
}

// measured is the "spread" of what 'oddkin eval --seeds N --format json' gives.
//
//go:embed spread.json
var measured []byte

var shippedSpread = sync.OnceValues(func() (*Spread, error) {
	var s struct {
		Data    string
		Seeds   []uint64
		Digests []string
		figuresDocument
		Unseen *figuresDocument
	}
	d := json.NewDecoder(bytes.NewReader(measured))
	d.DisallowUnknownFields()
	if err := d.Decode(&s); err != nil {
		return nil, fmt.Errorf("detect: spread.json: %w", err)
	}
	out := &Spread{Data: s.Data, Seeds: s.Seeds, Digests: s.Digests, Figures: s.figuresDocument.figures()}
	if s.Unseen != nil {
		unseen := s.Unseen.figures()
		out.Unseen = &unseen
	}
	return out, nil
})

// figuresDocument is a [Figures] as eval writes it.
type figuresDocument struct{ Mean, Deviation summaryDocument }

func (d *figuresDocument) figures() Figures {
	return Figures{d.Mean.summary(), d.Deviation.summary()}
}

// summaryDocument is a [Summary] as eval writes it.
type summaryDocument struct {
	AUC              float64 `json:"auc"`
	AveragePrecision float64 `json:"average_precision"`
	P10              float64 `json:"precision_at_10"`
	P20              float64 `json:"precision_at_20"`
	P50              float64 `json:"precision_at_50"`
	R1               float64 `json:"recall_at_1_percent"`
	R01              float64 `json:"recall_at_0_1_percent"`
	First20          float64 `json:"first_20"`
	Late             float64 `json:"late"`
	NormalAlerted    float64 `json:"normal_alerted"`
	AttackAlerted    float64 `json:"attack_alerted"`
}

func (d *summaryDocument) summary() Summary {
	return Summary{
		d.AUC, d.AveragePrecision,
		[3]float64{d.P10, d.P20, d.P50},
		[2]float64{d.R1, d.R01},
		d.First20, d.Late,
		[2]float64{d.NormalAlerted, d.AttackAlerted},
	}
}

// Spread is what was measured, before the program was released, of the trainings that
// the model is one of; nil for any other model.
func (m *Model) Spread() *Spread {
	if s, err := shippedSpread(); err == nil && slices.Contains(s.Digests, m.Digest()) {
		return s
	}
	return nil
}
