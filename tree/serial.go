package tree

import "cmp"

// serial is an [event.Source].Serial in half the bits: those of the kernel count from 1 at each boot, and
// what does not fit (record numbers of Windows may) is one in store.farSerials.
type serial struct {
	n uint32 // the number itself below farSerial
}

const farSerial = 1 << 31

// serial is n as records keep it.
func (st *store) serial(n uint64) serial {
	if n < farSerial {
		return serial{uint32(n)}
	}
	if last := len(st.farSerials) - 1; last < 0 || st.farSerials[last] != n {
		st.farSerials = append(st.farSerials, n)
	}
	return serial{farSerial + uint32(len(st.farSerials)-1)}
}

// known reports whether there is one.
func (s serial) known() bool { return s.n != 0 }

// serialOf is what serial was given.
func (st *store) serialOf(s serial) uint64 {
	if s.n < farSerial {
		return uint64(s.n)
	}
	return st.farSerials[s.n-farSerial]
}

func (st *store) compareSerials(a, b serial) int {
	if a == b {
		return 0
	}
	return cmp.Compare(st.serialOf(a), st.serialOf(b))
}
