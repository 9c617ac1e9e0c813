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

// TestSamplesAreWhatTheScenesGive holds the committed samples to the scenes they
// were made from.
func TestSamplesAreWhatTheScenesGive(t *testing.T) {
	programs, err := readPrograms()
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range samples {
		p, err := play(s.name, programs)
		if err != nil {
			t.Fatal(err)
		}
		for file, want := range map[string][]byte{s.file: s.shape(p), s.name + ".attack.txt": chains(p), s.name + ".attack.tsv": attackers(p)} {
			got, err := os.ReadFile(filepath.Join("..", file))
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(unpack(t, file, got), unpack(t, file, want)) {
				t.Errorf("%s is not what the scene gives: run the generator", file)
			}
			if len(got) > 300<<10 {
				t.Errorf("%s has %d bytes", file, len(got))
			}
		}
	}
}

// unpack leaves the compressor out of the comparison: its output may change with
// the Go release.
func unpack(t *testing.T, file string, b []byte) []byte {
	if !strings.HasSuffix(file, ".gz") {
		return b
	}
	z, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	b, err = io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestScenesAreSound holds what makes a played scene possible: no pid is shared,
// every parent runs when its child starts.
func TestScenesAreSound(t *testing.T) {
	programs, err := readPrograms()
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range samples {
		p, err := play(s.name, programs)
		if err != nil {
			t.Fatal(err)
		}
		running := map[int]*process{}
		for _, m := range p.moments {
			switch m.verb {
			case "start":
				if running[m.who.pid] != nil {
					t.Errorf("%s: two processes have pid %d", s.name, m.who.pid)
				}
				if q := m.who.parent; q.pid != 4 && running[q.pid] != q {
					t.Errorf("%s: %s starts after its parent's end", s.name, m.who.chain())
				}
				running[m.who.pid] = m.who
			case "end":
				delete(running, m.who.pid)
			}
		}
	}
}
