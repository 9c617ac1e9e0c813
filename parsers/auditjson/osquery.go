package auditjson

import (
	"strings"

	"github.com/cespare/xxhash/v2"

	"oddkin/parsers/event"
	"oddkin/parsers/internal/jsonstream"
)

// osquery reads osquery's results: rows of process_events and
// bpf_process_events, which are starts and forks, and of processes, which are
// sightings. They come as differences (columns, action), as differences of a
// whole query (diffResults), as snapshots, or as osqueryi prints them, without
// anything around.
type osquery struct {
	hosts map[string]*run
	order []*run // as first met
}

// run is what a host's run of a query has said so far.
type run struct {
	batch
	listed map[uint32]struct{} // pids that it lists
	gone   []call              // processes that it no longer lists
}

// batch tells one run of a query from the next.
type batch struct {
	host, query, counter, time string
}

// maxBatch bounds how many processes of one run are held.
const maxBatch = 1 << 12

// result is what stands around the rows.
type result struct {
	batch
	action string
	rows   []place
}

// place is where a row stands within the object.
type place struct {
	from, to int32
	removed  bool
}

// row is one row of a table, reduced to the columns that are of use.
type row struct {
	columns [columnCount]string
	has     [columnCount]bool
}

type column uint8

const (
	colPID column = iota
	colParent
	colPath
	colName
	colCmdline
	colJSONCmdline
	colCwd
	colUID
	colEUID
	colAUID
	colUsername
	colTime
	colSyscall
	colExit
	colEID
	colParentCmdline
	columnCount
)

// columns are the names in osquery's schema. username and pcmdline are no
// columns of these tables, but what queries that join others call theirs.
var columns = map[string]column{
	"pid": colPID, "parent": colParent, "path": colPath, "name": colName, "cmdline": colCmdline, "json_cmdline": colJSONCmdline, "cwd": colCwd,
	"uid": colUID, "euid": colEUID, "auid": colAUID, "username": colUsername, "time": colTime, "syscall": colSyscall,
	"exit_code": colExit, "eid": colEID, "uptime": colEID, "ntime": colEID, "pcmdline": colParentCmdline,
}

func (o *osquery) object(r *reader) outcome {
	var res result
	r.result(&res)
	if r.s.Err() != nil {
		return malformed
	}
	run := o.run(r, res.batch)
	ms, _ := parseSeconds(res.time)
	r.in.Account.Span((&call{ms: ms}).time())
	what := notNeeded
	for i := range res.rows {
		switch got := run.row(r, &res, res.rows[i], ms); {
		case got == used, got == malformed && what != used, got == duplicate && what == notNeeded:
			what = got
		}
	}
	return what
}

func (o *osquery) end(r *reader) {
	for _, u := range o.order {
		u.flush(r)
	}
	o.hosts, o.order = nil, nil
}

// run finds the run of a query that a result belongs to. Another one of the same
// host ends the one before.
func (o *osquery) run(r *reader, b batch) *run {
	u := o.hosts[b.host]
	if u == nil {
		if o.hosts == nil || len(o.hosts) >= maxHosts {
			o.end(r)
			o.hosts = map[string]*run{}
		}
		u = &run{batch: b}
		o.hosts[b.host] = u
		o.order = append(o.order, u)
	}
	if u.batch != b {
		u.flush(r)
		u.batch = b
	}
	return u
}

// result reads the object that comes next.
func (r *reader) result(res *result) {
	flat := false
	for key := range r.s.Members() {
		switch string(key) {
		case "hostIdentifier":
			res.host = r.intern.Bytes(r.s.Text())
		case "unixTime":
			res.time = r.intern.Bytes(r.s.Text())
		case "counter":
			res.counter = r.intern.Bytes(r.s.Text())
		case "action":
			res.action = string(r.s.Text())
		case "name":
			res.query = r.intern.Bytes(r.s.Text())
		case "columns":
			r.place(res, false)
		case "snapshot":
			for range r.s.Elements() {
				r.place(res, false)
			}
		case "diffResults":
			r.differences(res)
		case "pid":
			flat = true
		}
	}
	if len(res.rows) == 0 && flat { // the object is the row
		res.rows, res.query = append(res.rows, place{to: int32(len(r.s.Held()))}), ""
	}
}

func (r *reader) differences(res *result) {
	for key := range r.s.Members() {
		removed := string(key) == "removed"
		for range r.s.Elements() {
			r.place(res, removed)
		}
	}
}

// place notes the row that comes next, unless it is too short to name a process.
func (r *reader) place(res *result, removed bool) {
	if from, to := r.s.Span(); to-from > len(`{"pid":1}`) {
		res.rows = append(res.rows, place{int32(from), int32(to), removed})
	}
}

