package auditd

import "bytes"

//go:generate go run mk_tables.go

// call is what a system call means for the life of a process.
type call uint8

const (
	callOther     call = iota
	callExec           // execve, execveat
	callFork           // fork, vfork
	callClone          // clone: a process or a thread, by its flags
	callClone3         // clone3: its flags lie in memory and are not recorded
	callExitGroup      // exit_group: the end of the whole process
	callConnect        // connect: where to stands in a SOCKADDR record
)

// callTable is one more than the highest number that is looked up.
const callTable = 516

// arch is one architecture's system call numbers. The same number means
// different calls on different ones: 59 is execve on x86-64 and oldolduname on
// i386, where execve is 11.
type arch struct {
	name  string
	base  uint64 // of the numbers: MIPS has a thousand for each ABI
	calls [callTable]call
}

// x32 marks calls of the x32 ABI, which reports itself as x86-64
// (arch/x86/entry/syscalls/syscall_64.tbl). Its execve and execveat have
// numbers of their own.
const x32 = 0x40000000

func (a *arch) call(number uint64) call {
	if number&x32 != 0 && a.name == "x86_64" {
		number &^= x32
		if number == 520 || number == 545 {
			return callExec
		}
		if number == 59 || number == 322 {
			return callOther
		}
	}
	if number -= a.base; number >= callTable { // one below the base is large then
		return callOther
	}
	return a.calls[number]
}

// cloneFlags says which argument of clone holds the flags: the second on s390,
// the first on all others that are known (kernel/fork.c, CONFIG_CLONE_BACKWARDS2).
func (a *arch) cloneFlags() int {
	if a != nil && (a.name == "s390" || a.name == "s390x") {
		return 1
	}
	return 0
}

// callNamed is the call of a name, as enriched logs spell it.
func callNamed(name []byte) call {
	switch string(name) {
	case "execve", "execveat":
		return callExec
	case "fork", "vfork":
		return callFork
	case "clone", "clone2":
		return callClone
	case "clone3":
		return callClone3
	case "exit_group":
		return callExitGroup
	case "connect":
		return callConnect
	}
	return callOther
}

// archOf resolves the value of arch=, which is a hexadecimal AUDIT_ARCH code or,
// after interpretation, a name. Nil when unknown.
func archOf(value []byte) *arch {
	if n, ok := parseHex(value); ok {
		if a := arches[uint32(n)]; a != nil {
			return a
		}
		return otherArches[uint32(n)]
	}
	return archNamed(value)
}

func archNamed(name []byte) *arch {
	for _, all := range [...]map[uint32]*arch{arches, otherArches} {
		for _, a := range all {
			if bytes.Equal(name, []byte(a.name)) {
				return a
			}
		}
	}
	return nil
}

// clone flags (include/uapi/linux/sched.h).
const (
	cloneParent = 0x00008000
	cloneThread = 0x00010000
)
