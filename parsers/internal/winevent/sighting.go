package winevent

import (
	"bytes"
	"encoding/binary"

	"github.com/cespare/xxhash/v2"

	"oddkin/parsers/event"
)

// who names the fields that tell of one process in events other than starts.
type who struct {
	guid, pid, image, user Field
}

// sightings remembers which processes have been handed on, so that the
// thousands of registry and access events of one process make one snapshot.
type sightings struct {
	guids map[uint64]struct{} // host, GUID and image
	pids  map[uint64]uint64   // host and pid: image last seen
}

// maxSightings bounds the memory; beyond it everything may be told again.
const maxSightings = 1 << 20

// sight hands on that a process was seen alive, unless that is known.
func (r *Reader) sight(ev event.Event, w who) outcome {
	rec := &r.Rec
	r.scratch = appendGUID(r.scratch[:0], rec.get(w.guid))
	path := rec.get(w.image)
	if string(path) == "<unknown process>" {
		path = nil
	}
	what := path // that would be news
	if c := ev.Remote; c != nil {
		what = append(append(bytes.Clone(path), 0), c.Address...)
		what = binary.LittleEndian.AppendUint16(what, c.Port)
	}
	if len(r.scratch) == 0 && path == nil {
		return notNeeded
	}
	seen := r.sighting(r.scratch, number(rec.get(w.pid), 1<<32-1), what)
	if r.ahead != nil {
		return r.ahead.sight(seen)
	}
	if !r.sightings.isNews(&seen) {
		return notNeeded
	}
	guid := r.string(r.scratch)
	if rec.get(w.pid) == nil {
		r.fromMessage(sysmonLabels, w.pid)
	}
	ev.Kind = event.Snapshot
	ev.Proc = event.Proc{
		PID: r.pid(rec.get(w.pid)), OS: r.os(event.Windows), GUID: guid, Image: r.image(path),
		User: r.string(rec.get(w.user)),
	}
	if ev.Proc.PID == 0 && ev.Proc.GUID == "" {
		return notNeeded
	}
	return r.tell(ev)
}

// sighting is a process that a record names, by hashes.
type sighting struct {
	guid uint64 // of host, GUID and image; 0 without a GUID
	pid  uint64 // of host and pid; 0 if a GUID is enough
	path uint64 // of the image
}

// sighting gives the process that the record at hand names: by its GUID, or by
// pid and image where it has none.
func (r *Reader) sighting(guid []byte, pid uint64, path []byte) sighting {
	var buf [512]byte
	key := append(r.hostKey(buf[:0]), guid...)
	if len(guid) == 0 {
		return sighting{pid: xxhash.Sum64(binary.LittleEndian.AppendUint64(key, pid)), path: xxhash.Sum64(path)}
	}
	return sighting{guid: xxhash.Sum64(append(append(key, 0), path...))}
}

// identity gives the process of a start or end both ways.
func (r *Reader) identity(ev *event.Event) sighting {
	path := append(r.scratch[:0], ev.Proc.Image...)
	r.scratch = path
	s := r.sighting(nil, uint64(ev.Proc.PID), path)
	if ev.Proc.GUID != "" {
		var guid [64]byte
		s.guid = r.sighting(append(guid[:0], ev.Proc.GUID...), 0, path).guid
	}
	return s
}

// hostKey appends what sets the machine apart from others.
func (r *Reader) hostKey(dst []byte) []byte {
	return append(append(dst, r.Rec.first(computer, ecsHostName, ecsHostHostname)...), 0)
}

// known reports whether a process has been told; it notes nothing.
func (s *sightings) known(p *sighting) bool {
	if p.guid != 0 {
		_, known := s.guids[p.guid]
		return known
	}
	path, known := s.pids[p.pid]
	return known && path == p.path
}

// isNews notes a process and reports whether it was unknown.
func (s *sightings) isNews(p *sighting) bool {
	if p.guid != 0 {
		return s.byGUID(p.guid)
	}
	return s.byPID(p.pid, p.path)
}

// started notes what a start has told, so that later sightings of the process
// are no news.
func (s *sightings) started(p *sighting) {
	if p.guid != 0 {
		s.byGUID(p.guid)
	}
	s.byPID(p.pid, p.path)
}

func (s *sightings) byGUID(key uint64) bool {
	if _, known := s.guids[key]; known {
		return false
	}
	if s.guids == nil || len(s.guids) >= maxSightings {
		s.guids = make(map[uint64]struct{})
	}
	s.guids[key] = struct{}{}
	return true
}

func (s *sightings) byPID(key, path uint64) bool {
	if old, known := s.pids[key]; known && old == path {
		return false
	}
	if s.pids == nil || len(s.pids) >= maxSightings {
		s.pids = make(map[uint64]uint64)
	}
	s.pids[key] = path
	return true
}
