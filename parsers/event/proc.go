package event

import (
	"strings"
)

// Proc is a process as one record describes it.
type Proc struct {
	// PID is the process id (on Linux the thread group id); 0 when not stated.
	PID uint32
	// OS is the family the process ran on.
	OS OS
	// GUID is the identity that the recorder itself gave, such as Sysmon's
	// ProcessGuid: upper case, without braces, empty when missing or all zero.
	// Unique on one host at best.
	GUID string
	// Image is the path of the executable as recorded, undecorated: a trailing
	// " (deleted)" is removed and told by Deleted.
	Image string
	// Name is what to call the process where there is no Image: comm on Linux
	// (15 bytes), the process name of a report. Use [Proc.Base] to get a name.
	Name string
	// Argv is the argument vector where the recorder kept it element by element.
	Argv []string
	// CommandLine is the command line where the recorder kept it as one string.
	CommandLine string
	// Cwd is the working directory at the start.
	Cwd string
	// User is who the process ran as: the effective uid, or a name if the
	// evidence itself carries one.
	User string
	// AuditUser is who logged in (auid), which survives su and sudo; empty when
	// unset.
	AuditUser string
	// Session is the audit session, terminal session or logon id, as recorded.
	Session string
	// TTY is the controlling terminal ("pts0", "tty1"); empty when none.
	TTY string
	// Container is the id of the container, where the evidence names one.
	Container string
	// Deleted is true when the executable had been unlinked when it ran.
	Deleted bool
}

// Base is the short name of the process: the last element of Image (split at
// either slash on Windows), else Name, else the last element of the first
// argument, else "?". It is never empty.
func (p *Proc) Base() string {
	if b := baseName(p.Image, p.OS); b != "" {
		return b
	}
	if p.Name != "" {
		return p.Name
	}
	if len(p.Argv) > 0 {
		if b := baseName(p.Argv[0], p.OS); b != "" {
			return b
		}
	}
	return "?"
}

// Command is the command line for a reader: CommandLine as recorded, or Argv
// joined by blanks with arguments quoted as a POSIX shell would need them. It
// is for display; control characters are kept and must be escaped by whoever
// shows it.
func (p *Proc) Command() string {
	if p.CommandLine != "" || len(p.Argv) == 0 {
		return p.CommandLine
	}
	var b strings.Builder
	for i, a := range p.Argv {
		if i > 0 {
			b.WriteByte(' ')
		}
		quote(&b, a)
	}
	return b.String()
}

// Ref is what a record says of a process other than its own: the parent.
type Ref struct {
	PID         uint32
	GUID        string // as [Proc.GUID]
	Image       string
	Name        string // where there is no Image
	CommandLine string
	User        string
}

// Known reports whether the record said anything that could identify a process.
func (r *Ref) Known() bool { return r.PID != 0 || r.GUID != "" }

// baseName is the part of path after the last separator.
func baseName(path string, os OS) string {
	sep := "/"
	if os == Windows {
		sep = `/\`
	}
	return path[strings.LastIndexAny(path, sep)+1:]
}

// quote writes a as one word of a POSIX shell.
func quote(b *strings.Builder, a string) {
	plain := a != ""
	for i := 0; i < len(a) && plain; i++ {
		c := a[i]
		plain = c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || strings.IndexByte("_-+=./:,@%^", c) >= 0 || c >= 0x80
	}
	if plain {
		b.WriteString(a)
		return
	}
	b.WriteByte('\'')
	b.WriteString(strings.ReplaceAll(a, "'", `'\''`))
	b.WriteByte('\'')
}
