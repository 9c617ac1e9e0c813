package auditjson

import "strings"

// deed is what a system call means for the life of a process.
type deed uint8

const (
	deedOther   deed = iota
	deedExec         // execve, execveat
	deedFork         // fork, vfork
	deedClone        // clone: a process or a thread, by its flags
	deedClone3       // clone3: its flags lie in memory and are not recorded
	deedExit         // exit_group
	deedConnect      // connect: where to stands in a SOCKADDR record
)

// clone flags (include/uapi/linux/sched.h).
const (
	cloneParent = 0x00008000
	cloneThread = 0x00010000
)

// arch is one architecture's numbers of the calls that matter
// (arch/*/kernel/syscalls, include/uapi/asm-generic/unistd.h). 0 is no number of
// any of them.
type arch struct {
	name                                        string
	code                                        uint64 // AUDIT_ARCH (include/uapi/linux/audit.h)
	execve, execveat, fork, vfork, clone, group uint64
	connect                                     uint64
	secondFlags                                 bool // clone takes its flags second
}

// clone3 has one number everywhere.
const clone3Number = 435

// x32 marks calls of the x32 ABI, which reports itself as x86-64 and has an
// execve and execveat of its own.
const x32 = 0x40000000

var arches = []arch{
	{"x86_64", 0xc000003e, 59, 322, 57, 58, 56, 231, 42, false},
	{"i386", 0x40000003, 11, 358, 2, 190, 120, 252, 362, false},
	{"aarch64", 0xc00000b7, 221, 281, 0, 0, 220, 94, 203, false},
	{"arm", 0x40000028, 11, 387, 2, 190, 120, 248, 283, false},
	{"armeb", 0x28, 11, 387, 2, 190, 120, 248, 283, false},
	{"ppc", 0x14, 11, 362, 2, 189, 120, 234, 328, false},
	{"ppc64", 0x80000015, 11, 362, 2, 189, 120, 234, 328, false},
	{"ppc64le", 0xc0000015, 11, 362, 2, 189, 120, 234, 328, false},
	{"s390", 0x16, 11, 354, 2, 190, 120, 248, 362, true},
	{"s390x", 0x80000016, 11, 354, 2, 190, 120, 248, 362, true},
	{"riscv32", 0x400000f3, 221, 281, 0, 0, 220, 94, 203, false},
	{"riscv64", 0xc00000f3, 221, 281, 0, 0, 220, 94, 203, false},
	{"loongarch64", 0xc0000102, 221, 281, 0, 0, 220, 94, 203, false},
}

// archOf resolves an architecture as tools write it: the kernel's hexadecimal
// code, the same behind 0x, or a name. Nil when unknown.
func archOf(s string) *arch {
	if code, ok := parseUint(strings.TrimPrefix(s, "0x"), 16); ok {
		for i := range arches {
			if arches[i].code == code {
				return &arches[i]
			}
		}
	}
	return archNamed(s)
}

func archNamed(name string) *arch {
	for i := range arches {
		if arches[i].name == name {
			return &arches[i]
		}
	}
	return nil
}

// deed is what a number means on the architecture.
func (a *arch) deed(n uint64) deed {
	if n&x32 != 0 && a.name == "x86_64" {
		n &^= x32
		if n == 520 || n == 545 {
			return deedExec
		}
		if n == a.execve || n == a.execveat {
			return deedOther
		}
	}
	switch n {
	case a.execve, a.execveat:
		return deedExec
	case a.clone:
		return deedClone
	case clone3Number:
		return deedClone3
	case a.group:
		return deedExit
	case a.connect:
		return deedConnect
	case 0:
		return deedOther
	case a.fork, a.vfork:
		return deedFork
	}
	return deedOther
}

// deedNamed is what a call's name means.
func deedNamed(name string) deed {
	switch name {
	case "execve", "execveat":
		return deedExec
	case "fork", "vfork":
		return deedFork
	case "clone", "clone2":
		return deedClone
	case "clone3":
		return deedClone3
	case "exit_group":
		return deedExit
	case "connect":
		return deedConnect
	}
	return deedOther
}
