package tree

import (
	"time"

	"oddkin/parsers/event"
)

// Node is one program run by one process: an exec, or a process that the
// evidence shows without showing its start.
//
// A process that replaces its program (sh runs exec python) has one node per
// program. Each is its successor's PreviousSelf, and a child hangs under the
// program that ran when it was born.
type Node struct {
	// ID numbers the nodes of a forest from 0 in the order of [Forest.Nodes].
	ID int32
	// Standing says what kind of evidence the node itself rests on.
	Standing Standing
	// Entry is how the lineage began: set on every node, equal along a session.
	Entry Entry
	Proc  event.Proc
	Host  string // the Name of its [Host]
	// Boot counts the host's boots in the evidence, from 1; 0 when unknown.
	Boot int
	// Start is when the program started by the record of that, even if the process
	// was seen earlier; the first sighting where Standing is Seen; the time of the
	// record that names it where Standing is Named. End is when the process ended or
	// ran something else. Either is zero if unknown.
	Start, End time.Time
	// Source is the record the node rests on.
	Source event.Source
	// Parent is the node that this one follows in its chain: PreviousSelf if there is
	// one, else the parent process. Nil for a root.
	Parent *Node
	// Children lists the nodes whose Parent this is, ordered by start.
	Children []*Node
	// Link says how Parent is known.
	Link Link
	// PreviousSelf is the program that this process ran before this one.
	PreviousSelf *Node
	// Failed holds the starts that this process tried and that were refused.
	Failed []Attempt
	// Stated is what the record itself says of the parent: evidence, not identity.
	// Nodes whose records say the same share it. Never nil in a built forest.
	Stated *event.Ref
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
	// Rule names the rule behind an inferred link, and the reason why an orphan
	// has no parent; empty otherwise.
	Rule string
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
	// Inferred: worked out; Rule says how.
	Inferred
	// Orphan: the evidence does not hold the parent.
	Orphan
)

// Attempt is a program start that failed.
type Attempt struct {
	Command string
	Time    time.Time
	Source  event.Source
}

// Entry is how a lineage began, after Elastic's entry leader: the act by which
// its oldest ancestor below the host's init came to be.
type Entry uint8

const (
	EntryUnknown   Entry = iota
	EntryBoot            // init itself and what it starts
	EntryService         // a service of the service manager
	EntryLogin           // a login on the console or a desktop
	EntryRemote          // a remote login: ssh, WinRM, RDP
	EntryScheduled       // cron, at, a timer, a scheduled task
	EntryContainer       // a container's first process
)
