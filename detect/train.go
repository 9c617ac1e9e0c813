package detect

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"hash/fnv"
	"math"
	"slices"
	"strings"

	"oddkin/detect/corpus"
	"oddkin/detect/generate"
	"oddkin/detect/internal/graph"
	"oddkin/detect/internal/lstm"
	"oddkin/detect/names"
)

// TrainOptions steer training. The zero value of a field takes its default.
type TrainOptions struct {
	// Seed decides generation, variants, initial weights and order; default 1.
	Seed uint64
	// Epochs is the most that are run for each of the networks whose mean the model
	// is; default 7.
	Epochs int
	// Networks is how many there are; default 3.
	Networks int
	// Without leaves parts out, to measure what they are worth.
	Without Parts
	// Step, unless nil, is called now and then within an epoch with how many examples
	// of all epochs were taken, and how many there are at most.
	Step func(done, total int64)
	// Generate says how much is made beside what was recorded. All counts zero
	// means the defaults; its Seed is this one.
	Generate generate.Options
}

// Progress is one finished epoch.
type Progress struct {
	Epoch, Epochs   int // over all networks
	Network         int // from 1
	Examples        int // in an epoch
	Loss, ValidLoss float64
	ValidAUC        float64
	Best            bool // so far, of its network
}

func (o TrainOptions) defaults() TrainOptions {
	if o.Seed == 0 {
		o.Seed = 1
	}
	if o.Epochs == 0 {
		o.Epochs = 7
	}
	if o.Networks == 0 {
		o.Networks = members
	}
	if g := &o.Generate; g.Normal == 0 && g.Attacks == 0 && g.Random == 0 {
		g.Normal, g.Attacks, g.Random = generate.DefaultNormal, generate.DefaultAttacks, generate.DefaultRandom
	}
	o.Generate.Seed = o.Seed
	o.Generate.HeldOut = append(slices.Clone(o.Generate.HeldOut), acceptance...)
	return o
}

// The network's size: the seed model's, with the same two layers.
const (
	embedWidth = 48
	hidden1    = 48
	hidden2    = 32
	members    = 3 // networks: their mean varies less with the start than one does
	maxWords   = 3000
	maxShapes  = 1500
)

// Train fits a model to the files whose split is train, generated chains added,
// and picks epoch and calibration by those whose split is validation. Files of
// the test split are refused their influence: they are only measured, into the
// returned metrics.
//
// progress, unless nil, is called after each epoch. The same files and options
// give the same model byte for byte. When ctx ends, Train goes on with the best
// epochs so far; it fails only if there are none.
func Train(ctx context.Context, files []*corpus.File, o TrainOptions, progress func(Progress)) (*Model, *Metrics, error) {
	o = o.defaults()
	fit, check, err := prepare(files, o)
	if err != nil {
		return nil, nil, err
	}
	m := &Model{words: newVocabulary(learnWords(fit, maxWords), o.Without), normal: countNormal(fit), shapes: commonShapes(fit)}
	lessons := m.lessons(fit, check, o)
	m.Info = Info{Format: headerFormat, Normaliser: names.Version, Seed: o.Seed, Without: o.Without.Names(), Limits: limits(fit)}
	m.Info.Made = Made{o.Generate.Normal, o.Generate.Attacks, o.Generate.Random}
	for i := range o.Networks {
		t := teacher{lessons: lessons, seed: o.Seed + uint64(i)<<32, epochs: o.Epochs, network: i, networks: o.Networks, progress: progress, step: o.Step}
		w, err := t.train(ctx, lstm.Shape{Rows: m.words.rows(), Embed: embedWidth, Hidden1: hidden1, Hidden2: hidden2})
		if err != nil {
			return nil, nil, err
		}
		if w == nil {
			break // interrupted: what was trained before counts
		}
		if m.networks = append(m.networks, w); i == 0 {
			m.Info.Best, m.Info.Epochs = t.best, t.run
		}
	}
	if m.Info.Networks = len(m.networks); m.Info.Networks == 0 {
		return nil, nil, errors.New("detect: stopped before the first epoch was done")
	}
	m.Info.Interrupted = ctx.Err() != nil
	m.fit = m.calibrate(check, o.Without)
	m.Info.describe(append(fit, check...))
	metrics := m.Evaluate(HeldOut(files))
	m.Info.Metrics = metrics
	// What is returned is what a file of it would give.
	var file bytes.Buffer
	if err := m.Save(&file); err != nil {
		return nil, nil, err
	}
	m, err = Load(&file)
	return m, metrics, err
}

