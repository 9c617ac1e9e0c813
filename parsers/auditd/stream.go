package auditd

import (
	"container/list"
	"slices"
	"sort"

	"oddkin/parsers/event"
)

// An audit log is no sequence of events but of records: those of one event may
// be interleaved with others', come out of order, and come without the EOE
// record that should end them. An event is therefore held open until a number of
// others have been opened on its host, whatever their times. No clock has a part
// in it: not this machine's, and not the log's, which steps.
const (
	// maxOpen is how many events are held open, minOpen how many a host gets when
	// so many log into one file that maxOpenAll is shared out.
	maxOpen    = 4096
	minOpen    = 16
	maxOpenAll = 4 * maxOpen
	// maxHosts bounds the hosts whose processes are remembered.
	maxHosts = 4096
	// maxText bounds the text kept for one event. The kernel takes at most 6 MiB
	// of arguments (fs/exec.c, three quarters of the default stack limit), each
	// byte two digits.
	maxText    = 16 << 20
	maxRecords = 8192
	// maxTextAll bounds the text kept for all open events.
	maxTextAll = 64 << 20
	// A serial smaller than the ones before is a boot's first if it is below
	// bootSerial, more than disorder smaller, and bootTime milliseconds later.
	bootSerial = 10000
	disorder   = 64
	bootTime   = 2000
)

// pending is an event whose records are being collected.
type pending struct {
	verdict
	stamp  stamp
	offset int64        // of its first record
	begun  int          // how often its host's serials had begun anew
	kept   []keptRecord // records that are or may be needed
	text   []byte       // of kept, but for what is remembered
	raw    []rawRecord
}

// verdict is what the records that came so far make of an event.
type verdict struct {
	// syscall says that its SYSCALL record has been taken. Until then records are
	// kept that may turn out to be needed; after it only if wanted says so.
	syscall bool
	singles wanted // classes of records taken that are an event by themselves
	eoe     bool
	items   uint64 // PATH items seen, as bits
	wanted  wanted

	kind       event.Kind // what it tells, or 0
	sight      bool       // a Snapshot of the process goes before it
	profile    *profile   // of the process it tells of
	pid, ppid  uint32
	child      uint32 // of a fork
	fromParent bool   // CLONE_PARENT: the child is the caller's parent's
	connects   bool   // it is a connect that did not fail
	untold     bool   // what the call is is not known: an EXECVE record makes it a start
	early      bool   // it lacks its SYSCALL record, and the log's first whole event comes after it
	lent       int    // bytes of remembered texts among kept
	rawSize    int
}

// wanted is a set of classes; mostly of those that an event needs once its
// SYSCALL record is known.
type wanted uint16

func (w wanted) has(c class) bool { return w&(1<<c) != 0 }

// keptRecord is a record's fields, as they were remembered or in a copy. As many events are open as do not fit
// the processor's nearer caches, so that it is small.
type keptRecord struct {
	// settled is the account in which it was counted as not needed when its input ended
	// before its event did.
	settled  *event.Account
	memo     *memo  // nil for the copy in text[from:to]
	sum      uint64 // hash of it, once hashed
	from, to uint32
	class    class
	hashed   bool
}

// body is the text of the fields.
func (p *pending) body(k *keptRecord) []byte {
	if k.memo != nil {
		return k.memo.body
	}
	return p.text[k.from:k.to]
}

// stream is one host's part of the log.
type stream struct {
	host      string
	open      []*pending // by stamp
	room      []*pending // in which open lies
	latest    int64      // the latest time of any record
	maxSerial uint64
	booted    bool // the serials have told of a boot, SYSTEM_BOOT has not yet
	ids       identities
	serials   serials
	ends      ends
	// Events put by, with their SYSCALL record and without: see apart.go.
	heads, strays map[stamp]*list.Element
	disorder      bool   // some have been taken up again
	seen          wanted // the classes that its records have
	shortage      shortage
}

// put opens an event at its place among the open ones. As the first are closed those wander through the room that they lie in;
// at its end they move back to where it begins.
func (st *stream) put(i int, p *pending) {
	if n := len(st.open); n == cap(st.open) {
		if 2*n > len(st.room) {
			st.room = make([]*pending, 2*n+2)
		}
		st.open = st.room[:copy(st.room, st.open)]
	}
	st.open = slices.Insert(st.open, i, p)
}

// find returns the place of an event among the open ones.
func (st *stream) find(at stamp) (i int, found bool) {
	n := len(st.open)
	if n == 0 || st.open[n-1].stamp.before(at) {
		return n, false
	}
	i = sort.Search(n, func(i int) bool { return !st.open[i].stamp.before(at) })
	return i, st.open[i].stamp == at
}
