// Package sums finds values by sums: hashes of 64 bits of what the values belong to.
package sums

import "math/rand/v2"

// Table holds one value for each sum. Sums may be chosen by whoever wrote the evidence, so that a
// secret number decides where in the table each lies. The zero value is ready. Not for use by
// several goroutines.
type Table[V any] struct {
	slots []slot[V] // open addressing; a power of two of them
	count int
	shift uint   // 64 less the bits of an index
	mix   uint64 // odd
	met   uint64 // by Touch
}

type slot[V any] struct {
	value V      // first, for a value without size would take room at the end
	sum   uint64 // 0 for a free place
}

// fewest is how many places a table has at first.
const fewest = 1 << 8

// Len is how many sums there are.
func (t *Table[V]) Len() int { return t.count }

// Find gives the value of a sum: nil if there is none. It is good until the next Put.
func (t *Table[V]) Find(sum uint64) *V {
	if t.count == 0 {
		return nil
	}
	if s := t.place(sum); s.sum != 0 {
		return &s.value
	}
	return nil
}

// Put gives the value of a sum, which is the zero value if the sum is new. It is good until the next Put.
func (t *Table[V]) Put(sum uint64) (value *V, isNew bool) {
	if 4*t.count >= 3*len(t.slots) {
		t.grow()
	}
	s := t.place(sum)
	if isNew = s.sum == 0; isNew {
		s.sum = max(sum, 1)
		t.count++
	}
	return &s.value, isNew
}

// place is where a sum is or belongs. 0 passes for 1.
func (t *Table[V]) place(sum uint64) *slot[V] {
	sum = max(sum, 1)
	for i := int(sum * t.mix >> t.shift); ; i++ {
		if s := &t.slots[i&(len(t.slots)-1)]; s.sum == sum || s.sum == 0 {
			return s
		}
	}
}

// Touch brings the place of a sum near. A large table's places are far away, and whoever touches
// those of many sums before looking one up after the other waits for all of them once.
func (t *Table[V]) Touch(sum uint64) {
	if len(t.slots) > 0 {
		t.met ^= t.slots[max(sum, 1)*t.mix>>t.shift].sum // so that it is read
	}
}

func (t *Table[V]) grow() {
	old := t.slots
	if old == nil {
		t.slots, t.shift, t.mix = make([]slot[V], fewest), 64-8, rand.Uint64()|1
		return
	}
	t.slots = make([]slot[V], 2*len(old))
	t.shift--
	for i := range old {
		if s := &old[i]; s.sum != 0 {
			*t.place(s.sum) = *s
		}
	}
}
