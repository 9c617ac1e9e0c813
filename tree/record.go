package tree

// recordKind orders the records of one moment: who is born comes before who is
// seen, and the end comes last.
type recordKind uint8

const (
	kindBoot recordKind = iota
	kindFork
	kindExec
	kindSight
	kindFail
	kindExit
)

// record is one event, reduced to what ordering and linking need. A process has three or
// four of them, so that each byte counts.
type record struct {
	at     int64 // nanoseconds since 1970 with clock steps undone, or untimed
	serial serial
	pid    uint32
	ppid   uint32
	told   told
}

// told is a record's kind, in the low three bits, and above them an index into the host's list of that
// kind, which holds the rest; of an exit it is the number of the GUID.
type told uint32

const (
	kindBits = 3
	// maxRecords is how many records of a host are kept, and a few more: as many as have an index in told. They
	// would come from a third of a terabyte of log.
	maxRecords = 1<<(32-kindBits) - 8
)

func telling(kind recordKind, arg int) told { return told(arg)<<kindBits | told(kind) }

func (r *record) kind() recordKind { return recordKind(r.told & (1<<kindBits - 1)) }
func (r *record) arg() int32       { return int32(r.told >> kindBits) }

// move adds n to the index of what r tells.
func (r *record) move(n int) { r.told += told(n) << kindBits }

// bind is a process and the program it ran at one moment: nil if none of its own.
type bind struct {
	proc *proc
	node *Node
}

// start is one exec on record.
type start struct {
	node   *Node // nil once dropped as a duplicate
	proc   *proc // whose start it is
	parent bind  // whom the record names as parent
}

// fork is one fork on record. The child's number is a claim.
type fork struct {
	offset int64
	file   int32
	caller refID // what the record says of the caller
	parent bind  // the caller, with the program it ran then
}

func (f *fork) source() source { return source{f.file, f.offset} }

// sight is a process seen alive, or the caller of a failed exec.
type sight struct {
	src    source
	what   int32 // indexes host.seen
	who    bind  // whose it is
	parent bind
}

// fail is an exec that was refused.
type fail struct {
	src     source
	command line
	proc    *proc
	node    *Node
}

// source is an [event.Source] without the file's name.
type source struct {
	file   int32
	offset int64
}
