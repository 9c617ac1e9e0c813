package tree

import (
	"hash/maphash"
	"math"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"oddkin/parsers/event"
	"oddkin/tree/internal/column"
)

// store holds what the nodes of a forest share, each thing once: programs, texts,
// command lines, references to parents, files. Nodes keep its number or address.
type store struct {
	texts     texts
	refs      refs
	lastRef   event.Ref
	lastRefID refID
	lines     lines
	files     fileTable
	far       []time.Time // see stamp
	recent    *recentSelves
	// programsAsked is used while events come.
	programsAsked recentPrograms
	scratch       *column.Space // from which hosts take theirs
	lasts         *column.Space // of what nodes need; nil for the heap
	starters      []uint64      // while events come: a bit for each text, set if a start has it for a GUID
	newcomers     newcomers     // the same: see hearNewcomers

	mu         sync.Mutex // guards what linking adds to, which hosts do side by side
	programs   map[programKey]*Program
	alike      map[programKey]int32 // see Program.alike
	named      map[string]int32     // see Program.named
	systemd    bool                 // a Program is ofSystemd
	settings   recentSettings
	farAway    []source // see position
	farSerials []uint64
	nodes      slabs[Node]
	origins    []*origin // what nodes point to and, where these last, nothing else
}

func newStore() *store {
	st := &store{
		texts:    newTexts(),
		files:    fileTable{ids: map[string]int32{}},
		programs: map[programKey]*Program{},
		alike:    map[programKey]int32{},
		named:    map[string]int32{},
	}
	st.refs.list = []stated{{}}
	return st
}

// lasting are the stores whose nodes lie where no garbage is collected, so that what they point
// to is not either.
var lasting struct {
	sync.Mutex
	stores []*store
}

// last keeps the nodes, and what they point to, until the process ends; the large part in space.
func (st *store) last(space *column.Space) {
	st.lasts, st.nodes.space, st.lines.space, st.settings.all.space = space, space, space, space
	lasting.Lock()
	defer lasting.Unlock()
	lasting.stores = append(lasting.stores, st)
}

// look lays what finds things by their hashes out in space, until it is sealed.
func (st *store) look(space *column.Space) {
	st.texts.known.space, st.refs.known.space, st.lines.table = space, space, space
}

// origin keeps at as long as the nodes are kept.
func (st *store) origin(at *origin) *origin {
	st.mu.Lock()
	defer st.mu.Unlock()
	st.origins = append(st.origins, at)
	return at
}

// Program is an executable as records describe it, shared by all nodes that ran it.
type Program struct {
	OS event.OS
	// Image, Name and Deleted are as in [event.Proc].
	Image, Name string
	Deleted     bool
	// Base is what [event.Proc.Base] calls it.
	Base string
	part atomic.Pointer[part] // see Program.plays
	// alike is the same number for all Programs of one image: threads give themselves names.
	alike int32
	// named is the same for all of one Base.
	named     int32
	habit     habit
	reaps     bool // see reapers
	ofSystemd bool
}

type programKey struct {
	os          event.OS
	deleted     bool
	image, name string
	base        string // where it comes from the arguments
}

// program gives the one Program for what p says.
func (st *store) program(p *event.Proc) *Program {
	key := programKey{os: p.OS, deleted: p.Deleted, image: p.Image, name: p.Name}
	if p.Image == "" && p.Name == "" {
		key.base = p.Base()
	}
	st.mu.Lock()
	defer st.mu.Unlock()
	if known := st.programs[key]; known != nil {
		return known
	}
	key.image, key.name, key.base = strings.Clone(key.image), strings.Clone(key.name), strings.Clone(p.Base())
	made := &Program{OS: p.OS, Image: key.image, Name: key.name, Deleted: p.Deleted, Base: key.base, habit: habitOf(key.base), reaps: reapers[key.base], ofSystemd: strings.Contains(key.image, "/systemd/")}
	if p.Image != "" || p.Name != "" {
		key.base = ""
	}
	st.programs[key] = made
	st.systemd = st.systemd || made.ofSystemd
	if key.image != "" {
		key.name = ""
	}
	alike, known := st.alike[key]
	if !known {
		alike = int32(len(st.alike))
		st.alike[key] = alike
	}
	made.alike = alike
	if made.named, known = st.named[made.Base]; !known {
		made.named = int32(len(st.named))
		st.named[made.Base] = made.named
	}
	return made
}

