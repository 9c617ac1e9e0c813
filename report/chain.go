package report

import (
	"strconv"
	"strings"
)

// link is one element of a chain written on a line: a name and how often it
// stands in a row, or a gap in a very long chain.
type link struct {
	name     string
	from, to int // names it stands for
	gap      int // hops left out; then from and to are the name behind them
}

// chainText writes links root to leaf on one line of at most width columns. When
// not all fit it keeps the root, the hop at strongest and the leaf, then the
// hops next to those, and shows each gap. mark decorates the strongest hop.
func chainText(links []link, strongest, width int, g glyphs, mark func(string) string) string {
	if len(links) == 0 {
		return ""
	}
	worst := len(links) - 1
	for i, l := range links {
		if l.from <= strongest && strongest < l.to {
			worst = i
		}
	}
	labels := make([]string, len(links))
	for i, l := range links {
		labels[i] = chainName(l, g)
	}
	keep := choose(labels, worst, width, g)
	shorten(labels, keep, width, g)
	labels[worst] = mark(labels[worst])
	return join(labels, keep, g)
}

// runs joins equal neighbours: bash, bash, bash is one link. depths are as in [Finding].
func runs(names []string, depths []int) []link {
	var list []link
	for i, n := range names {
		if gap := leftOut(depths, i); gap > 0 {
			list = append(list, link{from: i, to: i, gap: gap})
		} else if k := len(list) - 1; k >= 0 && list[k].name == n {
			list[k].to = i + 1
			continue
		}
		list = append(list, link{name: n, from: i, to: i + 1})
	}
	return list
}

// leftOut is how many hops are left out before the i-th that is told.
func leftOut(depths []int, i int) int {
	if i == 0 || i >= len(depths) {
		return 0 // the root is always told
	}
	return depths[i] - depths[i-1] - 1
}

// chainName is the safe label of a link. A name that holds a blank or an arrow is
// quoted, or one name could pass for a chain.
func chainName(l link, g glyphs) string {
	if l.gap > 0 {
		return "(" + plural(l.gap, "hop", "hops") + ")"
	}
	name := Visible(l.name)
	if name == "" || strings.ContainsAny(name, " >→…×") {
		name = `"` + name + `"`
	}
	if n := l.to - l.from; n > 1 {
		name += g.times + strconv.Itoa(n)
	}
	return name
}

// choose picks the labels that are shown. It grows outward from the three that
// matter most, the parent and the child of the strongest hop
// first.
func choose(labels []string, worst, width int, g glyphs) []bool {
	keep := make([]bool, len(labels))
	last := len(labels) - 1
	keep[0], keep[worst], keep[last] = true, true, true
	used := joinedWidth(labels, keep, g)
	// Every label takes at least one column and an arrow, so that no more than
	// width/2 can ever be added, however long the chain.
	for step := 1; step <= min(last, width/2) && used <= width; step++ {
		for _, i := range []int{worst - step, worst + step, last - step, step} {
			if i <= 0 || i >= last || keep[i] {
				continue
			}
			keep[i] = true
			if n := joinedWidth(labels, keep, g); n <= width {
				used = n
			} else {
				keep[i] = false
			}
		}
	}
	return keep
}

// joinedWidth is the width of what [join] would write.
func joinedWidth(labels []string, keep []bool, g glyphs) int {
	arrow, gap := columns(g.arrow), columns(g.gap)
	width, before := -arrow, -1
	for i, k := range keep {
		if !k {
			continue
		}
		if i > before+1 {
			width += arrow + gap
		}
		width += arrow + columns(labels[i])
		before = i
	}
	return width
}

// join writes the kept labels with arrows, and a gap for each run left out.
func join(labels []string, keep []bool, g glyphs) string {
	var b strings.Builder
	before := -1
	for i, k := range keep {
		if !k {
			continue
		}
		if before >= 0 {
			b.WriteString(g.arrow)
		}
		if i > before+1 {
			b.WriteString(g.gap + g.arrow)
		}
		b.WriteString(labels[i])
		before = i
	}
	return b.String()
}

// shorten cuts the kept labels where even they are too wide, the widest first.
func shorten(labels []string, keep []bool, width int, g glyphs) {
	over := joinedWidth(labels, keep, g) - width
	for over > 0 {
		widest := -1
		for i, k := range keep {
			if k && (widest < 0 || columns(labels[i]) > columns(labels[widest])) {
				widest = i
			}
		}
		n := columns(labels[widest])
		if n <= 4 {
			return
		}
		// Cut to the wanted width, but not below half at a time, so that several
		// long names share the loss.
		to := max(n-over, n/2, 4)
		labels[widest] = fitMiddle(labels[widest], to, g.gap)
		if cut := n - columns(labels[widest]); cut > 0 {
			over -= cut
			continue
		}
		return
	}
}
