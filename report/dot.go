package report

import (
	"bufio"
	"fmt"
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
		clusters(p, func(i int, first *Node, nodes []int32) {
			fmt.Fprintf(w, "  subgraph cluster_%d {\n    label=%s;\n", i, dotString(clusterName(first)))
			for _, k := range nodes {
				dotNode(w, p, k, d.threshold())
			}
			fmt.Fprint(w, "  }\n")
		})
		for _, i := range p.order {
			for _, c := range p.items[i].children {
				style := ""
				if l := p.nodes[c].Link; unrecorded(l) {
					style = " [style=dashed]"
					if l == "supposed" {
						style = " [style=dashed, color=gray50, label=\"supposed\"]"
					}
				}
				fmt.Fprintf(w, "  n%d -> n%d%s;\n", i, c, style)
			}
		}
		for _, e := range p.dotted(d) {
			fmt.Fprintf(w, "  n%d -> n%d [style=dotted, constraint=false, label=%s];\n", e.from, e.to, dotString(e.label))
		}
	}
	fmt.Fprint(w, "}\n")
	return nil
}

func dotNode(w *bufio.Writer, p *plan, i int32, threshold float32) {
	n := &p.nodes[i]
	style := ""
	if n.Rank > 0 && n.Score >= threshold {
		style = ", color=red, penwidth=2"
	}
	fmt.Fprintf(w, "    n%d [label=%s%s];\n", i, dotString(nodeLabel(p, i)), style)
}

// nodeLabel is the name, count, pid and score of a node in a graph.
func nodeLabel(p *plan, i int32) string {
	n := &p.nodes[i]
	label := n.Name
	if t := p.items[i].times; t > 1 {
		label += fmt.Sprintf(" ×%d", t)
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

// clusters calls yield for each host's boot with the drawn nodes under its roots,
// parents before children.
func clusters(p *plan, yield func(i int, first *Node, nodes []int32)) {
	i := 0
	for from := 0; from < len(p.roots); i++ {
		first := &p.nodes[p.roots[from]]
		to := from
		for to < len(p.roots) && p.nodes[p.roots[to]].Host == first.Host && p.nodes[p.roots[to]].Boot == first.Boot {
			to++
		}
		nodes := append([]int32(nil), p.roots[from:to]...)
		for k := 0; k < len(nodes); k++ {
			nodes = append(nodes, p.items[nodes[k]].children...)
		}
		yield(i, first, nodes)
		from = to
	}
}

func clusterName(n *Node) string {
	name := n.Host
	if name == "" {
		name = "host not named"
	}
	if n.Boot > 0 {
		name += fmt.Sprintf(", boot %d", n.Boot)
	}
	return name
}

// dotString is s as a DOT string. A backslash would start one of Graphviz' own
// escapes in a label, and is doubled; an ampersand one of HTML's.
func dotString(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, `&`, `&amp;`).Replace(Visible(s)) + `"`
}
