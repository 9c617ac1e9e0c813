package tree

import (
	"hash/maphash"

	"oddkin/tree/internal/column"
)

// keptSights finds the sighting that is kept of all that say the same. It holds numbers of records alone, for
// a log may have millions of sightings.
type keptSights struct {
	slots []keptSlot // open addressing
	count int
	seed  maphash.Seed
}

// keptSlot is a record's index plus one, 0 for a free place, and a part of the hash of its key.
type keptSlot struct{ rec, hash uint32 }

// find is the place of the sighting with that key, free if none is kept: for the caller to fill.
func (k *keptSights) find(h *host, key *sightKey) *keptSlot {
	if 4*k.count >= 3*len(k.slots) {
		k.grow(h)
	}
	slot, hash := k.place(h, key)
	slot.hash = hash
	return slot
}

// rec is the index of the sighting with that key, or -1, if any are kept.
func (k *keptSights) rec(h *host, key *sightKey) int32 {
	slot, _ := k.place(h, key)
	return int32(slot.rec) - 1
}

// place is where the sighting with that key stands or would stand, and the part of the key's hash.
func (k *keptSights) place(h *host, key *sightKey) (*keptSlot, uint32) {
	hash := maphash.Comparable(k.seed, *key)
	for i := hash; ; i++ {
		slot := &k.slots[i&uint64(len(k.slots)-1)]
		if slot.rec == 0 || slot.hash == uint32(hash>>32) && h.keyOf(&h.recs[slot.rec-1]) == *key {
			return slot, uint32(hash >> 32)
		}
	}
}

// keyOf is the key of a sighting.
func (h *host) keyOf(r *record) sightKey {
	return h.seen[h.sights[r.arg()].what].sightKey(r.pid, r.ppid, r.at)
}

func (k *keptSights) grow(h *host) {
	old := k.slots
	k.slots = column.Make[keptSlot](h.scratch, max(1<<6, 2*len(old)))
	if old == nil {
		k.seed = maphash.MakeSeed()
	}
	for _, slot := range old {
		if slot.rec != 0 {
			key := h.keyOf(&h.recs[slot.rec-1])
			k.find(h, &key).rec = slot.rec
		}
	}
	column.Drop(h.scratch, old)
}

func (k *keptSights) free(h *host) {
	column.Drop(h.scratch, k.slots)
	*k = keptSights{}
}
