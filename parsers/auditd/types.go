package auditd

import "bytes"

// class is what the reader does with a record of some type.
type class uint8

const (
	classOther     class = iota // needed for nothing
	classSyscall                // SYSCALL: who did what
	classExecve                 // EXECVE: arguments
	classCwd                    // CWD: working directory
	classPath                   // PATH: a file that took part
	classProctitle              // PROCTITLE: command line as /proc shows it
	classEOE                    // EOE: the event's end
	classSighting               // names a pid and its exe outside a SYSCALL record
	classAbend                  // ANOM_ABEND: a process dies of a signal
	classBoot                   // SYSTEM_BOOT
	classDaemon                 // auditd's own, numbered by auditd and not by the kernel
	classSockaddr               // SOCKADDR: the address of a call
)

// classify tells the class of a record type as it stands in the log: a name, a
// number ("1309", as the kernel prints it) or UNKNOWN[1327]. The second result
// is false for what cannot be a record type.
func classify(name []byte) (class, bool) {
	switch string(name) { // those of every exec, ahead of the table
	case "SYSCALL":
		return classSyscall, true
	case "PATH":
		return classPath, true
	case "PROCTITLE":
		return classProctitle, true
	case "CWD":
		return classCwd, true
	case "EXECVE":
		return classExecve, true
	case "EOE":
		return classEOE, true
	case "BPRM_FCAPS":
		return classOther, true
	}
	if number, ok := recordTypes[string(name)]; ok {
		return classOf(number), true
	}
	if inner, ok := bytes.CutPrefix(name, []byte("UNKNOWN[")); ok {
		name, _ = bytes.CutSuffix(inner, []byte("]"))
	}
	if number, ok := parseDec(name); ok && number < 1<<16 {
		return classOf(uint16(number)), true
	}
	return classOther, plausibleType(name)
}

// classOf gives the class of a record type by its number
// (include/uapi/linux/audit.h and audit-userspace's audit-records.h). 1100 to
// 1199 and 2100 to 2999 are sent by programs through libaudit, with the
// sender's pid and exe.
func classOf(number uint16) class {
	switch {
	case number == 1300:
		return classSyscall
	case number == 1302:
		return classPath
	case number == 1306:
		return classSockaddr
	case number == 1307:
		return classCwd
	case number == 1309:
		return classExecve
	case number == 1320:
		return classEOE
	case number == 1327:
		return classProctitle
	case number == 1701:
		return classAbend
	case number == 1127:
		return classBoot
	case number == 1326, number >= 1100 && number < 1200, number >= 2100 && number < 3000:
		return classSighting
	case number >= 1200 && number < 1300:
		return classDaemon
	}
	return classOther
}

// plausibleType allows types newer than the table: capitals, digits and _.
func plausibleType(name []byte) bool {
	for _, c := range name {
		if (c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != '_' && c != '-' {
			return false
		}
	}
	return len(name) > 0 && len(name) <= maxType
}
