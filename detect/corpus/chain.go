package corpus

import (
	"oddkin/detect/names"
	"oddkin/parsers/event"
	"oddkin/tree"
)

// Hop is one program of a chain, as recorded.
type Hop struct {
	// Image is the path of the executable, or a bare name.
	Image string
	// Applet is what a multi-call binary was called as; empty for others.
	Applet  string
	Deleted bool
}

// Proc is the hop as the process that package names takes.
func (h Hop) Proc(os event.OS) event.Proc {
	return event.Proc{OS: os, Image: h.Image, Name: h.Applet, Deleted: h.Deleted}
}

// Chain is one root-to-leaf sequence of programs and how often it was seen.
type Chain struct {
	Hops []Hop
	// Entry is a [tree.Node.EntryClass].
	Entry tree.Entry
	// Count is the number of paths of this shape; at least 1.
	Count int
	// Attack is set for chains that belong to an attack. From is then the index of
	// the first hop that does; what stands above it is the way in.
	Attack bool
	From   int
	// Tag names the attack, for counting attacks rather than chains.
	Tag string
}

// Meta is a file's header.
type Meta struct {
	Host, Role string
	OS         event.OS
	// Split is "train", "validation" or "test". A host has one, for ever: what was
	// once tested on is never trained on.
	Split string
	// Source says where the chains come from, Licence on what terms, View what
	// the recording could see ("forks", "execs").
	Source, Licence, View string
}

// File is one host's chains in one view.
type File struct {
	Meta
	Chains []Chain
}

// MadePrefix begins the names of hosts whose chains were made, not recorded: no
// evaluation counts them.
const MadePrefix = "generated-"

// Splits.
const (
	Train      = "train"
	Validation = "validation"
	Test       = "test"
)

// Names returns the normalised names of c, root first.
func (c *Chain) Names(os event.OS) []string {
	out := make([]string, len(c.Hops))
	for i, h := range c.Hops {
		p := h.Proc(os)
		out[i] = names.Of(&p)
	}
	return out
}

// Entries are the words for the ways a lineage begins, indexed by [tree.Node.EntryClass].
var Entries = [...]string{
	tree.EntryUnknown: "unknown", tree.EntryBoot: "boot", tree.EntryService: "service", tree.EntryLogin: "login",
	tree.EntryRemote: "remote", tree.EntryScheduled: "scheduled", tree.EntryContainer: "container",
}
