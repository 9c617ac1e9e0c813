package auditd

import (
	"time"

	"oddkin/parsers/event"
)

// identity is the last sighting of a pid that was told: what it said of the process, and when.
type identity struct {
	profile *profile
	stamp   stamp
	ppid    uint32
}

const (
	// maxIdentities bounds the table of one host, and at twice that those of all.
	maxIdentities = 16384
	minIdentities = 16
)

// identities are the processes of one host. When limit is reached the table
// starts afresh: processes are then told again, which is harmless.
type identities struct {
	pages map[uint32]*[pageSize]identity // by pid / pageSize
	// page is the one used last: pids that are alive together are near each other.
	page   *[pageSize]identity
	number uint32 // of page
	n      int    // of identities
	room   *identityRoom
}

// identityRoom is what the tables of all hosts have in common.
type identityRoom struct {
	limit int                   // of the identities of each
	spare []*[pageSize]identity // empty pages
}

// pageSize is how many pids share a page. Few, since a hostile log uses one of each.
const pageSize = 16

// at is where pid's identity stands, or nil.
func (ids *identities) at(pid uint32) *identity {
	if n := pid / pageSize; ids.page == nil || n != ids.number {
		page := ids.pages[n]
		if page == nil {
			return nil
		}
		ids.page, ids.number = page, n
	}
	if id := &ids.page[pid%pageSize]; id.profile != nil {
		return id
	}
	return nil
}

// call notes what a SYSCALL record says of its process, and reports whether that is to
// be told; see [event.SightingSpan].
func (ids *identities) call(r *syscallRecord, at stamp) bool {
	return ids.note(r.pid, identity{r.profile, at, r.ppid})
}

// sight is [identities.call] for another record. It knows no parent.
func (ids *identities) sight(s sighting, at stamp) bool {
	return ids.note(s.pid, identity{s.profile, at, 0})
}

func (ids *identities) note(pid uint32, now identity) bool {
	old := ids.at(pid)
	if old == nil {
		old = ids.add(pid)
	} else if old.covers(&now) {
		return false
	}
	*old = now
	return true
}

// covers reports whether q, told too, would say nothing that id did not.
func (id *identity) covers(q *identity) bool {
	const span = int64(event.SightingSpan / time.Millisecond)
	a, b := id.stamp, q.stamp
	if from := q.profile.remote; from != nil && (id.profile.remote == nil || *id.profile.remote != *from) {
		return false
	}
	return id.ppid == q.ppid && a.ms/span == b.ms/span && (a.ms < b.ms || a.ms == b.ms && a.serial <= b.serial) && id.profile.same(q.profile)
}

// add makes room for pid.
func (ids *identities) add(pid uint32) *identity {
	if ids.n >= ids.room.limit {
		ids.clear()
	}
	n := pid / pageSize
	page := ids.pages[n]
	if page == nil {
		page = ids.room.page()
		ids.pages[n] = page
	}
	ids.page, ids.number = page, n
	ids.n++
	return &page[pid%pageSize]
}

// page is an empty page.
func (r *identityRoom) page() *[pageSize]identity {
	last := len(r.spare) - 1
	if last < 0 {
		return new([pageSize]identity)
	}
	page := r.spare[last]
	r.spare = r.spare[:last]
	return page
}

func (ids *identities) clear() {
	for _, page := range ids.pages {
		clear(page[:]) // now, since it would keep the texts of its profiles
		ids.room.spare = append(ids.room.spare, page)
	}
	clear(ids.pages)
	ids.page, ids.n = nil, 0
}

// same reports whether a sighting of q would repeat one of p. Threads of one
// process differ in comm, and calls in the ids that no event carries.
func (p *profile) same(q *profile) bool {
	a, b := &p.proc, &q.proc
	return p == q || a.Image == b.Image && a.User == b.User &&
		a.AuditUser == b.AuditUser && a.Session == b.Session && a.Deleted == b.Deleted
}
