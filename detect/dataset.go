package detect

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"
	"strings"

	"oddkin/detect/corpus"
	"oddkin/detect/generate"
	"oddkin/detect/internal/graph"
	"oddkin/detect/names"
	"oddkin/parsers/event"
)

// example is one window to learn from.
type example struct {
	hops   []hop
	below  bool // the chain goes on above
	attack bool
	leaf   bool // a recorded chain ends so
	weight float64
}

// key identifies what the network sees of an example.
func (e *example) key() string {
	var b strings.Builder
	if e.below {
		b.WriteByte(1)
	}
	for _, h := range e.hops {
		b.WriteString(h.name)
		b.WriteByte(0)
		b.WriteByte(byte(h.place))
	}
	return b.String()
}

// hops returns a corpus chain as the model reads it.
func hopsOf(c *corpus.Chain, os event.OS) []hop {
	out := make([]hop, len(c.Hops))
	for i, h := range c.Hops {
		p := h.Proc(os)
		out[i] = hopOf(&p)
	}
	return out
}

// curriculum turns corpus files into examples.
//
// A chain gives itself and every chain that ends at one of its hops, because any
// process may be the last one that a log holds; of an attack those that end
// before it begins are normal. To that come variants, so that the network does
// not rest on what evidence often lacks: a chain whose top was lost, one whose middle was,
// one without paths, and if asked for one in disguise.
type curriculum struct {
	rand     *rand.Rand
	disguise bool
	os       event.OS // of the file in hand
	list     []example
	at       map[string]int
}

func newCurriculum(seed uint64) *curriculum {
	return &curriculum{rand: rand.New(rand.NewPCG(seed, 0x6375_7272)), at: map[string]int{}}
}

// recordedWeight is how much more a recorded chain counts than a generated one.
const recordedWeight = 1.5

// file adds a file's chains; variants too if asked for.
func (c *curriculum) file(f *corpus.File, variants bool) {
	made := strings.HasPrefix(f.Host, generate.HostPrefix)
	c.os = f.OS
	for i := range f.Chains {
		chain := &f.Chains[i]
		hops := hopsOf(chain, f.OS)
		weight := 1 + min(math.Log2(float64(chain.Count)), 6)/2
		if !made {
			weight *= recordedWeight
		}
		c.chain(hops, chain, weight, made)
		if variants {
			c.variants(hops, chain, weight/3, made)
		}
	}
}

// chain adds a chain and its beginnings: all of a recorded one, some of one that
// was made.
func (c *curriculum) chain(hops []hop, from *corpus.Chain, weight float64, made bool) {
	whole := squeeze(hops, from.Entry, c.os)
	for end := 1; end <= len(whole.hops); end++ {
		last := whole.at[end-1]
		w := weight
		if end < len(whole.hops) {
			if from.Tag == generate.RandomTag {
				continue // its beginnings may well be normal
			}
			if made && last != from.From && c.rand.IntN(4) > 0 {
				continue
			}
			w /= 4
		}
		part := sequence{hops: whole.hops[:end], at: whole.at[:end]}
		c.windows(part, example{attack: from.Attack && last >= from.From, leaf: end == len(whole.hops), weight: w}, from.From)
	}
}

// windows adds the last window of a part, which alone is new beside those of its
// beginnings.
func (c *curriculum) windows(s sequence, e example, from int) {
	w := s.windows() - 1
	e.hops, e.below = s.window(w)
	// What lies wholly within an attack shows nothing of how it came in.
	if first := s.start(w); e.attack && first > 0 && s.at[first] >= from {
		return
	}
	c.add(e)
}

func (c *curriculum) add(e example) {
	if len(e.hops) == 0 {
		return
	}
	key := e.key()
	i, ok := c.at[key]
	switch {
	case !ok:
		c.at[key] = len(c.list)
		c.list = append(c.list, e)
	case c.list[i].attack == e.attack:
		c.list[i].weight = min(c.list[i].weight+e.weight, 8)
		c.list[i].leaf = c.list[i].leaf || e.leaf
	case c.list[i].attack:
		c.list[i] = e // the same to the network as something normal: then normal
	}
}

