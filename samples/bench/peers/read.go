//go:build ignore

// Read is oddkin's reader without the rest: it reads evidence to events and counts
// them, with -tree also the processes of the forest.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"

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
	n := 0
	if *build {
		for range tree.Build(evidence.Events(context.Background()), tree.Options{}).Nodes() {
			n++
		}
	} else {
		for range evidence.Events(context.Background()) {
			n++
		}
	}
	fmt.Println(n)
}
