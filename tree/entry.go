package tree

import (
	"slices"
	"strings"

	"oddkin/parsers/event"
)

// Programs by which a lineage begins. Names are those of the executables.
var (
	remoteEntry    = []string{"sshd", "sshd-session", "dropbear", "in.telnetd", "telnetd", "in.rshd", "rlogind", "mosh-server", "xrdp", "xrdp-sesman", "cockpit-session"}
	loginEntry     = []string{"login", "agetty", "getty", "mingetty", "gdm", "gdm3", "gdm-session-worker", "gdm-wayland-session", "gdm-x-session", "lightdm", "sddm", "sddm-helper", "xdm", "kdm"}
	scheduledEntry = []string{"cron", "crond", "CRON", "atd", "anacron", "fcron"}
	containerEntry = []string{"containerd-shim", "containerd-shim-runc-v1", "containerd-shim-runc-v2", "docker-containerd-shim", "docker-init", "conmon", "runc", "crun", "lxc-start", "systemd-nspawn", "kata-shim"}

	remoteWindows    = []string{"wsmprovhost.exe", "winrshost.exe", "sshd.exe", "rdpclip.exe"}
	loginWindows     = []string{"winlogon.exe", "userinit.exe", "explorer.exe", "logonui.exe"}
	scheduledWindows = []string{"taskeng.exe", "taskhostw.exe", "taskhost.exe", "taskhostex.exe"}
)

// setEntry works out how the lineage of n began. Its parent's entry is set
// already. The rules, in order, look at the program and the parent's:
//
//  1. A program whose only work is to open a kind of session says which.
//  2. What an init starts is a service; init itself is the boot.
//  3. Everything else shares its parent's entry.
//
// A systemd timer starts services exactly as the boot does, so it counts as
// service.
func (n *Node) setEntry() {
	if n.Proc.OS == event.Windows {
		n.Entry = n.windowsEntry()
	} else {
		n.Entry = n.unixEntry()
	}
}

func (n *Node) unixEntry() Entry {
	up := EntryUnknown
	if n.Parent != nil {
		up = n.Parent.Entry
	}
	if up == EntryContainer {
		return up // a daemon inside a container opens no session of the host
	}
	base := n.Proc.Base()
	switch {
	case n.Proc.Container != "", slices.Contains(containerEntry, base):
		return EntryContainer
	case slices.Contains(remoteEntry, base):
		return EntryRemote
	case slices.Contains(loginEntry, base):
		return EntryLogin
	case slices.Contains(scheduledEntry, base):
		return EntryScheduled
	case n.Proc.PID == 1 || n.Proc.PID == 2:
		return EntryBoot
	case up == EntryBoot:
		if n.Parent.Proc.PID == 1 && n.PreviousSelf == nil {
			return EntryService
		}
		return EntryBoot
	}
	return up
}

func (n *Node) windowsEntry() Entry {
	base, parent, up := strings.ToLower(n.Proc.Base()), "", EntryUnknown
	if n.Parent != nil {
		parent, up = strings.ToLower(n.Parent.Proc.Base()), n.Parent.Entry
	}
	switch {
	case slices.Contains(remoteWindows, base):
		return EntryRemote
	case slices.Contains(loginWindows, base):
		return EntryLogin
	case slices.Contains(scheduledWindows, base), base == "svchost.exe" && strings.Contains(strings.ToLower(n.Proc.Command()), "schedule"):
		return EntryScheduled
	case base == "services.exe", parent == "services.exe":
		return EntryService
	case n.Proc.PID == 4, base == "smss.exe", base == "csrss.exe", base == "wininit.exe", base == "lsass.exe":
		return EntryBoot
	}
	return up
}
