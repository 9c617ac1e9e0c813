// Package column keeps long lists outside of the heap that Go collects. It is for
// package tree, whose lists grow with the evidence: on the heap, each would be
// copied whenever it doubles, be looked through at every collection, and be kept a
// quarter larger than it is, which is what the collector needs to come by.
//
// A long list gets a range of addresses of its own that is larger than it will ever be, so that it
// grows where it lies. Behind it is memory, or a file (see [Space]). Short lists stay
// on the heap, as all do on systems other than 64-bit Linux, and wherever the system
// refuses. What a list holds is the same in all cases.
//
// The collector does not look into such lists. Whoever keeps a pointer in one sees to it that
// what it points to is reachable from elsewhere, or lies in another that is not freed before.
package column

import (
	"sync"
	"unsafe"
)

// Space is where long lists lie: nil for the heap. It may be used by several goroutines, a
// list by one at a time.
type Space struct {
	*disk
	mu      sync.Mutex
	regions map[unsafe.Pointer]*region
	slabs   *region // see Slab
	used    int     // of slabs, in bytes
}

// disk is what spaces of one file, or of memory, share.
type disk struct {
	file    File // nil for memory
	mu      sync.Mutex
	end     int64 // of what is in use of the file
	regions int
	refused error
}

// File is an empty file that the lists may be laid out in. It is an [os.File], whose owner
// closes it after the last use of the space.
type File interface{ Fd() uintptr }

// New is a space in memory or, if file is not nil, in that file: the system then writes out
// what it needs the memory of, so that lists may be larger than that.
func New(file File) *Space {
	return (&Space{disk: &disk{file: file}}).Part()
}

// Part is another space in the same memory or file, to be freed by itself.
func (s *Space) Part() *Space {
	if s == nil {
		return nil
	}
	return &Space{disk: s.disk, regions: map[unsafe.Pointer]*region{}}
}

// Refused says why the file could not hold all that was meant for it: the rest lies in memory.
func (s *Space) Refused() error {
	s.disk.mu.Lock()
	defer s.disk.mu.Unlock()
	return s.refused
}

const (
	// short is the size in bytes up to which a list stays on the heap.
	short = 1 << 20
	// maxRegions bounds the ranges of addresses in use, of which a process may have some ten thousands.
	maxRegions = 1 << 10
)

// Push appends v to list.
func Push[T any](s *Space, list []T, v T) []T {
	if len(list) == cap(list) {
		list = Grow(s, list)
	}
	return append(list, v)
}

// Grow makes room in list for one more element or many.
func Grow[T any](s *Space, list []T) []T {
	size := int(unsafe.Sizeof(*new(T)))
	if n := size * len(list); s != nil && n >= short {
		if r := s.regionFor(unsafe.Pointer(unsafe.SliceData(list)), n); r != nil {
			grown := unsafe.Slice((*T)(r.base), r.usable/size)[:len(list)]
			if unsafe.SliceData(grown) != unsafe.SliceData(list) {
				copy(grown, list)
			}
			return grown
		}
	}
	room := max(16, 2*len(list))
	if len(list) > 1<<16 {
		room = len(list) + len(list)/2
	}
	return append(make([]T, 0, room), list...) // append alone would touch what is not used yet
}

// regionFor gives the region of the list that begins at base, with room for more than n bytes;
// a new one if it has none. Nil if the system has no more.
func (s *Space) regionFor(base unsafe.Pointer, n int) *region {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.regions[base]
	isNew := r == nil
	if isNew {
		r = s.newRegion()
	}
	if r == nil || s.extend(r, n+n/2) {
		return r
	}
	if isNew {
		s.release(r)
	}
	return nil
}

// Make is a list of n zeros.
func Make[T any](s *Space, n int) []T {
	if size := n * int(unsafe.Sizeof(*new(T))); s != nil && size >= short {
		s.mu.Lock()
		defer s.mu.Unlock()
		if r := s.newRegion(); r != nil {
			if s.extend(r, size) {
				return unsafe.Slice((*T)(r.base), n)
			}
			s.release(r)
		}
	}
	return make([]T, n)
}

// Slab is an empty list with room for n elements, which it must not outgrow. Many lie in one
// region. They are freed with the space.
func Slab[T any](s *Space, n int) []T {
	if s == nil {
		return make([]T, 0, n)
	}
	size := (n*int(unsafe.Sizeof(*new(T))) + 63) &^ 63
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.slabs == nil || s.slabs.size < s.used+size {
		s.slabs, s.used = s.newRegion(), 0
	}
	if s.slabs == nil || !s.extend(s.slabs, s.used+size) {
		return make([]T, 0, n)
	}
	slab := unsafe.Slice((*T)(unsafe.Add(s.slabs.base, s.used)), n)[:0]
	s.used += size
	return slab
}

// Drop gives the memory of a list back. Nothing may point into it any more.
func Drop[T any](s *Space, list []T) {
	if s == nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if r := s.regions[unsafe.Pointer(unsafe.SliceData(list))]; r != nil {
		s.release(r)
	}
}

// Discard gives the memory of a part of a list back, which is of no use any more; what it holds
// from now on is not said.
func Discard[T any](s *Space, list, part []T) {
	if s == nil || len(part) == 0 {
		return
	}
	s.mu.Lock()
	r := s.regions[unsafe.Pointer(unsafe.SliceData(list))]
	s.mu.Unlock()
	if r != nil {
		s.discard(unsafe.Pointer(unsafe.SliceData(part)), len(part)*int(unsafe.Sizeof(part[0])))
	}
}

// Free gives the memory of all lists back.
func (s *Space) Free() {
	if s == nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, r := range s.regions {
		s.release(r)
	}
	s.slabs, s.used = nil, 0
}
