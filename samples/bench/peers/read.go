//go:build ignore

// Read is oddkin's reader without the rest: it reads evidence to events and counts
// them, with -tree also the processes of the forest.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"runtime"
	"strings"

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
	var reserve strings.Builder // never touched: oddkin puts collections of garbage off as far
	reserve.Grow(128 << 20)
	n := 0
	if *build {
		for range tree.Build(evidence.Events(context.Background()), tree.Options{Lasting: evidence.Expected() >= 250e6}).Nodes() {
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
