package tree

import "math/bits"

// pidFilter is a set of pids that may hold some more than were added.
type pidFilter []uint64 // a power of two of words

func newPidFilter(n int) pidFilter { return make(pidFilter, 1<<bits.Len(uint(n/8))) }

func (f pidFilter) bit(pid uint32) (word *uint64, mask uint64) {
	h := uint64(pid) * 0x9e3779b97f4a7c15 // Fibonacci hashing
	return &f[h>>32&uint64(len(f)-1)], 1 << (h >> 58)
}

func (f pidFilter) add(pid uint32) {
	word, mask := f.bit(pid)
	*word |= mask
}

func (f pidFilter) mayHold(pid uint32) bool {
	word, mask := f.bit(pid)
	return *word&mask != 0
}
