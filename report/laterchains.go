package report

import (
	"iter"
	"slices"

	"oddkin/tree"
)

// laterChains makes the chains of a finding out of its paths, one at a time.
type laterChains struct {
	way    *waypoints
	paths  []tree.Path
	depths []int // as in [Finding]
}

func (l *laterChains) each() iter.Seq[Chain] {
	return func(yield func(Chain) bool) {
		for _, p := range l.paths {
			if !yield(l.way.chain(p, l.depths)) {
				return
			}
		}
	}
}

// each yields the chains of f, held or not.
func (f *Finding) each() iter.Seq[Chain] {
	if f.later != nil {
		return f.later.each()
	}
	return slices.Values(f.Chains)
}

// told is how many chains of f are told, held or not.
func (f *Finding) told() int {
	if f.later != nil {
		return len(f.later.paths)
	}
	return len(f.Chains)
}

// hosts yields the hosts of the chains that are told.
func (f *Finding) hosts() iter.Seq[string] {
	return func(yield func(string) bool) {
		if f.later != nil {
			for _, p := range f.later.paths {
				if !yield(text(p.Leaf.Host())) {
					return
				}
			}
			return
		}
		for i := range f.Chains {
			if !yield(f.Chains[i].Host) {
				return
			}
		}
	}
}
