// Command generate writes the sandbox reports beside it, from scenarios in
// text: no sandbox is run. For each scenario it writes a report in the shape
// that the sandbox's reporting module gives it, key by key, and the chains of
// the attack. The same scenario gives the same bytes.
//
//	go run ./samples/sandbox/generate samples/sandbox
//
// The shapes follow the sources of CAPE (modules/processing/behavior.py,
// modules/reporting/jsondump.py) and Cuckoo 2 (cuckoo/processing/behavior.py,
// cuckoo/common/netlog.py, cuckoo/reporting/jsondump.py), and published reports.
package main

import (
	"bytes"
	"compress/gzip"
	"embed"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

//go:embed *.txt
var scenarios embed.FS

// sample is one report to write.
type sample struct {
	scenario string
	file     string
	shape    func(*scenario) any
}

var samples = []sample{
	{"maldoc.txt", "maldoc.cape.json", capeReport},
	{"pdf.txt", "pdf.cuckoo2.json.gz", cuckooReport},
}

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: generate FOLDER")
		os.Exit(2)
	}
	for _, s := range samples {
		if err := s.write(os.Args[1]); err != nil {
			fmt.Fprintf(os.Stderr, "generate: %s: %v\n", s.scenario, err)
			os.Exit(1)
		}
	}
}

// write writes the report and the chains of its attack into dir.
func (s sample) write(dir string) error {
	report, chains, err := s.make()
	if err != nil {
		return err
	}
	if strings.HasSuffix(s.file, ".gz") {
		if report, err = zipped(report); err != nil {
			return err
		}
	}
	if err := os.WriteFile(filepath.Join(dir, s.file), report, 0o644); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, s.name()+".attack.txt"), chains, 0o644)
}

// name is the file's name up to its first dot.
func (s sample) name() string {
	name, _, _ := strings.Cut(s.file, ".")
	return name
}

// make gives the report, uncompressed, and the chains.
func (s sample) make() (report, chains []byte, err error) {
	text, err := scenarios.ReadFile(s.scenario)
	if err != nil {
		return nil, nil, err
	}
	sc, err := parse(string(text))
	if err != nil {
		return nil, nil, err
	}
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(s.shape(sc)); err != nil {
		return nil, nil, err
	}
	return out.Bytes(), []byte(strings.Join(sc.attacks(), "\n") + "\n"), nil
}

func zipped(b []byte) ([]byte, error) {
	var out bytes.Buffer
	w, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(b); err != nil {
		return nil, err
	}
	err = w.Close()
	return out.Bytes(), err
}
