//go:build ignore

// Read is oddkin's reader without the rest: it reads evidence to events and counts
// them, with -tree also the processes of the forest. Its memory is oddkin's (cmd/oddkin/memory.go):
// collections of garbage are put off, and the heap lies in large pages.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"strings"
	"unsafe"

	"golang.org/x/sys/unix"

	"oddkin/parsers"
	"oddkin/tree"
)

func main() {
	build := flag.Bool("tree", false, "build the forest too")
	workers := flag.Int("workers", 0, "as oddkin --workers")
	flag.Parse()
	evidence, err := parsers.Open(flag.Args(), parsers.Options{Workers: *workers})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	const much = 250e6
	var reserve strings.Builder // never touched
	reserve.Grow(128 << 20)
	largePages()
	runtime.GC()
	if evidence.Expected() >= much {
		debug.SetGCPercent(50)
	}
	n := 0
	if *build {
		for range tree.Build(evidence.Events(context.Background()), tree.Options{Lasting: evidence.Expected() >= much}).Nodes() {
			n++
		}
	} else {
		for range evidence.Events(context.Background()) {
			n++
		}
	}
	runtime.KeepAlive(&reserve)
	fmt.Println(n)
}

// largePages asks for the heap's next 256 MB in pages of 2 MB.
//
//go:noinline
func largePages() {
	const page = 2 << 20
	var piece strings.Builder
	piece.Grow(256 << 20)
	piece.WriteByte(0)
	b := unsafe.Slice(unsafe.StringData(piece.String()), piece.Cap())
	_ = unix.Madvise(b[-uintptr(unsafe.Pointer(&b[0]))&(page-1):], unix.MADV_HUGEPAGE)
}
