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

const readmePath = "../../README.md"

// holdReadme holds the part of the README between head and foot to what now makes of
// it, or rewrites it.
func holdReadme(t *testing.T, head, foot string, now func(old string) string) {
	t.Helper()
	b, err := os.ReadFile(readmePath)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, found := strings.Cut(string(b), head)
	old, after, closed := strings.Cut(rest, foot)
	if !found || !closed {
		t.Fatalf("the README has no part between %q and %q", head, foot)
	}
	want := now(old)
	if want == old {
		return
	}
	if !*update {
		t.Fatalf("the README is not what the code gives; run go test ./cmd/oddkin -run Readme -update\nit should be:\n%s", want)
	}
	if err := os.WriteFile(readmePath, []byte(before+head+want+foot+after), 0o644); err != nil {
		t.Fatal(err)
	}
}

// TestReadmeFormats holds the README's table of formats to the code's.
func TestReadmeFormats(t *testing.T) {
	holdReadme(t, "| `--as` | what | tested on |\n|---|---|---|\n", "\n\n", func(string) string {
		var rows []string
		for _, f := range parsers.Catalogue() {
			if f.What == "" || f.Tested == "" {
				t.Errorf("the catalogue does not describe %s", f.Name)
			}
			rows = append(rows, fmt.Sprintf("| `%s` | %s | %s |", f.Name, f.What, f.Tested))
		}
		return strings.Join(rows, "\n")
	})
}

// TestReadmeTranscript holds the README's transcript to what its command prints; the
// line that names the build aside.
func TestReadmeTranscript(t *testing.T) {
	const prompt, made = "    $ oddkin ", "    Made by"
	holdReadme(t, "<!-- transcript -->\n", "<!-- end -->", func(old string) string {
		command, _, _ := strings.Cut(strings.TrimPrefix(old, prompt), "\n")
		args := strings.Fields(strings.ReplaceAll(command, "samples/", "../../samples/"))
		var out, errOut strings.Builder
		if code := run(args, strings.NewReader(""), &out, &errOut); code != 0 {
			t.Fatalf("oddkin %s: exit code %d\n%s", command, code, errOut.String())
		}
		now := prompt + command + "\n"
		for line := range strings.Lines(out.String()) {
			if line = strings.TrimRight("    "+line, " \n"); strings.HasPrefix(line, made) {
				line = made + "    oddkin development"
			}
			now += line + "\n"
		}
		return strings.ReplaceAll(now, "../../samples/", "samples/")
	})
}
