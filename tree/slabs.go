package tree

import "iter"

// slabs hands out elements that stay where they are.
type slabs[T any] struct {
	list [][]T // the last one has room behind its length
}

// perSlab is how many elements a slab has; the first ones are smaller. Of nodes, that is a whole
// number of the allocator's pages.
const perSlab = 1 << 10

// next is a new element.
func (s *slabs[T]) next() *T {
	last := len(s.list) - 1
	if last < 0 || len(s.list[last]) == cap(s.list[last]) {
		last++
		s.list = append(s.list, make([]T, 0, min(perSlab, 8<<min(last, 10))))
	}
	slab := s.list[last]
	slab = slab[:len(slab)+1]
	s.list[last] = slab
	return &slab[len(slab)-1]
}

// all yields every element in the order in which they were handed out.
func (s *slabs[T]) all() iter.Seq[*T] {
	return func(yield func(*T) bool) {
		for _, slab := range s.list {
			for i := range slab {
				if !yield(&slab[i]) {
					return
				}
			}
		}
	}
}
