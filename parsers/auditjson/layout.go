package auditjson

import (
	"slices"
	"strings"

	"oddkin/parsers/event"
)

// layout is a table that some tool exports: the columns that it must have, and
// how a row is read. read is false for a row that is no start.
type layout struct {
	name string
	need []string
	read func(*table, *call) bool
}

var layouts = []layout{
	{"Security event 4688", []string{"NewProcessId", "NewProcessName", "ProcessId"}, read4688},
	{"Defender's DeviceProcessEvents", []string{"ProcessId", "FileName", "ProcessCommandLine", "InitiatingProcessId"}, readDefender},
	{"Defender's created processes", []string{"CreatedProcessId", "CreatedProcessName", "InitiatingProcessId"}, readCreated},
	{"audited execve calls", []string{"exe", "pid", "ppid", "cmdline"}, readExecve},
}

// layoutOf finds the layout that a header has all needed columns of.
func layoutOf(names []string) *layout {
	for i, l := range layouts {
		if !slices.ContainsFunc(l.need, func(n string) bool { return !slices.Contains(names, n) }) {
			return &layouts[i]
		}
	}
	return nil
}

// read4688 reads the Windows Security log's table, in which ProcessId is the
// parent. Ids are hexadecimal.
func read4688(t *table, c *call) bool {
	if id := t.get("EventID", "EventId"); id != "" && id != "4688" {
		return false
	}
	t.common(c, event.Windows, t.get("TimeCreatedUtc", "TimeCreated", "TimeGenerated"))
	c.proc.PID, c.parent.PID = tablePID(t.get("NewProcessId")), tablePID(t.get("ProcessId"))
	setImage(&c.proc, t.get("NewProcessName"))
	c.proc.CommandLine, c.parent.Image = t.get("CommandLine"), t.get("ParentProcessName")
	c.proc.Session = t.get("SubjectLogonId")
	c.proc.User = serviceAccount(c.proc.Session, joinAccount(t.get("SubjectDomainName"), t.get("SubjectUserName")))
	c.parent.User = c.proc.User
	if name := t.get("TargetUserName"); name != "" && name != "-" {
		c.proc.Session = t.get("TargetLogonId")
		c.proc.User = serviceAccount(c.proc.Session, joinAccount(t.get("TargetDomainName"), name))
	}
	return true
}

// readDefender reads Microsoft Defender's table of process events.
func readDefender(t *table, c *call) bool {
	if a := t.get("ActionType"); a != "" && a != "ProcessCreated" {
		return false
	}
	t.common(c, 0, t.get("ProcessCreationTime", "Timestamp", "TimeGenerated"))
	c.proc.PID, c.parent.PID = tablePID(t.get("ProcessId")), tablePID(t.get("InitiatingProcessId"))
	setImage(&c.proc, joinPath(t.get("FolderPath"), t.get("FileName")))
	c.proc.Name, c.proc.CommandLine = t.get("FileName"), t.get("ProcessCommandLine")
	c.proc.User, c.proc.Session = joinAccount(t.get("AccountDomain"), t.get("AccountName")), t.get("LogonId")
	c.parent.Image = joinPath(t.get("InitiatingProcessFolderPath"), t.get("InitiatingProcessFileName"))
	c.parent.Name, c.parent.CommandLine = t.get("InitiatingProcessFileName"), t.get("InitiatingProcessCommandLine")
	c.parent.User = joinAccount(t.get("InitiatingProcessAccountDomain"), t.get("InitiatingProcessAccountName"))
	c.proc.OS = osOf(c.proc.Image)
	return true
}

