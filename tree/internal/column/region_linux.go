//go:build linux && (amd64 || arm64 || loong64 || ppc64le || riscv64 || s390x)

package column

import (
	"fmt"
	"unsafe"

	"golang.org/x/sys/unix"
)

// region is a range of addresses, of which the beginning is in use.
type region struct {
	base   unsafe.Pointer
	size   int // in bytes; what of it is not usable costs nothing
	usable int
	parts  []part // of the file
}

// part is where a piece of a region lies in the file.
type part struct{ at, size int64 }

// reserved is the size of a region: as much as 2^31 records of a tree take.
const reserved = 1 << 36

// Pieces of a file are a multiple of least, which is one of any page size.
const (
	least = 4 << 20
	most  = 64 << 20
)

// newRegion reserves addresses.
func (s *Space) newRegion() *region {
	s.disk.mu.Lock()
	defer s.disk.mu.Unlock()
	if s.disk.regions >= maxRegions {
		return nil
	}
	access := unix.PROT_READ | unix.PROT_WRITE
	if s.file != nil {
		access = unix.PROT_NONE
	}
	base, err := unix.MmapPtr(-1, 0, nil, reserved, access, unix.MAP_PRIVATE|unix.MAP_ANON|unix.MAP_NORESERVE)
	if err != nil {
		return nil
	}
	r := &region{base: base, size: reserved}
	if s.file == nil {
		r.usable = reserved
		_ = unix.Madvise(unsafe.Slice((*byte)(base), reserved), unix.MADV_HUGEPAGE) // it is merely faster
	}
	s.disk.regions++
	s.regions[base] = r
	return r
}

// extend makes n bytes of r usable.
func (s *Space) extend(r *region, n int) bool {
	s.disk.mu.Lock()
	defer s.disk.mu.Unlock()
	for n > r.usable {
		p := part{s.end, int64(min(max(r.usable/4&^(least-1), least), most))}
		if r.usable+int(p.size) > r.size || !s.attach(r, p) {
			return false
		}
		r.usable += int(p.size)
		r.parts = append(r.parts, p)
		s.end += p.size
	}
	return true
}

// attach puts a piece of the file behind the addresses of r that follow the usable ones. Its blocks are
// allocated first: a page that cannot be written for want of them would end the process.
func (s *Space) attach(r *region, p part) bool {
	fd := int(s.file.Fd())
	err := unix.Fallocate(fd, 0, p.at, p.size)
	var at unsafe.Pointer
	if err == nil {
		at, err = unix.MmapPtr(fd, p.at, unsafe.Add(r.base, r.usable), uintptr(p.size),
			unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED|unix.MAP_FIXED)
	}
	if err == nil {
		// What linking asks for next lies elsewhere: reading more around it than a page drives out what is in use.
		_ = unix.Madvise(unsafe.Slice((*byte)(at), p.size), unix.MADV_RANDOM)
	}
	if err != nil && s.refused == nil {
		s.refused = fmt.Errorf("after %d bytes: %w", s.end, err)
	}
	return err == nil
}

// release gives r back, and its blocks on the disk.
func (s *Space) release(r *region) {
	delete(s.regions, r.base)
	s.disk.mu.Lock()
	s.disk.regions--
	s.disk.mu.Unlock()
	_ = unix.MunmapPtr(r.base, uintptr(r.size)) // it cannot fail on what was mapped
	for _, p := range r.parts {
		_ = unix.Fallocate(int(s.file.Fd()), unix.FALLOC_FL_PUNCH_HOLE|unix.FALLOC_FL_KEEP_SIZE, p.at, p.size)
	}
}

// discard forgets the pages that lie within the n bytes from p on. Those of a file the system can
// write out, at its leisure.
func (s *Space) discard(p unsafe.Pointer, n int) {
	const page = 64 << 10 // the largest of these systems
	skip := int(-uintptr(p) & (page - 1))
	if s.file == nil && n-skip >= page {
		_ = unix.Madvise(unsafe.Slice((*byte)(unsafe.Add(p, skip)), (n-skip)&^(page-1)), unix.MADV_DONTNEED)
	}
}

// CanSpill reports whether this system lays lists out in files.
const CanSpill = true
