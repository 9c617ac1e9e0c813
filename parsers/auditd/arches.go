package auditd

// otherArches holds the architectures that auparse has no numbers of, as arches does.
// The codes are of include/uapi/linux/audit.h and elf-em.h, the numbers of the kernel's
// tables (arch/*/kernel/syscalls).
var otherArches = map[uint32]*arch{
	0x8:        &mipsO32,
	0x40000008: &mipsO32,
	0x80000008: &mipsN64,
	0xc0000008: &mipsN64,
	0xa0000008: &mipsN32,
	0xe0000008: &mipsN32,
	0x2:        &sparc,
	0x8000002b: &sparc,
	0xf:        &parisc,
	0x8000000f: &parisc,
	0xc0009026: &alpha,
	0x4:        &m68k,
	0x2a:       &sh,
	0x4000002a: &sh,
}

var (
	mipsO32 = arch{name: "mips", base: 4000, calls: [callTable]call{
		11: callExec, 356: callExec, 2: callFork, 120: callClone, 435: callClone3, 246: callExitGroup, 170: callConnect,
	}}
	mipsN64 = arch{name: "mips64", base: 5000, calls: [callTable]call{
		57: callExec, 316: callExec, 56: callFork, 55: callClone, 435: callClone3, 205: callExitGroup, 41: callConnect,
	}}
	mipsN32 = arch{name: "mipsn32", base: 6000, calls: [callTable]call{
		57: callExec, 320: callExec, 56: callFork, 55: callClone, 435: callClone3, 205: callExitGroup, 41: callConnect,
	}}
	sparc = arch{name: "sparc", calls: [callTable]call{
		59: callExec, 350: callExec, 2: callFork, 66: callFork, 217: callClone, 435: callClone3, 188: callExitGroup, 98: callConnect,
	}}
	parisc = arch{name: "parisc", calls: [callTable]call{
		11: callExec, 342: callExec, 2: callFork, 113: callFork, 120: callClone, 435: callClone3, 222: callExitGroup, 31: callConnect,
	}}
	alpha = arch{name: "alpha", calls: [callTable]call{
		59: callExec, 513: callExec, 2: callFork, 66: callFork, 312: callClone, 405: callExitGroup, 98: callConnect,
	}}
	m68k = arch{name: "m68k", calls: [callTable]call{
		11: callExec, 355: callExec, 2: callFork, 190: callFork, 120: callClone, 435: callClone3, 247: callExitGroup,
	}}
	sh = arch{name: "sh", calls: [callTable]call{
		11: callExec, 387: callExec, 2: callFork, 190: callFork, 120: callClone, 435: callClone3, 252: callExitGroup,
	}}
)
