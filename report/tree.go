package report

import (
	"bufio"
	"fmt"
	"strconv"
	"strings"
)

// writeTree draws the forest for a terminal: one process a line, its score,
// start, pid and user in columns, then the branches, the name and as much of
// the command line as the width holds.
func writeTree(w *bufio.Writer, d *Document, o Style) error {
	if d.Interrupted {
		fmt.Fprintf(w, "%s\n\n", stoppedEarly)
	}
	if d.Forest == nil || d.Forest.len() == 0 {
		if d.Forest != nil && d.Forest.Omitted > 0 {
			fmt.Fprintf(w, "None of %s is selected.\n", plural(d.Forest.Omitted, "process", "processes"))
			return nil
		}
		fmt.Fprintln(w, "No process in the evidence.")
		return nil
	}
	t := &treeWriter{w: w, o: o, g: o.glyphs(), p: paint{o.Colour}, d: d}
	t.plan = newPlan(d, o.Draw)
	t.measure()
	t.from = make(map[int32]*Crossing, len(d.Crossings))
	for i := range d.Crossings {
		t.from[d.Crossings[i].To.ID] = &d.Crossings[i]
	}
	t.draw()
	t.foot()
	return nil
}

type treeWriter struct {
	w      *bufio.Writer
	o      Style
	g      glyphs
	p      paint
	d      *Document
	plan   *plan
	from   map[int32]*Crossing // by the node that came of it
	host   string
	boot   int
	scored bool            // the score has a column
	pid    int             // widths of columns
	user   int             //
	marks  map[string]bool // link marks used, for the legend
	last   []bool          // for each depth of the walk: is it the last sibling
}

const (
	treeTime = "01-02 15:04:05"
	maxUser  = 12
	unnamed  = "?" // what [event.Proc.Base] calls a process without a name
)

// measure sets the widths of the columns.
func (t *treeWriter) measure() {
	t.marks = map[string]bool{}
	t.pid, t.user = len("pid"), len("user")
	user, pid := "", uint32(0)
	for _, i := range t.plan.order {
		s := t.plan.f.sketch(i)
		t.scored = t.scored || s.scored
		pid = max(pid, s.pid)
		if s.user != user {
			user = s.user
			t.user = max(t.user, min(columns(Visible(user)), maxUser))
		}
	}
	t.pid = max(t.pid, len(strconv.FormatUint(uint64(pid), 10)))
}

// heading opens a host's boot.
func (t *treeWriter) heading(n *Node, more bool) {
	t.host, t.boot = n.Host, n.Boot
	if more {
		t.w.WriteByte('\n')
	}
	name := Visible(n.Host)
	if name == "" {
		name = "host not named"
	}
	if n.Boot > 0 {
		name += ", boot " + strconv.Itoa(n.Boot)
	}
	fmt.Fprintln(t.w, t.p.strong(fit(name, t.o.Width, t.g.gap)))
	score := ""
	if t.scored {
		score = "score  "
	}
	fmt.Fprintln(t.w, t.p.dim(fmt.Sprintf("%s%-*s  %*s  %-*s  process", score, len(treeTime), "start (UTC)", t.pid, "pid", t.user, "user")))
}

// draw writes the trees, depth first.
func (t *treeWriter) draw() {
	first := true
	for i, at := range t.plan.depthFirst(t.plan.roots) {
		n := t.plan.f.node(i)
		if at.depth == 0 && (first || n.Host != t.host || n.Boot != t.boot) {
			t.heading(n, !first)
			first = false
		}
		t.last = append(t.last[:at.depth], at.last)
		t.line(n, i)
		if broken(t.w) != nil {
			return
		}
	}
}

// line writes one process.
func (t *treeWriter) line(n *Node, i int32) {
	leaf := len(t.plan.children(i)) == 0
	used := 0
	if t.scored {
		t.w.WriteString(t.score(n, leaf) + "  ")
		used = scoreWidth + gutter
	}
	start := "-"
	if !n.Start.IsZero() {
		start = n.Start.Format(treeTime)
	}
	pid := "-"
	if n.PID != 0 {
		pid = strconv.FormatUint(uint64(n.PID), 10)
	}
	user := pad(fit(Visible(n.User), t.user, t.g.gap), t.user)
	fmt.Fprintf(t.w, "%-*s  %*s  %s  ", len(treeTime), start, t.pid, pid, user)
	used += len(treeTime) + t.pid + t.user + 3*gutter

	branch := t.branch(t.o.Width - used)
	label := t.label(n, t.plan.items[i].times)
	room := t.o.Width - used - columns(branch) - columns(label)
	if remarks := t.remarks(n, room); remarks != "" {
		label += remarks
		room -= columns(remarks)
	}
	if room < 0 {
		label = fitMiddle(label, columns(label)+room, t.g.gap)
	}
	name := label
	if t.scored && n.Score >= t.d.threshold() {
		name = t.p.strong(label)
	}
	t.w.WriteString(t.p.dim(branch) + name)
	if c := commandOf(n); c != "" && room > gutter+4 {
		t.w.WriteString("  " + t.p.dim(fit(Visible(c), room-gutter, t.g.gap)))
	}
	t.w.WriteByte('\n')
	if t.o.Draw.Details {
		t.details(n, leaf, used)
	}
}

