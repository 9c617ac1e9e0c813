package parsers_test

import (
	"os"
	"path/filepath"
	"testing"

	"oddkin/parsers"
)

// Of compressed files more is expected than lies on disk, of standard input much.
func TestExpected(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"audit.log", "audit.log.1.GZ"} {
		if err := os.WriteFile(filepath.Join(dir, name), make([]byte, 1000), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		paths []string
		want  int64
	}{
		{[]string{filepath.Join(dir, "audit.log")}, 1000},
		{[]string{dir}, 8000},
		{[]string{"-"}, 300e6},
		{[]string{filepath.Join(dir, "none")}, 0},
	} {
		e, err := parsers.Open(c.paths, parsers.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if got := e.Expected(); got != c.want {
			t.Errorf("%v: %d bytes expected, want %d", c.paths, got, c.want)
		}
	}
}
