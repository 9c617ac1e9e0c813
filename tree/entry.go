package tree

import (
	"slices"
	"strings"

	"oddkin/parsers/event"
)

// Programs by which a lineage begins, by the names of their executables. What a
// listener or scheduler starts begins a lineage; a session program is one itself.
var (
	remoteListeners = []string{"sshd", "dropbear", "in.telnetd", "telnetd", "in.rshd", "in.rlogind", "xrdp", "cockpit-ws"}
	remoteSessions  = []string{"sshd-session", "mosh-server", "xrdp-sesman", "cockpit-session"}
	loginSessions   = []string{"login", "agetty", "getty", "mingetty", "gdm", "gdm3", "gdm-session-worker", "lightdm", "sddm", "sddm-helper", "xdm"}
	schedulers      = []string{"cron", "crond", "CRON", "atd", "anacron", "fcron"}
	containerInits  = []string{"containerd-shim", "containerd-shim-runc-v1", "containerd-shim-runc-v2", "docker-containerd-shim", "conmon", "runc", "crun", "lxc-start", "systemd-nspawn", "bwrap"}

	remoteWindows    = []string{"wsmprovhost.exe", "winrshost.exe", "sshd.exe", "rdpclip.exe"}
	loginWindows     = []string{"winlogon.exe", "userinit.exe", "explorer.exe", "logonui.exe"}
	scheduledWindows = []string{"taskeng.exe", "taskhostw.exe", "taskhost.exe", "taskhostex.exe"}
	bootWindows      = []string{"smss.exe", "csrss.exe", "wininit.exe", "lsass.exe"}
)

// setEntry works out how the lineage of n began, given its parent's. The rules
// look at the names of both; the first that fits decides:
//
//  1. Inside a container everything stays with the container.
//  2. A session program, and what a listener or scheduler starts, begins a lineage.
//  3. What init starts is a service; init itself is the boot.
//  4. Everything else shares its parent's entry.
//
// A systemd timer starts services just as the boot does, so it counts as service.
func (n *Node) setEntry() {
	var base, parent string
	up := EntryUnknown
	base = n.Base()
	if n.Parent != nil {
		up = n.Parent.Entry
		if !n.same {
			parent = n.Parent.Base()
		}
	}
	if n.prog.OS == event.Windows {
		n.Entry = n.windowsEntry(strings.ToLower(base), strings.ToLower(parent), up)
	} else {
		n.Entry = n.unixEntry(base, parent, up)
	}
}

func (n *Node) unixEntry(base, parent string, up Entry) Entry {
	switch {
	case up == EntryContainer, n.container != 0, slices.Contains(containerInits, base):
		return EntryContainer
	case slices.Contains(remoteSessions, base), slices.Contains(remoteListeners, parent):
		return EntryRemote
	case slices.Contains(loginSessions, base):
		return EntryLogin
	case slices.Contains(schedulers, parent):
		return EntryScheduled
	case n.PID == 1 || n.PID == 2:
		return EntryBoot
	case n.Parent != nil && n.Parent.PID == 1 && n.PID != 1:
		return EntryService
	}
	return up
}

func (n *Node) windowsEntry(base, parent string, up Entry) Entry {
	switch {
	case slices.Contains(remoteWindows, base):
		return EntryRemote
	case slices.Contains(loginWindows, base):
		return EntryLogin
	case slices.Contains(scheduledWindows, base):
		return EntryScheduled
	case parent == "svchost.exe" && strings.Contains(strings.ToLower(n.Parent.Command()), "schedule"):
		return EntryScheduled
	case base == "services.exe", parent == "services.exe":
		return EntryService
	case n.PID == 4, slices.Contains(bootWindows, base):
		return EntryBoot
	}
	return up
}
