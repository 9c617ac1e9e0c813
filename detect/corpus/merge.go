package corpus

import (
	"slices"
	"strings"
)

// Merge adds chains to f, summing the counts of equal ones, and leaves f.Chains
// in canonical order: normal before attack, then by text.
func (f *File) Merge(chains []Chain) {
	type keyed struct {
		key string
		c   Chain
	}
	all := make([]keyed, 0, len(f.Chains)+len(chains))
	for _, list := range [][]Chain{f.Chains, chains} {
		for _, c := range list {
			all = append(all, keyed{c.key(), c})
		}
	}
	slices.SortStableFunc(all, func(a, b keyed) int {
		if a.c.Attack != b.c.Attack {
			if b.c.Attack {
				return -1
			}
			return 1
		}
		return strings.Compare(a.key, b.key)
	})
	out := make([]Chain, 0, len(all))
	for i, k := range all {
		if i > 0 && k.key == all[i-1].key {
			out[len(out)-1].Count += k.c.Count
			continue
		}
		out = append(out, k.c)
	}
	f.Chains = out
}

// Canonical returns a file of equal content in canonical order, equal chains
// summed; f stays as it is.
func (f *File) Canonical() *File {
	g := *f
	g.Merge(nil)
	return &g
}