// score is the score of the best chain through n: plain where a chain ends, dim
// above, where it tells what lies below.
func (t *treeWriter) score(n *Node, leaf bool) string {
	switch {
	case n.Rank == 0:
		return "    -"
	case leaf || n.Score >= t.d.threshold():
		return t.p.score(n.Score, t.d.threshold())
	}
	return t.p.dim(fmt.Sprintf("%.3f", n.Score))
}

// branch draws the lines that lead to the current process in at most half of
// width. A deeper lineage shows its depth and the last branches.
func (t *treeWriter) branch(width int) string {
	depth := len(t.last) - 1
	if depth == 0 {
		return ""
	}
	var b strings.Builder
	from := 1
	if room := width/2/columns(t.g.tee) - 2; depth > room {
		from = depth - max(room-1, 1) + 1 // the number takes the place of two branches
		fmt.Fprintf(&b, "(%d)", depth)
		b.WriteString(strings.Repeat(" ", max(0, 6-b.Len())))
	}
	for k := from; k < depth; k++ {
		if t.last[k] {
			b.WriteString(t.g.blank)
		} else {
			b.WriteString(t.g.pipe)
		}
	}
	if t.last[depth] {
		b.WriteString(t.g.corner)
	} else {
		b.WriteString(t.g.tee)
	}
	return b.String()
}

// label is the mark of the link, the name, and how many siblings it stands for.
func (t *treeWriter) label(n *Node, times int32) string {
	mark := ""
	switch {
	case n.SameProcess:
		mark = t.g.inPlace
	case n.Link == "inferred":
		mark = t.g.inferred
	case n.Link == "supposed":
		mark = t.g.supposed
	case n.Link == "orphan":
		mark = t.g.orphan
	}
	if mark != "" {
		t.marks[mark] = true
		mark += " "
	}
	name := mark + Visible(n.Name)
	if n.Name == unnamed {
		name = mark + "(not named)"
	}
	if times > 1 {
		name += " " + t.g.times + strconv.Itoa(int(times))
	}
	return name
}

// remarks stand behind the name as far as there is room: what begins here, and who asked
// for it.
func (t *treeWriter) remarks(n *Node, room int) string {
	var list []string
	for _, tag := range tags(n) {
		list = append(list, "["+tag+"]")
	}
	asked := func(name string, pid uint32) {
		if pid != 0 {
			name += "(" + strconv.FormatUint(uint64(pid), 10) + ")"
		}
		list = append(list, t.g.askedBy+" "+name)
	}
	if l := n.Logical; l != nil {
		asked(Visible(l.Name), l.PID)
	}
	if c := t.from[n.ID]; c != nil {
		asked(Visible(c.From.Host)+":"+Visible(c.From.Name), c.From.PID)
	}
	out := ""
	for _, r := range list {
		if columns(out)+1+columns(r) > room {
			r = fit(r, room-columns(out)-1, t.g.gap)
		}
		if columns(r) < 4 {
			break
		}
		t.marks[t.g.askedBy] = t.marks[t.g.askedBy] || strings.HasPrefix(r, t.g.askedBy)
		out += " " + r
	}
	return out
}

// tags tell of a process at which something begins: the lineage, a container.
func tags(n *Node) []string {
	var list []string
	if b := n.Boundary; b != nil && n.Container == "" && b.Runtime == "" {
		list = append(list, "pid namespace")
	} else if b != nil {
		const short = 12 // as Docker shows ids
		list = append(list, strings.TrimSpace("container "+Visible(n.Container[:min(len(n.Container), short)])))
	} else if n.Leads && n.Entry != "service" && n.Entry != "boot" { // which most are
		list = append(list, Visible(n.Entry))
	}
	return list
}

// commandOf is what a reader wants beside the name: the command line, else the
// path of the image.
func commandOf(n *Node) string {
	if n.CommandLine != "" {
		return n.CommandLine
	}
	return n.Image
}

// pad fills s up to width columns.
func pad(s string, width int) string {
	return s + strings.Repeat(" ", max(0, width-columns(s)))
}

// foot explains the marks used and says what was left out.
func (t *treeWriter) foot() {
	var legend []string
	for _, m := range []struct{ mark, text string }{
		{t.g.inferred, "parent inferred"},
		{t.g.supposed, "parent supposed"},
		{t.g.orphan, "parent not in the evidence"},
		{t.g.inPlace, "same process, ran another program in place"},
		{t.g.askedBy, "asked for by, on this host or another"},
	} {
		if t.marks[m.mark] {
			legend = append(legend, m.mark+" "+m.text)
		}
	}
	left := t.plan.pruned + t.d.Forest.Omitted
	if len(legend) == 0 && left == 0 {
		return
	}
	t.w.WriteByte('\n')
	if len(legend) > 0 {
		for _, line := range wrap(strings.Join(legend, ", "), t.o.Width) {
			fmt.Fprintln(t.w, t.p.dim(line))
		}
	}
	if left > 0 {
		fmt.Fprintln(t.w, plural(left, "process is", "processes are")+" left out of this drawing.")
	}
}
