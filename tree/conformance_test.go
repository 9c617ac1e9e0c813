package tree_test

import (
	"compress/gzip"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"oddkin/parsers"
	"oddkin/tree"
)

// evidence finds a file or folder of the shared data, or skips the test.
func evidence(t *testing.T, path string) string {
	t.Helper()
	root := os.Getenv("ODDKIN_DATA")
	if root == "" {
		root = "../../shared/data"
	}
	path = filepath.Join(root, path)
	if _, err := os.Stat(path); err != nil {
		t.Skipf("public data is not here (set ODDKIN_DATA): %v", err)
	}
	return path
}

func forestOf(t *testing.T, path string) *tree.Forest {
	t.Helper()
	e, err := parsers.Open([]string{path}, parsers.Options{Workers: 1})
	if err != nil {
		t.Fatal(err)
	}
	return tree.Build(e.Events(context.Background()), tree.Options{})
}

// TestLaurelTraces builds the traces that LAUREL tests its process tracking with.
// The first is of a program whose source stands in the file: it forks, its parent
// ends, and it executes when it is already a child of init. The second is an
// ssh login that lists packages through a pager.
func TestLaurelTraces(t *testing.T) {
	for _, c := range []struct {
		file, chain string
		forks       bool
	}{
		{"fork-sleep-exec.txt", "? > uncaring-parent > true", true},
		{"proc-trace-dpkg-l.txt", "? > sshd > bash > dpkg > dpkg-query > dash > less", true},
		{"proc-trace-dpkg-l.txt", "? > sshd > bash > dash > dirname", true},
		{"record-perl-reverse-shell.txt", "? > perl", false},
	} {
		path := evidence(t, "conformance/auditd/laurel/src/testdata/"+c.file)
		if c.forks && len(byForks(path, t)) == 0 {
			t.Errorf("%s: no start stands where forks alone tell it to: the trace proves nothing of them", c.file)
		}
		f := forestOf(t, path)
		checkForest(t, f)
		var chains []string
		for p := range f.Paths() {
			var names []string
			for _, n := range p.Hops(nil) {
				names = append(names, n.Base())
			}
			chains = append(chains, strings.Join(names, " > "))
		}
		if !slices.Contains(chains, c.chain) {
			t.Errorf("%s: no chain %q among\n%s", c.file, c.chain, strings.Join(chains, "\n"))
		}
	}
}

// TestOneNodePerGUID builds whole exports of real Windows hosts. What Sysmon gives one
// GUID is one process, whichever of its records was stamped first.
func TestOneNodePerGUID(t *testing.T) {
	for _, format := range []string{"otrf_flat", "otrf_winlogbeat", "splunk_nxlog"} {
		files, err := filepath.Glob(filepath.Join(evidence(t, "full/"+format), "*.gz"))
		if err != nil || len(files) == 0 {
			t.Errorf("%s: no exports", format)
		}
		for _, file := range files {
			f := forestOf(t, file)
			checkForest(t, f)
			type identity struct{ host, guid string }
			nodes := map[identity]*tree.Node{}
			for n := range f.Nodes() {
				id := identity{n.Host(), n.Proc().GUID}
				other := nodes[id]
				if id.guid != "" && other != nil && n.PreviousSelf() != other {
					t.Errorf("%s: %s is %s(%d) from %v and %s(%d) from %v", filepath.Base(file), id.guid,
						other.Base(), other.PID, other.Source(), n.Base(), n.PID, n.Source())
				}
				nodes[id] = n
			}
			t.Logf("%s: %d GUIDs", filepath.Base(file), len(nodes))
		}
	}
}

func readGzip(t *testing.T, file string, into any) {
	t.Helper()
	r, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	z, err := gzip.NewReader(r)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.NewDecoder(z).Decode(into); err != nil {
		t.Fatal(err)
	}
}
