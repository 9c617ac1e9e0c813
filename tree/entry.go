package tree

import (
	"slices"
	"strings"

	"oddkin/parsers/event"
)

// Entry is how a lineage began, after Elastic's entry leader: the act by which
// its oldest ancestor below the host's init came to be.
//
// The first seven are the classes that models are trained with; [Node.EntryClass] gives
// the one of them that any other counts as.
type Entry uint8

const (
	EntryUnknown   Entry = iota
	EntryBoot            // init itself and what it starts
	EntryService         // a service of the service manager
	EntryLogin           // a login on a desktop
	EntryRemote          // a remote login that is none of those below: RDP, telnet
	EntryScheduled       // a job of a scheduler that is none of those below
	EntryContainer       // a container's first process

	EntryConsole // a login on a terminal of the machine
	EntrySSH     // a login by ssh
	EntryWinRM   // a session of Windows Remote Management
	EntryWMI     // a start by Windows Management Instrumentation, near or remote
	EntryCron    // a job of cron, anacron or at
	EntryTimer   // a service that a systemd timer starts
	EntryTask    // a task of the Windows task scheduler
)

// class is the class that e is a kind of; that of EntryWMI rests on more: see [Node.EntryClass].
func (e Entry) class() Entry {
	switch e {
	case EntryConsole:
		return EntryLogin
	case EntrySSH, EntryWinRM:
		return EntryRemote
	case EntryTimer, EntryWMI:
		return EntryService
	case EntryCron, EntryTask:
		return EntryScheduled
	}
	return e
}

// EntryClass is n's entry as models know it: one of the first seven. A timer's service is
// a service, and what WMI starts belongs to whatever began WMI's own host process.
func (n *Node) EntryClass() Entry { return n.class }

// EntryLeader is the process that n's lineage began with: the login, job, service or
// container that n belongs to. It is nil where nothing tells how the lineage began.
// It walks up to that process.
func (n *Node) EntryLeader() *Node {
	if n.Entry == EntryUnknown {
		return nil
	}
	for !n.Leads && n.Parent != nil {
		n = n.Parent
	}
	return n
}

// Programs by which a lineage begins, by the names of their executables. What a
// listener or scheduler starts begins a lineage; a session program is one itself.
// A name counts only where such programs lie: see Program.inSystem.
var (
	unixListeners = map[string]Entry{
		"sshd": EntrySSH, "dropbear": EntrySSH,
		"in.telnetd": EntryRemote, "telnetd": EntryRemote, "in.rshd": EntryRemote, "in.rlogind": EntryRemote,
		"xrdp": EntryRemote, "cockpit-ws": EntryRemote,
		"cron": EntryCron, "crond": EntryCron, "CRON": EntryCron, "atd": EntryCron, "anacron": EntryCron, "fcron": EntryCron,
	}
	unixSessions = map[string]Entry{
		"sshd-session": EntrySSH, "mosh-server": EntryRemote, "xrdp-sesman": EntryRemote, "cockpit-session": EntryRemote,
		"login": EntryConsole, "agetty": EntryConsole, "getty": EntryConsole, "mingetty": EntryConsole,
		"gdm": EntryLogin, "gdm3": EntryLogin, "gdm-session-worker": EntryLogin, "lightdm": EntryLogin,
		"sddm": EntryLogin, "sddm-helper": EntryLogin, "xdm": EntryLogin,
	}
	windowsListeners = map[string]Entry{"sshd.exe": EntrySSH, "wmiprvse.exe": EntryWMI, "scrcons.exe": EntryWMI, "services.exe": EntryService}
	windowsSessions  = map[string]Entry{
		"wsmprovhost.exe": EntryWinRM, "winrshost.exe": EntryWinRM, "sshd.exe": EntrySSH, "rdpclip.exe": EntryRemote,
		"winlogon.exe": EntryLogin, "userinit.exe": EntryLogin, "explorer.exe": EntryLogin, "logonui.exe": EntryLogin,
		"taskeng.exe": EntryTask, "taskhostw.exe": EntryTask, "taskhost.exe": EntryTask, "taskhostex.exe": EntryTask,
		"services.exe": EntryService,
		"smss.exe":     EntryBoot, "csrss.exe": EntryBoot, "wininit.exe": EntryBoot, "lsass.exe": EntryBoot,
	}
	// timed are programs that distributions run from systemd timers (the units of Debian 12
	// and Fedora 40), with what their command line holds then. The audit log does not
	// tell a timer's service from another.
	timed = map[string]string{
		"apt.systemd.daily": "", "logrotate": "", "mandb": "", "dpkg-db-backup": "", "sessionclean": "", "sa1": "", "sa2": "",
		"e2scrub_all": "", "xfs_scrub_all": "", "updatedb": "", "updatedb.plocate": "", "certbot": "renew", "fstrim": "--listed-in",
		"systemd-tmpfiles": "--clean", "fwupdmgr": "refresh", "dnf": "--timer", "50-motd-news": "--force", "unbound-anchor": "",
	}
)

// part is what a program does for others by its name, if its file lies where such programs do.
type part struct {
	system          bool  // its file lies where only an administrator writes
	listens, begins Entry // what it starts begins a lineage; it begins one itself
	runtime         bool  // of containers
	broker          broker
	asks            bool // its command line may tell of a request
	client          bool // see asker.clients
	remote          bool // runs programs on other hosts
}

