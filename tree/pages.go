package tree

import "iter"

// pages is a list that grows without copying: what a large log would otherwise spend
// its time and twice its memory on.
type pages[T any] struct {
	list [][]T // all but the last are full
	n    int
}

// perPage is how many elements a page has; the first one grows up to it.
const perPage = 1 << 12

func (p *pages[T]) add(v T) {
	last := len(p.list) - 1
	if p.n%perPage == 0 {
		size := perPage
		if p.n == 0 {
			size = 16
		}
		p.list = append(p.list, make([]T, 0, size))
		last++
	}
	p.list[last] = append(p.list[last], v)
	p.n++
}

func (p *pages[T]) at(i int32) *T { return &p.list[i/perPage][i%perPage] }

// addAll adds what o holds.
func (p *pages[T]) addAll(o *pages[T]) {
	for v := range o.all() {
		p.add(*v)
	}
}

func (p *pages[T]) all() iter.Seq[*T] { return each(p.list) }

// each yields every element of the lists.
func each[T any](lists [][]T) iter.Seq[*T] {
	return func(yield func(*T) bool) {
		for _, list := range lists {
			for i := range list {
				if !yield(&list[i]) {
					return
				}
			}
		}
	}
}

// flat makes one slice of all elements and empties p.
func (p *pages[T]) flat() []T {
	if len(p.list) == 1 {
		all := p.list[0]
		*p = pages[T]{}
		return all
	}
	all := make([]T, 0, p.n)
	for i, page := range p.list {
		all = append(all, page...)
		p.list[i] = nil
	}
	*p = pages[T]{}
	return all
}

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
func (s *slabs[T]) all() iter.Seq[*T] { return each(s.list) }
