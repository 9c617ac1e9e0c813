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
	if len(r.scratch) == 0 && path == nil || !r.isNews(r.scratch, number(rec.get(w.pid), 1<<32-1), what) {
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
	r.emit(ev)
	return used
}

// isNews notes a process and reports whether it was unknown.
func (r *Reader) isNews(guid []byte, pid uint64, path []byte) bool {
	var buf [512]byte
	key := append(r.hostKey(buf[:0]), guid...)
	if len(guid) == 0 {
		return r.sightings.pid(xxhash.Sum64(binary.LittleEndian.AppendUint64(key, pid)), xxhash.Sum64(path))
	}
	return r.sightings.guid(xxhash.Sum64(append(append(key, 0), path...)))
}

// started notes what a start has told, so that later sightings of the process
// are no news.
func (r *Reader) started(p *event.Proc) {
	path := append(r.scratch[:0], p.Image...)
	r.scratch = path
	if p.GUID != "" {
		var guid [64]byte
		r.isNews(append(guid[:0], p.GUID...), 0, path)
	}
	r.isNews(nil, uint64(p.PID), path)
}

// ended forgets a pid: it may come to another process of the same program.
func (r *Reader) ended(p *event.Proc) {
	var buf [512]byte
	key := binary.LittleEndian.AppendUint64(r.hostKey(buf[:0]), uint64(p.PID))
	delete(r.sightings.pids, xxhash.Sum64(key))
}

// hostKey appends what sets the machine apart from others.
func (r *Reader) hostKey(dst []byte) []byte {
	return append(append(dst, r.Rec.first(computer, ecsHostName, ecsHostHostname)...), 0)
}

func (s *sightings) guid(key uint64) bool {
	if _, known := s.guids[key]; known {
		return false
	}
	if s.guids == nil || len(s.guids) >= maxSightings {
		s.guids = make(map[uint64]struct{})
	}
	s.guids[key] = struct{}{}
	return true
}

func (s *sightings) pid(key, path uint64) bool {
	if old, known := s.pids[key]; known && old == path {
		return false
	}
	if s.pids == nil || len(s.pids) >= maxSightings {
		s.pids = make(map[uint64]uint64)
	}
	s.pids[key] = path
	return true
}