// plays works out the part of p.
func (p *Program) plays() *part {
	if known := p.part.Load(); known != nil {
		return known
	}
	base := p.Base
	a := &part{system: p.inSystem()}
	if p.OS == event.Windows {
		base = strings.ToLower(base)
		a.client = clientPrograms[base] || !a.system
	}
	a.asks, a.remote = askers[base], remoteTools[base]
	if a.system {
		if p.OS == event.Windows {
			a.listens, a.begins, a.broker = windowsListeners[base], windowsSessions[base], windowsBrokers[base]
		} else {
			a.listens, a.begins, a.runtime, a.broker = unixListeners[base], unixSessions[base], runtimes[base], unixBrokers[base]
		}
	}
	a.runtime = a.runtime || p.isRuntimeCopy()
	p.part.Store(a) // segments are linked side by side, and all find the same
	return a
}

// setEntry works out how the lineage of n began, given its parent's. The rules
// look at the names of both and at where their files lie; the first that fits decides:
//
//  1. Inside a container everything stays with the container.
//  2. What a listener or scheduler starts, and a session program, begins a lineage.
//  3. What init starts is a service, or a timer's if it is one of those that
//     distributions run so; init itself is the boot.
//  4. Everything else shares its parent's entry.
func (n *Node) setEntry() {
	parent := n.Parent
	up := EntryUnknown
	if parent != nil {
		up = parent.Entry
	}
	if n.same {
		parent = nil
	}
	begins := false
	if n.prog.OS == event.Windows {
		if n.prog.plays().broker == hostBroker && strings.Contains(strings.ToLower(n.Command()), "schedule") {
			n.marks |= schedules
		}
		n.Entry, begins = n.windowsEntry(parent, up)
	} else {
		n.Entry, begins = n.unixEntry(parent, up)
	}
	n.Leads = n.Entry != EntryUnknown && (begins || n.Entry != up)
	switch {
	case n.Parent != nil && (n.Entry == up && !n.Leads || n.Entry == EntryWMI):
		n.class = n.Parent.class
	default:
		n.class = n.Entry.class()
	}
}

// unixEntry gives n's entry, and whether n begins a lineage even if its parent's
// is of the same kind. parent is nil for a program that was executed in place.
func (n *Node) unixEntry(parent *Node, up Entry) (e Entry, begins bool) {
	own := n.prog.plays()
	switch {
	case up == EntryContainer, n.container != 0, own.runtime:
		return EntryContainer, n.entersContainer()
	case parent != nil && parent.prog.plays().listens != EntryUnknown:
		return parent.prog.plays().listens, !sameName(parent, parent.parentProcess())
	case own.begins != EntryUnknown:
		return own.begins, false
	case n.PID == 1 || n.PID == 2:
		return EntryBoot, false
	case parent != nil && parent.PID == 1:
		if n.isTimed() {
			return EntryTimer, true
		}
		return EntryService, true
	case n.same && up == EntryService && n.isTimed():
		return EntryTimer, true // a unit's shell ran it in place
	}
	return up, false
}

func (n *Node) windowsEntry(parent *Node, up Entry) (e Entry, begins bool) {
	own := n.prog.plays().begins
	switch {
	case own != EntryUnknown && own != EntryService && own != EntryBoot:
		return own, false
	case parent != nil && parent.isScheduleService():
		return EntryTask, true
	case own == EntryService:
		return own, false
	case parent != nil && parent.prog.plays().listens != EntryUnknown:
		return parent.prog.plays().listens, true
	case n.PID == 4, own == EntryBoot:
		return EntryBoot, false
	}
	return up, false
}

// isScheduleService reports whether n is the service host of the task scheduler, once its entry is set.
func (n *Node) isScheduleService() bool { return n.marks&schedules != 0 }

// isTimed reports whether n is a program that distributions run from timers.
func (n *Node) isTimed() bool {
	if !n.prog.plays().system {
		return false
	}
	want, ok := timed[n.prog.Base]
	if ok && want == "" {
		return true
	}
	argv, line := n.of.lines.of(n.line)
	if !ok && len(argv) > 1 { // a script: the image is its interpreter
		want, ok = timed[argv[1][strings.LastIndexByte(argv[1], '/')+1:]]
	}
	return ok && (slices.ContainsFunc(argv, func(a string) bool { return strings.Contains(a, want) }) || strings.Contains(line, want))
}

// parentProcess is the program that n's process came from, beyond those that ran in it before.
func (n *Node) parentProcess() *Node {
	const reach = 64 // programs of one process that are looked at
	for i := 0; n.same && i < reach; i++ {
		n = n.Parent
	}
	return n.Parent
}

// sameName reports whether both run a program of the same name.
func sameName(a, b *Node) bool { return a != nil && b != nil && a.prog.Base == b.prog.Base }

// inSystem reports whether p's file lies in a folder that only an administrator
// writes to, so that its name can be believed; or whether the evidence gives no folder.
func (p *Program) inSystem() bool {
	image := p.Image
	if p.OS == event.Windows {
		image = p.normalImage()
		if !strings.Contains(image, `\`) {
			return true
		}
		image = strings.TrimPrefix(image, `\device\harddiskvolume`)
		image = image[strings.IndexByte(image, '\\'):]
		for _, dir := range [...]string{`\windows\system32\`, `\windows\syswow64\`, `\windows\`, `\program files\`, `\program files (x86)\`} {
			if rest, ok := strings.CutPrefix(image, dir); ok && !strings.HasPrefix(rest, `temp\`) && !strings.HasPrefix(rest, `tasks\`) {
				return true
			}
		}
		return false
	}
	if !strings.Contains(image, "/") {
		return true
	}
	for _, dir := range [...]string{"/usr/", "/bin/", "/sbin/", "/lib", "/opt/", "/snap/", "/nix/store/", "/gnu/store/"} {
		if strings.HasPrefix(image, dir) {
			return true
		}
	}
	return false
}
