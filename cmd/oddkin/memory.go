package main

import (
	"os"
	"runtime"
	"runtime/debug"
	"strings"
)

// reserve is memory that is asked for and never touched: the system gives none for it, but
// the garbage collector, which begins when what is kept has grown by a share of itself,
// counts it. Without, a run that keeps little would be collected again and again, a tenth
// of its processor time. A builder's memory is not cleared, while a slice is, and so touched, if a collection has
// come before it.
var reserve strings.Builder

// coming is how much of Go's heap is asked for in large pages, see [heapInLargePages].
const coming = 256 << 20

// lean trades some processor time for memory where much evidence is read, by its size in bytes: what is
// kept of it grows steadily, so that collecting garbage at every doubling, as Go does by default, would let
// memory reach twice what is needed. It reports whether there is so much that nodes should lie where no
// garbage is collected.
func lean(size int64) bool {
	const much = 250e6
	if os.Getenv("GOGC") != "" { // the user has chosen
		return size >= much
	}
	usual := 100 // Go's own
	if size >= much {
		usual = 50
	}
	if os.Getenv("GOMEMLIMIT") != "" { // which would count the reserve
		debug.SetGCPercent(usual)
		return size >= much
	}
	debug.SetGCPercent(-1) // so that both pieces are new ones
	reserve.Grow(128 << 20)
	done := make(chan struct{})
	go func() { // on a stack of its own, where nothing left behind keeps the piece, and with nothing beside it that is interrupted
		heapInLargePages(coming)
		runtime.GC()
		debug.SetGCPercent(usual)
		close(done)
	}()
	<-done
	return size >= much
}
