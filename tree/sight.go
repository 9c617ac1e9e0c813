package tree

import (
	"cmp"
	"slices"

	"oddkin/parsers/event"
	"oddkin/tree/internal/column"
)

// whom is what a sighting says of its process and the parent; equal ones share it.
func (h *host) whom(p *event.Proc, parent event.Ref) self {
	whom := h.self(p)
	whom.parent = h.ref(parent)
	return whom
}

// sightKey makes records one that say the same of a process within [event.SightingSpan], or at
// any time where the process has a GUID. Threads differ in name, and what a process
// writes over its command line is its own affair.
type sightKey struct {
	span                                  int64
	alike                                 int32 // programs
	pid, ppid                             uint32
	user, audit, session, guid, container text
}

func (s *self) sightKey(pid, ppid uint32, at int64) sightKey {
	k := sightKey{
		alike: s.prog.alike, pid: pid, ppid: ppid,
		user: s.user, audit: s.audit, session: s.session, guid: s.guid, container: s.container,
	}
	if s.guid == 0 {
		k.span = at / int64(event.SightingSpan)
	}
	return k
}

// sight keeps a sighting unless another says the same. Of those the earliest stays, whatever
// the order of arrival. It reports whether it was new.
func (h *host) sight(whom self, pid, ppid uint32, at int64, src source, serial serial) bool {
	key := whom.sightKey(pid, ppid, at)
	r := record{at: at, serial: serial, pid: pid, ppid: ppid, told: telling(kindSight, len(h.sights))}
	slot := h.kept.find(h, &key)
	if slot.rec != 0 {
		old := &h.recs[slot.rec-1]
		earlier := cmp.Or(cmp.Compare(at, old.at), h.compareSerials(serial, old.serial), h.compareSource(src, h.sights[old.arg()].src))
		if earlier < 0 {
			r.told = old.told
			*old = r
			h.sights[r.arg()] = sight{src: src, what: h.what(whom)}
		}
		return false
	}
	slot.rec = uint32(len(h.recs)) + 1
	h.kept.count++
	h.recs = column.Push(h.scratch, h.recs, r)
	h.sights = column.Push(h.scratch, h.sights, sight{src: src, what: h.what(whom)})
	return true
}

// what is the number of what a sighting says.
func (h *host) what(whom self) int32 {
	id, ok := h.seenIDs[whom]
	if !ok {
		id = int32(len(h.seen))
		h.seenIDs[whom] = id
		h.seen = append(h.seen, whom)
	}
	return id
}

// nameSeen gives sightings that name their process by its GUID alone its number, if another
// record of that GUID tells one: the least, should they differ.
func (h *host) nameSeen() {
	if !slices.ContainsFunc(h.seen, func(s self) bool { return s.guid != 0 }) {
		return
	}
	pids := map[text]uint32{}
	for i := range h.recs {
		if r := &h.recs[i]; r.kind() == kindSight && r.pid == 0 {
			pids[h.guidOf(r)] = 0
		}
	}
	if len(pids) == 0 {
		return
	}
	for i := range h.recs {
		r := &h.recs[i]
		if pid, asked := pids[h.guidOf(r)]; asked && r.pid != 0 && (pid == 0 || r.pid < pid) {
			pids[h.guidOf(r)] = r.pid
		}
	}
	for i := range h.recs {
		if r := &h.recs[i]; r.kind() == kindSight && r.pid == 0 {
			r.pid = pids[h.guidOf(r)]
		}
	}
}

// guidOf is the GUID of the process that a start or sighting tells of.
func (h *host) guidOf(r *record) text {
	switch r.kind() {
	case kindExec:
		return h.starts[r.arg()].node.guid
	case kindSight:
		return h.seen[h.sights[r.arg()].what].guid
	}
	return 0
}

// sayings yields the ways to say of n's process what its start r does. Windows' records of other
// kinds know no parent, and not all of them the user and the GUID.
func (n *Node) sayings(r *record, yield func(sightKey)) {
	if n.prog.OS != event.Windows {
		yield(n.sightKey(r.pid, r.ppid, r.at))
		return
	}
	for _, guid := range [...]text{n.guid, 0} {
		for _, user := range [...]text{n.user, 0} {
			said := self{prog: n.prog, guid: guid, setting: &setting{user: user}}
			yield(said.sightKey(r.pid, 0, r.at))
		}
	}
}

// dropRepeats removes the sightings that say nothing which a start before them in the
// same span does not. Readers leave most of them out, but which they can depends on the
// order of records.
func (h *host) dropRepeats() {
	defer h.kept.free(h)
	if h.kept.count == 0 {
		return
	}
	seen := newPidFilter(h.kept.count)
	for _, slot := range h.kept.slots {
		if slot.rec != 0 {
			seen.add(h.recs[slot.rec-1].pid)
		}
	}
	found := make([][]int32, pieces(len(h.recs)))
	inPieces(len(h.recs), func(i, from, to int) { found[i] = h.repeats(h.recs[from:to], seen) })
	repeats := slices.Concat(found...)
	if len(repeats) == 0 {
		return
	}
	slices.Sort(repeats)
	left, from := h.recs[:0], int32(0)
	for _, at := range slices.Compact(repeats) {
		left = append(left, h.recs[from:at]...)
		from = at + 1
	}
	h.recs = append(left, h.recs[from:]...)
}

// repeats lists the sightings that say no more than a start among recs which came before. seen holds the numbers of
// all that were seen.
func (h *host) repeats(recs []record, seen pidFilter) (repeats []int32) {
	for i := range recs {
		r := &recs[i]
		if r.kind() != kindExec || !seen.mayHold(r.pid) {
			continue
		}
		h.starts[r.arg()].node.sayings(r, func(key sightKey) {
			k := h.kept.rec(h, &key)
			if k >= 0 && cmp.Or(cmp.Compare(r.at, h.recs[k].at), h.compareSerials(r.serial, h.recs[k].serial)) <= 0 {
				repeats = append(repeats, k)
			}
		})
	}
	return repeats
}
