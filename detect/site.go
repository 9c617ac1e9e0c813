package detect

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"maps"
	"slices"
	"strings"

	"oddkin/detect/corpus"
	"oddkin/detect/generate"
	"oddkin/detect/internal/graph"
	"oddkin/detect/internal/lstm"
	"oddkin/detect/names"
)

// Site is what a site gives to learn from: chains of hosts that are known to be
// clean, and optionally of attacks on them. Labels in the files do not count, nor
// do their splits.
type Site struct {
	Normal, Abnormal []*corpus.File
}

// SiteInfo is what a model's file says about the site it was tuned to.
type SiteInfo struct {
	// Base is the digest of the model that was tuned.
	Base string
	// Normal and Abnormal count the distinct chains that were learned from, Dropped
	// those of the abnormal evidence that are normal, here or elsewhere, and so teach
	// nothing.
	Normal, Abnormal, Dropped int
	// Words counts program names that the model did not know before.
	Words int
	// Known counts the chains of clean evidence and their beginnings that raise no alert,
	// those of a model that was tuned before among them; Unkept those that were too
	// many to keep.
	Known  int `json:",omitempty"`
	Unkept int `json:",omitempty"`
}

const (
	siteHost  = "site"
	siteCheck = "site, kept to check"
	siteWords = 1000 // at most are added to the vocabulary
	// siteShare is what a site's chains weigh of all normal ones, that the model may know this site
	// before others; but no chain more than mostSite and none less than leastSite times what a recorded one of the corpus does.
	siteShare, leastSite, mostSite = 0.4, 3, 40
	// siteEpochs over the whole corpus, in small steps, change the model where the
	// site differs and leave it else.
	siteEpochs, siteRate = 2, 0.0004
	// siteShapes is from how many kept chains on the site's own one-in-a-hundred tells
	// where the threshold should be.
	siteShapes = 100
)

// siteWeight is by how much the examples of a site weigh more than the corpus'.
func siteWeight(corpus, own []example) float64 {
	var normal [2]float64
	for i, list := range [][]example{corpus, own} {
		for _, e := range list {
			if !e.attack {
				normal[i] += e.weight
			}
		}
	}
	return min(max(siteShare/(1-siteShare)*normal[0]/max(normal[1], 1), leastSite), mostSite)
}

// Learn gives a model that knows a site's normal life beside what m knows. Its
// networks go on from m's, over the corpus in files and the site's chains together,
// so that what is normal here is learned and what is abnormal everywhere is not
// forgotten. Program names of the site become words of the vocabulary, its steps count
// in the statistics of normal life, and one in five of its chains, by shape, is
// kept to choose the epoch and to set the threshold. m stays as it is.
//
// All normal chains of the site, those kept too, and whatever they begin with are known
// from then on and raise no alert: see [Finding]. That holds for an intruder's doings as
// well where the clean evidence has them, or where they equal what it has.
//
// An abnormal chain is an attack from the first hop that no normal chain has there.
// One in five of them is kept too.
//
// Everything that [Train] says about seeds, progress and the end of ctx holds here:
// o's Seed and Epochs are for the tuning.
func (m *Model) Learn(ctx context.Context, files []*corpus.File, site Site, o TrainOptions, progress func(Progress)) (*Model, *Metrics, error) {
	recipe := m.Recipe().defaults()
	fit, check, err := prepare(files, recipe)
	if err != nil {
		return nil, nil, err
	}
	info := SiteInfo{Base: m.Digest()}
	also, err := only(o.Also, files)
	if err != nil {
		return nil, nil, err
	}
	own, kept := site.split(fit, &info)
	if info.Normal == 0 {
		return nil, nil, errors.New("detect: the site's normal evidence holds no chain")
	}
	t := &Model{Info: m.Info, normal: m.normal.with(own), shapes: siteFirst(commonShapes(own), m.shapes)}
	t.known, info.Unkept = beginningsOf(site.Normal, m.known)
	info.Known = len(t.known)
	t.Info.Site = &info
	recipe.Seed, recipe.Epochs = max(o.Seed, 1), max(o.Epochs, siteEpochs)
	if o.Epochs > 0 {
		recipe.Epochs = o.Epochs
	}
	recipe.Step = o.Step
	var pupils []pupil
	for i, s := range m.systems {
		mine := m.files(i, own)
		if normalChains(mine) == 0 {
			t.systems = append(t.systems, s) // the site does nothing on such a system
			continue
		}
		g := s.grown(siteNames(mine, s.words), &info)
		t.systems = append(t.systems, g)
		how := recipe
		if g.next == nil {
			how.Without |= NextProcess
		}
		l := g.lessons(m.files(i, slices.Concat(fit, also)), mine, m.files(i, check), m.files(i, kept), t.normal, how)
		pupils = append(pupils, pupil{g, l})
	}
	if err := t.tune(ctx, pupils, recipe, progress); err != nil {
		return nil, nil, err
	}
	for _, p := range pupils {
		i := slices.Index(t.systems, p.system)
		p.fit = p.calibrateSite(t, m.files(i, check), m.files(i, kept), t.share(i, check))
	}
	// What the base learned from and the tuning had not stays named.
	t.Info.Sources = slices.DeleteFunc(slices.Clone(m.Info.Sources), func(s Source) bool { return !s.Also || len(also) > 0 })
	t.Info.describe(slices.Concat(fit, own, check, kept), also)
	metrics := t.Evaluate(HeldOut(files))
	t.Info.Metrics = metrics
	var file bytes.Buffer
	if err := t.Save(&file); err != nil {
		return nil, nil, err
	}
	t, err = Load(&file)
	return t, metrics, err
}

