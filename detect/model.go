package detect

import (
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"

	"oddkin/detect/corpus"
	"oddkin/detect/internal/lstm"
	"oddkin/detect/internal/modelfile"
	"oddkin/detect/names"
)

// Model is a trained detector: what it has learned of each system, and the statistics of
// normal life it was trained on. It is
// not written to after it was made, and safe for concurrent use.
type Model struct {
	Info Info

	systems []*system // one at least, Linux first; of each sort one at most
	normal  *statistics
	shapes  [][]string // normal chains, root first, for comparison
	known   chains     // of a site's own clean evidence; none if it was tuned to none
	digest  string
}

// Info is what a model file says about itself.
type Info struct {
	// Format is the version of the header, Normaliser that of package names.
	Format, Normaliser int
	// Data is the SHA-256 of the training corpus in its canonical form, and
	// Sources what it consisted of.
	Data    string
	Sources []Source
	// Corpus is the digest of the training corpus without what only the networks learned
	// from, see [TrainOptions.Also]; empty if there was nothing such.
	Corpus string `json:",omitempty"`
	Seed   uint64
	// Networks is how many there are for Linux, each trained from a start of its own; Windows has one less.
	Networks int
	// Best is the epoch that the first network kept, Epochs the number it ran.
	Best, Epochs int
	// Site tells of a model that was trained on from another, on a site's own normal
	// life.
	Site *SiteInfo `json:",omitempty"`
	// Made is how many chains of each sort were generated for each system.
	Made Made `json:",omitzero"`
	// Interrupted is set when training was stopped early and kept the best it had.
	Interrupted bool `json:",omitempty"`
	// Without names the parts that training left out: see [Parts].
	Without []string `json:",omitempty"`
	// Limits says what the model cannot see.
	Limits  []string `json:",omitempty"`
	Metrics *Metrics `json:",omitempty"`
}

// Made counts chains that were asked of each system's grammars.
type Made struct{ Normal, Attacks, Random int }

// Source is one file of the training corpus.
type Source struct {
	Host, Split, Source, Licence string
	Normal, Attack               int // chains
	// Also tells of a recording that only the networks learned from.
	Also bool `json:",omitempty"`
}

// header is the model file's JSON document.
type header struct {
	Kind    string `json:",omitempty"` // none, as in every file that was written before there were others
	Info    Info
	Systems []headerSystem
}

// What a model's file has beside document and networks, as bytes.
const (
	normalBytes = "normal" // see packNormal
	knownBytes  = "known"  // digests, see chains; not there if there are none
)

// headerFormat is what this program writes. Files of format 1 have one set of networks for
// all systems, with tokens that are no more; those of format 2 have normal life in the document.
const headerFormat = 3

//go:embed model.safetensors
var embedded []byte

// embeddedSum is the embedded file's digest as sha256sum gives it: to work it out takes as long as loading
// the model.
//
//go:embed model.safetensors.sha256
var embeddedSum string

// Embedded returns the model that ships with the program: trained from the
// repository's own corpus and grammars and, for Windows, public recordings.
var Embedded = sync.OnceValues(func() (*Model, error) {
	f, err := modelfile.Parse(embedded)
	if err != nil {
		return nil, fmt.Errorf("model: %w", err)
	}
	return newModel(f, strings.Fields(embeddedSum)[0])
})

// Load reads a model file to its end. A file that is no model, or one made for
// another normalisation of names, is an error.
func Load(r io.Reader) (*Model, error) {
	sum := sha256.New()
	f, err := modelfile.Read(io.TeeReader(r, sum))
	if err != nil {
		return nil, fmt.Errorf("model: %w", err)
	}
	return newModel(f, hex.EncodeToString(sum.Sum(nil)))
}

// newModel is the model that a file of this digest holds.
func newModel(f modelfile.File, digest string) (*Model, error) {
	if f.Header == nil {
		return nil, errors.New("model: a safetensors file, but without oddkin's header")
	}
	m := &Model{digest: digest}
	unpacked := make(chan error, 1) // beside the header, which takes as long
	go func() {
		var err error
		m.normal, m.shapes, err = unpackNormal(f.Bytes[normalBytes])
		unpacked <- err
	}()
	var h header
	err := json.Unmarshal(f.Header, &h)
	wrong := <-unpacked
	if err != nil {
		return nil, fmt.Errorf("model: header: %w", err)
	}
	if err := checkKind(h.Kind, ""); err != nil {
		return nil, err
	}
	if h.Info.Format != headerFormat {
		return nil, fmt.Errorf("model: header format %d, this program reads %d: train it again", h.Info.Format, headerFormat)
	}
	if h.Info.Normaliser != names.Version {
		return nil, fmt.Errorf("model: trained with name normalisation %d, this program has %d: train it again", h.Info.Normaliser, names.Version)
	}
	without, err := ParseParts(h.Info.Without)
	if err != nil {
		return nil, fmt.Errorf("model: %w", err)
	}
	m.Info = h.Info
	if m.systems, err = loadSystems(h.Systems, f.Tensors, without); err != nil {
		return nil, fmt.Errorf("model: %w", err)
	}
	if m.known, err = loadChains(f.Bytes[knownBytes]); err != nil {
		return nil, fmt.Errorf("model: known chains: %w", err)
	}
	if wrong != nil {
		return nil, fmt.Errorf("model: normal life: %w", wrong)
	}
	return m, nil
}

