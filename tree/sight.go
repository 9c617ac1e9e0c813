package tree

import (
	"cmp"
	"time"

	"oddkin/parsers/event"
)

// whom is what a sighting says of its process and the parent; equal ones share it.
func (h *host) whom(p *event.Proc, parent event.Ref) self {
	whom := h.self(p)
	whom.parent = h.ref(parent)
	return whom
}

// sightKey makes sightings that say the same in the same minute one.
type sightKey struct {
	pid, ppid uint32
	minute    int64
	what      int32
}

// sight keeps a sighting unless one of the same minute says the same. Of those
// the earliest stays, whatever the order of arrival. It reports whether it was new.
func (h *host) sight(whom self, pid, ppid uint32, at int64, src source, serial uint64) bool {
	what, ok := h.seenIDs[whom]
	if !ok {
		what = int32(len(h.seen))
		h.seenIDs[whom] = what
		h.seen = append(h.seen, whom)
	}
	const minute = int64(time.Minute)
	key := sightKey{pid: pid, ppid: ppid, minute: at / minute, what: what}
	r := record{at: at, serial: serial, pid: pid, ppid: ppid, kind: kindSight}
	if i, ok := h.kept[key]; ok {
		old := &h.recs[i]
		earlier := cmp.Or(cmp.Compare(at, old.at), cmp.Compare(serial, old.serial), h.compareSource(src, h.sights[old.arg].src))
		if earlier < 0 {
			r.arg = old.arg
			*old = r
			h.sights[r.arg].src = src
		}
		return false
	}
	r.arg = int32(len(h.sights))
	h.kept[key] = int32(len(h.recs))
	h.recs = push(h.recs, r)
	h.sights = push(h.sights, sight{src: src, what: what})
	return true
}
