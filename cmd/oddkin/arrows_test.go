package main

import (
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// rooms lists the packages of the house with what each may import of the house.
// A trailing /... stands for everything below. The first prefix that matches a
// package decides.
var rooms = []struct {
	room string
	may  []string
}{
	{"oddkin/cmd/oddkin", []string{"oddkin/..."}},
	{"oddkin/parsers/event", nil},
	{"oddkin/parsers/internal/ingest", []string{"oddkin/parsers/event", "oddkin/parsers/internal/recall"}},
	{"oddkin/parsers/internal/winevent", []string{"oddkin/parsers/event", "oddkin/parsers/internal/..."}},
	{"oddkin/parsers/internal/sockaddr", []string{"oddkin/parsers/event"}},
	{"oddkin/parsers/internal/jsonstream", []string{"oddkin/parsers/internal/crew", "oddkin/parsers/internal/wtf8"}},
	{"oddkin/parsers/internal", nil},
	{"oddkin/parsers/auditd", []string{"oddkin/parsers/event", "oddkin/parsers/internal/..."}},
	{"oddkin/parsers/auditjson", []string{"oddkin/parsers/event", "oddkin/parsers/internal/..."}},
	{"oddkin/parsers/sysmon", []string{"oddkin/parsers/event", "oddkin/parsers/internal/..."}},
	{"oddkin/parsers/evtx/evtxtest", nil},
	{"oddkin/parsers/evtx", []string{"oddkin/parsers/event", "oddkin/parsers/internal/..."}},
	{"oddkin/parsers/sandbox", []string{"oddkin/parsers/event", "oddkin/parsers/internal/..."}},
	{"oddkin/parsers", []string{"oddkin/parsers/..."}},
	{"oddkin/tree/internal", nil},
	{"oddkin/tree", []string{"oddkin/parsers/event", "oddkin/tree/internal/..."}},
	{"oddkin/detect/internal/lstm", nil},
	{"oddkin/detect/internal/graph", []string{"oddkin/detect/internal/lstm"}},
	{"oddkin/detect/internal/keras", []string{"oddkin/detect/internal/lstm"}},
	{"oddkin/detect/internal/modelfile", []string{"oddkin/detect/internal/lstm"}},
	{"oddkin/detect/internal", nil},
	{"oddkin/detect", []string{"oddkin/detect/...", "oddkin/tree", "oddkin/parsers/event", "oddkin/samples/corpus"}},
	{"oddkin/report", []string{"oddkin/detect", "oddkin/tree", "oddkin/parsers/event", "oddkin/report/..."}},
	{"oddkin/samples/bench", []string{"oddkin/samples/...", "oddkin/parsers/evtx/evtxtest"}}, // a writer, which reads nothing
	{"oddkin/samples", []string{"oddkin/samples/..."}},
}

// foreign lists modules that only the named rooms may import.
var foreign = map[string][]string{
	"gorgonia.org/":          {"oddkin/detect/internal/graph"},
	"github.com/olekukonko/": {"oddkin/report"},
	"github.com/elastic/":    {"oddkin/parsers/auditd"},
	"github.com/spf13/":      {"oddkin/cmd/oddkin"},
	"github.com/vbauerster/": {"oddkin/cmd/oddkin"},
	"os":                     {"oddkin/cmd/oddkin", "oddkin/parsers", "oddkin/samples"}, // files are read by parsers and written by cmd
	"os/exec":                {"oddkin/samples"},
	"net":                    {},
	"net/http":               {},
	"net/rpc":                {},
	"net/smtp":               {},
	"net/textproto":          {},
	"crypto/tls":             {},
	"plugin":                 {},
	"syscall":                {"oddkin/cmd/oddkin", "oddkin/samples"},
}

// TestArrows holds the direction of the imports: bytes, events, forest,
// findings, document, and never back.
func TestArrows(t *testing.T) {
	for _, system := range []string{"linux", "windows", "darwin"} {
		for _, p := range packages(t, system) {
			may, ok := allowed(p.ImportPath)
			if !ok {
				t.Errorf("%s belongs to no room", p.ImportPath)
				continue
			}
			for _, imp := range p.Imports {
				if strings.HasPrefix(imp, "oddkin/") && !matches(imp, may) || !mayImport(p.ImportPath, imp) {
					t.Errorf("%s: %s must not import %s", system, p.ImportPath, imp)
				}
			}
		}
	}
}

// mayImport reports whether a package may import one from outside of the house.
func mayImport(path, imp string) bool {
	for prefix, only := range foreign {
		if (imp == prefix || strings.HasSuffix(prefix, "/") && strings.HasPrefix(imp, prefix)) && !inRoom(path, only) {
			return false
		}
	}
	return true
}

type goPackage struct {
	ImportPath string
	Imports    []string
}

// packages lists the packages as one system builds them.
func packages(t *testing.T, system string) []goPackage {
	cmd := exec.Command("go", "list", "-json=ImportPath,Imports", "oddkin/...")
	cmd.Env = append(os.Environ(), "GOOS="+system, "CGO_ENABLED=0")
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var all []goPackage
	for d := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p goPackage
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
}

func allowed(pkg string) ([]string, bool) {
	for _, r := range rooms {
		if pkg == r.room || strings.HasPrefix(pkg, r.room+"/") {
			return r.may, true
		}
	}
	return nil, false
}

func matches(imp string, may []string) bool {
	for _, m := range may {
		if below, all := strings.CutSuffix(m, "/..."); imp == m || all && (imp == below || strings.HasPrefix(imp, below+"/")) {
			return true
		}
	}
	return false
}

func inRoom(pkg string, rooms []string) bool {
	for _, r := range rooms {
		if pkg == r || strings.HasPrefix(pkg, r+"/") {
			return true
		}
	}
	return false
}
