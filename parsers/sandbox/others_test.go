package sandbox

import (
	"bytes"
	"encoding/json"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"oddkin/parsers/internal/ingest"
)

// enough is the confidence below which package parsers takes a file for
// nothing.
const enough = 20

// TestNoFileOfAnotherFormatIsClaimed shows the heads of all data sets that are
// no sandbox report to every format.
func TestNoFileOfAnotherFormatIsClaimed(t *testing.T) {
	root := data(t, ".")
	n := 0
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		rel, _ := filepath.Rel(root, path)
		if rel = filepath.ToSlash(rel); err != nil || d.IsDir() || strings.HasPrefix(rel, "conformance/sandbox/") || strings.HasPrefix(rel, "conformance/stix/") {
			return err
		}
		n++
		if name, m := claim(head(t, path)); m.Confidence >= enough {
			t.Errorf("%s is taken for %s: %+v", rel, name, m)
		}
		return nil
	})
	if err != nil || n == 0 {
		t.Fatalf("%d files: %v", n, err)
	}
}

// head gives the first bytes of a file, decompressed if its name ends in .gz.
func head(t *testing.T, path string) []byte {
	t.Helper()
	if strings.HasSuffix(path, ".gz") {
		b := unzipped(t, path)
		return b[:min(len(b), ingest.HeadSize)]
	}
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, ingest.HeadSize))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// assemblylineDiffers lists, by the first digits of the sample's digest, where
// Assemblyline's view of a sample holds other processes than this reader finds
// in the report beside it. Its view was made from a later run of the same sample
// on another guest, so pids and times differ throughout, and what the guest's
// own services did.
var assemblylineDiffers = map[string]struct{ why, theirs, ours string }{
	"5c186e41": {"a pid was used again in their run, and the later sc.exe, which Sysmon alone recorded, passes for the monitored AcceptEx.exe", "sc.exe < -", ""},
	"9088f800": {"the service host entered first is another one in each run", "svchost.exe < services.exe", ""},
	"b145e2ec": {"the monitor entered a service host in our run only", "", "svchost.exe < -"},
}

// TestAssemblylineSeesTheSameProcesses compares the processes that the monitor
// saw, as name and parent's name, with those that Assemblyline's CAPE service
// lists for a run of the same sample.
func TestAssemblylineSeesTheSameProcesses(t *testing.T) {
	expected := data(t, "conformance/sandbox/cape_lite_expected/tests/samples")
	for _, path := range files(t, data(t, "conformance/sandbox/cape_lite/tests/samples"), ".json.gz") {
		sample := filepath.Base(filepath.Dir(filepath.Dir(filepath.Dir(path))))
		var theirs struct {
			Processes []struct {
				Image     string
				PID, PPID uint32
				Sources   []string
			}
		}
		if err := json.Unmarshal(unzipped(t, filepath.Join(expected, sample, "Results", "Section.json")), &theirs); err != nil {
			t.Fatal(err)
		}
		var want, got []triple
		for _, p := range theirs.Processes {
			if slices.Contains(p.Sources, "capemon") {
				want = append(want, triple{p.PID, p.Image[strings.LastIndexByte(p.Image, '\\')+1:], p.PPID})
			}
		}
		events, _ := read(t, "cape", bytes.NewReader(unzipped(t, path)), false)
		for _, e := range events {
			got = append(got, triple{e.Proc.PID, e.Proc.Base(), e.Parent.PID})
		}
		onlyTheirs, onlyOurs := difference(edges(want), edges(got))
		d := assemblylineDiffers[sample[:8]]
		if strings.Join(onlyTheirs, ", ") != d.theirs || strings.Join(onlyOurs, ", ") != d.ours {
			t.Errorf("%s: only theirs: %q, only ours: %q; known: %+v", sample[:8], onlyTheirs, onlyOurs, d)
		}
	}
}

// edges writes each process as "child < parent", sorted; "-" is a parent that
// is not listed.
func edges(all []triple) (out []string) {
	for _, p := range all {
		parent := "-"
		for _, q := range all {
			if q.pid == p.parent {
				parent = q.name
			}
		}
		out = append(out, p.name+" < "+parent)
	}
	slices.Sort(out)
	return out
}

// difference gives the elements of one sorted list that the other lacks.
func difference(a, b []string) (onlyA, onlyB []string) {
	for len(a) > 0 || len(b) > 0 {
		switch {
		case len(b) == 0 || len(a) > 0 && a[0] < b[0]:
			onlyA, a = append(onlyA, a[0]), a[1:]
		case len(a) == 0 || a[0] > b[0]:
			onlyB, b = append(onlyB, b[0]), b[1:]
		default:
			a, b = a[1:], b[1:]
		}
	}
	return onlyA, onlyB
}
