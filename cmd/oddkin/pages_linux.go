package main

import (
	"runtime"
	"strings"
	"unsafe"

	"golang.org/x/sys/unix"
)

// heapInLargePages asks the system to give the next n bytes of the heap in pages of 2 MB: a fault costs
// microseconds, and of pages of 4 KB a run takes as many as it is large. Pages that are not touched cost nothing. It asks for
// a piece of n bytes, which is garbage at once: what is allocated after the next collection takes its place.
func heapInLargePages(n int) {
	const page = 2 << 20
	var piece strings.Builder // whose memory is not cleared
	piece.Grow(n)
	piece.WriteByte(0)
	b := unsafe.Slice(unsafe.StringData(piece.String()), n)
	skip := int(-uintptr(unsafe.Pointer(unsafe.SliceData(b))) & (page - 1))
	_ = unix.Madvise(b[skip:], unix.MADV_HUGEPAGE) // it is merely faster
	runtime.KeepAlive(&piece)
}