// hasSystemd reports whether a program of any host is systemd's.
func (st *store) hasSystemd() bool {
	st.mu.Lock()
	defer st.mu.Unlock()
	return st.systemd
}

// same reports whether two processes ran the same program, as far as its names
// tell: a path may read differently from inside a chroot.
func (p *Program) same(q *Program) bool {
	if p == q {
		return true
	}
	if p.OS == event.Windows || q.OS == event.Windows {
		return strings.EqualFold(p.Base, q.Base)
	}
	return p.Base == q.Base
}

// self is what a record says of its process and the parent, but for the pids.
type self struct {
	prog *Program
	*setting
	line   line
	guid   text
	parent refID
}

func (st *store) newSelf(p *event.Proc) self {
	s := self{prog: st.lateProgram(p)}
	t := &st.texts
	s.guid = t.id(p.GUID)
	s.setting = st.settings.find(setting{
		user: t.id(p.User), audit: t.id(p.AuditUser), session: t.id(p.Session),
		tty: t.id(p.TTY), cwd: t.id(p.Cwd), container: t.id(p.Container),
	})
	s.line = st.lines.add(p.Argv, p.CommandLine)
	return s
}

// proc spells s out again.
func (st *store) proc(s *self) event.Proc {
	t := &st.texts
	p := event.Proc{
		OS: s.prog.OS, Image: s.prog.Image, Name: s.prog.Name, Deleted: s.prog.Deleted,
		GUID: t.of(s.guid), User: t.of(s.user), AuditUser: t.of(s.audit), Session: t.of(s.session),
		TTY: t.of(s.tty), Cwd: t.of(s.cwd), Container: t.of(s.container),
	}
	p.Argv, p.CommandLine = st.lines.of(s.line)
	return p
}

// bears notes that a start has the GUID, and reports whether it is the first that has.
func (st *store) bears(guid text) (first bool) {
	for int(guid/64) >= len(st.starters) {
		st.starters = append(st.starters, 0)
	}
	word, bit := &st.starters[guid/64], uint64(1)<<(guid%64)
	first = *word&bit == 0
	*word |= bit
	return first
}

// stated is what a record says of the parent, but for the pid, which the record keeps.
type stated struct {
	guid, image, name, user text
	line                    line
}

// refID is the number of what is stated; 0 is nothing but the pid.
type refID uint32

// ref gives the number of what r says.
func (st *store) ref(r event.Ref) refID {
	r.PID = 0
	switch r {
	case event.Ref{}:
		return 0
	case st.lastRef:
		return st.lastRefID
	}
	t := &st.texts
	s := stated{t.id(r.GUID), t.id(r.Image), t.id(r.Name), t.id(r.User), st.lines.add(nil, r.CommandLine)}
	st.lastRef, st.lastRefID = r, st.refs.id(s, uint32(maphash.Comparable(t.seed, s)>>32))
	return st.lastRefID
}

// stated spells out what has the number id.
func (st *store) stated(id refID) event.Ref {
	s, t := st.refs.of(id), &st.texts
	r := event.Ref{GUID: t.of(s.guid), Image: t.of(s.image), Name: t.of(s.name), User: t.of(s.user)}
	_, r.CommandLine = st.lines.of(s.line)
	return r
}

