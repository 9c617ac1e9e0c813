package main

import (
	"bytes"
	"compress/gzip"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// maxSample keeps the repository small.
const maxSample = 300 << 10

func TestCommittedSamplesAreWhatTheGeneratorMakes(t *testing.T) {
	for _, s := range samples {
		report, chains, err := s.make()
		if err != nil {
			t.Fatal(err)
		}
		packed := content(t, s.file)
		if len(packed) > maxSample {
			t.Errorf("%s has %d bytes", s.file, len(packed))
		}
		if !bytes.Equal(unpacked(t, s.file, packed), report) {
			t.Errorf("%s is not what the generator makes: go run ./samples/sandbox/generate samples/sandbox", s.file)
		}
		if got := content(t, s.name()+".attack.txt"); !bytes.Equal(got, chains) {
			t.Errorf("the chains of %s are not the scenario's:\n%s", s.file, got)
		}
		if len(content(t, s.name()+".md")) == 0 {
			t.Errorf("%s has no description", s.file)
		}
	}
}

func TestScenarioErrorsNameTheLine(t *testing.T) {
	for text, want := range map[string]string{
		"nonsense": "line 1: neither",
		"1 2 u C:\\a.exe | a\n    1 2 u C:\\b.exe | b": "line 2: two generations",
		"1 x u C:\\a.exe | a":                          "line 1: strconv",
		"1 2 u C:\\a.exe | a | colour=1":               `line 1: unknown note "colour=1"`,
		"1 2 C:\\a.exe | a":                            "line 1: want seconds",
	} {
		if _, err := parse(text); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
}

func content(t *testing.T, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("..", name))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func unpacked(t *testing.T, name string, b []byte) []byte {
	t.Helper()
	if !strings.HasSuffix(name, ".gz") {
		return b
	}
	r, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	out, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return out
}
