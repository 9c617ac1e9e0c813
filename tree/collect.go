package tree

import (
	"math"
	"sync"
	"time"

	"oddkin/parsers/event"
	"oddkin/tree/internal/column"
)

// host holds the records of one machine.
type host struct {
	name  string
	names map[string]int // every spelling, with how often it came
	*store
	scratch *column.Space // of what is let go once the host is linked
	recs    []record
	begins  []int // where in recs epochs begin after the first; see epochs.go
	starts  []start
	forks   []fork
	sights  []sight
	fails   []fail
	marks   []source // positions of boot records
	exits   int
	init    string         // what process 1 is called where nothing tells
	written map[int32]bool // files whose records stand in the order of writing; see epochs.go
	seen    []self
	seenIDs map[self]int32
	kept    keptSights
	guids   bool // a start has a GUID
	views   bool // a start has none, or one that another start has too: two starts may be views of one
	windows int  // records of Windows processes, less the others
	first   time.Time
	last    time.Time
	// from and to are the order times of first and last.
	from, to int64
	contacts []contact
	found    findings
	// What is left when its processes are linked.
	nodes     []*Node
	described Host
}

// span widens the host's time to hold at, which is the order time of t.
func (h *host) span(at int64, t time.Time) {
	if at <= h.from && (h.first.IsZero() || t.Before(h.first)) {
		h.from, h.first = at, t
	}
	if at >= h.to && t.After(h.last) {
		h.to, h.last = at, t
	}
}

// fileTable gives every file name a number.
type fileTable struct {
	names []string
	ids   map[string]int32
	last  int32

	once    sync.Once
	folders []int32 // see folderNumbers
}

func (t *fileTable) id(name string) int32 {
	if len(t.names) > 0 && t.names[t.last] == name {
		return t.last
	}
	id, ok := t.ids[name]
	if !ok {
		id = int32(len(t.names))
		t.names = append(t.names, name)
		t.ids[name] = id
	}
	t.last = id
	return id
}

// collector sorts events into hosts as they arrive.
type collector struct {
	counts   *Counts
	byName   map[string]*host // by the folded name
	byFolder map[string]*host // those without a name
	store    *store
	last     *host
	called   string // the spelling of last
	unnamed  *host  // the last of byFolder
	lies     string // the file it came from
	room     int    // for records of a host: maxRecords
}

func newCollector(c *Counts, st *store) *collector {
	return &collector{counts: c, byName: map[string]*host{}, byFolder: map[string]*host{}, store: st, room: maxRecords}
}

// add takes what the forest needs of e.
func (c *collector) add(e *event.Event) {
	c.counts.Events++
	h := c.host(e.Host, e.Source.File)
	if len(h.recs) >= c.room {
		c.counts.Ignored++
		h.found.warn(e.Source, reasonTooMany)
		return
	}
	at := orderTime(e.Time)
	if at != untimed {
		h.span(at, e.Time)
	}
	r := record{at: at, serial: c.store.serial(e.Source.Serial), pid: e.Proc.PID, ppid: e.Parent.PID}
	src := source{c.store.files.id(e.Source.File), e.Source.Offset}
	if e.Proc.OS == event.Windows {
		h.windows++
	} else if e.Proc.OS != 0 {
		h.windows--
	}
	if e.Kind == event.Boot {
		c.counts.Reboots++
		r.told = telling(kindBoot, len(h.marks))
		h.marks = append(h.marks, src)
		h.recs = column.Push(h.scratch, h.recs, r)
		return
	}
	c.contact(h, e, at, src)
	if r.pid == 0 && e.Proc.GUID == "" && e.Kind != event.Exec || e.Kind == event.Fork && (r.pid == 0 || r.ppid == 0 || r.ppid == r.pid) {
		c.counts.Ignored++
		return
	}
	switch e.Kind {
	case event.Exec:
		c.counts.Starts++
		r.told = telling(kindExec, len(h.starts))
		h.starts = column.Push(h.scratch, h.starts, start{node: h.startNode(e, src, r.serial)})
	case event.Fork:
		c.counts.Forks++
		r.told = telling(kindFork, len(h.forks))
		h.forks = column.Push(h.scratch, h.forks, fork{offset: src.offset, file: src.file, caller: h.ref(e.Parent)})
	case event.Exit:
		c.counts.Exits++
		h.exits++
		r.told = telling(kindExit, h.texts.id(e.Proc.GUID).below(maxRecords))
	case event.ExecFailed:
		c.counts.FailedExecs++
		r.told = telling(kindFail, len(h.fails))
		h.fails = append(h.fails, fail{src: src, command: h.lines.add(e.Proc.Argv, e.Proc.CommandLine)})
		if e.Proc.Image != "" {
			p := e.Proc
			p.Argv, p.CommandLine = nil, "" // those are of the program that did not start
			h.sight(h.whom(&p, e.Parent), e.Proc.PID, e.Parent.PID, at, src, r.serial)
		}
	case event.Snapshot:
		c.counts.Sightings++
		if !h.sight(h.whom(&e.Proc, e.Parent), e.Proc.PID, e.Parent.PID, at, src, r.serial) {
			c.counts.Sightings--
			c.counts.Repeated++
		}
		return
	default:
		c.counts.Ignored++
		return
	}
	h.recs = column.Push(h.scratch, h.recs, r)
}

// startNode makes the node of a start.
func (h *host) startNode(e *event.Event, src source, at serial) *Node {
	n := h.node()
	n.PID, n.ppid = e.Proc.PID, e.Parent.PID
	n.start = h.stamp(e.Time)
	n.position, n.serial = h.position(src), at
	if e.Proc.GUID != "" && h.isFar() {
		h.meet(newcomer{h, n, e.Proc, e.Parent})
	} else {
		h.hear(n, &e.Proc, e.Parent)
	}
	return n
}

// hear notes what a start says of its process n and the parent.
func (h *host) hear(n *Node, p *event.Proc, parent event.Ref) {
	n.self = h.self(p)
	n.parent = h.ref(parent)
	h.guids = h.guids || n.guid != 0
	h.views = h.views || n.guid == 0 || !h.bears(n.guid) // once it is set, no GUID needs to be noted any more
}

// orderTime is t in nanoseconds since 1970, held within what an int64 can say.
func orderTime(t time.Time) int64 {
	if t.IsZero() {
		return untimed
	}
	const limit = math.MaxInt64 / int64(time.Second) / 2
	s := t.Unix()
	if s > limit {
		return limit * int64(time.Second)
	}
	if s < -limit {
		return -limit * int64(time.Second)
	}
	return s*int64(time.Second) + int64(t.Nanosecond())
}
