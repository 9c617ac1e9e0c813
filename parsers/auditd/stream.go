package auditd

import (
	"sort"

	"oddkin/parsers/event"
)

// An audit log is no sequence of events but of records: those of one event may
// be interleaved with others', come out of order, and come without the EOE
// record that should end them. An event is therefore held open until the log's
// own clock has moved on by holdFor since its last record, or until maxOpen
// younger ones are open. The machine's clock has no part in it.
const (
	// holdFor is in milliseconds. auditd's own end_of_event_timeout is 2 s.
	holdFor = 5000
	// maxOpen bounds the open events of one host, maxOpenAll those of all hosts.
	maxOpen    = 4096
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
	// bootSerial is how small a serial must be to be a boot's first, when it is
	// smaller than the one before.
	bootSerial = 10000
)

// pending is an event whose records are being collected.
type pending struct {
	stamp  stamp
	offset int64 // of its first record
	seen   int64 // the log's clock when its last record came
	// syscall says that its SYSCALL record has been taken. Until then records are
	// kept that may turn out to be needed; after it only if wanted says so.
	syscall bool
	single  bool // a one-record event has been taken
	eoe     bool
	items   uint64 // PATH items seen, as bits
	wanted  wanted
	kept    []keptRecord
	text    []byte // of kept

	kind    event.Kind // what it tells, or 0
	sight   bool       // a Snapshot of proc goes before it
	proc    event.Proc
	ppid    uint32
	child   uint32 // of a fork
	parent  bool   // CLONE_PARENT
	raw     []rawRecord
	rawSize int
}

// wanted says which records of an event are needed once its SYSCALL record is
// known.
type wanted uint16

func (w wanted) has(c class) bool { return w&(1<<c) != 0 }

// keptRecord is a copy of a record's fields: text[from:to].
type keptRecord struct {
	class    class
	from, to int
}

// stream is one host's part of the log.
type stream struct {
	host      string
	open      []*pending // by stamp
	clock     int64      // the latest time of any record
	maxSerial uint64
	booted    bool // a Boot has been told since the serials began anew
	ids       identities
	gaps      gaps
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

// due counts the open events, from the first on, that are to be closed before
// another is opened.
func (st *stream) due() int {
	n := max(0, len(st.open)-maxOpen+1)
	for n < len(st.open) && st.clock-st.open[n].seen > holdFor {
		n++
	}
	return n
}
