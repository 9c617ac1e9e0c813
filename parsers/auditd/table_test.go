//go:build linux || darwin || freebsd

package auditd

import (
	"fmt"
	"os/exec"
	"testing"

	"github.com/elastic/go-libaudit/v2/auparse"
)

// The committed tables say what auparse's do, on every architecture they share.
func TestTablesAgreeWithAuparse(t *testing.T) {
	for code, a := range arches {
		theirs := auparse.AuditSyscalls[a.name]
		if name, ok := auparse.AuditArchNames[auparse.AuditArch(code)]; ok && name != a.name {
			t.Errorf("%x is %s, not %s", code, name, a.name)
		}
		for number := range uint64(callTable) {
			if name, ok := theirs[int(number)]; ok && a.call(number) != callNamed([]byte(name)) {
				t.Errorf("%s %d (%s) is %d", a.name, number, name, a.call(number))
			}
		}
	}
	for name, number := range recordTypes {
		if n, err := auparse.GetAuditMessageType(name); err != nil || uint16(n) != number {
			t.Errorf("%s is %d, %v; not %d", name, n, err, number)
		}
	}
}

// The numbers that matter most, from the kernel's own tables: execve, execveat,
// clone and exit_group.
func TestSyscallNumbers(t *testing.T) {
	for _, c := range []struct {
		arch                               string
		execve, execveat, clone, exitGroup uint64
	}{
		{"x86_64", 59, 322, 56, 231},        // arch/x86/entry/syscalls/syscall_64.tbl
		{"i386", 11, 358, 120, 252},         // arch/x86/entry/syscalls/syscall_32.tbl
		{"aarch64", 221, 281, 220, 94},      // include/uapi/asm-generic/unistd.h
		{"riscv64", 221, 281, 220, 94},      // the same
		{"ppc64le", 11, 362, 120, 234},      // arch/powerpc/kernel/syscalls/syscall.tbl
		{"s390x", 11, 354, 120, 248},        // arch/s390/kernel/syscalls/syscall.tbl
		{"arm", 11, 387, 120, 248},          // arch/arm/tools/syscall.tbl
		{"mips", 4011, 4356, 4120, 4246},    // arch/mips/kernel/syscalls/syscall_o32.tbl
		{"mips64", 5057, 5316, 5055, 5205},  // arch/mips/kernel/syscalls/syscall_n64.tbl
		{"mipsn32", 6057, 6320, 6055, 6205}, // arch/mips/kernel/syscalls/syscall_n32.tbl
		{"sparc", 59, 350, 217, 188},        // arch/sparc/kernel/syscalls/syscall.tbl
		{"parisc", 11, 342, 120, 222},       // arch/parisc/kernel/syscalls/syscall.tbl
		{"alpha", 59, 513, 312, 405},        // arch/alpha/kernel/syscalls/syscall.tbl
	} {
		a := archNamed([]byte(c.arch))
		got := fmt.Sprint(a.call(c.execve), a.call(c.execveat), a.call(c.clone), a.call(c.exitGroup))
		if want := fmt.Sprint(callExec, callExec, callClone, callExitGroup); got != want {
			t.Errorf("%s: %s, want %s", c.arch, got, want)
		}
	}
}

// The committed table is what the generator writes.
func TestTablesAreGenerated(t *testing.T) {
	if testing.Short() {
		t.Skip("runs the go command")
	}
	out, err := exec.Command("go", "run", "mk_tables.go", "-check").CombinedOutput()
	if err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}
