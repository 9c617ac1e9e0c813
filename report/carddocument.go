package report

import "oddkin/detect"

// CardDocument is what a model's file says about it, as plain data: its JSON form is what
// 'oddkin model show --format json' writes.
type CardDocument struct {
	Schema    int     `json:"schema"`
	Name      string  `json:"name"`
	Digest    string  `json:"digest"` // sha256 of the model file, hexadecimal
	Threshold float32 `json:"threshold"`
	// Format is the version of the file's header, Normaliser that of the names of programs.
	Format     int    `json:"format"`
	Normaliser int    `json:"normaliser"`
	Seed       uint64 `json:"seed"`
	Networks   int    `json:"networks"`
	// TellsNext is true where a network stands beside them that tells what comes next.
	TellsNext bool `json:"tells_next"`
	// Weights are what they weigh in the scores of each system's chains.
	Weights     []WeightsDocument `json:"weights"`
	BestEpoch   int               `json:"best_epoch"` // of the first network
	Epochs      int               `json:"epochs"`
	Interrupted bool              `json:"interrupted,omitempty"`
	// Without names the parts that training left out.
	Without []string `json:"without,omitempty"`
	// Hosts counts those that were recorded: learned from, chosen by and held out.
	Hosts HostCounts `json:"hosts"`
	// Made is how many chains of each sort were asked of each system's grammar.
	Made MadeCounts `json:"made"`
	// Data is the digest of the training corpus, Sources what it consisted of.
	Data    string           `json:"data"`
	Sources []SourceDocument `json:"sources"`
	// Corpus is the digest without what only the networks learned from, if there was such.
	Corpus string        `json:"corpus,omitempty"`
	Site   *SiteDocument `json:"site,omitempty"`
	// Limits says what the model cannot see.
	Limits []string `json:"limits"`
	// Metrics are of the hosts held out of training.
	Metrics []HostDocument `json:"metrics"`
}

// WeightsDocument is what a unit of the networks' logit, and a bit of surprise at what comes
// next, weigh in a score. What weighs 0 is not in the model.
type WeightsDocument struct {
	System  string  `json:"system"`
	Network float64 `json:"network"`
	Next    float64 `json:"next"`
}

// HostCounts counts hosts by what they were for.
type HostCounts struct {
	Learned int `json:"learned"`
	Chosen  int `json:"chosen"`
	Held    int `json:"held_out"`
}

// MadeCounts counts generated chains.
type MadeCounts struct {
	Normal  int `json:"normal"`
	Attacks int `json:"attacks"`
	Random  int `json:"random"`
}

// SourceDocument is one file of the training corpus.
type SourceDocument struct {
	Host    string `json:"host"`
	Split   string `json:"split"`
	Source  string `json:"source"`
	Licence string `json:"licence"`
	Normal  int    `json:"normal"` // chains
	Attack  int    `json:"attack"`
	Also    bool   `json:"also"` // only the networks learned from it
}

// SiteDocument tells of the site to which a model was tuned: see [detect.SiteInfo].
type SiteDocument struct {
	Base     string `json:"base"` // digest of the model that was tuned
	Normal   int    `json:"normal"`
	Abnormal int    `json:"abnormal"`
	Dropped  int    `json:"dropped"`
	Words    int    `json:"words"`
	Known    int    `json:"known"`
	Unkept   int    `json:"unkept"`
}

// NewCard makes the document of a model's card.
func NewCard(m *detect.Model) *CardDocument {
	i := &m.Info
	d := &CardDocument{
		Schema: Schema, Name: text(m.Name()), Digest: m.Digest(), Threshold: m.Threshold(), Format: i.Format, Normaliser: i.Normaliser, Seed: i.Seed,
		Networks: i.Networks, TellsNext: m.TellsNext(), BestEpoch: i.Best, Epochs: i.Epochs, Interrupted: i.Interrupted, Without: texts(i.Without),
		Hosts: HostCounts(i.Hosts()), Made: MadeCounts(i.Made), Data: text(i.Data), Corpus: text(i.Corpus), Sources: []SourceDocument{}, Limits: texts(i.Limits), Metrics: newHosts(i.Metrics), Weights: []WeightsDocument{},
	}
	for _, w := range m.Weights() {
		d.Weights = append(d.Weights, WeightsDocument(w))
	}
	for _, s := range i.Sources {
		d.Sources = append(d.Sources, SourceDocument{text(s.Host), text(s.Split), text(s.Source), text(s.Licence), s.Normal, s.Attack, s.Also})
	}
	if s := i.Site; s != nil {
		site := SiteDocument(*s)
		site.Base = text(site.Base)
		d.Site = &site
	}
	return d
}
