package report

import (
	"bufio"
	"fmt"
	"iter"
	"strings"
)

// writeMermaid writes the forest as a Mermaid flowchart, one subgraph for each
// host's boot. Edges that are not recorded are dotted.
func writeMermaid(w *bufio.Writer, d *Document, o Style) error {
	fmt.Fprint(w, "flowchart LR\n")
	if d.Interrupted {
		fmt.Fprintf(w, "  stopped[\"%s\"]\n", mermaidText(stoppedEarly))
	}
	if d.Forest == nil {
		return nil
	}
	p := newPlan(d, o.Draw)
	p.clusters(func(i int, first *look, nodes iter.Seq2[int32, step]) {
		fmt.Fprintf(w, "  subgraph c%d[\"%s\"]\n", i, mermaidText(clusterName(first)))
		for k := range nodes {
			n, class := p.f.node(k), ""
			if n.Rank > 0 && n.Score >= d.threshold() {
				class = ":::flagged"
			}
			fmt.Fprintf(w, "    n%d[\"%s\"]%s\n", k, mermaidText(nodeLabel(n, p.items[k].times)), class)
			if broken(w) != nil {
				return
			}
		}
		fmt.Fprint(w, "  end\n")
	})
	for _, i := range p.order {
		if broken(w) != nil {
			break
		}
		for _, c := range p.children(i) {
			arrow := "-->"
			if l := p.f.sketch(c).link; unrecorded(l) {
				arrow = "-.->"
				if l == "supposed" {
					arrow = "-. supposed .->"
				}
			}
			fmt.Fprintf(w, "  n%d %s n%d\n", i, arrow, c)
		}
	}
	for e := range p.dotted(d.Crossings) {
		fmt.Fprintf(w, "  n%d -. %s .-> n%d\n", e.from, mermaidText(e.label), e.to)
	}
	fmt.Fprint(w, "  classDef flagged stroke:#c00,stroke-width:2px\n")
	return nil
}

// mermaidText is s inside a quoted Mermaid label. Mermaid reads labels as HTML
// and as Markdown, so every sign but the harmless ones goes out as an entity
// code in Mermaid's own form (#60; for <).
func mermaidText(s string) string {
	var b strings.Builder
	for _, r := range Visible(s) {
		switch {
		case r >= 0x80, r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', strings.ContainsRune(" ./-:,", r):
			b.WriteRune(r)
		default:
			fmt.Fprintf(&b, "#%d;", r)
		}
	}
	return b.String()
}
