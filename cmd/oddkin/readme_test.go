package main

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"oddkin/parsers"
)

var update = flag.Bool("update", false, "rewrite the generated parts of the README")

// TestReadmeFormats holds the README's table of formats to the code's.
func TestReadmeFormats(t *testing.T) {
	const head, foot = "| `--as` | what | tested on |\n|---|---|---|\n", "\n"
	var table strings.Builder
	for _, f := range parsers.Catalogue() {
		if f.What == "" || f.Tested == "" {
			t.Errorf("the catalogue does not describe %s", f.Name)
		}
		fmt.Fprintf(&table, "| `%s` | %s | %s |\n", f.Name, f.What, f.Tested)
	}
	b, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	readme := string(b)
	from := strings.Index(readme, head)
	if from < 0 {
		t.Fatal("the README has no table of formats")
	}
	from += len(head)
	to := from + strings.Index(readme[from:]+"\n", "\n"+foot) + 1
	if readme[from:to] == table.String() {
		return
	}
	if !*update {
		t.Fatalf("the README's table of formats is not the code's; run go test ./cmd/oddkin -run Readme -update\nit should be:\n%s", table.String())
	}
	if err := os.WriteFile("../../README.md", []byte(readme[:from]+table.String()+readme[to:]), 0o644); err != nil {
		t.Fatal(err)
	}
}
