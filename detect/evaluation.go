package detect

import (
	"slices"
	"strings"

	"oddkin/detect/corpus"
	"oddkin/detect/generate"
	"oddkin/parsers/event"
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
	// Untold are the held-out hosts that Unseen leaves out, because not all was given that
	// was recorded of their system and learned from: shapes would pass for unseen that are not.
	Untold    []string
	Disguises []Disguised
	Curves    []Curve
	Captures  []Capture `json:",omitempty"`
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
		if !m.taughtBy(files, f.OS) {
			if !slices.Contains(r.Untold, f.Host) {
				r.Untold = append(r.Untold, f.Host)
			}
			continue
		}
		if chains := corpus.Unseen(f, learned); len(chains) > 0 {
			unseen = append(unseen, &corpus.File{Meta: f.Meta, Chains: chains})
		}
	}
	r.Unseen = m.Compare(unseen, plain)
	return r, nil
}

// taughtBy reports whether the files hold what the model learned from of the system that reads
// chains of os, and all of it. Sources do not say of which system they are: those of the corpus belong together, and so do
// those that stood beside it.
func (m *Model) taughtBy(files []*corpus.File, os event.OS) bool {
	given := map[string]bool{}
	for _, f := range files {
		if f.Split == corpus.Train {
			given[f.Host] = given[f.Host] || m.systemAt(f.OS) == m.systemAt(os)
		}
	}
	var taught, missing [2]bool // by Also
	for _, s := range m.Info.Sources {
		if s.Split != corpus.Train || strings.HasPrefix(s.Host, generate.HostPrefix) {
			continue
		}
		of, there := given[s.Host]
		taught[bit(s.Also)] = taught[bit(s.Also)] || of
		missing[bit(s.Also)] = missing[bit(s.Also)] || !there
	}
	return (taught[0] || taught[1]) && !(taught[0] && missing[0]) && !(taught[1] && missing[1])
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
