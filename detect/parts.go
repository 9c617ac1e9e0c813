package detect

import (
	"fmt"
	"slices"
	"strings"
)

// Parts is a set of the model's parts that training can leave out, to measure what
// each is worth. A model without a part is trained without it and scores without
// it; its file says so in [Info.Without].
type Parts uint

// The parts.
const (
	// PlaceTokens say where a program's image lies.
	PlaceTokens Parts = 1 << iota
	// KindTokens say what kind of program a name is known as.
	KindTokens
	// Letters spell unknown names in threes; without them all such names are one.
	Letters
	// Variants are chains as poorer evidence would show them.
	Variants
	// Generated chains stand beside the recorded ones.
	Generated
	// NextProcess is how surprising each step is after all before it.
	NextProcess
	parts = iota
)

// AllParts is every part.
const AllParts = Parts(1<<parts - 1)

// partNames are the parts as header and command line call them, by bit.
var partNames = [parts]string{"places", "kinds", "letters", "variants", "generated", "next"}

// EachPart lists the parts one by one.
func EachPart() []Parts {
	list := make([]Parts, parts)
	for i := range list {
		list[i] = 1 << i
	}
	return list
}

func (p Parts) has(part Parts) bool { return p&part != 0 }

// Names are what the set's parts are called, in a fixed order; nil for none.
func (p Parts) Names() []string {
	var list []string
	for i, name := range partNames {
		if p.has(1 << i) {
			list = append(list, name)
		}
	}
	return list
}

func (p Parts) String() string { return strings.Join(p.Names(), ", ") }

// ParseParts is the set that the names call.
func ParseParts(names []string) (Parts, error) {
	var p Parts
	for _, name := range names {
		i := slices.Index(partNames[:], name)
		if i < 0 {
			return 0, fmt.Errorf("no part is called %.40q; there are %s", name, strings.Join(partNames[:], ", "))
		}
		p |= 1 << i
	}
	return p, nil
}
