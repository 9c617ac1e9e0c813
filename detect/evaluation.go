package detect

import (
	"slices"
	"strings"

	"oddkin/detect/corpus"
	"oddkin/detect/generate"
)

// Evaluation is everything that is measured of a way to train: the same rows judged
// by the models that several seeds gave. The first is the model in question.
type Evaluation struct {
	// Data is the digest of what the first model was trained on.
	Data string
	Runs []Run
	// Spread is over the runs' seeds; nil until measured.
	Spread *Spread `json:",omitempty"`
}

// Run is what is measured of one model.
type Run struct {
	Seed   uint64
	Digest string // of the model's file
	// Metrics are of all shapes of each held-out host; Unseen of those alone that
	// have no near duplicate in what was learned from, recorded or generated.
	Metrics, Unseen *Metrics
	Disguises       []Disguised
	Curves          []Curve
	Captures        []Capture `json:",omitempty"`
	// Recordings are whole rankings of labelled recordings, chains that borrow from
	// others included, if there were any to rank.
	Recordings *Metrics `json:",omitempty"`
}

// Examine measures everything on the held-out files of a corpus, beside the published
// classifier unless that is nil. The corpus' other files, and what is generated with
// the model's seed, tell which shapes training has seen.
func (m *Model) Examine(files []*corpus.File, plain *Plain) (*Run, error) {
	held := HeldOut(files)
	learned, _, err := prepare(files, m.Recipe().defaults())
	if err != nil {
		return nil, err
	}
	groups := m.groups(held, plain)
	r := &Run{Seed: m.Info.Seed, Digest: m.Digest(), Metrics: m.compare(groups, plain != nil), Disguises: m.disguised(groups)}
	r.Curves = curves(groups, r.Metrics)
	var unseen []*corpus.File
	for _, f := range held {
		if chains := corpus.Unseen(f, learned); len(chains) > 0 {
			unseen = append(unseen, &corpus.File{Meta: f.Meta, Chains: chains})
		}
	}
	r.Unseen = m.Compare(unseen, plain)
	return r, nil
}

// Recipe is how the model was trained, as far as its file says.
func (m *Model) Recipe() TrainOptions {
	g := m.Info.Made
	return TrainOptions{
		Seed: m.Info.Seed, Networks: m.Info.Networks, Epochs: m.Info.Epochs, Without: m.without(),
		Generate: generate.Options{Normal: g.Normal, Attacks: g.Attacks, Random: g.Random},
	}
}

// LearnedFrom reports whether the model was trained on the files, and its networks on also
// beside them: then [Train] with its [Model.Recipe] gives it again.
func (m *Model) LearnedFrom(files, also []*corpus.File) bool {
	fit, check, err := prepare(files, m.Recipe().defaults())
	if err != nil {
		return false
	}
	also, err = only(also, files)
	return err == nil && digest(slices.Concat(fit, check, also)) == m.Info.Data
}

// HeldOut are the files that training never learns from. What was generated is never
// among them.
func HeldOut(files []*corpus.File) []*corpus.File {
	var out []*corpus.File
	for _, f := range files {
		if f.Split == corpus.Test && !strings.HasPrefix(f.Host, generate.HostPrefix) {
			out = append(out, f)
		}
	}
	return out
}
