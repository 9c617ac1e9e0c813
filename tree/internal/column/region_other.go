//go:build !(linux && (amd64 || arm64 || loong64 || ppc64le || riscv64 || s390x))

package column

import "unsafe"

// region is a range of addresses; there are none here.
type region struct {
	base         unsafe.Pointer
	size, usable int
}

func (s *Space) newRegion() *region { return nil }

func (s *Space) extend(*region, int) bool { return false }

func (s *Space) release(*region) {}

func (s *Space) discard(unsafe.Pointer, int) {}

// CanSpill reports whether this system lays lists out in files.
const CanSpill = false
