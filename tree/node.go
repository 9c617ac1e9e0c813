package tree

import (
	"iter"
	"time"

	"oddkin/parsers/event"
)

// Node is one program run by one process: an exec, or a process that the
// evidence shows without showing its start.
//
// A process that replaces its program (sh runs exec python) has one node per
// program. Each is its successor's PreviousSelf, and a child hangs under the
// program that ran when it was born.
//
// A forest may have millions of nodes, so that a node keeps numbers, and what it
// shares with others stands elsewhere; methods spell it out.
type Node struct {
	// Parent is the node that this one follows in its chain: PreviousSelf if there is
	// one, else the parent process. Nil for a root.
	Parent *Node
	// child is the first of the children, next the next of the siblings, by start.
	child, next *Node
	of          *origin
	self
	start, end int64    // see store.stamp
	position   position // of the record that it rests on
	serial     serial
	rests      rests // of the link
	// ID numbers the nodes of a forest from 0 in the order of [Forest.Nodes].
	ID int32
	// PID is as in [event.Proc].
	PID  uint32
	ppid uint32 // as stated
	// Standing says what kind of evidence the node itself rests on.
	Standing Standing
	// Entry is how the lineage began: set on every node, equal along a session.
	Entry Entry
	// Leads is set on the process that its Entry begins with: see [Node.EntryLeader].
	Leads bool
	class Entry // see EntryClass
	// Link says how Parent is known.
	Link  Link
	same  bool // Parent is the same process
	marks marks
}

// marks are small facts about a node.
type marks uint8

const (
	hasFailed marks = 1 << iota // origin.failed has more
	apart                       // its forks return numbers of another pid namespace
	inside                      // a process above is apart, or it is
	zoned                       // a second recorder, in another time zone, wrote it down too
	schedules                   // see isScheduleService
)

// origin is the boot of a host that a node belongs to.
type origin struct {
	*store
	host   string
	boot   int
	failed map[*Node][]attempt
	rests  []rest // on which links rest: see [Node.Records]
}

// Program is the executable, shared with all nodes that ran it.
func (n *Node) Program() *Program { return n.prog }

// Base is the short name of the process: see [event.Proc.Base].
func (n *Node) Base() string { return n.prog.Base }

// User is [event.Proc].User.
func (n *Node) User() string { return n.of.texts.of(n.user) }

// Proc is all that the evidence says of the process, spelled out.
func (n *Node) Proc() event.Proc {
	p := n.of.proc(&n.self)
	p.PID = n.PID
	return p
}

// Command is the command line for a reader: see [event.Proc.Command].
func (n *Node) Command() string {
	var p event.Proc
	p.Argv, p.CommandLine = n.of.lines.of(n.line)
	return p.Command()
}

// HasCommand reports whether the evidence tells the command line.
func (n *Node) HasCommand() bool { return n.line != 0 }

// Host is the Name of the node's [Host].
func (n *Node) Host() string { return n.of.host }

// Boot counts the host's boots in the evidence, from 1; 0 when unknown.
func (n *Node) Boot() int { return n.of.boot }

// Start is when the program started by the record of that, even if the process
// was seen earlier; else the time of the first record that shows the process alive
// or names it as parent, which Source need not be. Zero if unknown.
func (n *Node) Start() time.Time { return n.of.time(n.start) }

// End is when the process ended or ran something else; zero if unknown.
func (n *Node) End() time.Time { return n.of.time(n.end) }

// Source is the record the node rests on.
func (n *Node) Source() event.Source {
	return n.of.source(n.of.sourceAt(n.position), n.of.serialOf(n.serial))
}

// Children yields the nodes whose Parent this is, ordered by start.
func (n *Node) Children() iter.Seq[*Node] {
	return func(yield func(*Node) bool) {
		for c := n.child; c != nil && yield(c); c = c.next {
		}
	}
}

// Leaf reports whether n has no children.
func (n *Node) Leaf() bool { return n.child == nil }

// PreviousSelf is the program that this process ran before this one, which is then
// also Parent; nil if none is known.
func (n *Node) PreviousSelf() *Node {
	if n.same {
		return n.Parent
	}
	return nil
}

// follow makes p the program that n's process ran before.
func (n *Node) follow(p *Node) { n.Parent, n.same = p, true }

// Failed lists the starts that this process tried and that were refused.
func (n *Node) Failed() []Attempt {
	var all []Attempt
	for _, a := range n.failed() {
		var p event.Proc
		p.Argv, p.CommandLine = n.of.lines.of(a.command)
		all = append(all, Attempt{p.Command(), n.of.time(a.at), n.of.source(a.src, n.of.serialOf(a.serial))})
	}
	return all
}

// FailedStarts is how many Failed lists.
func (n *Node) FailedStarts() int { return len(n.failed()) }

func (n *Node) failed() []attempt {
	if n.marks&hasFailed == 0 {
		return nil
	}
	return n.of.failed[n]
}

// Stated is what the record itself says of the parent: evidence, not identity.
func (n *Node) Stated() event.Ref {
	r := n.of.stated(n.parent)
	r.PID = n.ppid
	return r
}

// Standing is the evidence for a node.
type Standing uint8

const (
	// Started: the start itself is on record.
	Started Standing = iota
	// Seen: records show the process alive, its start is not on record.
	Seen
	// Named: only a child's record names it, as its parent.
	Named
)

// Link says how a node's Parent is known.
type Link struct {
	Kind LinkKind
	// Rule is the rule behind an inferred or supposed link, the reason why an orphan has no
	// parent, or why a recorded one may not have made it; 0 otherwise.
	Rule Rule
}

// LinkKind ranks the ways to know a parent.
type LinkKind uint8

const (
	// Root: nothing stands above; the first process of a host or container.
	Root LinkKind = iota
	// Observed: a fork or exec record shows the very act.
	Observed
	// ByGUID: the recorder named the parent by its own unique id.
	ByGUID
	// ByPID: the parent's number was that process's at the time.
	ByPID
	// Inferred: worked out from what leaves little doubt; Rule says how. Of 100 such
	// parents 95 are right, as measured on recordings (samples/lab).
	Inferred
	// Supposed: the likeliest of several that fit. Good for seeing where a process may
	// belong, not to be relied on.
	Supposed
	// Orphan: the evidence does not hold the parent.
	Orphan
)

// attempt is an Attempt before it is spelled out.
type attempt struct {
	command line
	at      int64
	src     source
	serial  serial
}

// Attempt is a program start that failed.
type Attempt struct {
	Command string
	Time    time.Time
	Source  event.Source
}
