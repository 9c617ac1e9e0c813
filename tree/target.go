package tree

import (
	"slices"
	"strings"
)

// target is a host that a command line names, and what can be opened there.
type target struct {
	name    string // in lower case
	via     string // the host that the connection comes from if not the program's own, or someProxy
	entries []Entry
}

// remoteTools are programs that run others on another host, by name.
var remoteTools = map[string]bool{
	"ssh": true, "ssh.exe": true, "slogin": true, "scp": true, "scp.exe": true, "sftp": true, "sftp.exe": true, "rsync": true,
	"plink": true, "plink.exe": true, "pscp": true, "pscp.exe": true, "psftp": true, "psftp.exe": true,
	"psexec.exe": true, "psexec64.exe": true, "paexec.exe": true, "winrs.exe": true, "wmic.exe": true,
	"powershell.exe": true, "pwsh.exe": true, "schtasks.exe": true, "sc.exe": true,
}

// targets are the hosts that n's command line names.
func (n *Node) targets() []target {
	argv := n.arguments()
	if len(argv) < 2 {
		return nil
	}
	base := strings.TrimSuffix(strings.ToLower(n.prog.Base), ".exe")
	switch base {
	case "ssh", "slogin", "scp", "sftp":
		return n.sshTargets(base, argv[1:])
	case "rsync":
		return n.rsyncTargets(argv[1:])
	case "plink", "pscp", "psftp":
		return n.plinkTargets(base, argv[1:])
	case "psexec", "psexec64", "paexec", "sc":
		return unc(argv[1:], []Entry{EntryService})
	case "winrs":
		return after(argv[1:], []Entry{EntryWinRM}, "-r:", "/r:", "-remote:", "/remote:")
	case "wmic":
		return after(argv[1:], []Entry{EntryWMI}, "/node:")
	case "schtasks":
		return after(argv[1:], []Entry{EntryTask}, "/s")
	case "powershell", "pwsh":
		line := strings.ToLower(n.Command())
		how := []Entry{EntryWinRM}
		if strings.Contains(line, "wmi") || strings.Contains(line, "-cim") {
			how = []Entry{EntryWMI, EntryWinRM}
		}
		return after(strings.Fields(line), how, "-computername", "-cn", "enter-pssession")
	}
	return nil
}

// unc finds \\host.
func unc(words []string, how []Entry) (list []target) {
	for _, w := range words {
		if name, ok := strings.CutPrefix(w, `\\`); ok && name != "" && !strings.Contains(name, `\`) {
			list = append(list, target{name: strings.ToLower(name), entries: how})
		}
	}
	return list
}

// after finds the hosts that stand behind one of the options, in the same word or the next,
// separated by commas.
func after(words []string, how []Entry, options ...string) (list []target) {
	for i, w := range words {
		w = strings.ToLower(w)
		for _, o := range options {
			rest, ok := strings.CutPrefix(w, o)
			if !ok || rest != "" && o[len(o)-1] != ':' {
				continue
			}
			if rest == "" && i+1 < len(words) {
				rest = strings.ToLower(words[i+1])
			}
			for name := range strings.SplitSeq(rest, ",") {
				name = strings.Trim(name, `"'@ `)
				if name != "" && name[0] != '-' && name[0] != '/' {
					list = append(list, target{name: name, entries: how})
				}
			}
		}
	}
	return list
}

// installs reports whether started is a service that n brings along, or what its command line
// names.
func (n *Node) installs(started *Node) bool {
	name := strings.TrimSuffix(strings.ToLower(started.prog.Base), ".exe")
	if strings.HasPrefix(name, "psexesvc") || strings.HasPrefix(name, "paexec") {
		return true
	}
	return len(name) >= 3 && strings.Contains(strings.ToLower(n.Command()), name)
}

// elsewhere reports whether what n asks for is to run on other hosts alone.
func (n *Node) elsewhere() bool {
	if !n.prog.plays().remote {
		return false
	}
	host, _, _ := strings.Cut(strings.ToLower(n.Host()), ".")
	list := n.targets()
	return len(list) > 0 && !slices.ContainsFunc(list, func(t target) bool {
		return t.name == "localhost" || t.name == "127.0.0.1" || t.name == "::1" || t.name == "." || host != "" && (t.name == host || strings.HasPrefix(t.name, host+"."))
	})
}
