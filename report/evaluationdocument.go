package report

import "oddkin/detect"

// EvaluationDocument is all that an evaluation measured, as plain data: its JSON form is what
// 'oddkin eval --format json' writes. Shares are from 0 to 1. Its [Schema] is that of a
// [Document].
type EvaluationDocument struct {
	Schema int `json:"schema"`
	// Data is the digest of what the first model was trained on.
	Data string `json:"data"`
	// Runs are the models, the one in question first; they differ in the seed of their
	// training.
	Runs []RunDocument `json:"runs"`
	// Spread is over the runs.
	Spread *SpreadDocument `json:"spread,omitempty"`
}

// RunDocument is what was measured of one model.
type RunDocument struct {
	Seed   uint64 `json:"seed"`
	Digest string `json:"digest"` // sha256 of the model file, hexadecimal
	// Hosts are the held-out hosts, a view each. Unseen are the same with those shapes alone
	// that have no near duplicate in what was learned from.
	Hosts  []HostDocument `json:"hosts"`
	Unseen []HostDocument `json:"unseen"`
	// Untold are the hosts that Unseen leaves out, because not all was given that the model
	// learned from of their system.
	Untold    []string           `json:"unseen_not_told_of,omitempty"`
	Disguises []DisguiseDocument `json:"disguises"`
	Curves    []CurveDocument    `json:"curves"`
	Captures  []CaptureDocument  `json:"captures,omitempty"`
	// Recordings are whole recordings, ranked as a report ranks them.
	Recordings []HostDocument `json:"recordings,omitempty"`
}

// HostDocument is one host in one view.
type HostDocument struct {
	Host string `json:"host"`
	View string `json:"view,omitempty"`
	// Shapes are distinct; AttackShapes those of them that are of an attack and of
	// nothing normal.
	Shapes       int `json:"shapes"`
	AttackShapes int `json:"attack_shapes"`
	// Attacks shows in such a shape, HiddenAttacks only in what is normal too.
	Attacks       int `json:"attacks"`
	HiddenAttacks int `json:"hidden_attacks"`
	// Rankers are oddkin, its parts alone and the baselines, on the same shapes. Of a host
	// without attacks it is oddkin alone.
	Rankers []RankerDocument `json:"rankers"`
}

// RankerDocument is how one order of the shapes does.
type RankerDocument struct {
	Ranker string `json:"ranker"`
	// The figures are left out where there is no attack to find.
	*FiguresDocument
	// Effort is for each attack how many shapes are read until it is met, and LateAttacks
	// how many are met only after three times as many as are of attacks.
	Effort      []int `json:"shapes_read,omitempty"`
	LateAttacks *int  `json:"late_attacks,omitempty"`
	// NormalAlerted and AttackAlerted are the shares of normal and of attack shapes at or
	// above the threshold, of the calibrated score alone.
	NormalAlerted *float64 `json:"normal_alerted,omitempty"`
	AttackAlerted *float64 `json:"attack_alerted,omitempty"`
}

// FiguresDocument is the quality of an order.
type FiguresDocument struct {
	AUC              float64 `json:"auc"` // chance that an attack stands above a normal shape
	AveragePrecision float64 `json:"average_precision"`
	// Precisions are the shares of attacks among the first.
	PrecisionAt10 float64 `json:"precision_at_10"`
	PrecisionAt20 float64 `json:"precision_at_20"`
	PrecisionAt50 float64 `json:"precision_at_50"`
	// Recalls are the shares of attack shapes above a threshold that 1 % or 0.1 % of the
	// normal shapes exceed.
	RecallAt1Percent  float64 `json:"recall_at_1_percent"`
	RecallAt01Percent float64 `json:"recall_at_0_1_percent"`
	// First20 counts the attacks with a chain among the first 20 shapes; in a summary it is
	// the share of the attacks.
	First20 float64 `json:"first_20"`
}

// SpreadDocument is oddkin's figures over the runs: the mean of means over hosts, and the
// standard deviation over runs.
type SpreadDocument struct {
	Data  string   `json:"data"`
	Seeds []uint64 `json:"seeds"`
	// Digests are the sha256 of the runs' model files.
	Digests []string `json:"digests"`
	SeedsDocument
	// Unseen are the figures of those shapes alone that have no near duplicate in what a
	// run's model learned from.
	Unseen *SeedsDocument `json:"unseen,omitempty"`
}

// SeedsDocument is the mean over runs and the deviation.
type SeedsDocument struct {
	Mean      SummaryDocument `json:"mean"`
	Deviation SummaryDocument `json:"deviation"`
}

func newSeeds(f detect.Figures) SeedsDocument {
	return SeedsDocument{newSummary(f.Mean), newSummary(f.Deviation)}
}

// SummaryDocument is one ranker's figures as means over hosts and views.
type SummaryDocument struct {
	FiguresDocument
	Late          float64 `json:"late"` // share of the attacks met late
	NormalAlerted float64 `json:"normal_alerted"`
	AttackAlerted float64 `json:"attack_alerted"`
}

// DisguiseDocument is what a disguise does to the chains that it applies to.
type DisguiseDocument struct {
	Disguise string `json:"disguise"`
	Attack   bool   `json:"attack"` // of attack chains; else of normal life
	Chains   int    `json:"chains"`
	// Median and NineInTen are by how much of the host's normal shapes half of the chains and nine
	// in ten of them fall at most; of normal life, rise.
	Median    float64 `json:"median"`
	NineInTen float64 `json:"nine_in_ten"`
	// Above is the share of the host's normal shapes below, Alerted that of the chains
	// alerted: before and after.
	Above   [2]float64 `json:"normal_shapes_below"`
	Alerted [2]float64 `json:"alerted"`
}

