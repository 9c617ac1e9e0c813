package detect

import (
	"hash/fnv"

	"oddkin/detect/internal/lstm"
	"oddkin/detect/names"
	"oddkin/parsers/event"
)

// hop is a program of a chain as the model reads it: the normalised name, and
// where its image lies.
type hop struct {
	name  string
	place names.Place
}

func hopOf(p *event.Proc) hop { return hop{names.Of(p), names.PlaceOf(p)} }

// The rows of the embedding table. A token is the sum of a few of them: what the
// program is called (its own row, or for unknown names the rows of its letters),
// what kind it is, where it lies, and for the first of a window whether the chain goes
// on above it.
const (
	ngramRows = 512

	belowRow   = 0
	firstPlace = belowRow + 1
	firstKind  = firstPlace + names.Places
	unknownRow = firstKind + names.Kinds
	firstNgram = unknownRow + 1
	firstWord  = firstNgram + ngramRows
)

// vocabulary gives each learned word its row.
type vocabulary struct {
	words   []string // in the order of their rows
	row     map[string]int32
	without Parts // tokens that training left out
}

func newVocabulary(words []string, without Parts) vocabulary {
	v := vocabulary{words, make(map[string]int32, len(words)), without}
	for i, w := range words {
		v.row[w] = int32(firstWord + i)
	}
	return v
}

func (v vocabulary) rows() int { return firstWord + len(v.words) }

func (v vocabulary) knows(name string) bool { return v.row[name] != 0 }

// tokenKey is what tells tokens apart. A token that is below is the first of a window
// with more of the chain above it. With asUnknown a known name is spelled by its letters,
// as if it had not been learned.
type tokenKey struct {
	hop       hop
	below     bool
	asUnknown bool
}

// bag is the token of k.
func (v vocabulary) bag(k tokenKey) lstm.Bag {
	h := k.hop
	b := lstm.Bag{Rows: make([]int32, 0, 4), Scale: nil}
	add := func(row int, scale float32) {
		b.Rows = append(b.Rows, int32(row))
		b.Scale = append(b.Scale, scale)
	}
	if !v.without.has(KindTokens) {
		add(firstKind+int(names.KindOf(h.name)), 1)
	}
	if !v.without.has(PlaceTokens) {
		add(firstPlace+int(h.place), 1)
	}
	if k.below {
		add(belowRow, 1)
	}
	if row := v.row[h.name]; row != 0 && !k.asUnknown {
		add(int(row), 1)
		return b
	}
	add(unknownRow, 1)
	if v.without.has(Letters) {
		return b
	}
	grams := ngrams(h.name)
	for _, g := range grams {
		add(firstNgram+g, 1/float32(len(grams)))
	}
	return b
}

// maxNgrams bounds the rows that one name costs.
const maxNgrams = 32

// ngrams are the buckets of the name's letters in threes, with marks at both
// ends, as fastText spells words (Bojanowski et al., 2017).
func ngrams(name string) []int {
	s := "<" + name + ">"
	var out []int
	for i := 0; i+3 <= len(s) && len(out) < maxNgrams; i++ {
		h := fnv.New32a()
		h.Write([]byte(s[i : i+3]))
		out = append(out, int(h.Sum32()%ngramRows))
	}
	return out
}
