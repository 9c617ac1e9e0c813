package tree

import "oddkin/parsers/event"

// recentSelves remembers what became of processes lately taken over. Records of a log
// repeat each other, in the very texts where the parser keeps those once, so that
// comparing is cheaper than looking up each text.
type recentSelves [1 << 8]struct {
	proc event.Proc
	self self
}

// self takes over what p says.
func (st *store) self(p *event.Proc) self {
	if p.Image == "" && p.Name == "" { // named by its arguments
		return st.newSelf(p)
	}
	if st.recent == nil {
		st.recent = &recentSelves{}
	}
	slot := &st.recent[selfHash(p)%uint32(len(st.recent))]
	q := &slot.proc
	same := p.Image == q.Image && p.Name == q.Name && p.OS == q.OS && p.Deleted == q.Deleted && p.GUID == q.GUID &&
		p.User == q.User && p.AuditUser == q.AuditUser && p.Session == q.Session && p.TTY == q.TTY &&
		p.Cwd == q.Cwd && p.Container == q.Container
	switch {
	case !same:
		slot.self = st.newSelf(p)
	case !sameList(p.Argv, q.Argv) || p.CommandLine != q.CommandLine:
		slot.self.line = st.lines.add(p.Argv, p.CommandLine)
	default:
		return slot.self
	}
	*q = *p
	return slot.self
}

// recentPrograms remembers the programs that were asked for.
type recentPrograms [1 << 8]*Program

// lateProgram is program for processes that are taken over one by one.
func (st *store) lateProgram(p *event.Proc) *Program {
	if p.Image == "" && p.Name == "" {
		return st.program(p)
	}
	slot := &st.programsAsked[programHash(p)%uint32(len(st.programsAsked))]
	if q := *slot; q == nil || q.Image != p.Image || q.Name != p.Name || q.OS != p.OS || q.Deleted != p.Deleted {
		*slot = st.program(p)
	}
	return *slot
}

// programHash mixes the ends of the names.
func programHash(p *event.Proc) uint32 {
	h := uint32(len(p.Image))
	for _, s := range [...]string{p.Image, p.Name} {
		for _, c := range []byte(s[max(0, len(s)-6):]) {
			h = (h ^ uint32(c)) * 16777619 // FNV-1a
		}
	}
	return h ^ h>>16
}

// sameList reports whether a and b are one list, not merely equal.
func sameList(a, b []string) bool {
	return len(a) == len(b) && (len(a) == 0 || &a[0] == &b[0])
}

// selfHash mixes the ends of the texts that differ most.
func selfHash(p *event.Proc) uint32 {
	h := uint32(len(p.Argv))
	for _, s := range [...]string{p.Image, p.Cwd, p.Session} {
		for _, c := range []byte(s[max(0, len(s)-4):]) {
			h = (h ^ uint32(c)) * 16777619 // FNV-1a
		}
	}
	return h ^ h>>16
}
