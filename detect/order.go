package detect

import "slices"

// order numbers the chains as they sort, hop by hop from the root and a shorter one
// before a longer one that begins with it. Chains whose hops are all equal have one number. It takes the
// time of sorting hops, however long the chains are.
func (s *shapes) order(compare func(a, b hop) int) []int32 {
	first, next := make([]int32, len(s.chain)), make([]int32, len(s.chain))
	for c := len(s.chain) - 1; c > 0; c-- {
		up := s.chain[c].parent
		first[up], next[c] = int32(c), first[up]
	}
	of := func(c int32) hop { return s.hops[s.chain[c].hop] }
	number := make([]int32, len(s.chain))
	stack := [][]int32{{0}} // each is a set of equal chains
	for n := int32(0); len(stack) > 0; n++ {
		equal := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		var below []int32
		for _, c := range equal {
			number[c] = n
			for k := first[c]; k != 0; k = next[k] {
				below = append(below, k)
			}
		}
		slices.SortFunc(below, func(a, b int32) int { return compare(of(a), of(b)) })
		for to := len(below); to > 0; {
			from := to - 1
			for from > 0 && compare(of(below[from-1]), of(below[from])) == 0 {
				from--
			}
			stack = append(stack, below[from:to:to])
			to = from
		}
	}
	return number
}
