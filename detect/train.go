package detect

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash/fnv"
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
	// Networks is how many there are for Linux, and one more than there are for Windows, which has
	// one at least; default 3.
	Networks int
	// Without leaves parts out, to measure what they are worth.
	Without Parts
	// Also are recordings of the split train that only the networks learn from, because they
	// must not be passed on: the model holds none of their chains, only names of programs.
	Also []*corpus.File
	// Step, unless nil, is called now and then within an epoch with how many examples
	// of all epochs were taken, and how many there are at most.
	Step func(done, total int64)
	// Generate says how much is made beside what was recorded; zero is none. Its Seed
	// is this one.
	Generate generate.Options
}

// Progress is one finished epoch.
type Progress struct {
	Epoch, Epochs   int    // over all networks
	System          string // whose chains the network reads
	Network         int    // from 1
	Next            bool   // the network is the one that tells what comes next; it has no AUC
	Examples        int    // in an epoch
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
	also, err := only(o.Also, files)
	if err != nil {
		return nil, nil, err
	}
	all := slices.Concat(fit, also)
	m := &Model{systems: systemsOf(all), normal: countNormal(fit).statistics(), shapes: commonShapes(fit)}
	m.Info = Info{Format: headerFormat, Normaliser: names.Version, Seed: o.Seed, Without: o.Without.Names(), Limits: limits(fit, also)}
	m.Info.Made = Made{o.Generate.Normal, o.Generate.Attacks, o.Generate.Random}
	var classes []lessons
	for i, s := range m.systems {
		own := m.files(i, all)
		s.words = newVocabulary(learnWords(own, maxWords), o.Without)
		classes = append(classes, s.lessons(own, nil, m.files(i, check), nil, m.normal, o))
	}
	if err := m.learn(ctx, classes, o, progress); err != nil {
		return nil, nil, err
	}
	m.Info.Interrupted = ctx.Err() != nil
	for i, s := range m.systems {
		s.fit = s.calibrate(m, m.files(i, check), m.share(i, check))
	}
	m.Info.describe(append(fit, check...), also)
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

// members is how many networks the system has of those that were asked for: Windows, whose chains
// are told apart more easily, one less.
func (s *system) members(networks int) int {
	if s.windows {
		return max(1, networks-1)
	}
	return networks
}

// learn trains the networks of each system in turn, and then the successors. What is
// interrupted is left out, if there is one network at least; so is a system without one.
func (m *Model) learn(ctx context.Context, classes []lessons, o TrainOptions, progress func(Progress)) error {
	of := make([]int, len(m.systems))
	for k, s := range m.systems {
		of[k] = s.members(o.Networks)
	}
	c := newCourse(classes, of, o, progress)
	for i := range c.networks {
		for k, s := range m.systems {
			if i >= of[k] {
				continue
			}
			w := lstm.New(lstm.Shape{Rows: s.words.rows(), Embed: embedWidth, Hidden1: hidden1, Hidden2: hidden2}, o.Seed+uint64(i)<<32)
			t := c.teacher(s, k, i, o.Seed)
			done, err := t.train(w.Tensors(), func(o graph.Options) error {
				_, err := graph.Train(ctx, w, classes[k].chains, o, t.note)
				return err
			})
			if err != nil {
				return err
			}
			if !done {
				continue // it was interrupted, and the others will be
			}
			if s.networks = append(s.networks, w); i+k == 0 {
				m.Info.Best, m.Info.Epochs = t.best, t.run
			}
		}
	}
	for k, s := range m.systems {
		n := classes[k].successors
		if n == nil || ctx.Err() != nil {
			continue
		}
		n.net = lstm.NewNext(s.words.rows(), nextWidth, nextHidden, n.sizes(), o.Seed)
		t := c.teacher(s, k, c.networks, o.Seed)
		done, err := t.train(n.net.Tensors(), func(o graph.Options) error {
			_, err := graph.TrainNext(ctx, n.net, classes[k].next, o, t.note)
			return err
		})
		if err != nil {
			return err
		}
		if done {
			s.next = n
		}
	}
	m.systems = slices.DeleteFunc(m.systems, func(s *system) bool { return len(s.networks) == 0 })
	if len(m.systems) == 0 {
		return errors.New("detect: stopped before the first epoch was done")
	}
	m.Info.Networks = len(m.systems[0].networks)
	return nil
}

// train fits the network whose parameters are given and leaves it after its best
// epoch; it reports whether one was done. It goes on from the best epoch of large
// steps in small ones.
func (t *teacher) train(params []lstm.Tensor, fit func(graph.Options) error) (done bool, err error) {
	coarse := (2*t.epochs + 2) / 3
	for stage, o := range []graph.Options{{Epochs: coarse, Rate: 0.002}, {Epochs: t.epochs - coarse, Rate: 0.0004}} {
		if o.Epochs == 0 {
			break
		}
		o.Seed, o.Patience, o.Dropout, o.TwinRate = t.seed+uint64(stage), t.epochs, 0.2, 0.15
		o.Step = t.within
		before, start := copied(params), t.run
		if err := fit(o); err != nil {
			return false, err
		}
		if t.best <= start { // nothing better came of it
			for i, p := range params {
				copy(p.Data, before[i])
			}
		}
	}
	return t.best > 0, nil
}

func copied(params []lstm.Tensor) [][]float32 {
	out := make([][]float32, len(params))
	for i, p := range params {
		out[i] = slices.Clone(p.Data)
	}
	return out
}

// prepare gives the files to learn from and those to choose epoch and calibration
// by, generated ones among both, in a fixed order. No chain of a host that is not learned from
// is generated.
func prepare(files []*corpus.File, o TrainOptions) (fit, check []*corpus.File, err error) {
	if err := corpus.CheckSplits(files); err != nil {
		return nil, nil, err
	}
	bySplit := map[string][]*corpus.File{}
	ordered, err := canonical(files)
	if err != nil {
		return nil, nil, err
	}
	for _, f := range ordered {
		bySplit[f.Split] = append(bySplit[f.Split], f)
	}
	if !o.Without.has(Generated) {
		for _, f := range append(slices.Clip(bySplit[corpus.Validation]), bySplit[corpus.Test]...) {
			for i := range f.Chains {
				o.Generate.HeldOut = append(o.Generate.HeldOut, f.Chains[i].Names(f.OS))
			}
		}
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

// canonical are files in their canonical form, by host and view.
func canonical(files []*corpus.File) ([]*corpus.File, error) {
	var list []*corpus.File
	for _, f := range files {
		if err := f.Check(); err != nil {
			return nil, err
		}
		list = append(list, f.Canonical())
	}
	slices.SortStableFunc(list, func(a, b *corpus.File) int {
		return cmp.Or(strings.Compare(a.Host, b.Host), strings.Compare(a.View, b.View))
	})
	return list, nil
}

// only are the recordings that only the networks learn from, in a fixed order.
func only(also, files []*corpus.File) ([]*corpus.File, error) {
	for _, f := range also {
		if f.Split != corpus.Train {
			return nil, fmt.Errorf("detect: %s is of the split %s, and only the networks are to learn from it", f.Host, f.Split)
		}
	}
	if err := corpus.CheckSplits(slices.Concat(files, also)); err != nil {
		return nil, err
	}
	return canonical(also)
}

// lessons are what a system is taught.
type lessons struct {
	chains     graph.Dataset // in disguise too
	next       graph.Dataset
	successors *successors // who learn next; nil if that is left out
}

// lessons turns files into examples. site and kept are those of a site to learn from and to choose the epoch
// by, which weigh more: what the former show as normal is normal, whatever the others call it. normal is what normal life counts.
func (s *system) lessons(fit, site, check, kept []*corpus.File, normal *statistics, o TrainOptions) lessons {
	train, valid := examples(fit, site, check, kept, !o.Without.has(Variants), o)
	l := lessons{chains: newDataset(s.words, train.list, valid.list).graph}
	if o.Without.has(NextProcess) {
		return l
	}
	n := s.next // it goes on learning, or begins
	if n == nil {
		n = newSuccessors(s.words, groupClasses(s.words, normal))
	}
	train, valid = examples(fit, site, check, kept, false, o) // what comes next is told of life undisguised
	if l.next = n.lessons(train.list, valid.list); len(l.next.Train.Seqs) > 0 {
		l.successors = n
	}
	return l
}

// examples are those to learn from and those to choose the epoch by.
func examples(fit, site, check, kept []*corpus.File, disguise bool, o TrainOptions) (train, valid *curriculum) {
	variants := !o.Without.has(Variants)
	train, own := taught(fit, o.Seed, variants, disguise), taught(site, o.Seed, variants, disguise)
	often := siteWeight(train.list, own.list)
	for _, e := range own.list {
		e.weight *= often
		train.add(e)
	}
	valid, own = taught(check, o.Seed, false, false), taught(kept, o.Seed, false, false)
	valid.without(train)
	own.without(train)
	often = siteWeight(valid.list, own.list)
	for _, e := range own.list {
		e.weight = often
		valid.list = append(valid.list, e)
	}
	balanced(train.list, attackShare)
	balanced(valid.list, attackShare)
	return train, valid
}

// taught is what files teach.
func taught(files []*corpus.File, seed uint64, variants, disguise bool) *curriculum {
	c := newCurriculum(seed)
	c.disguise = disguise
	for _, f := range files {
		c.file(f, variants)
	}
	return c
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
func countNormal(files []*corpus.File) counts {
	n := counts{}
	for _, f := range files {
		for i := range f.Chains {
			c := &f.Chains[i]
			if c.Attack {
				continue
			}
			q := squeeze(hopsOf(c, f.OS), c.Entry, f.OS)
			for i := 1; i < len(q.hops); i++ {
				n[edge{q.hops[i-1].name, q.hops[i].name}]++
			}
		}
	}
	return n
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

// share is how many of the generated normal chains of the i-th system may be alerted, if there is no host to
// calibrate it by: as many as are by the threshold that its hosts gave the system before it. They
// are more various than any host's life, so that of one in a hundred would be too few.
func (m *Model) share(i int, check []*corpus.File) float64 {
	for k := range i {
		own := m.files(k, check)
		if made := slices.DeleteFunc(slices.Clone(own), isRecorded); len(made) < len(own) {
			return min(max(rare, m.falseAlarms(made)), mostShare)
		}
	}
	return rare
}

func isMade(f *corpus.File) bool     { return strings.HasPrefix(f.Host, generate.HostPrefix) }
func isRecorded(f *corpus.File) bool { return !isMade(f) }

// falseAlarms is the share of the files' normal shapes that are alerted.
func (m *Model) falseAlarms(files []*corpus.File) float64 {
	alerted, all := 0.0, 0.0
	for _, f := range files {
		for _, r := range m.rows(f) {
			if !r.attack {
				all++
				alerted += alert(r.standing)
			}
		}
	}
	return alerted / max(all, 1)
}

// calibrate fits the scores of a system of m to whole validation chains of its own: of recorded
// hosts, or if there are none of generated files, of whose normal shapes the share given may be alerted.
func (s *system) calibrate(m *Model, files []*corpus.File, share float64) calibration {
	if recorded := slices.DeleteFunc(slices.Clone(files), isMade); len(recorded) > 0 {
		files, share = recorded, rare
	}
	hosts := make([][]observation, len(files))
	for i, f := range files {
		shapes, run := m.shapesOf(f)
		for _, p := range shapes {
			if !p.attack {
				hosts[i] = append(hosts[i], run.opinionsOf(p.as, p.windows))
			}
		}
	}
	next := bitWeight
	if s.next == nil {
		next = 0
	}
	return fitCalibration(hosts, next, share)
}

// describe notes what the model was made from.
func (i *Info) describe(files, also []*corpus.File) {
	all := slices.Concat(files, also)
	i.Data, i.Corpus = digest(all), ""
	if len(also) > 0 {
		i.Corpus = digest(files)
	}
	for n, f := range all {
		s := Source{Host: f.Host, Split: f.Split, Source: f.Source, Licence: f.Licence, Also: n >= len(files)}
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
