package report

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// The tests run where another zone is local: what reads or shows a time by the analyst's
// clock fails them.
func init() { time.Local = time.FixedZone("analyst", 5*3600+45*60) }

var update = flag.Bool("update", false, "rewrite the golden files")

// golden compares got with testdata/name.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s differs; run the test with -update and read the diff\ngot:\n%s", path, got)
	}
}

// render writes d and fails the test on an error.
func render(t testing.TB, d *Document, f Format, o Style) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, d, f, o); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