// CurveDocument is one ranker's quality as lines to draw.
type CurveDocument struct {
	Ranker    string       `json:"ranker"`
	Precision [][2]float64 `json:"recall_precision"` // points (recall, precision)
	Met       [][2]float64 `json:"attacks_met"`      // points (shapes read, share of the attacks)
}

// CaptureDocument is how one capture was ranked.
type CaptureDocument struct {
	Folder string `json:"folder"`
	Name   string `json:"name"`
	Shapes int    `json:"shapes"`
	// OwnRank is the rank of the first shape that is the attack's own; 0 if none is.
	OwnRank int `json:"own_rank"`
	// Others are the other shapes, OthersAlerted those of them at or above the threshold.
	Others        int `json:"others"`
	OthersAlerted int `json:"others_alerted"`
}

// AblationDocument is what a model's parts are worth: what 'oddkin eval --ablate --format
// json' writes.
type AblationDocument struct {
	Schema   int               `json:"schema"`
	Networks int               `json:"networks"` // in each model
	Rows     []AblatedDocument `json:"rows"`
}

// AblatedDocument is a way to train, and its figures by training seed.
type AblatedDocument struct {
	Trained string            `json:"trained"`
	Seeds   []SummaryDocument `json:"seeds"`
}

// NewEvaluation makes the document of an evaluation.
func NewEvaluation(e *detect.Evaluation) *EvaluationDocument {
	d := &EvaluationDocument{Schema: Schema, Data: e.Data, Runs: make([]RunDocument, 0, len(e.Runs))}
	for i := range e.Runs {
		d.Runs = append(d.Runs, newRun(&e.Runs[i]))
	}
	if s := e.Spread; s != nil {
		d.Spread = &SpreadDocument{Data: s.Data, Seeds: s.Seeds, Digests: s.Digests, SeedsDocument: newSeeds(s.Figures)}
		if s.Unseen != nil {
			unseen := newSeeds(*s.Unseen)
			d.Spread.Unseen = &unseen
		}
	}
	return d
}

func newRun(r *detect.Run) RunDocument {
	d := RunDocument{Seed: r.Seed, Digest: r.Digest, Hosts: newHosts(r.Metrics), Unseen: newHosts(r.Unseen), Untold: texts(r.Untold), Disguises: []DisguiseDocument{}, Curves: []CurveDocument{}}
	for _, g := range r.Disguises {
		d.Disguises = append(d.Disguises, DisguiseDocument{g.Disguise, g.Attack, g.Chains, g.Median, g.NineInTen, g.Above, g.Alerts})
	}
	for _, c := range r.Curves {
		d.Curves = append(d.Curves, CurveDocument(c))
	}
	for _, c := range r.Captures {
		d.Captures = append(d.Captures, CaptureDocument{text(c.Folder), text(c.Name), c.Shapes, c.Own, c.Others, c.Alerts})
	}
	if r.Recordings != nil {
		d.Recordings = newHosts(r.Recordings)
	}
	return d
}

func newHosts(m *detect.Metrics) []HostDocument {
	list := []HostDocument{}
	if m == nil {
		return list
	}
	for i := range m.Hosts {
		h := &m.Hosts[i]
		d := HostDocument{text(h.Host), text(h.View), h.Rows, h.Attacks, h.Incidents, h.Hidden, []RankerDocument{}}
		for k, name := range detect.Rankers {
			if j := h.Of(k); j != nil && (k == 0 || h.Attacks > 0) {
				d.Rankers = append(d.Rankers, newRanker(name, k, h, j))
			}
		}
		list = append(list, d)
	}
	return list
}

func newRanker(name string, k int, h *detect.HostMetrics, j *detect.Judgement) RankerDocument {
	d := RankerDocument{Ranker: name}
	if k == 0 {
		d.NormalAlerted = &j.Alerts[0]
	}
	if h.Attacks == 0 {
		return d
	}
	late := h.Late(j)
	d.Effort, d.LateAttacks = j.Effort, &late
	d.FiguresDocument = &FiguresDocument{
		j.AUC, j.AveragePrecision, j.Precision[0], j.Precision[1], j.Precision[2], j.Recall[0], j.Recall[1], float64(j.First20),
	}
	if k == 0 {
		d.AttackAlerted = &j.Alerts[1]
	}
	return d
}

func newSummary(s detect.Summary) SummaryDocument {
	return SummaryDocument{
		FiguresDocument{s.AUC, s.AveragePrecision, s.Precision[0], s.Precision[1], s.Precision[2], s.Recall[0], s.Recall[1], s.First20},
		s.Late, s.Alerts[0], s.Alerts[1],
	}
}

// NewAblation makes the document of an ablation.
func NewAblation(a *detect.Ablation) *AblationDocument {
	d := &AblationDocument{Schema: Schema, Networks: a.Networks, Rows: []AblatedDocument{}}
	for _, r := range a.Rows {
		row := AblatedDocument{Trained: r.Left, Seeds: []SummaryDocument{}}
		for _, s := range r.Seeds {
			row.Seeds = append(row.Seeds, newSummary(s))
		}
		d.Rows = append(d.Rows, row)
	}
	return d
}