// teacher trains one network.
type teacher struct {
	lessons  graph.Dataset
	seed     uint64
	epochs   int // at most
	network  int // from 0
	networks int
	progress func(Progress)
	step     func(done, total int64)

	run, best int // epochs, and the one kept
	lowest    float64
}

// train returns a network of the given shape after its best epoch, nil if ctx
// ended before the first was done. It goes on from the best epoch of large steps
// in small ones.
func (t *teacher) train(ctx context.Context, shape lstm.Shape) (*lstm.Weights, error) {
	w := lstm.New(shape, t.seed)
	t.lowest = math.Inf(1)
	coarse := (2*t.epochs + 2) / 3
	for stage, o := range []graph.Options{{Epochs: coarse, Rate: 0.002}, {Epochs: t.epochs - coarse, Rate: 0.0004}} {
		if o.Epochs == 0 {
			break
		}
		o.Seed, o.Patience, o.Dropout, o.TwinRate = t.seed+uint64(stage), t.epochs, 0.2, 0.15
		o.Step = t.within
		before, start := w.Clone(), t.run
		if _, err := graph.Train(ctx, w, t.lessons, o, t.note); err != nil {
			return nil, err
		}
		if t.best <= start { // nothing better came of it
			w = before
		}
	}
	if t.best == 0 {
		return nil, nil
	}
	return w, nil
}

// note takes one finished epoch.
func (t *teacher) note(e graph.Epoch) {
	t.run++
	if e.ValidLoss < t.lowest {
		t.lowest, t.best = e.ValidLoss, t.run
	}
	if t.progress != nil {
		t.progress(Progress{
			Epoch: t.finished(), Epochs: t.networks * t.epochs, Network: t.network + 1, Examples: len(t.lessons.Train.Seqs),
			Loss: e.Loss, ValidLoss: e.ValidLoss, ValidAUC: e.ValidAUC, Best: t.best == t.run,
		})
	}
}

// finished is how many epochs were finished, the networks before this one included.
func (t *teacher) finished() int { return t.network*t.epochs + t.run }

// within takes how many examples of the epoch in hand are done.
func (t *teacher) within(examples int) {
	if t.step != nil {
		epoch := int64(len(t.lessons.Train.Seqs))
		t.step(int64(t.finished())*epoch+int64(examples), int64(t.networks*t.epochs)*epoch)
	}
}

// prepare gives the files to learn from and those to choose epoch and calibration
// by, generated ones among both, in a fixed order.
func prepare(files []*corpus.File, o TrainOptions) (fit, check []*corpus.File, err error) {
	if err := corpus.CheckSplits(files); err != nil {
		return nil, nil, err
	}
	bySplit := map[string][]*corpus.File{}
	for _, f := range files {
		if err := f.Check(); err != nil {
			return nil, nil, err
		}
		bySplit[f.Split] = append(bySplit[f.Split], f.Canonical())
	}
	for _, list := range bySplit {
		slices.SortFunc(list, func(a, b *corpus.File) int {
			return cmp.Or(strings.Compare(a.Host, b.Host), strings.Compare(a.View, b.View))
		})
	}
	if !o.Without.has(Generated) {
		made, err := generate.Corpus(bySplit[corpus.Train], o.Generate)
		if err != nil {
			return nil, nil, err
		}
		fit, check = holdOut(made)
	}
	fit = append(bySplit[corpus.Train], fit...)
	check = append(bySplit[corpus.Validation], check...)
	return fit, check, nil
}

// lessons turns files into the network's examples.
func (m *Model) lessons(fit, check []*corpus.File, o TrainOptions) graph.Dataset {
	lessons, exam := newCurriculum(o.Seed), newCurriculum(o.Seed)
	for _, f := range fit {
		lessons.file(f, !o.Without.has(Variants))
	}
	for _, f := range check {
		exam.file(f, false)
	}
	exam.without(lessons)
	balanced(lessons.list, attackShare)
	balanced(exam.list, attackShare)
	return newDataset(m.words, lessons.list, exam.list).graph
}