// read reads a row.
func (w *row) read(r *reader, text []byte) {
	s := jsonstream.NewScannerBytes(text)
	for key := range s.Members() {
		if at, ok := columns[string(key)]; ok {
			w.columns[at], w.has[at] = r.intern.Bytes(s.Text()), true
		}
	}
}

// row tells one row.
func (u *run) row(r *reader, res *result, at place, ms int64) outcome {
	var w row
	text := r.s.Held()[at.from:at.to]
	w.read(r, text)
	if !w.has[colPID] || !w.has[colParent] || !w.has[colPath] && !w.has[colCmdline] && !w.has[colName] {
		return notNeeded // another table
	}
	c := &r.call
	w.fill(c, r, res)
	c.ms = ms
	if r.in.KeepRaw {
		c.raw = jsonstream.Dict(text)
	}
	removed := at.removed || res.action == "removed"
	started := w.has[colSyscall] || w.has[colEID] || strings.Contains(res.query, "process_events")
	switch {
	case started && removed:
		return notNeeded // rows that expired
	case started && r.known(xxhash.Sum64(append([]byte(res.host), text...))):
		return duplicate
	case started:
		if w.start(r, c); c.deed == deedFork || c.deed == deedClone {
			return r.forked(c)
		}
	case removed:
		return u.remove(r, c)
	default:
		u.stay(c)
	}
	return r.tell(c)
}

// fill puts what all tables have in common into c.
func (w *row) fill(c *call, r *reader, res *result) {
	v := &w.columns
	c.reset(r.offset)
	c.host, c.named = res.host, true
	p := &c.proc
	p.PID, c.parent.PID = parsePID(v[colPID]), parsePID(v[colParent])
	p.Name, p.Cwd = v[colName], v[colCwd]
	setImage(p, v[colPath])
	if strings.Contains(p.Image, `:\`) {
		p.OS = event.Windows
	}
	p.CommandLine = v[colCmdline]
	if v[colJSONCmdline] != "" {
		s := jsonstream.NewScannerBytes([]byte(v[colJSONCmdline]))
		for range s.Elements() {
			p.Argv = append(p.Argv, r.intern.Bytes(s.Text()))
		}
	}
	if p.User = account(v[colEUID], ""); p.User == "" || v[colEUID] == v[colUID] {
		p.User = account(v[colUID], v[colUsername])
	}
	p.AuditUser = account(v[colAUID], "")
	c.parent.CommandLine = v[colParentCmdline]
}

// start reads the columns of the event tables. A row without a syscall is of a
// version that recorded successful execve alone. bpf_process_events calls both
// execs "exec" and holds failed ones too.
func (w *row) start(r *reader, c *call) {
	v := &w.columns
	if ms, ok := parseSeconds(v[colTime]); ok && ms > 0 {
		c.ms = ms
	}
	c.deed = deedExec
	if w.has[colSyscall] && v[colSyscall] != "exec" {
		c.deed = deedNamed(v[colSyscall])
	}
	exit, ok := parseUint(v[colExit], 10)
	c.finished, c.success = true, ok && exit < 1<<63 || v[colExit] == ""
	if c.deed == deedExec && !c.success { // the path is what was tried, not what runs
		c.path, c.proc.Image, c.proc.Deleted = v[colPath], "", false
	}
	c.proc.Cwd = r.intern.Bytes(decode([]byte(v[colCwd]))) // as the audit record has it
}

// forked tells a row of fork, vfork or clone: osquery has put the child's pid into
// it, and its parent's, and leaves threads out. The path is the caller's.
func (r *reader) forked(c *call) outcome {
	if c.proc.PID == 0 {
		return r.tell(c) // which says so
	}
	r.emit(r.event(event.Fork, c))
	return used
}

// remove holds a process that is no longer listed.
func (u *run) remove(r *reader, c *call) outcome {
	if c.proc.PID == 0 {
		return r.tell(c)
	}
	if len(u.gone) >= maxBatch {
		u.flush(r)
	}
	u.gone = append(u.gone, *c)
	return used
}

// stay notes that a process is listed.
func (u *run) stay(c *call) {
	if u.listed == nil || len(u.listed) >= maxBatch {
		u.listed = map[uint32]struct{}{}
	}
	u.listed[c.proc.PID] = struct{}{}
}

// flush ends a run. Of a process that it both no longer lists and lists, only
// some column has changed. The others have ended; those that were never told of
// are told first, as they ran until then.
func (u *run) flush(r *reader) {
	for i := range u.gone {
		c := &u.gone[i]
		if _, stays := u.listed[c.proc.PID]; !stays {
			c.abend = true
			r.tell(c)
		}
	}
	u.gone = u.gone[:0]
	clear(u.listed)
}
