package tree

import (
	"testing"
	"unsafe"
)

// What is kept of a process while a forest is built, and at rest: a log of ten gigabytes
// tells of five million.
func TestSizes(t *testing.T) {
	for _, c := range []struct {
		name      string
		size, max uintptr
	}{
		{"node", unsafe.Sizeof(Node{}), 120},
		{"record", unsafe.Sizeof(record{}), 24},
		{"start", unsafe.Sizeof(start{}), 32},
		{"fork", unsafe.Sizeof(fork{}), 32},
		{"process", unsafe.Sizeof(proc{}), 80},
	} {
		if c.size > c.max {
			t.Errorf("a %s takes %d bytes; it took %d when memory was last measured", c.name, c.size, c.max)
		}
	}
}
