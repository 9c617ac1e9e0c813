package detect

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"oddkin/detect/internal/graph"
	"oddkin/detect/internal/lstm"
	"oddkin/detect/names"
)

// successors tells how surprising each step of a chain is after all before it: a
// network that learned from normal life alone which program comes next, or that none
// does. Its classes are the words of the vocabulary, for each kind the programs of it
// that have no word, and the end: what never starts anything in normal life makes any
// child a surprise. A nil one finds nothing surprising.
type successors struct {
	net    *lstm.Next
	groups [][]int // of classes, each as [classID] numbers it
	at     map[int]int32
	words  vocabulary
}

const (
	nextWidth  = 32
	nextHidden = 32
	// groupSize bounds the groups that the words of a kind are parted into.
	groupSize = 64
	// theEnd is the number of the class that nothing follows, as [vocabulary.classID]
	// numbers classes.
	theEnd = -1 - names.Kinds
)

// classID numbers classes as model files do: a word by its place in the vocabulary,
// programs of a kind without one from -1 down.
func (v vocabulary) classID(name string) int {
	if row := v.row[name]; row != 0 {
		return int(row) - firstWord
	}
	return -1 - int(names.KindOf(name))
}

// groupClasses parts the classes: the end alone, the wordless kinds together, then the words of each
// kind, those with the same usual parent beside each other.
func groupClasses(v vocabulary, normal *statistics) [][]int {
	parent := normal.usualParents()
	words := slices.Clone(v.words)
	slices.SortFunc(words, func(a, b string) int {
		return cmp.Or(cmp.Compare(names.KindOf(a), names.KindOf(b)), strings.Compare(parent[a], parent[b]), strings.Compare(a, b))
	})
	var wordless []int
	for k := range names.Kinds {
		wordless = append(wordless, -1-k)
	}
	groups := [][]int{{theEnd}, wordless}
	for i, w := range words {
		last := &groups[len(groups)-1]
		if i == 0 || names.KindOf(words[i-1]) != names.KindOf(w) || len(*last) == groupSize {
			groups = append(groups, nil)
			last = &groups[len(groups)-1]
		}
		*last = append(*last, v.classID(w))
	}
	return groups
}

// usualParents gives for each program the one that it most often runs under.
func (s *statistics) usualParents() map[string]string {
	parent, most := map[string]string{}, map[string]uint64{}
	s.each(func(e edge, n uint64) {
		if n > most[e.child] {
			parent[e.child], most[e.child] = e.parent, n
		}
	})
	return parent
}

// newSuccessors returns successors without a network. Every class of the vocabulary
// stands in one of the groups.
func newSuccessors(v vocabulary, groups [][]int) *successors {
	s := &successors{groups: groups, at: map[int]int32{}, words: v}
	for _, g := range groups {
		for _, id := range g {
			s.at[id] = int32(len(s.at))
		}
	}
	return s
}

// loadSuccessors rebuilds them from a file's groups and tensors; none of either is
// none.
func loadSuccessors(v vocabulary, groups [][]int, tensors []lstm.Tensor) (*successors, error) {
	own := tensorsOf(tensors, nextPrefix)
	if len(groups) == 0 && len(own) == 0 {
		return nil, nil
	}
	classes := 0
	for _, g := range groups {
		for _, id := range g {
			if id < theEnd || id >= len(v.words) {
				return nil, fmt.Errorf("class %d is none of the vocabulary's", id)
			}
		}
		classes += len(g)
	}
	s := newSuccessors(v, groups)
	if want := len(v.words) + names.Kinds + 1; len(s.at) != want || classes != want {
		return nil, fmt.Errorf("%d classes in groups, the vocabulary needs %d", classes, want)
	}
	var err error
	if s.net, err = lstm.NextFromTensors(own, s.sizes()); err != nil {
		return nil, err
	}
	if got, want := s.net.Shape.Rows, v.rows(); got != want {
		return nil, fmt.Errorf("the table has %d rows, the vocabulary needs %d", got, want)
	}
	return s, nil
}

