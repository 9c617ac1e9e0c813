package report

import (
	"bufio"
	"fmt"
	"iter"
	"strings"
)

// writeDOT writes the forest as a Graphviz digraph, one cluster for each host's
// boot. Edges that are not recorded are dashed; those that are but supposed say so.
func writeDOT(w *bufio.Writer, d *Document, o Style) error {
	fmt.Fprint(w, "digraph oddkin {\n  rankdir=LR;\n  node [shape=box, fontname=\"sans-serif\", fontsize=10];\n")
	if d.Interrupted {
		fmt.Fprintf(w, "  label=%s;\n", dotString(stoppedEarly))
	}
	if d.Forest != nil {
		p := newPlan(d, o.Draw)
		p.clusters(func(i int, first *look, nodes iter.Seq2[int32, step]) {
			fmt.Fprintf(w, "  subgraph cluster_%d {\n    label=%s;\n", i, dotString(clusterName(first)))
			for k := range nodes {
				if dotNode(w, p, k, d.threshold()); broken(w) != nil {
					return
				}
			}
			fmt.Fprint(w, "  }\n")
		})
		for _, i := range p.order {
			if broken(w) != nil {
				break
			}
			for _, c := range p.children(i) {
				style := ""
				if l := p.f.sketch(c).link; unrecorded(l) {
					style = " [style=dashed]"
					if l == "supposed" {
						style = " [style=dashed, color=gray50, label=\"supposed\"]"
					}
				}
				fmt.Fprintf(w, "  n%d -> n%d%s;\n", i, c, style)
			}
		}
		for e := range p.dotted(d.Crossings) {
			fmt.Fprintf(w, "  n%d -> n%d [style=dotted, constraint=false, label=%s];\n", e.from, e.to, dotString(e.label))
		}
	}
	fmt.Fprint(w, "}\n")
	return nil
}

func dotNode(w *bufio.Writer, p *plan, i int32, threshold float32) {
	n := p.f.node(i)
	style := ""
	if n.Rank > 0 && n.Score >= threshold {
		style = ", color=red, penwidth=2"
	}
	fmt.Fprintf(w, "    n%d [label=%s%s];\n", i, dotString(nodeLabel(n, p.items[i].times)), style)
}

// nodeLabel is the name, count, pid and score of a node in a graph.
func nodeLabel(n *Node, times int32) string {
	label := n.Name
	if times > 1 {
		label += fmt.Sprintf(" ×%d", times)
	}
	if n.PID != 0 {
		label += fmt.Sprintf(" [%d]", n.PID)
	}
	if n.Rank > 0 {
		label += fmt.Sprintf(" %.3f", n.Score)
	}
	for _, tag := range tags(n) {
		label += " (" + tag + ")"
	}
	return label
}

// clusters calls yield for each host's boot with the drawn nodes under its roots.
func (p *plan) clusters(yield func(i int, first *look, nodes iter.Seq2[int32, step])) {
	for i, from := 0, 0; from < len(p.roots); i++ {
		first := p.f.sketch(p.roots[from])
		to := from + 1
		for ; to < len(p.roots); to++ {
			if s := p.f.sketch(p.roots[to]); s.host != first.host || s.boot != first.boot {
				break
			}
		}
		yield(i, &first.look, p.depthFirst(p.roots[from:to]))
		from = to
	}
}

func clusterName(l *look) string {
	name := l.host
	if name == "" {
		name = "host not named"
	}
	if l.boot > 0 {
		name += fmt.Sprintf(", boot %d", l.boot)
	}
	return name
}

// dotString is s as a DOT string. A backslash would start one of Graphviz' own
// escapes in a label, and is doubled; an ampersand one of HTML's.
func dotString(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, `&`, `&amp;`).Replace(Visible(s)) + `"`
}
