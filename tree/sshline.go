package tree

import (
	"net/netip"
	"slices"
	"strings"

	"oddkin/parsers/event"
)

// sshOptions are those of a program that take an argument: ssh(1), scp(1), sftp(1) of
// OpenSSH. The argument may follow in the same word.
var sshOptions = map[string]string{
	"ssh": "BbcDEeFIiJLlmOopPQRSWw", "slogin": "BbcDEeFIiJLlmOopPQRSWw",
	"scp": "cDFiJloPSX", "sftp": "BbcDFiJloPRSsX",
}

// plinkOptions are those of PuTTY's programs that take the next word as their argument.
var plinkOptions = map[string]bool{
	"-l": true, "-P": true, "-pw": true, "-pwfile": true, "-i": true, "-m": true, "-L": true, "-R": true, "-D": true, "-nc": true,
	"-load": true, "-hostkey": true, "-proxycmd": true, "-sshlog": true, "-sshrawlog": true, "-logfile": true, "-cert": true,
	"-b": true,
}

// someProxy stands for a way to the host that the command line does not tell.
const someProxy = "?"

// sshLine is what the command line of ssh or its like says of hosts.
type sshLine struct {
	words []string // that are no options
	jumps []string // hosts on the way, in the order in which they are reached
	name  string   // what -o HostName calls the host; empty if it does not
	proxy bool     // a command makes the connection
}

// readSSH takes the options out of words, as getopt(3) does. Of ssh, what follows the host and
// its options is the command to run there.
func readSSH(base string, words []string) sshLine {
	var l sshLine
	takes := sshOptions[base]
	for i := 0; i < len(words); i++ {
		w := words[i]
		if w == "--" {
			l.words = append(l.words, words[i+1:]...)
			break
		}
		if len(w) < 2 || w[0] != '-' {
			l.words = append(l.words, w)
			if len(l.words) > 1 && takes == sshOptions["ssh"] {
				break
			}
			continue
		}
		for j := 1; j < len(w); j++ {
			if strings.IndexByte(takes, w[j]) < 0 {
				continue
			}
			value := w[j+1:]
			if value == "" && i+1 < len(words) {
				i++
				value = words[i]
			}
			l.option(w[j], value)
			break
		}
	}
	return l
}

// option takes what an option says of hosts. Of a setting given twice the first counts (ssh_config(5)).
func (l *sshLine) option(letter byte, value string) {
	key := "proxyjump"
	switch letter {
	case 'J':
	case 'o':
		at := strings.IndexAny(value, "= \t")
		if at < 0 {
			return
		}
		key, value = strings.ToLower(value[:at]), strings.Trim(value[at:], "= \t\"")
	default:
		return
	}
	switch {
	case value == "":
	case key == "hostname" && l.name == "":
		l.name = hostOf(value)
	case strings.EqualFold(value, "none"):
	case key == "proxycommand":
		l.proxy = true
	case key == "proxyjump" && l.jumps == nil:
		for hop := range strings.SplitSeq(value, ",") {
			if hop = hostOf(hop); hop != "" {
				l.jumps = append(l.jumps, hop)
			}
		}
	}
}

// targets are the hosts on the way and those named at its end.
func (l *sshLine) targets(hosts ...string) (list []target) {
	how, via := []Entry{EntrySSH}, ""
	if l.proxy {
		via = someProxy
	}
	for _, hop := range l.jumps {
		list = append(list, target{hop, via, how})
		via = hop
	}
	for _, h := range hosts {
		if l.name != "" {
			h = l.name
		}
		if h != "" && !slices.ContainsFunc(list, func(t target) bool { return t.name == h }) {
			list = append(list, target{h, via, how})
		}
	}
	return list
}

// sshTargets are the hosts that a command line of ssh or its like names.
func (n *Node) sshTargets(base string, words []string) []target {
	l := readSSH(base, words)
	var hosts []string
	switch {
	case len(l.words) == 0:
	case base == "ssh", base == "slogin":
		hosts = []string{hostOf(l.words[0])}
	case n.runsSSH(2):
		return nil // its own ssh is on record, with all that it names
	case base == "sftp":
		if hosts = l.paths(n); hosts == nil {
			hosts = []string{hostOf(l.words[0])}
		}
	default:
		hosts = l.paths(n)
	}
	list := l.targets(hosts...)
	if len(l.jumps) > 0 && n.runsSSH(2) {
		list = list[len(l.jumps):] // so is the ssh that leads to the first of them and through them
	}
	return list
}