// split labels the site's chains and gives those to learn from and those to check by.
func (s Site) split(corpusFiles []*corpus.File, info *SiteInfo) (own, kept []*corpus.File) {
	normal := newBeginnings()
	for _, f := range append(slices.Clip(corpusFiles), s.Normal...) {
		normal.file(f)
	}
	add := func(f *corpus.File, chains []corpus.Chain) {
		a, b := &corpus.File{Meta: f.Meta}, &corpus.File{Meta: f.Meta}
		a.Host, a.Split, b.Host, b.Split = siteHost, corpus.Train, siteCheck, corpus.Validation
		for _, c := range chains {
			h := fnv.New32a()
			h.Write([]byte(generate.Shape(c.Names(f.OS))))
			if h.Sum32()%5 == 0 {
				b.Chains = append(b.Chains, c)
			} else {
				a.Chains = append(a.Chains, c)
			}
		}
		own, kept = append(own, a.Canonical()), append(kept, b.Canonical())
	}
	for _, f := range s.Normal {
		chains := slices.Clone(f.Chains)
		for i := range chains {
			chains[i].Attack, chains[i].From, chains[i].Tag = false, 0, ""
		}
		info.Normal += len(chains)
		add(f, chains)
	}
	for _, f := range s.Abnormal {
		var chains []corpus.Chain
		for _, c := range f.Chains {
			c.From = normal.leaves(f, &c)
			if c.Attack = c.From >= 0; !c.Attack {
				info.Dropped++
				continue
			}
			c.Tag = siteHost
			chains = append(chains, c)
		}
		info.Abnormal += len(chains)
		add(f, chains)
	}
	return own, kept
}

// beginnings are those of normal chains, by normalised names.
type beginnings map[string]bool

func newBeginnings() beginnings { return beginnings{} }

// file adds the normal chains of f.
func (b beginnings) file(f *corpus.File) {
	for i := range f.Chains {
		if !f.Chains[i].Attack {
			b.walk(f, &f.Chains[i], func(_ int, key string) bool {
				b[key] = true
				return true
			})
		}
	}
}

// leaves is the first hop of c at which it is the beginning of no normal chain; -1 if
// it is one as a whole.
func (b beginnings) leaves(f *corpus.File, c *corpus.Chain) int {
	at := -1
	b.walk(f, c, func(hop int, key string) bool {
		if !b[key] {
			at = hop
		}
		return at < 0
	})
	return at
}

// walk gives each hop with what identifies the chain up to it, repetitions taken once.
func (beginnings) walk(f *corpus.File, c *corpus.Chain, each func(hop int, key string) bool) {
	var key strings.Builder
	last := ""
	for i, n := range c.Names(f.OS) {
		if n != last {
			key.WriteString(n)
			key.WriteByte(0)
			last = n
		}
		if !each(i, key.String()) {
			return
		}
	}
}

// siteNames are the names in normal chains that the vocabulary lacks, the most frequent
// first.
func siteNames(own []*corpus.File, words vocabulary) []string {
	count := map[string]int{}
	for _, f := range own {
		for i := range f.Chains {
			if c := &f.Chains[i]; !c.Attack {
				for _, n := range c.Names(f.OS) {
					if n != names.Unknown && n != names.Random && !words.knows(n) {
						count[n]++
					}
				}
			}
		}
	}
	list := slices.SortedFunc(maps.Keys(count), func(a, b string) int {
		if count[a] != count[b] {
			return count[b] - count[a]
		}
		return strings.Compare(a, b)
	})
	return list[:min(siteWords, len(list))]
}

// extended is the vocabulary with more words behind its own.
func (v vocabulary) extended(words []string) vocabulary {
	return newVocabulary(append(slices.Clip(v.words), words...), v.without)
}