// attackShare is what attacks weigh of all examples, whatever their number.
const attackShare = 0.4

// holdOut splits each generated file by its chains' shapes: one in ten is kept
// for choosing the epoch, near duplicates on the same side.
func holdOut(made []*corpus.File) (fit, check []*corpus.File) {
	for _, f := range made {
		a, b := &corpus.File{Meta: f.Meta}, &corpus.File{Meta: f.Meta}
		b.Split = corpus.Validation
		for i := range f.Chains {
			h := fnv.New32a()
			h.Write([]byte(generate.Shape(f.Chains[i].Names(f.OS))))
			if h.Sum32()%10 == 0 {
				b.Chains = append(b.Chains, f.Chains[i])
			} else {
				a.Chains = append(a.Chains, f.Chains[i])
			}
		}
		fit, check = append(fit, a), append(check, b)
	}
	return fit, check
}

// countNormal counts the edges of normal chains, each chain's once.
func countNormal(files []*corpus.File) *statistics {
	s := newStatistics()
	for _, f := range files {
		for i := range f.Chains {
			c := &f.Chains[i]
			if c.Attack {
				continue
			}
			q := squeeze(hopsOf(c, f.OS), c.Entry, f.OS)
			for i := 1; i < len(q.hops); i++ {
				s.add(edge{q.hops[i-1].name, q.hops[i].name}, 1)
			}
		}
	}
	return s
}

// commonShapes are the normal chains kept for comparison: recorded before
// generated, those of more hosts and paths first.
func commonShapes(files []*corpus.File) [][]string {
	type entry struct {
		names []string
		count int
	}
	seen := map[string]*entry{}
	for _, f := range files {
		recorded := !strings.HasPrefix(f.Host, generate.HostPrefix)
		for i := range f.Chains {
			c := &f.Chains[i]
			q := squeeze(hopsOf(c, f.OS), c.Entry, f.OS)
			if c.Attack || len(q.hops) < 2 || len(q.hops) > Length {
				continue
			}
			list := make([]string, len(q.hops))
			for i, h := range q.hops {
				list[i] = h.name
			}
			key := generate.Shape(list)
			e := seen[key]
			if e == nil {
				e = &entry{names: list}
				seen[key] = e
			}
			e.count++
			if recorded {
				e.count += 1 << 20
			}
		}
	}
	all := make([]*entry, 0, len(seen))
	for _, e := range seen {
		all = append(all, e)
	}
	slices.SortFunc(all, func(a, b *entry) int { return cmp.Or(cmp.Compare(b.count, a.count), slices.Compare(a.names, b.names)) })
	var out [][]string
	for _, e := range all[:min(maxShapes, len(all))] {
		out = append(out, e.names)
	}
	return out
}

// calibrate fits the scores to whole validation chains: of recorded hosts, or if
// there are none of generated files.
func (m *Model) calibrate(files []*corpus.File, without Parts) calibration {
	recorded := slices.DeleteFunc(slices.Clone(files), func(f *corpus.File) bool { return strings.HasPrefix(f.Host, generate.HostPrefix) })
	if len(recorded) > 0 {
		files = recorded
	}
	var obs []observation
	for i, f := range files {
		for _, r := range m.rows([]*corpus.File{f}) {
			obs = append(obs, observation{r.network, r.rarity, r.attack, i})
		}
	}
	weights := rarityWeights
	if without.has(SecondOpinion) {
		weights = []float64{0}
	}
	return fitCalibration(obs, weights)
}

// describe notes what the model was made from.
func (i *Info) describe(files []*corpus.File) {
	i.Data = digest(files)
	for _, f := range files {
		s := Source{Host: f.Host, Split: f.Split, Source: f.Source, Licence: f.Licence}
		for _, c := range f.Chains {
			if c.Attack {
				s.Attack++
			} else {
				s.Normal++
			}
		}
		i.Sources = append(i.Sources, s)
	}
}

// digest is the SHA-256 of the files as they would be written, in their order.
func digest(files []*corpus.File) string {
	sum := sha256.New()
	for _, f := range files {
		_ = f.Write(sum) // a hash takes everything, and the header was checked
	}
	return hex.EncodeToString(sum.Sum(nil))
}