// paths are the hosts of the words that name a file on another: user@host:path and URIs.
func (l *sshLine) paths(n *Node) (hosts []string) {
	for _, w := range l.words {
		_, uri := cutScheme(w)
		at := strings.IndexByte(w, ':')
		if i := strings.Index(w, "]:"); i > 0 { // an address
			at = i + 1
		}
		if !uri && (at < 1 || strings.HasPrefix(w[at:], "::") || strings.ContainsAny(w[:at], `/\`) || n.prog.isDrive(w[:at])) {
			continue
		}
		if h := hostOf(w); h != "" && !slices.Contains(hosts, h) {
			hosts = append(hosts, h)
		}
	}
	return hosts
}

// rsyncTargets are the hosts that a command line of rsync names, unless another program
// carries the connection.
func (n *Node) rsyncTargets(words []string) []target {
	if n.runsSSH(2) {
		return nil
	}
	l := sshLine{}
	for i := 0; i < len(words); i++ {
		switch w := words[i]; {
		case w == "-e" || w == "--rsh" || w == "-f" || w == "-T" || w == "-M" || w == "-B":
			i++
		case w != "" && w[0] != '-' && !strings.HasPrefix(w, "rsync://"):
			l.words = append(l.words, w)
		}
	}
	return l.targets(l.paths(n)...)
}

// plinkTargets are the hosts that a command line of plink, pscp or psftp names.
func (n *Node) plinkTargets(base string, words []string) []target {
	l := sshLine{}
	for i := 0; i < len(words); i++ {
		w := words[i]
		if w == "-proxycmd" {
			l.proxy = true
		}
		switch {
		case plinkOptions[w]:
			i++
		case w != "" && w[0] != '-':
			l.words = append(l.words, w)
		}
	}
	switch {
	case len(l.words) == 0:
		return nil
	case base == "pscp":
		return l.targets(l.paths(n)...)
	}
	return l.targets(hostOf(l.words[0]))
}

// runsSSH reports whether ssh is on record below n, so many steps down: scp and its like
// run it for the connection, and ssh itself for a jump.
func (n *Node) runsSSH(steps int) bool {
	left := 16 // children that are looked at
	for c := range n.Children() {
		if left--; left < 0 {
			break
		}
		switch strings.TrimSuffix(strings.ToLower(c.prog.Base), ".exe") {
		case "ssh", "slogin":
			return true
		}
		if steps > 1 && c.runsSSH(steps-1) {
			return true
		}
	}
	return false
}

// isDrive reports whether name is that of a drive of Windows rather than of a host.
func (p *Program) isDrive(name string) bool { return p.OS != event.Linux && len(name) == 1 }

// cutScheme takes the scheme off a URI that leads to a host by ssh.
func cutScheme(s string) (string, bool) {
	for _, scheme := range []string{"ssh://", "scp://", "sftp://"} {
		if rest, ok := strings.CutPrefix(s, scheme); ok {
			return rest, true
		}
	}
	return s, false
}

// hostOf is the host in [scheme://][user@]host[:port or path], in lower case.
func hostOf(s string) string {
	s, uri := cutScheme(s)
	if uri {
		s, _, _ = strings.Cut(s, "/")
	}
	end := strings.IndexAny(s, ":/")
	if end < 0 {
		end = len(s)
	}
	s = s[strings.LastIndexByte(s[:end], '@')+1:]
	if inside, ok := strings.CutPrefix(s, "["); ok {
		inside, _, _ = strings.Cut(inside, "]")
		return strings.ToLower(inside)
	}
	if host, _, ok := strings.Cut(s, ":"); ok && !isAddress(s) {
		s = host
	}
	return strings.ToLower(s)
}

// isAddress tells an address from a name.
func isAddress(s string) bool {
	_, err := netip.ParseAddr(s)
	return err == nil
}
