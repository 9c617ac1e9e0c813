package main

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"oddkin/tree"
)

// TestSamples runs the main job over every sample that says which of its chains
// are the attack, in NAME.attack.txt beside NAME.*, and holds that each of those
// stands above every normal chain of the same sample.
func TestSamples(t *testing.T) {
	for _, list := range lists(t, "../../samples", ".attack.txt") {
		name := strings.TrimSuffix(filepath.Base(list), ".attack.txt")
		t.Run(name, func(t *testing.T) {
			attacks := map[string]bool{} // whether it was met
			for _, line := range readLines(t, list) {
				attacks[line] = false
			}
			weakest, loudest := ranked{score: 2}, ranked{score: -1}
			for r := range ranking(t, artifacts(t, list, name)) {
				if _, ok := attacks[r.chain]; !ok {
					loudest = maxOf(loudest, r)
					continue
				}
				attacks[r.chain] = true
				if r.score < weakest.score {
					weakest = r
				}
			}
			for a, met := range attacks {
				if !met {
					t.Errorf("the attack's chain is not in the forest: %s", a)
				}
			}
			if weakest.score <= loudest.score {
				t.Errorf("an attack scores %.4f: %s\nnot above a normal chain with %.4f: %s", weakest.score, weakest.chain, loudest.score, loudest.chain)
			}
		})
	}
}

// TestRecordedSamples holds the same for the samples that were recorded, where a
// chain alone does not tell whether it is the attack's: NAME.attacks.tsv lists the
// attack, the audit event of the leaf, and the chain.
func TestRecordedSamples(t *testing.T) {
	for _, list := range lists(t, "../../samples", ".attacks.tsv") {
		name := strings.TrimSuffix(filepath.Base(list), ".attacks.tsv")
		t.Run(name, func(t *testing.T) {
			missing := map[string]string{} // attacks' chains not yet met, by audit event
			for _, line := range readLines(t, list) {
				col := strings.Split(line, "\t")
				missing[col[1]] = line
			}
			attacks := maps.Clone(missing)
			weakest, loudest := ranked{score: 2}, ranked{score: -1}
			for r := range ranking(t, artifacts(t, list, name)) {
				line, ok := attacks[r.event]
				if !ok {
					loudest = maxOf(loudest, r)
					continue
				}
				// The lists have the true chain, of which the evidence may lack the top.
				if want := strings.Split(line, "\t")[2]; lastOf(r.chain) != lastOf(want) {
					t.Errorf("the chain that ends at %s is %s, listed as %s", r.event, r.chain, want)
				}
				delete(missing, r.event)
				if r.score < weakest.score {
					weakest = r
				}
			}
			for _, line := range missing {
				t.Errorf("the attack's chain is not in the forest: %s", line)
			}
			if weakest.score <= loudest.score {
				t.Errorf("an attack scores %.4f: %s (%s)\nnot above a normal chain with %.4f: %s (%s)", weakest.score, weakest.chain, weakest.event, loudest.score, loudest.chain, loudest.event)
			}
		})
	}
}

// lastOf is the last program of a chain.
func lastOf(chain string) string { return chain[strings.LastIndex(chain, " ")+1:] }

// ranked is one chain of a ranking.
type ranked struct {
	score float32
	chain string // as the lists write it
	event string // audit event of the leaf
}

func maxOf(a, b ranked) ranked {
	if b.score > a.score {
		return b
	}
	return a
}

// ranking runs the main job on paths and yields every chain.
func ranking(t *testing.T, paths []string) iter.Seq[ranked] {
	var p pipeline
	u := &ui{in: strings.NewReader(""), out: io.Discard, err: io.Discard, quiet: true, color: "never"}
	r, err := p.run(context.Background(), u, paths, &output{})
	if err != nil {
		t.Fatal(err)
	}
	return func(yield func(ranked) bool) {
		for _, f := range r.values.Ranking.Findings {
			for _, path := range f.Paths {
				at := path.Leaf.Start()
				event := fmt.Sprintf("%d.%03d:%d", at.Unix(), at.Nanosecond()/1e6, path.Leaf.Source().Serial)
				if !yield(ranked{f.Score, chainText(path), event}) {
					return
				}
			}
		}
	}
}

// chainText is a path as the lists write it: without programs that the evidence
// only numbers.
func chainText(p tree.Path) string {
	var names []string
	for _, n := range p.Hops(nil) {
		if name := n.Base(); name != "?" {
			names = append(names, name)
		}
	}
	return strings.Join(names, " > ")
}

// lists finds every file below root whose name ends so.
func lists(t *testing.T, root, ending string) []string {
	var found []string
	err := filepath.WalkDir(root, func(p string, d fs.DirEntry, err error) error {
		if err == nil && strings.HasSuffix(p, ending) {
			found = append(found, p)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(found) == 0 {
		t.Fatalf("no sample has a list of its attacks (*%s)", ending)
	}
	return found
}

// artifacts are the files or the folder that a list speaks of.
func artifacts(t *testing.T, list, name string) []string {
	found, err := filepath.Glob(filepath.Join(filepath.Dir(list), name+"*"))
	if err != nil {
		t.Fatal(err)
	}
	return slices.DeleteFunc(found, func(p string) bool {
		return slices.Contains([]string{".txt", ".tsv", ".md"}, filepath.Ext(p))
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
