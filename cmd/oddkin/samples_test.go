package main

import (
	"context"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"oddkin/tree"
)

// TestSamples runs the main job over every sample that says which of its chains
// are the attack (NAME.attack.txt beside NAME.*) and holds that each of those
// stands above every normal chain of the same sample.
func TestSamples(t *testing.T) {
	lists := attackLists(t, "../../samples")
	if len(lists) == 0 {
		t.Fatal("no sample says what its attack is")
	}
	for _, list := range lists {
		name := strings.TrimSuffix(filepath.Base(list), ".attack.txt")
		t.Run(name, func(t *testing.T) {
			attacks := readLines(t, list)
			var p pipeline
			u := &ui{in: strings.NewReader(""), out: io.Discard, err: io.Discard, quiet: true, color: "never"}
			r, err := p.run(context.Background(), u, artifacts(t, list, name))
			if err != nil {
				t.Fatal(err)
			}
			missing := map[string]bool{}
			for _, a := range attacks {
				missing[a] = true
			}
			var lowest, highest float32 = 2, -1
			var weakest, loudest string
			for _, f := range r.values.Ranking.Findings {
				for _, path := range f.Paths {
					chain := chainText(path)
					if slices.Contains(attacks, chain) {
						delete(missing, chain)
						if f.Score < lowest {
							lowest, weakest = f.Score, chain
						}
					} else if f.Score > highest {
						highest, loudest = f.Score, chain
					}
				}
			}
			for a := range missing {
				t.Errorf("the attack's chain is not in the forest: %s", a)
			}
			if lowest <= highest {
				t.Errorf("an attack scores %.4f: %s\nnot above a normal chain with %.4f: %s", lowest, weakest, highest, loudest)
			}
		})
	}
}

// chainText is a path as the lists write it: without programs that the evidence
// only numbers.
func chainText(p tree.Path) string {
	var names []string
	for _, n := range p.Hops(nil) {
		if name := n.Proc.Base(); name != "?" {
			names = append(names, name)
		}
	}
	return strings.Join(names, " > ")
}

// attackLists finds every NAME.attack.txt.
func attackLists(t *testing.T, root string) []string {
	var lists []string
	err := filepath.WalkDir(root, func(p string, d fs.DirEntry, err error) error {
		if err == nil && strings.HasSuffix(p, ".attack.txt") {
			lists = append(lists, p)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return lists
}

// artifacts are the files or the folder that a list speaks of.
func artifacts(t *testing.T, list, name string) []string {
	found, err := filepath.Glob(filepath.Join(filepath.Dir(list), name+"*"))
	if err != nil {
		t.Fatal(err)
	}
	return slices.DeleteFunc(found, func(p string) bool {
		return strings.HasSuffix(p, ".attack.txt") || strings.HasSuffix(p, ".md") || strings.HasSuffix(p, ".labels.tsv")
	})
}

// readLines gives a file's lines without empty ones and comments.
func readLines(t *testing.T, path string) []string {
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for line := range strings.Lines(string(b)) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			lines = append(lines, line)
		}
	}
	return lines
}
