package corpus

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// What the program holds is what the folder has.
func TestTheProgramHoldsTheFolder(t *testing.T) {
	packed, err := Files()
	if err != nil {
		t.Fatal(err)
	}
	there, err := filepath.Glob("*.chains")
	if err != nil || len(there) == 0 {
		t.Fatalf("%d files (%v)", len(there), err)
	}
	held, err := fs.Glob(packed, "*")
	if err != nil || !slices.Equal(held, there) {
		t.Fatalf("corpus.zip holds %v, the folder %v (%v): run go generate ./samples/corpus", held, there, err)
	}
	for _, name := range there {
		want, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := fs.ReadFile(packed, name); err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s is not what corpus.zip has (%v): run go generate ./samples/corpus", name, err)
		}
	}
}