// grown is the system with more words, to be tuned.
func (s *system) grown(words []string, info *SiteInfo) *system {
	info.Words += len(words)
	g := &system{windows: s.windows, words: s.words.extended(words), fit: s.fit}
	for _, n := range s.networks {
		g.networks = append(g.networks, g.grownNetwork(n, s.words))
	}
	if s.next != nil {
		g.next = s.next.grown(g.words, g.grownTable(slices.Clone(s.next.net.Table), s.next.net.Shape.Embed, s.words))
	}
	return g
}

// grownNetwork is a network with a row for each word that was added. A new row is what
// the name was spelled by until now, so nothing changes before it learns.
func (s *system) grownNetwork(w *lstm.Weights, old vocabulary) *lstm.Weights {
	g := w.Clone()
	g.Table = s.grownTable(g.Table, g.Shape.Embed, old)
	g.Shape.Rows = s.words.rows()
	return g
}

// grownTable is a table of rows of the given width with one for each word that was
// added.
func (s *system) grownTable(table []float32, width int, old vocabulary) []float32 {
	for _, word := range s.words.words[len(old.words):] {
		row := make([]float32, width)
		spell := func(index int, scale float32) {
			for j, v := range table[index*width : (index+1)*width] {
				row[j] += float32(v * scale)
			}
		}
		spell(unknownRow, 1)
		if grams := ngrams(word); !old.without.has(Letters) {
			for _, n := range grams {
				spell(firstNgram+n, 1/float32(len(grams)))
			}
		}
		table = append(table, row...)
	}
	return table
}

// with is the statistics with those of the normal chains of files added.
func (s *statistics) with(files []*corpus.File) *statistics {
	c := countNormal(files)
	s.addTo(c)
	return c.statistics()
}

// siteFirst is the chains to compare with: the site's, then those of before.
func siteFirst(own, before [][]string) [][]string {
	seen := map[string]bool{}
	var out [][]string
	for _, s := range append(slices.Clip(own), before...) {
		if key := generate.Shape(s); !seen[key] && len(out) < maxShapes {
			seen[key] = true
			out = append(out, s)
		}
	}
	return out
}

// pupil is a system that is tuned, and by what.
type pupil struct {
	*system
	lessons lessons
}

// tune goes on with the networks of the pupils and their successors over the lessons, and
// keeps each after its best epoch, the one of before counted as none.
func (t *Model) tune(ctx context.Context, pupils []pupil, o TrainOptions, progress func(Progress)) error {
	var classes []lessons
	var networks []int
	for _, p := range pupils {
		classes, networks = append(classes, p.lessons), append(networks, len(p.networks))
	}
	c := newCourse(classes, networks, o, progress)
	learned := false // of an interrupted tuning, networks that had no epoch stay as they were
	for i := range c.networks {
		for k, p := range pupils {
			if i >= len(p.networks) {
				continue
			}
			teach := c.teacher(p.system, k, i, o.Seed)
			r, err := graph.Train(ctx, p.networks[i], p.lessons.chains, teach.gently(), teach.note)
			if err != nil {
				return fmt.Errorf("tuning network %d: %w", i+1, err)
			}
			learned = learned || r.Best >= 0
		}
	}
	for k, p := range pupils {
		if p.next == nil || p.lessons.successors == nil || ctx.Err() != nil {
			continue
		}
		teach := c.teacher(p.system, k, c.networks, o.Seed)
		if _, err := graph.TrainNext(ctx, p.next.net, p.lessons.next, teach.gently(), teach.note); err != nil {
			return fmt.Errorf("tuning what comes next: %w", err)
		}
	}
	t.Info.Interrupted = t.Info.Interrupted || ctx.Err() != nil
	if !learned {
		return errors.New("detect: stopped before the first epoch was done")
	}
	return nil
}

// gently are the options for going on in small steps.
func (t *teacher) gently() graph.Options {
	return graph.Options{Epochs: t.epochs, Patience: t.epochs, Rate: siteRate, Seed: t.seed, Dropout: 0.2, TwinRate: 0.15, Step: t.within}
}

// calibrateSite fits the scores of a system of t as training does, with the site's kept chains as
// one more host if they are enough to tell what one in a hundred is.
func (s *system) calibrateSite(t *Model, check, kept []*corpus.File, share float64) calibration {
	if normalChains(kept) >= siteShapes {
		check = append(slices.Clip(check), kept...)
	}
	return s.calibrate(t, check, share)
}

// normalChains counts them.
func normalChains(files []*corpus.File) (n int) {
	for _, f := range files {
		for i := range f.Chains {
			if !f.Chains[i].Attack {
				n++
			}
		}
	}
	return n
}