// without removes the attacks that are normal elsewhere: an intruder who types what
// users type. No network can tell them, and their loss would drown the rest.
func (c *curriculum) without(normal *curriculum) {
	c.list = slices.DeleteFunc(c.list, func(e example) bool {
		i, ok := normal.at[e.key()]
		return e.attack && ok && !normal.list[i].attack
	})
	c.at = nil // the indices no longer hold
	for i := range c.list {
		c.list[i].weight = 1
	}
}

// balanced scales the weights so that attacks weigh share of the whole, and the
// mean is one.
func balanced(list []example, share float64) {
	var sum [2]float64
	side := func(e *example) int {
		if e.attack {
			return 1
		}
		return 0
	}
	for i := range list {
		sum[side(&list[i])] += list[i].weight
	}
	want := [2]float64{(1 - share) * float64(len(list)), share * float64(len(list))}
	for i := range list {
		s := side(&list[i])
		list[i].weight *= want[s] / max(sum[s], 1e-9)
	}
}

// dataset indexes examples for the trainer. Tokens are listed once each, a known
// name's twin being the same name spelled by its letters.
type dataset struct {
	words vocabulary
	graph graph.Dataset
	at    map[tokenKey]int32
}

func newDataset(words vocabulary, train, valid []example) *dataset {
	d := &dataset{words: words, at: map[tokenKey]int32{}}
	d.graph.Train = d.examples(train)
	d.graph.Valid = d.examples(valid)
	return d
}

func (d *dataset) examples(list []example) graph.Examples {
	var out graph.Examples
	for _, e := range list {
		seq := make([]int32, len(e.hops))
		for i, h := range e.hops {
			seq[i] = d.token(tokenKey{h, i == 0 && e.below, false})
		}
		out.Seqs = append(out.Seqs, seq)
		out.Labels = append(out.Labels, label(e.attack))
		out.Weights = append(out.Weights, float32(e.weight))
	}
	return out
}

func label(attack bool) float32 {
	if attack {
		return 1
	}
	return 0
}

func (d *dataset) token(k tokenKey) int32 {
	if i, ok := d.at[k]; ok {
		return i
	}
	i := int32(len(d.graph.Tokens))
	d.at[k] = i
	d.graph.Tokens = append(d.graph.Tokens, d.words.bag(k))
	d.graph.Twins = append(d.graph.Twins, i)
	if !k.asUnknown && d.words.knows(k.hop.name) {
		twin := d.token(tokenKey{k.hop, k.below, true})
		d.graph.Twins[i] = twin
	}
	return i
}

// learnWords chooses the vocabulary: names that at least two hosts show, and
// names of known programs that any chain shows. A program of one host alone is
// left unknown, so that the network learns what an unknown program of normal life
// looks like.
func learnWords(files []*corpus.File, limit int) []string {
	hosts := map[string]map[string]bool{}
	count := map[string]int{}
	for _, f := range files {
		for i := range f.Chains {
			for _, h := range hopsOf(&f.Chains[i], f.OS) {
				if hosts[h.name] == nil {
					hosts[h.name] = map[string]bool{}
				}
				if !strings.HasPrefix(f.Host, generate.HostPrefix) {
					hosts[h.name][f.Host] = true
				}
				count[h.name]++
			}
		}
	}
	var words []string
	for name, on := range hosts {
		if name != names.Unknown && (len(on) >= 2 || name == names.Random || names.KindOf(name) != names.Other && count[name] >= 3) {
			words = append(words, name)
		}
	}
	slices.SortFunc(words, func(a, b string) int { return cmp.Or(cmp.Compare(count[b], count[a]), strings.Compare(a, b)) })
	return words[:min(limit, len(words))]
}
