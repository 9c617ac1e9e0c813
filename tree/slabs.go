package tree

import (
	"iter"

	"oddkin/tree/internal/column"
)

// slabs hands out elements that stay where they are.
type slabs[T any] struct {
	list  [][]T         // the last one has room behind its length
	space *column.Space // nil for the heap
}

// perSlab is how many elements a slab has; the first ones on the heap are smaller. Of nodes, that is a
// whole number of the allocator's pages.
const perSlab = 1 << 10

// next is a new element.
func (s *slabs[T]) next() *T {
	last := len(s.list) - 1
	if last < 0 || len(s.list[last]) == cap(s.list[last]) {
		last++
		s.list = append(s.list, s.slab(last))
	}
	slab := s.list[last]
	slab = slab[:len(slab)+1]
	s.list[last] = slab
	return &slab[len(slab)-1]
}

func (s *slabs[T]) slab(i int) []T {
	if s.space != nil {
		return column.Slab[T](s.space, perSlab)
	}
	return make([]T, 0, min(perSlab, 8<<min(i, 10)))
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
