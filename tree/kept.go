package tree

import (
	"hash/maphash"

	"oddkin/tree/internal/column"
)

// keptSights finds the sighting that is kept of all that say the same. It holds numbers of records alone, for
// a log may have millions of sightings.
type keptSights struct {
	slots []int32 // open addressing: a record's index plus one, 0 for a free place
	count int
	seed  maphash.Seed
}

// find is the place of the sighting with that key: 0 if none is kept, for the caller to fill.
func (k *keptSights) find(h *host, key *sightKey) *int32 {
	if 4*k.count >= 3*len(k.slots) {
		k.grow(h)
	}
	mask := uint64(len(k.slots) - 1)
	for i := maphash.Comparable(k.seed, *key); ; i++ {
		slot := &k.slots[i&mask]
		if *slot == 0 || h.keyOf(&h.recs[*slot-1]) == *key {
			return slot
		}
	}
}

// keyOf is the key of a sighting.
func (h *host) keyOf(r *record) sightKey {
	return h.seen[h.sights[r.arg].what].sightKey(r.pid, r.ppid, r.at)
}

func (k *keptSights) grow(h *host) {
	old := k.slots
	k.slots = column.Make[int32](h.scratch, max(1<<6, 2*len(old)))
	if old == nil {
		k.seed = maphash.MakeSeed()
	}
	for _, slot := range old {
		if slot != 0 {
			key := h.keyOf(&h.recs[slot-1])
			*k.find(h, &key) = slot
		}
	}
	column.Drop(h.scratch, old)
}

func (k *keptSights) free(h *host) {
	column.Drop(h.scratch, k.slots)
	*k = keptSights{}
}
