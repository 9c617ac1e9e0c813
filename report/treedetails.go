package report

import (
	"fmt"
	"strconv"
	"strings"
)

// details writes what else is known of a process, below its line: who and where it ran
// for, how its parent is known, who asked for it, and where that stands in the evidence.
func (t *treeWriter) details(n *Node, leaf bool, used int) {
	indent := strings.Repeat(" ", used)
	branch := t.under(!leaf, t.o.Width-used)
	room := t.o.Width - used - columns(branch)
	lines := detailLines(n)
	if c := t.from[n.ID]; c != nil {
		lines = append(lines, crossingText(c))
	}
	for _, part := range wrap(strings.Join(lines, "; "), max(room, 8)) {
		fmt.Fprintln(t.w, t.p.dim(indent+branch+part))
	}
}

// under continues the branches of the current process on a line below it.
func (t *treeWriter) under(children bool, width int) string {
	depth := len(t.last) - 1
	var b strings.Builder
	if room := width/2/columns(t.g.tee) - 2; depth > room {
		return "  "
	}
	for k := 1; k <= depth; k++ {
		if t.last[k] {
			b.WriteString(t.g.blank)
		} else {
			b.WriteString(t.g.pipe)
		}
	}
	if children {
		b.WriteString(t.g.pipe)
	} else {
		b.WriteString(t.g.blank)
	}
	return b.String()
}

// detailLines says in words what a [Process] holds beside what its line shows.
func detailLines(n *Node) []string {
	who := make([]string, 0, 8)
	add := func(name, value string) {
		if value != "" {
			who = append(who, name+" "+Visible(value))
		}
	}
	if n.Entry != "unknown" {
		add("begun by", entryText(n.Entry))
	}
	add("audit user", n.AuditUser)
	add("session", n.Session)
	add("tty", n.TTY)
	add("container", n.Container)
	add("in", n.Cwd)
	parent := "parent: " + linkText(n.Link)
	if n.SameProcess {
		parent = "the same process ran the program above before"
	}
	if n.Rule != "" {
		parent += " (" + Visible(n.Rule) + surety(&n.Process) + ")"
	}
	for i, r := range n.Records {
		joint := " and "
		if i == 0 {
			joint = ", by "
		}
		parent += joint + Visible(place(r))
	}
	if n.Rule == "" && !n.SameProcess {
		parent += surety(&n.Process)
	}
	lines := []string{strings.Join(who, ", "), parent}
	if n.ParentLater {
		lines = append(lines, "by the clocks its parent began later")
	}
	lines = append(lines, refusedLines(n)...)
	if b := n.Boundary; b != nil {
		where := "a container"
		if b.ID != "" {
			where += " " + Visible(b.ID)
		}
		if b.Runtime == "" && b.ID == "" {
			where = "a pid namespace"
		}
		lines = append(lines, "first process inside "+where+": "+Visible(b.Rule))
	}
	if l := n.Logical; l != nil {
		lines = append(lines, logicalText(l))
	}
	switch n.Standing {
	case "seen":
		lines = append(lines, "its start is not on record; first seen at this time")
	case "named":
		lines = append(lines, "not on record itself; a child's record names it")
	}
	if n.Source.File != "" {
		lines = append(lines, "record: "+Visible(place(n.Source)))
	}
	if len(n.Lineage) >= shortLineage {
		lines = append(lines, "lineage "+Visible(n.Lineage[:shortLineage]))
	}
	if lines[0] == "" {
		lines = lines[1:]
	}
	return lines
}

// shortLineage is how many digits of a lineage a reader is shown: enough to find it again in
// the JSON, which has all.
const shortLineage = 16

// logicalText tells of a logical parent.
func logicalText(l *Logical) string {
	out := "asked for by " + Visible(l.Name)
	if l.PID != 0 {
		out += " [" + strconv.FormatUint(uint64(l.PID), 10) + "]"
	}
	return out + fmt.Sprintf(": %s (confidence %.2f)", Visible(l.Rule), l.Confidence)
}

// refusedLines tells what the process tried to start and was refused.
func refusedLines(n *Node) (lines []string) {
	for _, r := range n.Refused {
		lines = append(lines, "was refused "+Visible(r.Command)+" ("+Visible(place(r.Source))+")")
	}
	if more := n.FailedStarts - len(n.Refused); more > 0 && len(n.Refused) > 0 {
		lines = append(lines, count(more)+" more refused")
	}
	return lines
}
