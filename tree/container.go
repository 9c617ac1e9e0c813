package tree

import (
	"sort"
	"strings"

	"oddkin/parsers/event"
)

// Boundary is where a lineage enters a container or a pid namespace: Node is the first process inside, as
// far as the evidence shows. All that descends from it is inside.
type Boundary struct {
	Node *Node
	// ID is the container's id or name; empty where the evidence does not give it.
	ID string
	// Runtime is the program that made the container, by name; empty if it is not on record.
	Runtime string
	// Rule says how the boundary is known.
	Rule string
}

// Ways to know a boundary, as [Boundary.Rule] gives them.
const (
	ruleRecorded = "the record names the container"
	ruleRuntime  = "started by a container runtime"
	// A fork gives its caller the number of the child as the caller's pid namespace has it.
	ruleNamespace = "its forks return numbers of another pid namespace than the log's"
)

// runtimes are the programs between a container and what asked for it.
var runtimes = map[string]bool{
	"containerd-shim": true, "containerd-shim-runc-v1": true, "containerd-shim-runc-v2": true, "docker-containerd-shim": true,
	"conmon": true, "runc": true, "crun": true, "lxc-start": true, "systemd-nspawn": true, "bwrap": true,
}

// helpers are what a runtime runs outside the container.
var helpers = map[string]bool{
	"podman": true, "docker": true, "containerd": true, "newuidmap": true, "newgidmap": true, "netavark": true,
	"aardvark-dns": true, "slirp4netns": true, "pasta": true,
}

// isRuntimeCopy reports whether p is runc as it runs a copy of itself out of memory.
func (p *Program) isRuntimeCopy() bool {
	return p.OS != event.Windows && (strings.HasPrefix(p.Image, "/memfd:runc_cloned:") || strings.HasPrefix(p.Name, "runc:["))
}

// entersContainer reports whether n is the first process inside its container.
func (n *Node) entersContainer() bool {
	if n.prog.plays().runtime || helpers[n.prog.Base] {
		return false
	}
	up := n.Parent
	if up == nil {
		return n.container != 0
	}
	return up.prog.plays().runtime || n.container != 0 && (up.Entry != EntryContainer || up.container != 0 && up.container != n.container)
}

// setInside carries on whether n lives in another pid namespace than the log's.
func (n *Node) setInside() {
	if n.marks&apart != 0 || n.Parent != nil && n.Parent.marks&inside != 0 {
		n.marks |= inside
	}
}

// entersNamespace reports whether n is the first process in its pid namespace, where no
// container's boundary tells of that already.
func (n *Node) entersNamespace() bool {
	return n.marks&inside != 0 && n.Entry != EntryContainer && (n.Parent == nil || n.Parent.marks&inside == 0)
}

// Boundary is the entry of [Forest.Boundaries] for n, or nil.
func (f *Forest) Boundary(n *Node) *Boundary {
	i := sort.Search(len(f.Boundaries), func(i int) bool { return f.Boundaries[i].Node.ID >= n.ID })
	if i < len(f.Boundaries) && f.Boundaries[i].Node == n {
		return &f.Boundaries[i]
	}
	return nil
}

// boundary notes n as the first process inside a container.
func (f *Forest) boundary(n *Node, ids containerIDs) {
	b := Boundary{Node: n, ID: n.of.texts.of(n.container), Rule: ruleRecorded}
	const reach = 8 // runtimes that follow one another
	for up, i := n.Parent, 0; up != nil && i < reach && up.prog.plays().runtime; up, i = up.Parent, i+1 {
		if b.Runtime == "" {
			b.Runtime = up.prog.Base
		}
		if b.ID == "" {
			b.ID, b.Rule = ids.of(up), ruleRuntime
		}
	}
	if b.ID == "" {
		b.Rule = ruleRuntime
	}
	f.Boundaries = append(f.Boundaries, b)
}

// containerIDs are what runtimes' command lines name, each looked at once, however many processes stand below it.
type containerIDs map[*Node]string

func (ids containerIDs) of(runtime *Node) string {
	id, known := ids[runtime]
	if !known {
		id = runtime.containerArg()
		ids[runtime] = id
	}
	return id
}

// containerArg finds a container's id in the command line of n, its runtime: 64 hexadecimal
// digits anywhere, as Docker, containerd and Podman make them, else what the option for
// the name says.
func (n *Node) containerArg() string {
	argv := n.arguments()
	named := ""
	for i, a := range argv {
		for part := range strings.SplitSeq(a, "/") {
			if isContainerID(part) {
				return part
			}
		}
		flag, value, ok := strings.Cut(a, "=")
		if !ok && i+1 < len(argv) {
			value = argv[i+1]
		}
		switch flag {
		case "-id", "--id", "-c", "--cid", "-n", "--name", "-M", "--machine":
			if named == "" {
				named = value
			}
		}
	}
	if named == "" && len(argv) > 2 {
		for _, a := range argv[1 : len(argv)-1] {
			if a == "create" || a == "run" || a == "start" {
				return argv[len(argv)-1]
			}
		}
	}
	return named
}

func isContainerID(s string) bool {
	if len(s) != 64 {
		return false
	}
	for i := range len(s) {
		if c := s[i]; (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}

// arguments are n's command line word by word.
func (n *Node) arguments() []string {
	argv, line := n.of.lines.of(n.line)
	if len(argv) == 0 {
		argv = strings.Fields(line)
	}
	return argv
}
