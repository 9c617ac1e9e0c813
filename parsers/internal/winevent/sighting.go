package winevent

import (
	"encoding/binary"
	"math"
	"slices"
	"time"

	"github.com/cespare/xxhash/v2"

	"oddkin/parsers/event"
	"oddkin/parsers/internal/sums"
)

// who names the fields that tell of one process in events other than starts.
type who struct {
	guid, pid, image, user Field
}

// sightings remembers what was told of each process, by hashes of all that was said, with the
// earliest time: the thousands of registry and access events of one process make one
// snapshot, or one in each span if it has no GUID. See [event.SightingSpan].
//
// A log of nothing but starts asks for none of it. So what starts tell is put by, and noted
// once a sighting asks.
type sightings struct {
	sums.Table[moment]
	putBy [][]toldByStart // in pages of perPage, at most maxPutBy starts
	asked bool
}

// toldByStart is what a start has told of its process, in the ways in which later records can
// say it: with GUID and user or without.
type toldByStart struct {
	when    moment
	said    [4]uint64 // hashes
	hasGUID [4]bool
	ways    uint8
}

// moment is when a record was written, by time and by number.
type moment struct {
	at     int64
	serial uint64
}

// maxSightings bounds the memory; beyond it everything may be told again.
const maxSightings = 1 << 20

const (
	// maxPutBy bounds the starts that are put by. As each says at least one thing that no other
	// says, where they have GUIDs, the table would by then have been emptied once.
	maxPutBy = 1 << 20
	// perPage is how many of them lie together.
	perPage = 1 << 6
)

// sight hands on that a process was seen alive, unless that is known.
func (r *Reader) sight(ev event.Event, w who) outcome {
	rec := &r.Rec
	r.scratch = appendGUID(r.scratch[:0], rec.get(w.guid))
	path := rec.get(w.image)
	if string(path) == "<unknown process>" {
		path = nil
	}
	if len(r.scratch) == 0 && path == nil {
		return notNeeded
	}
	seen := r.sighting(r.scratch, number(rec.get(w.pid), 1<<32-1), 0, path, rec.get(w.user), &ev)
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

// sighting is what a record says of a process.
type sighting struct {
	said    uint64 // a hash
	when    moment
	hasGUID bool
}

// sighting is what the record at hand says of a process: guid and what follows from it in the
// record's own words. ppid is 0 and remote nil where it says nothing of them.
func (r *Reader) sighting(guid []byte, pid, ppid uint64, path, user []byte, ev *event.Event) sighting {
	var buf [512]byte
	key := said(r.hostKey(buf[:0]), guid, pid, ppid, path, user)
	if c := ev.Remote; c != nil {
		key = binary.LittleEndian.AppendUint16(append(append(key, 0), c.Address...), c.Port)
	}
	return sighting{said: xxhash.Sum64(key), when: moment{instant(ev.Time), r.serial}, hasGUID: len(guid) > 0}
}

// said appends what is said of a process.
func said[T string | []byte](key []byte, guid T, pid, ppid uint64, path, user T) []byte {
	key = append(append(key, guid...), 0)
	key = binary.LittleEndian.AppendUint64(binary.LittleEndian.AppendUint64(key, pid), ppid)
	return append(append(append(key, path...), 0), user...)
}

// instant is a time in nanoseconds since 1970; unknown ones come first.
func instant(t time.Time) int64 {
	if t.IsZero() {
		return math.MinInt64
	}
	return t.UnixNano()
}

// identify notes the ways in which later records can say what a start has told.
func (r *Reader) identify(s *start) {
	p, t := &s.event.Proc, &s.told
	t.when = moment{instant(s.event.Time), r.serial}
	var buf [512]byte
	host := r.hostKey(buf[:0])
	for i, guid := range [...]string{"", p.GUID} {
		for j, user := range [...]string{"", p.User} {
			if i > 0 && guid == "" || j > 0 && user == "" {
				continue
			}
			key := said(host, guid, uint64(p.PID), 0, p.Image, user)
			t.said[t.ways], t.hasGUID[t.ways] = xxhash.Sum64(key), guid != ""
			t.ways++
		}
	}
}

// hostKey appends what sets the machine apart from others.
func (r *Reader) hostKey(dst []byte) []byte {
	return append(append(dst, r.Rec.first(computer, ecsHostName, ecsHostHostname)...), 0)
}

// started notes what a start has told. Of more than can be put by it forgets the older half:
// what is left is as much as the table would hold.
func (s *sightings) started(t *toldByStart) {
	if s.asked {
		s.note(t)
		return
	}
	if t.ways == 0 {
		return
	}
	last := len(s.putBy) - 1
	if last < 0 || len(s.putBy[last]) == perPage {
		if len(s.putBy) == maxPutBy/perPage {
			s.putBy = slices.Delete(s.putBy, 0, len(s.putBy)/2)
		}
		s.putBy = append(s.putBy, make([]toldByStart, 0, perPage))
		last = len(s.putBy) - 1
	}
	s.putBy[last] = append(s.putBy[last], *t)
}

// ask is called before anything is looked up.
func (s *sightings) ask() {
	if s.asked {
		return
	}
	putBy := s.putBy
	s.asked, s.putBy = true, nil
	for _, page := range putBy {
		for i := range page {
			s.note(&page[i])
		}
	}
}

func (s *sightings) note(t *toldByStart) {
	for i := range t.ways {
		s.isNews(&sighting{t.said[i], t.when, t.hasGUID[i]})
	}
}

// known reports whether to tell p would say nothing new; it notes nothing.
func (s *sightings) known(p *sighting) bool {
	s.ask()
	told := s.Find(p.said)
	return told != nil && told.covers(p)
}

// covers reports whether what was told then says all that p does.
func (told *moment) covers(p *sighting) bool {
	const span = int64(event.SightingSpan)
	if !p.hasGUID && told.at/span != p.when.at/span {
		return false
	}
	return told.at < p.when.at || told.at == p.when.at && told.serial <= p.when.serial
}

// isNews notes a sighting and reports whether it is to be told.
func (s *sightings) isNews(p *sighting) bool {
	s.ask()
	if s.Len() >= maxSightings && !s.known(p) {
		*s = sightings{asked: true}
	}
	told, isNew := s.Put(p.said)
	if !isNew && told.covers(p) {
		return false
	}
	*told = p.when
	return true
}
