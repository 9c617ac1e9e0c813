package tree

import (
	"iter"
	"time"

	"oddkin/parsers/event"
)

// Forest is every program that the evidence shows, joined by who started whom.
type Forest struct {
	// Roots are the nodes without a parent, ordered by host, boot and start.
	Roots []*Node
	// Hosts lists the machines in the evidence, ordered by name.
	Hosts []Host
	// Boundaries are the first processes inside containers, in the order of [Forest.Nodes].
	Boundaries []Boundary
	// Logical holds the processes that asked others to start nodes, in the order of
	// [Forest.Nodes]: at most one for each node.
	Logical []Logical
	// Crossings join the hosts, in the order of To in [Forest.Nodes].
	Crossings []Crossing
	// Counts says what the forest was built from.
	Counts Counts
	// Copies counts, by the file they stand in, the events among Counts.Duplicates: those
	// that another record of the evidence has told already. Of two files that
	// hold the same, the one whose name sorts later holds the copies.
	Copies map[string]int
	// Warnings names what could not be taken as it stood, with its position: the
	// first [event.MaxWarnings] of each kind. Counts holds the full numbers.
	Warnings []event.Warning
	// Unspilled says why [Options].Spill could not hold all that it was for; the rest is in memory.
	Unspilled error

	count int // of nodes
}

// Host is one machine in the evidence.
type Host struct {
	// Name is as the evidence spells it. Spellings that differ in case only are
	// one host, and so are a short name and the one full name that begins with it.
	//
	// Evidence without any host name has an empty Name if it all is of one host. If it
	// is of several, as far as the folders tell that it lies in, Name is the folder, which
	// ends in a slash or, for an archive, in "!", as no host name does:
	// "case/web/var/log/audit/", "case/web.tar!"; "./" where files lie in none.
	Name string
	// Boots is how many boots the evidence tells apart; 0 if it shows none.
	Boots int
	// First and Last bound the times of the host's events; zero if none has one.
	First, Last time.Time
	// Starts is the number of program starts.
	Starts int
}

// Counts is the book kept over one [Build].
type Counts struct {
	// Events is what came in. The next six, Repeated and Ignored add up to it.
	Events                                                int
	Starts, Forks, Exits, Sightings, FailedExecs, Reboots int
	// Duplicates are starts, forks and failed starts on record twice: a rotated copy of the
	// same log. They count once.
	Duplicates int
	// Merged are starts that two recorders wrote down, such as Security 4688 and Sysmon 1.
	// They are one node that holds what either said.
	//
	// ZonesApart of them have times that differ by a time zone: one recorder's clock
	// cannot be trusted.
	Merged, ZonesApart int
	// Repeated are sightings of a process that say the same as another of the same span
	// ([event.SightingSpan]) and, where no host is named, of the same folder.
	Repeated int
	// Ignored are events that name no process, and those of a host that has more than fit.
	Ignored int
	// Links counts the nodes by [LinkKind].
	Links [Orphan + 1]int
	// Standings counts the nodes by [Standing].
	Standings [Named + 1]int
	// UnbelievedForks are fork records whose child number no later record
	// confirms, because the caller lived in a pid namespace of its own.
	UnbelievedForks int
	// SelfParents are starts that name themselves as parent; Cycles are
	// lineages that led back to themselves and were cut at the earliest node.
	SelfParents, Cycles int
	// ClockSteps is how often a host's clock was set back; Skewed are nodes that, by the clocks
	// on record, began before their parent.
	ClockSteps, Skewed int
}

// Path is one root-to-leaf chain, held as its leaf: the rest is reached through
// [Node.Parent], so that paths cost nothing however deep or many.
type Path struct{ Leaf *Node }

// Len is the number of nodes of the chain. It walks the chain.
func (p Path) Len() int {
	n := 0
	for at := p.Leaf; at != nil; at = at.Parent {
		n++
	}
	return n
}

// Hops appends the chain's nodes to dst, root first, and returns it.
func (p Path) Hops(dst []*Node) []*Node {
	from := len(dst)
	for n := p.Leaf; n != nil; n = n.Parent {
		dst = append(dst, n)
	}
	for i, j := from, len(dst)-1; i < j; i, j = i+1, j-1 {
		dst[i], dst[j] = dst[j], dst[i]
	}
	return dst
}

// Len is the number of nodes: one more than the highest [Node.ID].
func (f *Forest) Len() int { return f.count }

// Nodes yields every node, depth first: a parent before its children, children
// in the order of their start. It takes linear time and no memory, so that no
// lineage is too deep for it.
func (f *Forest) Nodes() iter.Seq[*Node] {
	return func(yield func(*Node) bool) {
		for _, root := range f.Roots {
			for n := root; n != nil; n = n.after() {
				if !yield(n) {
					return
				}
			}
		}
	}
}

// after is the node that follows n in its tree, depth first; nil behind the last.
func (n *Node) after() *Node {
	if n.child != nil {
		return n.child
	}
	for n != nil && n.next == nil {
		n = n.Parent
	}
	if n == nil {
		return nil
	}
	return n.next
}

// Paths yields every root-to-leaf path, in the order of [Forest.Nodes]. It
// takes time linear in the number of nodes and no memory per path.
func (f *Forest) Paths() iter.Seq[Path] {
	return func(yield func(Path) bool) {
		for n := range f.Nodes() {
			if n.Leaf() && !yield(Path{n}) {
				return
			}
		}
	}
}
