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

// TestReadmeTranscript holds the README's transcript to what its command prints; the
// line that names the build aside.
func TestReadmeTranscript(t *testing.T) {
	const head, foot, prompt, made = "<!-- transcript -->\n", "<!-- end -->", "    $ oddkin ", "    Made by"
	b, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	readme := string(b)
	from := strings.Index(readme, head)
	if from < 0 {
		t.Fatal("the README has no transcript")
	}
	from += len(head)
	old := readme[from : from+strings.Index(readme[from:], foot)]
	command, _, _ := strings.Cut(strings.TrimPrefix(old, prompt), "\n")

	t.Chdir("../..")
	var out, errOut strings.Builder
	if code := run(strings.Fields(command), strings.NewReader(""), &out, &errOut); code != 0 {
		t.Fatalf("oddkin %s: exit code %d\n%s", command, code, errOut.String())
	}
	now := prompt + command + "\n"
	for line := range strings.Lines(out.String()) {
		if line = strings.TrimRight("    "+line, " \n"); strings.HasPrefix(line, made) {
			line = made + "    oddkin development"
		}
		now += line + "\n"
	}
	if now == old {
		return
	}
	if !*update {
		t.Fatalf("the README's transcript is not what the command prints; run go test ./cmd/oddkin -run Readme -update\nit should be:\n%s", now)
	}
	if err := os.WriteFile("README.md", []byte(strings.Replace(readme, old, now, 1)), 0o644); err != nil {
		t.Fatal(err)
	}
}
