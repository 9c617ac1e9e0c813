package tree

import (
	"cmp"
	"time"

	"oddkin/parsers/event"
)

// seen is what sightings say of a process; equal ones share it.
type seen struct {
	proc   event.Proc
	parent event.Ref
}

// seenKey holds the comparable part of a sighting.
type seenKey struct {
	os                                                      event.OS
	deleted                                                 bool
	guid, image, name, line, cwd, user, audit, session, tty string
	container                                               string
	parentGUID, parentImage, parentName                     string
}

// sightKey makes sightings that say the same in the same minute one.
type sightKey struct {
	pid, ppid uint32
	minute    int64
	what      int32
}

// sight keeps a sighting unless one of the same minute says the same. Of those
// the earliest stays, whatever the order of arrival. It reports whether it was new.
func (h *host) sight(p event.Proc, parent event.Ref, at int64, src source, serial uint64) bool {
	pid := p.PID
	p.PID = 0
	k := seenKey{
		os: p.OS, deleted: p.Deleted, guid: p.GUID, image: p.Image, name: p.Name, line: p.Command(), cwd: p.Cwd,
		user: p.User, audit: p.AuditUser, session: p.Session, tty: p.TTY, container: p.Container,
		parentGUID: parent.GUID, parentImage: parent.Image, parentName: parent.Name,
	}
	what, ok := h.seenIDs[k]
	if !ok {
		what = int32(len(h.seen))
		h.seenIDs[k] = what
		h.seen = append(h.seen, seen{p, parent})
	}
	const minute = int64(time.Minute)
	key := sightKey{pid: pid, ppid: parent.PID, minute: at / minute, what: what}
	r := record{at: at, serial: serial, pid: pid, ppid: parent.PID, kind: kindSight}
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
	h.sights = append(h.sights, sight{src: src, what: what})
	return true
}
