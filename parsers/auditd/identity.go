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
	byPID map[uint32]*identity
	limit *int // the same for all hosts
}

// call notes what a SYSCALL record says of its process, and reports whether that
// tells anything that no record before did.
func (ids *identities) call(r *syscallRecord) (id *identity, news bool) {
	id = ids.byPID[r.pid]
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
	if id = ids.byPID[s.pid]; id == nil {
		id = ids.add(s.pid)
	} else if p, q := &id.profile.proc, &s.profile.proc; !id.exited && p.Image == q.Image && p.AuditUser == q.AuditUser && p.Session == q.Session {
		return id, false
	}
	*id = identity{profile: s.profile}
	return id, true
}

// add makes room for pid.
func (ids *identities) add(pid uint32) *identity {
	if len(ids.byPID) >= *ids.limit {
		clear(ids.byPID)
	}
	id := &identity{}
	ids.byPID[pid] = id
	return id
}

// same reports whether a sighting of q would repeat one of p. Threads of one
// process differ in comm, and calls in the ids that no event carries.
func (p *profile) same(q *profile) bool {
	a, b := &p.proc, &q.proc
	return p == q || a.Image == b.Image && a.User == b.User &&
		a.AuditUser == b.AuditUser && a.Session == b.Session && a.Deleted == b.Deleted
}
