package main

import (
	"bytes"
	"compress/gzip"
	"embed"
	"flag"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"strings"
)

//go:embed scenes
var scenes embed.FS

// samples names the scenes and how each is exported.
var samples = []struct {
	name, file string
	shape      func(*played) []byte
}{
	{"workstation", "workstation.json.gz", func(p *played) []byte { return pack(flat(p)) }},
	{"webserver", "webserver.json", winlogbeat},
	{"management", "management.json", evtxDump},
}

func main() {
	log.SetFlags(0)
	dir := flag.String("dir", ".", "where to write the samples")
	flag.Parse()
	programs, err := readPrograms()
	if err != nil {
		log.Fatal(err)
	}
	for _, s := range samples {
		p, err := play(s.name, programs)
		if err != nil {
			log.Fatalf("%s: %v", s.name, err)
		}
		for file, content := range map[string][]byte{
			s.file:                 s.shape(p),
			s.name + ".attack.txt": chains(p),
			s.name + ".attack.tsv": attackers(p),
		} {
			if err := os.WriteFile(filepath.Join(*dir, file), content, 0o644); err != nil {
				log.Fatal(err)
			}
		}
	}
}

// play reads a scene and lets it happen.
func play(name string, programs map[string]program) (*played, error) {
	text, err := scenes.ReadFile("scenes/" + name + ".txt")
	if err != nil {
		return nil, err
	}
	s, err := parseScene(string(text))
	if err != nil {
		return nil, err
	}
	return s.play(programs)
}

// pack compresses, without the time and name that a gzip header may hold.
func pack(b []byte) []byte {
	var out bytes.Buffer
	z, _ := gzip.NewWriterLevel(&out, gzip.BestCompression) // the level is valid
	_, _ = z.Write(b)                                       // memory does not fail
	_ = z.Close()
	return out.Bytes()
}

// chains lists every chain that ends in a process of the attack that started no
// other of it: base names, root first.
func chains(p *played) []byte {
	parents := map[*process]bool{}
	for _, q := range p.processes {
		if q.attack {
			parents[q.parent] = true
		}
	}
	var b bytes.Buffer
	seen := map[string]bool{}
	for _, q := range p.processes {
		if line := q.chain(); q.attack && !parents[q] && !seen[line] {
			seen[line] = true
			fmt.Fprintln(&b, line)
		}
	}
	return b.Bytes()
}

// attackers lists the processes of the attack.
func attackers(p *played) []byte {
	var b bytes.Buffer
	fmt.Fprintln(&b, strings.Join([]string{"start", "pid", "guid", "parent_pid", "image", "chain"}, "\t"))
	for _, q := range p.processes {
		if q.attack {
			fmt.Fprintf(&b, "%s\t%d\t%s\t%d\t%s\t%s\n", q.start.Format("2006-01-02T15:04:05.000Z"), q.pid, strings.ToUpper(q.guid), q.parent.pid, q.program.path, q.chain())
		}
	}
	return b.Bytes()
}
