package detect

import (
	"hash/fnv"

	"oddkin/detect/internal/lstm"
	"oddkin/detect/names"
	"oddkin/parsers/event"
	"oddkin/tree"
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
// what kind it is, where it lies, and for the first of a window how the lineage
// begins.
const (
	entryRows = int(tree.EntryContainer) + 2 // the last: a window that begins below the root
	continued = entryRows - 1
	ngramRows = 512

	firstEntry = 0
	firstPlace = firstEntry + entryRows
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

// bag is the token of h. entry is a [tree.Node.EntryClass] or continued for the first hop
// of a window, and -1 for the others. With asUnknown a known name is spelled by
// its letters, as if it had not been learned.
func (v vocabulary) bag(h hop, entry int, asUnknown bool) lstm.Bag {
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
	if entry >= 0 && !v.without.has(RootToken) {
		add(firstEntry+entry, 1)
	}
	if row := v.row[h.name]; row != 0 && !asUnknown {
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