// Save writes the model. The same model gives the same bytes.
func (m *Model) Save(w io.Writer) error {
	h := header{Info: m.Info}
	normal, err := packNormal(m.normal, m.shapes)
	if err != nil {
		return err
	}
	parts := map[string][]byte{normalBytes: normal}
	if len(m.known) > 0 {
		parts[knownBytes] = m.known.bytes()
	}
	var tensors []lstm.Tensor
	for _, s := range m.systems {
		h.Systems = append(h.Systems, s.header())
		tensors = append(tensors, s.tensors()...)
	}
	doc, err := json.Marshal(&h)
	if err != nil {
		return err
	}
	return modelfile.Write(w, modelfile.File{Header: doc, Tensors: tensors, Bytes: parts})
}

// MaxNetworks bounds how many networks a model has.
const MaxNetworks = 16

// member begins the names of the i-th network's tensors.
func member(i int) string { return fmt.Sprintf("network%d.", i) }

// networks rebuilds n networks from the tensors of a file.
func networks(tensors []lstm.Tensor, n int) ([]*lstm.Weights, error) {
	if n < 1 || n > MaxNetworks {
		return nil, fmt.Errorf("%d networks, want 1 to %d", n, MaxNetworks)
	}
	var out []*lstm.Weights
	for i := range n {
		w, err := lstm.FromTensors(tensorsOf(tensors, member(i)))
		if err != nil {
			return nil, fmt.Errorf("network %d: %w", i, err)
		}
		out = append(out, w)
	}
	return out, nil
}

// tensorsOf are the tensors whose names begin with prefix, without it.
func tensorsOf(tensors []lstm.Tensor, prefix string) []lstm.Tensor {
	var own []lstm.Tensor
	for _, t := range tensors {
		if name, ok := strings.CutPrefix(t.Name, prefix); ok {
			t.Name = name
			own = append(own, t)
		}
	}
	return own
}

// Knows reports whether the model has learned a normalised name, of any system.
func (m *Model) Knows(name string) bool {
	return slices.ContainsFunc(m.systems, func(s *system) bool { return s.words.knows(name) })
}

// Name is what to call the model: what it was trained on, in short.
func (m *Model) Name() string {
	h := m.Info.Hosts()
	name := fmt.Sprintf("oddkin %d, learned from %d hosts, chosen by %d, seed %d", m.Info.Normaliser, h.Learned, h.Chosen, m.Info.Seed)
	if m.Info.Site != nil {
		name += ", tuned to a site"
	}
	if m.Info.Interrupted {
		name += ", training interrupted"
	}
	return name
}

// Hosts counts hosts that were recorded, neither made nor of a site: those learned from, those
// that epoch and calibration were chosen by, and those held out for the metrics.
type Hosts struct{ Learned, Chosen, Held int }

// Hosts are those that the model's file names.
func (i *Info) Hosts() Hosts {
	by := map[string]map[string]bool{corpus.Train: {}, corpus.Validation: {}}
	for _, s := range i.Sources {
		if of := by[s.Split]; of != nil && s.Host != siteHost && s.Host != siteCheck && !strings.HasPrefix(s.Host, corpus.MadePrefix) {
			of[s.Host] = true
		}
	}
	held := map[string]bool{}
	if i.Metrics != nil {
		for _, h := range i.Metrics.Hosts {
			held[h.Host] = true
		}
	}
	return Hosts{len(by[corpus.Train]), len(by[corpus.Validation]), len(held)}
}

// System is an operating system whose chains have networks of their own, and how many.
type System struct {
	Name     string
	Networks int
}

// Systems are those of the model. Where Windows is
// not among them, or is alone, all chains are read by the one there is.
func (m *Model) Systems() []System {
	var list []System
	for _, s := range m.systems {
		list = append(list, System{s.title(), len(s.networks)})
	}
	return list
}

// TellsNext reports whether the model has a network that tells what comes next, of any system: a
// training that was interrupted before leaves it out.
func (m *Model) TellsNext() bool {
	return slices.ContainsFunc(m.systems, func(s *system) bool { return s.next != nil })
}

// Weights are what a unit of the networks' logit, and a bit of surprise at what comes next,
// weigh in the scores of a system's chains. What weighs 0 is not in the model.
type Weights struct {
	System        string
	Network, Next float64
}

// Weights are those of each system.
func (m *Model) Weights() []Weights {
	var list []Weights
	for _, s := range m.systems {
		list = append(list, Weights{s.title(), s.fit.Network, s.fit.Next})
	}
	return list
}

// without are the parts that the model was trained without.
func (m *Model) without() Parts { return m.systems[0].words.without }

// Digest is the SHA-256 of the model's file, in hexadecimal.
func (m *Model) Digest() string { return m.digest }

// Threshold is the score from which a chain counts as an alert.
func (m *Model) Threshold() float32 { return Threshold }