// nextPrefix begins the names of the successors' tensors.
const nextPrefix = "next."

func (s *successors) sizes() []int {
	sizes := make([]int, len(s.groups))
	for i, g := range s.groups {
		sizes[i] = len(g)
	}
	return sizes
}

// class is the network's number for a program.
func (s *successors) class(name string) int32 {
	if s == nil {
		return 0
	}
	return s.at[s.words.classID(name)]
}

// worst gives for each window of b the bits of its most surprising step. Of a window
// that begins below the root only the last step counts, and that if the window is
// whole: the others are read with more before them in the windows above it. classes
// are those of the tokens.
func (s *successors) worst(b lstm.Batch, classes []int32) []float32 {
	out := make([]float32, len(b.Seqs))
	if s == nil {
		return out
	}
	for i, bits := range s.net.Bits(b, classes) {
		if len(bits) > 0 && slices.Contains(b.Tokens[b.Seqs[i][0]].Rows, int32(belowRow)) {
			if len(bits) < Length {
				continue
			}
			bits = bits[Length-1:]
		}
		for _, v := range bits {
			out[i] = max(out[i], v)
		}
	}
	return out
}

// steps are the normal examples as what follows what: each without its last hop, which
// is the class to be told, and whole before the end where a chain ends so.
func (s *successors) steps(list []example) ([]example, []int32) {
	var before []example
	var classes []int32
	for _, e := range list {
		if e.attack {
			continue
		}
		if e.leaf && len(e.hops) < Length {
			classes = append(classes, s.at[theEnd])
			before = append(before, e)
		}
		if n := len(e.hops) - 1; n > 0 {
			classes = append(classes, s.class(e.hops[n].name))
			e.hops = e.hops[:n]
			before = append(before, e)
		}
	}
	return before, classes
}

// lessons are what the successors learn from.
func (s *successors) lessons(train, valid []example) graph.Dataset {
	before, classes := s.steps(train)
	check, wanted := s.steps(valid)
	d := newDataset(s.words, before, check).graph
	d.Train.Classes, d.Valid.Classes = classes, wanted
	return d
}

// grown is s with the words that were added to its vocabulary, in groups of their own:
// such a word is as likely as a program without a word has been until now.
func (s *successors) grown(words vocabulary, table []float32) *successors {
	groups := slices.Clone(s.groups)
	for i := len(s.words.words); i < len(words.words); i++ {
		last := len(groups) - 1
		if i == len(s.words.words) || len(groups[last]) == groupSize {
			groups = append(groups, nil)
			last++
		}
		groups[last] = append(groups[last], i)
	}
	g := newSuccessors(words, groups)
	old := s.net
	g.net = lstm.NewNext(words.rows(), old.Shape.Embed, old.Shape.Hidden, g.sizes(), 0)
	wordless := slices.IndexFunc(groups, func(g []int) bool { return slices.Contains(g, -1-int(names.Other)) })
	fill := func(to, from []float32, cols, had, like int) {
		for r := range len(from) / had {
			row := to[r*cols:][:cols]
			copy(row, from[r*had:][:had])
			for j := had; j < cols; j++ {
				if row[j] = 0; like >= 0 {
					row[j] = row[like]
				}
			}
		}
	}
	g.net.Table = table
	g.net.Forward = old.Clone().Forward
	fill(g.net.Group, old.Group, len(groups), len(s.groups), wordless)
	fill(g.net.GroupBias, old.GroupBias, len(groups), len(s.groups), wordless)
	fill(g.net.Class, old.Class, g.net.Shape.Classes, old.Shape.Classes, -1)
	fill(g.net.ClassBias, old.ClassBias, g.net.Shape.Classes, old.Shape.Classes, -1)
	return g
}
