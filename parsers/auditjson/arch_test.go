//go:build linux || darwin || freebsd

package auditjson

import (
	"testing"

	"github.com/elastic/go-libaudit/v2/auparse"
)

// TestArches: what every number means on every architecture agrees with
// go-libaudit's tables, which are made from the kernel's.
func TestArches(t *testing.T) {
	for code, name := range auparse.AuditArchNames {
		calls := auparse.AuditSyscalls[name]
		a := archOf(name)
		if calls == nil {
			continue
		}
		if a == nil {
			for _, call := range calls {
				if call == "execve" {
					t.Errorf("%s (%x) is not known", name, uint32(code))
				}
			}
			continue
		}
		if a.code != uint64(uint32(code)) {
			t.Errorf("%s is %x, want %x", name, a.code, uint32(code))
		}
		for n := range uint64(1024) {
			if got, want := a.deed(n), deedNamed(calls[int(n)]); got != want {
				t.Errorf("%s %d is %q: got %d, want %d", name, n, calls[int(n)], got, want)
			}
		}
	}
}

// TestX32: the x32 ABI has numbers of its own behind a bit.
func TestX32(t *testing.T) {
	a := archOf("0xc000003e")
	for n, want := range map[uint64]deed{520 | x32: deedExec, 545 | x32: deedExec, 59 | x32: deedOther, 57 | x32: deedFork} {
		if got := a.deed(n); got != want {
			t.Errorf("%x: got %d, want %d", n, got, want)
		}
	}
}
