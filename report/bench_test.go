package report

import (
	"fmt"
	"io"
	"testing"

	"oddkin/detect"
	"oddkin/tree"
)

// manyFindings is a document of n findings, each with one chain of six hops.
func manyFindings(n int) *Document {
	d := webServer()
	d.Findings = make([]Finding, n)
	for i := range d.Findings {
		f := minerFinding()
		f.Rank, f.Names[5] = i+1, fmt.Sprintf("kdev%d", i)
		d.Findings[i] = f
	}
	return d
}

// manyNodes is a document with a forest of n nodes: services with jobs that
// have one child each.
func manyNodes(n int) *Document {
	d := forestDocument()
	d.Forest.Nodes = append(d.Forest.Nodes[:0], d.Forest.Nodes[0])
	for i := int32(1); i < int32(n); i++ {
		parent := int32(0)
		switch {
		case i%100 == 0:
		case i%2 == 0:
			parent = i - 1
		default:
			parent = i / 100 * 100
		}
		c := d.Forest.Nodes[0]
		c.ID, c.Parent, c.PID, c.Name = i, parent, uint32(i), fmt.Sprintf("job%d", i%7)
		d.Forest.Nodes = append(d.Forest.Nodes, c)
	}
	return d
}

func BenchmarkWrite10000Findings(b *testing.B) {
	d := manyFindings(10_000)
	for _, f := range []Format{Table, HTML, JSON, JSONLines, CSV} {
		b.Run(string(f), func(b *testing.B) { benchmarkWrite(b, d, f) })
	}
}

func BenchmarkWrite100000Nodes(b *testing.B) {
	d := manyNodes(100_000)
	for _, f := range []Format{Tree, DOT, Mermaid, JSON} {
		b.Run(string(f), func(b *testing.B) { benchmarkWrite(b, d, f) })
	}
}

// BenchmarkNewDeep is the cost of hostile evidence: a chain told for every process of one
// lineage.
func BenchmarkNewDeep(b *testing.B) {
	forest, _, leaf := lineage(20_000)
	var findings []detect.Finding
	for n := leaf; n != nil; n = n.Parent {
		depth := 20_000 - len(findings) - 1
		f := detect.Finding{Names: []string{"init", "p", "p"}, To: 3, Depths: []int{0, depth / 2, depth}, Paths: []tree.Path{{Leaf: n}}}
		if depth < 3 {
			break
		}
		findings = append(findings, f)
	}
	v := Values{Forest: forest, Ranking: &detect.Ranking{Findings: findings}}
	b.ReportAllocs()
	for b.Loop() {
		New(v, Options{})
	}
}

func benchmarkWrite(b *testing.B, d *Document, f Format) {
	b.ReportAllocs()
	for b.Loop() {
		n := counter(0)
		if err := Write(&n, d, f, Style{Width: 120}); err != nil {
			b.Fatal(err)
		}
		b.SetBytes(int64(n))
	}
}

// counter counts what is written to it.
type counter int64

var _ io.Writer = (*counter)(nil)

func (c *counter) Write(p []byte) (int, error) {
	*c += counter(len(p))
	return len(p), nil
}

func BenchmarkVisible(b *testing.B) {
	for name, s := range map[string]string{"ascii": "/usr/lib/systemd/systemd --user --deserialize 12", "hostile": "\x1b[2J日本語\u202e.exe\xff"} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				Visible(s)
			}
		})
	}
}
