package main

import (
	"os"
	"runtime"
	"runtime/debug"
	"strings"
	"sync"
)

// reserve is memory that is asked for and never touched: the system gives none for it, but
// the garbage collector, which begins when what is kept has grown by a share of itself,
// counts it. Without, a run that keeps little would be collected again and again, a tenth
// of its processor time. A builder's memory is not cleared, while a slice is, and so touched,
// if a collection has come before it.
var (
	reserve   strings.Builder
	preparing sync.Mutex // guards reserve: the first collection may prepare while something else begins to be read
)

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
	const little = 1e6
	if size > little {
		prepare(usual)
		return size >= much
	}
	// What little evidence takes is not collected at all: preparing would take longer than reading it. Go begins
	// at 4 MB, by which a percentage counts if there is less. If evidence turns out to be more than it
	// seemed, as packed files may be, the first collection is the time to prepare.
	debug.SetGCPercent(100 * 128 / 4)
	runtime.AddCleanup(new([64]byte), prepare, usual)
	return false
}

// prepare reserves memory and sets the garbage collector's percentage.
func prepare(percent int) {
	preparing.Lock()
	defer preparing.Unlock()
	debug.SetGCPercent(-1) // so that both pieces are new ones
	reserve.Grow(128 << 20)
	done := make(chan struct{})
	go func() { // on a stack of its own, where nothing left behind keeps the piece, and with nothing beside it that is interrupted
		heapInLargePages(coming)
		runtime.GC()
		debug.SetGCPercent(percent)
		close(done)
	}()
	<-done
}