// refs lists what is stated by its numbers.
type refs struct {
	known known // while events come
	list  []stated
	space *column.Space // of list; nil for the heap

	mu   sync.Mutex               // guards late against those who add
	late atomic.Pointer[[]stated] // what linking adds, which hosts do side by side; their numbers follow those of list
}

// id is the number of s, which has the hash.
func (r *refs) id(s stated, hash uint32) refID {
	r.known.grow()
	for i := r.known.first(hash); ; i++ {
		switch at := r.known.at(i); {
		case at.id == 0:
			r.known.count++
			*at = knownPlace{uint32(len(r.list)), hash}
			r.list = column.Push(r.space, r.list, s)
			return refID(at.id)
		case at.hash == hash && r.list[at.id] == s:
			return refID(at.id)
		}
	}
}

// add is a number for s, once all events have come.
func (r *refs) add(s stated) refID {
	r.mu.Lock()
	defer r.mu.Unlock()
	var late []stated
	if before := r.late.Load(); before != nil {
		late = *before
	}
	late = append(late, s)
	r.late.Store(&late)
	return refID(len(r.list) + len(late) - 1)
}

// of may be called while others add.
func (r *refs) of(id refID) stated {
	if int(id) < len(r.list) {
		return r.list[id]
	}
	return (*r.late.Load())[int(id)-len(r.list)]
}

// newNode makes room for a node while hosts are linked side by side.
func (st *store) newNode() *Node {
	st.mu.Lock()
	defer st.mu.Unlock()
	return st.node()
}

// node makes room for one.
func (st *store) node() *Node {
	n := st.nodes.next()
	n.start, n.end, n.setting = untimed, untimed, noSetting
	return n
}

// untimed stands for the zero time, before all others.
const untimed = math.MinInt64

// farTimes is how many numbers above untimed stand for times that nanoseconds since
// 1970 cannot say: those before 1678 and after 2261.
const farTimes = 1 << 40

// stamp is t as a number: nanoseconds since 1970.
func (st *store) stamp(t time.Time) int64 {
	if t.IsZero() {
		return untimed
	}
	if ns := t.UnixNano(); ns > untimed+farTimes && time.Unix(0, ns).Equal(t) {
		return ns
	}
	st.far = append(st.far, t.UTC())
	return untimed + int64(len(st.far))
}

// time is what stamp was given.
func (st *store) time(ns int64) time.Time {
	switch {
	case ns == untimed:
		return time.Time{}
	case ns <= untimed+farTimes:
		return st.far[ns-untimed-1]
	}
	return time.Unix(0, ns).UTC()
}

// source gives a position its file name back.
func (st *store) source(s source, serial uint64) event.Source {
	e := event.Source{Offset: s.offset, Serial: serial}
	if s.file >= 0 {
		e.File = st.files.names[s.file]
	}
	return e
}

// position is a source in one number: the file's, then the offset in the low bits. If it does not fit, it is
// one in store.farAway, behind the highest bit.
type position uint64

const (
	offsetBits = 40
	farAway    = position(1) << 63
)

func (st *store) position(s source) position {
	if s.file >= 0 && s.file < 1<<23 && s.offset >= 0 && s.offset < 1<<offsetBits {
		return position(s.file)<<offsetBits | position(s.offset)
	}
	st.mu.Lock()
	defer st.mu.Unlock()
	st.farAway = append(st.farAway, s)
	return farAway | position(len(st.farAway)-1)
}

// sourceAt is what position was given.
func (st *store) sourceAt(p position) source {
	if p&farAway == 0 {
		return source{int32(p >> offsetBits), int64(p & (1<<offsetBits - 1))}
	}
	st.mu.Lock()
	defer st.mu.Unlock()
	return st.farAway[p&^farAway]
}

// seal lets go of what served only to find equal texts.
func (st *store) seal() {
	st.newcomers = newcomers{}
	st.lines.drop()
	st.texts.known.drop()
	st.refs.known.drop()
	st.texts.recent, st.recent, st.starters = nil, nil, nil
}
