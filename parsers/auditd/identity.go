package auditd

// identity is what the last record of a pid said of the process.
type identity struct {
	profile *profile
	ppid    uint32
	exited  bool // by exit_group or a signal; its threads may still be heard of
}

const (
	// maxIdentities bounds the table of one host, and at twice that those of all.
	maxIdentities = 16384
	minIdentities = 16
)

// identities are the processes of one host. When limit is reached the table
// starts afresh: processes are then sighted again, which is harmless.
type identities struct {
	pages map[uint32]*[pageSize]identity // by pid / pageSize
	// page is the one used last: pids that are alive together are near each other.
	page   *[pageSize]identity
	number uint32 // of page
	n      int    // of identities
	limit  *int   // of n, the same for all hosts
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

// call notes what a SYSCALL record says of its process, and reports whether that
// tells anything that no record before did.
func (ids *identities) call(r *syscallRecord) (id *identity, news bool) {
	id = ids.at(r.pid)
	if id == nil {
		id, news = ids.add(r.pid), true
	} else {
		news = id.exited || id.ppid != r.ppid || !id.profile.same(r.profile)
	}
	id.profile, id.ppid = r.profile, r.ppid
	return id, news
}

// sight is [identities.call] for another record. It knows no parent, and its
// user is another one than the effective: only what differs beyond that is news.
func (ids *identities) sight(s sighting) (id *identity, news bool) {
	if id = ids.at(s.pid); id == nil {
		id = ids.add(s.pid)
	} else if p, q := &id.profile.proc, &s.profile.proc; !id.exited && p.Image == q.Image && p.AuditUser == q.AuditUser && p.Session == q.Session &&
		(s.profile.remote == nil || id.profile.remote != nil && *id.profile.remote == *s.profile.remote) {
		return id, false
	}
	*id = identity{profile: s.profile}
	return id, true
}

// add makes room for pid.
func (ids *identities) add(pid uint32) *identity {
	if ids.n >= *ids.limit {
		ids.clear()
	}
	n := pid / pageSize
	page := ids.pages[n]
	if page == nil {
		page = new([pageSize]identity)
		ids.pages[n] = page
	}
	ids.page, ids.number = page, n
	ids.n++
	return &page[pid%pageSize]
}

func (ids *identities) clear() {
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
