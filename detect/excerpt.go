package detect

import "slices"

// Hostile evidence can nest processes without end. Of a chain of more than MaxHops hops a
// finding names that many at most: those at its ends and those that tell of its score.
// The first manyLong such findings do, the rest name fewHops at their ends.
const (
	MaxHops  = 64
	fewHops  = 16
	manyLong = 256
)

// name fills in the names of d and makes what indexes hops of the chain index them. long
// counts the chains so far that are too long to be named whole.
func (s *shapes) name(d *draft, long *int) {
	n := int(s.chain[d.chain].depth)
	if n <= MaxHops {
		d.Names = make([]string, n)
		for c, i := d.chain, n-1; i >= 0; c, i = s.chain[c].parent, i-1 {
			d.Names[i] = s.nameOf(c)
		}
		return
	}
	ends := MaxHops
	if *long++; *long > manyLong {
		ends = fewHops
	}
	d.Depths = d.excerpt(n, ends)
	d.Names = make([]string, len(d.Depths))
	for i, depth := range d.Depths {
		d.Names[i] = s.nameOf(s.above(d.chain, int32(depth)+1))
	}
	for i := range d.Why {
		d.Why[i].Hop = d.index(d.Why[i].Hop)
	}
	if d.Kin != nil {
		d.Kin.Hop = d.index(d.Kin.Hop)
	}
	d.From, d.To = d.index(d.From), d.index(d.To-1)+1
}

// excerpt picks hops of a chain of n: some at its ends and at those of the window, and every
// hop that a reason names with its parent. These are no more than [Length] and one of a kin,
// so that with most at MaxHops all are not more than that.
func (f *Finding) excerpt(n, most int) []int {
	var list []int
	add := func(from, to int) {
		for i := max(from, 0); i < min(to, n); i++ {
			list = append(list, i)
		}
	}
	add(0, most/8)
	add(n-most/4, n)
	add(f.From, f.From+most/8)
	add(f.To-most/8, f.To)
	if f.Kin != nil {
		add(f.Kin.Hop, f.Kin.Hop+1)
	}
	for _, w := range f.Why {
		add(w.Hop-1, w.Hop+1)
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// index is where the hop of that depth is among the names, or the next that is.
func (f *Finding) index(depth int) int {
	i, _ := slices.BinarySearch(f.Depths, depth)
	return i
}