// readCreated reads the older export of the same events.
func readCreated(t *table, c *call) bool {
	t.common(c, 0, t.get("CreatedProcessCreationTime", "ReportTime"))
	c.proc.PID, c.parent.PID = tablePID(t.get("CreatedProcessId")), tablePID(t.get("InitiatingProcessId"))
	setImage(&c.proc, joinPath(t.get("CreatedProcessFilePath"), t.get("CreatedProcessName")))
	c.proc.Name, c.proc.CommandLine = t.get("CreatedProcessName"), t.get("CreatedProcessCommandLine")
	c.proc.User, c.proc.Session = joinAccount(t.get("CreatedProcessAccountDomainName"), t.get("CreatedProcessAccountName")), t.get("LogonId")
	c.parent.Image = joinPath(t.get("InitiatingProcessImageFilePath"), t.get("InitiatingProcessName"))
	c.parent.Name, c.parent.CommandLine = t.get("InitiatingProcessName"), t.get("Process_CommandLine")
	c.parent.User = joinAccount(t.get("InitiatingProcessAccountDomainName"), t.get("InitiatingProcessAccountName"))
	c.proc.OS = osOf(c.proc.Image)
	return true
}

// readExecve reads audited starts, one a row. The command line is made of the
// first arguments alone; the title has up to 128 bytes of all.
func readExecve(t *table, c *call) bool {
	if kind := t.get("EventType"); kind != "" && kind != "SYSCALL_EXECVE" && kind != "EXECVE" {
		return false
	}
	t.common(c, event.Linux, t.get("TimeGenerated", "Timestamp"))
	if ms, serial, ok := parseStamp(t.get("mssg_id")); ok {
		c.ms, c.serial = ms, serial
	}
	c.success = t.get("success") != "no"
	c.proc.PID, c.parent.PID = tablePID(t.get("pid")), tablePID(t.get("ppid"))
	setImage(&c.proc, t.get("exe"))
	c.proc.Name, c.proc.Cwd, c.proc.TTY = t.get("comm"), t.get("cwd"), terminal(t.get("tty"))
	c.proc.CommandLine = t.get("cmdline")
	if title := t.get("proctitle"); len(title) > len(c.proc.CommandLine) && strings.HasPrefix(title, strings.TrimRight(c.proc.CommandLine, " ")) {
		c.proc.CommandLine = title
	}
	c.proc.User, c.proc.AuditUser = account(whole(t.get("euid", "uid")), ""), account(whole(t.get("auid")), "")
	c.proc.Session = account(whole(t.get("ses")), "")
	return true
}

// common reads what all tables have in some form.
func (t *table) common(c *call, os event.OS, at string) {
	c.host = t.get("Computer", "DeviceName", "ComputerDnsName", "Host")
	c.proc.OS = os
	c.ms, _ = parseTime(at)
}

// tablePID reads a process id, in decimal, with the fraction that data frames
// give to columns that have gaps, or in hexadecimal.
func tablePID(s string) uint32 {
	if hex, ok := strings.CutPrefix(s, "0x"); ok {
		n, ok := parseUint(hex, 16)
		if !ok || n > 1<<32-1 {
			return 0
		}
		return uint32(n)
	}
	return parsePID(whole(s))
}

func whole(s string) string { return strings.TrimSuffix(s, ".0") }

// joinPath puts a file's name behind its folder, unless it is there already.
func joinPath(folder, name string) string {
	switch {
	case folder == "" || name == "":
		return folder
	case strings.HasSuffix(strings.ToLower(folder), strings.ToLower(name)):
		return folder
	case strings.HasPrefix(folder, "/"):
		return strings.TrimSuffix(folder, "/") + "/" + name
	}
	return strings.TrimSuffix(folder, `\`) + `\` + name
}

func osOf(path string) event.OS {
	if strings.HasPrefix(path, "/") {
		return event.Linux
	}
	return event.Windows
}

// serviceAccount names the three service accounts, which the Security log calls
// by the machine's own name, by their fixed logon ids.
func serviceAccount(logon, name string) string {
	switch logon {
	case "0x3e7":
		return `NT AUTHORITY\SYSTEM`
	case "0x3e5":
		return `NT AUTHORITY\LOCAL SERVICE`
	case "0x3e4":
		return `NT AUTHORITY\NETWORK SERVICE`
	}
	return name
}

func joinAccount(domain, name string) string {
	if domain == "" || name == "" {
		return name
	}
	return domain + `\` + name
}
