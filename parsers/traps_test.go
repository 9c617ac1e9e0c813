package parsers

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestTrapsAreHeldByTests: each test and scenario that testdata/traps names is
// there, and no trap of its list is without one.
func TestTrapsAreHeldByTests(t *testing.T) {
	index, err := os.ReadFile("testdata/traps")
	if err != nil {
		t.Fatal(err)
	}
	test := regexp.MustCompile(`^(\S+):(Test\w+)$`)
	traps := 0
	for line := range strings.Lines(string(index)) {
		what, held, ok := strings.Cut(strings.TrimSpace(line), " | ")
		if strings.HasPrefix(line, "#") || strings.TrimSpace(line) == "" {
			continue
		}
		names := strings.Fields(held)
		if !ok || len(names) == 0 {
			t.Errorf("no test of %q", what)
		}
		traps++
		for _, name := range names {
			m := test.FindStringSubmatch(name)
			if m == nil {
				if _, err := os.Stat(filepath.FromSlash(name)); err != nil {
					t.Errorf("%s: %v", what, err)
				}
				continue
			}
			files, _ := filepath.Glob(filepath.Join(filepath.FromSlash(m[1]), "*_test.go"))
			if !slices.ContainsFunc(files, func(file string) bool {
				source, err := os.ReadFile(file)
				return err == nil && strings.Contains(string(source), "\nfunc "+m[2]+"(t *testing.T)")
			}) {
				t.Errorf("%s: no test %s in %s", what, m[2], m[1])
			}
		}
	}
	if traps < 25 {
		t.Errorf("only %d traps are listed", traps)
	}
}
