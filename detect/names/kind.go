package names

import (
	_ "embed"
	"fmt"
	"strings"

	"oddkin/parsers/event"
)

// Kind is what sort of program a name is known as. It carries what is common
// knowledge about a program to chains that no recording holds: that ksh is a
// shell, that evince shows documents.
type Kind uint8

const (
	// Other: a name that the table does not hold.
	Other       Kind = iota
	Init             // first process of a host, its service managers
	Session          // logins on a console and desktop shells
	RemoteLogin      // ssh, telnet, WinRM, RDP, and remote desktop servers
	Scheduler        // cron, at, timers, the task scheduler
	Shell            // command shells
	Interpreter      // script languages and script hosts
	Server           // web and application servers, their workers
	Database         // databases, caches, queues
	Daemon           // the system's own background services
	Document         // readers and makers of documents, archives, media
	Browser          // web browsers
	Messaging        // mail and chat, clients and servers
	Editor           // editors and pagers, which can start shells
	Utility          // small tools on files and text that start nothing
	Runner           // tools made to start others: xargs, env, timeout, find
	Privilege        // sudo, su, runas
	Archiver         // packers
	Downloader       // tools made to fetch files
	Network          // connections, tunnels, scanners of the administrator
	Recon            // what is asked first on a strange host: id, whoami, uname
	Account          // users, groups, passwords
	Permission       // modes, owners, attributes, capabilities
	Package          // package managers and installers
	Build            // compilers, linkers, make, version control
	Container        // container engines and runtimes
	Agent            // monitoring, configuration, backup, security products
	Kernel           // modules, devices, mounts, firewalls
	Updater          // software that updates itself
	Proxy            // signed programs that run another's code: rundll32, regsvr32
	Offensive        // made for attack: credential dumpers, miners, frameworks
)

// Kinds is the number of kinds.
const Kinds = int(Offensive) + 1

var kindNames = [Kinds]string{
	"other", "init", "session", "remote", "scheduler", "shell", "interpreter", "server", "database", "daemon", "document", "browser",
	"messaging", "editor", "utility", "runner", "privilege", "archiver", "downloader", "network", "recon", "account", "permission", "package", "build",
	"container", "agent", "kernel", "updater", "proxy", "offensive",
}

// String is the kind's word in the table.
func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return "other"
}

//go:embed kinds.txt
var kindTable string

// kinds is the table, parsed when it is first asked for.
var kinds = lazily(parseKinds, kindTable)

// kindIndex holds the kind of each name, and the names of each kind in the table's order.
type kindIndex struct {
	of    map[string]Kind
	names [Kinds][]listed
}

// listed is a name of the table and whether only Windows has it.
type listed struct {
	name    string
	windows bool
}

// KindOf returns the kind of a normalised name, [Other] if the table does not
// hold it.
func KindOf(name string) Kind { return kinds().of[name] }

// OfKind returns the names of a kind that a system may have, in the table's
// order. What is only found on Windows is left out for others; the reverse is
// not, for most tools have been ported.
func OfKind(k Kind, os event.OS) []string {
	var out []string
	for _, l := range kinds().names[k] {
		if !l.windows || os == event.Windows {
			out = append(out, l.name)
		}
	}
	return out
}

// parseKinds reads lines of "kind: name name ..." and "kind windows: ...". The
// table is part of the program, so a fault in it is a fault in the program.
func parseKinds(table string) *kindIndex {
	index := map[string]Kind{}
	for i, n := range kindNames {
		index[n] = Kind(i)
	}
	parsed := &kindIndex{of: map[string]Kind{}}
	for line := range strings.SplitSeq(table, "\n") {
		if line == "" || line[0] == '#' {
			continue
		}
		word, rest, _ := strings.Cut(line, ":")
		word, windows := strings.CutSuffix(word, " windows")
		k, ok := index[word]
		if !ok {
			panic(fmt.Sprintf("names: kinds.txt: no kind %q", word))
		}
		for _, n := range strings.Fields(rest) {
			if old, dup := parsed.of[n]; dup {
				panic(fmt.Sprintf("names: kinds.txt: %q is %v and %v", n, old, k))
			}
			parsed.of[n] = k
			parsed.names[k] = append(parsed.names[k], listed{n, windows})
		}
	}
	return parsed
}
