package auditjson

import (
	"strings"

	"oddkin/parsers/event"
	"oddkin/parsers/internal/jsonstream"
)

// osquery reads osquery's results: rows of process_events and
// bpf_process_events, which are starts and forks, and of processes, which are
// sightings. They come as differences (columns, action), as differences of a
// whole query (diffResults), as snapshots, or as osqueryi prints them, without
// anything around.
type osquery struct {
	batch  batch
	listed map[uint32]struct{} // pids that the batch lists
	gone   []call              // processes that it no longer lists
}

// batch tells one run of a query from the next.
type batch struct {
	host, query, counter, time string
}

// maxBatch bounds how many processes of one batch are held.
const maxBatch = 1 << 14

// result is what stands around the rows.
type result struct {
	batch
	action string
	rows   []row
	flat   bool
}

// row is one row of a table, reduced to the columns that are of use.
type row struct {
	removed bool
	span    [2]int // within the object
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
	colStart
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
	"uid": colUID, "euid": colEUID, "auid": colAUID, "username": colUsername, "time": colTime, "start_time": colStart, "syscall": colSyscall,
	"exit_code": colExit, "eid": colEID, "uptime": colEID, "ntime": colEID, "pcmdline": colParentCmdline,
}

func (o *osquery) object(r *reader) outcome {
	var res result
	r.result(&res)
	if r.s.Err() != nil {
		return malformed
	}
	if res.batch != o.batch {
		o.flush(r)
		o.batch = res.batch
	}
	ms, _ := parseSeconds(res.time)
	r.in.Account.Span((&call{ms: ms}).time())
	what := notNeeded
	for i := range res.rows {
		switch got := o.row(r, &res, &res.rows[i], ms); {
		case got == used, got == malformed && what != used, got == duplicate && what == notNeeded:
			what = got
		}
	}
	return what
}

func (o *osquery) end(r *reader) { o.flush(r) }

// result reads the object that comes next.
func (r *reader) result(res *result) {
	var flat row
	from := 0
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
		case "columns":
			r.row(res, false)
		case "snapshot":
			for range r.s.Elements() {
				r.row(res, false)
			}
		case "diffResults":
			r.differences(res)
		case "name":
			res.query = r.intern.Bytes(r.s.Text())
			flat.columns[colName], flat.has[colName] = res.query, true
		default:
			r.column(&flat, key)
		}
	}
	if len(res.rows) == 0 && flat.has[colPID] {
		flat.span = [2]int{from, len(r.s.Held())}
		res.rows, res.flat = append(res.rows, flat), true
		res.query = ""
	}
}

func (r *reader) differences(res *result) {
	for key := range r.s.Members() {
		removed := string(key) == "removed"
		for range r.s.Elements() {
			r.row(res, removed)
		}
	}
}

// row reads the row that comes next.
func (r *reader) row(res *result, removed bool) {
	if r.s.Next() != '{' {
		r.s.Skip()
		return
	}
	w := row{removed: removed}
	from, to := r.s.Span()
	w.span = [2]int{from, to}
	if r.s.Err() != nil {
		return
	}
	s := jsonstream.NewScannerBytes(r.s.Held()[from:to])
	for key := range s.Members() {
		if at, ok := columns[string(key)]; ok {
			w.columns[at], w.has[at] = r.intern.Bytes(s.Text()), true
		}
	}
	res.rows = append(res.rows, w)
}

// column takes the value that comes next if it belongs to a column.
func (r *reader) column(w *row, key []byte) {
	if at, ok := columns[string(key)]; ok {
		w.columns[at], w.has[at] = r.intern.Bytes(r.s.Text()), true
	}
}

// row tells one row.
func (o *osquery) row(r *reader, res *result, w *row, ms int64) outcome {
	if !w.has[colPID] || !w.has[colParent] || !w.has[colPath] && !w.has[colCmdline] && !w.has[colName] {
		return notNeeded // another table
	}
	c := &r.call
	w.fill(c, r, res)
	c.ms = ms
	if r.in.KeepRaw {
		c.raw = rawObject(r.s.Held()[w.span[0]:w.span[1]])
	}
	started := w.has[colSyscall] || w.has[colEID] || strings.Contains(res.query, "process_events")
	switch {
	case started && w.removed || started && res.action == "removed":
		return notNeeded // rows that expired
	case started:
		if w.start(r, c); c.deed == deedFork || c.deed == deedClone {
			return o.fork(r, c)
		}
	case w.removed || res.action == "removed":
		return o.remove(r, c)
	default:
		o.stay(c)
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

// fork tells a row of fork, vfork or clone: osquery has put the child's pid into
// it, and its parent's, and leaves threads out. The path is the caller's.
func (o *osquery) fork(r *reader, c *call) outcome {
	if c.proc.PID == 0 {
		return r.tell(c) // which says so
	}
	r.emit(r.event(event.Fork, c))
	return used
}

// remove holds a process that is no longer listed.
func (o *osquery) remove(r *reader, c *call) outcome {
	if c.proc.PID == 0 {
		return r.tell(c)
	}
	if len(o.gone) >= maxBatch {
		o.flush(r)
	}
	o.gone = append(o.gone, *c)
	return used
}

// stay notes that a process is listed.
func (o *osquery) stay(c *call) {
	if o.listed == nil || len(o.listed) >= maxBatch {
		o.listed = map[uint32]struct{}{}
	}
	o.listed[c.proc.PID] = struct{}{}
}

// flush ends a batch. Of a process that it both no longer lists and lists, only
// some column has changed. The others have ended; those that were never told of
// are told first, as they ran until then.
func (o *osquery) flush(r *reader) {
	for i := range o.gone {
		c := &o.gone[i]
		if _, stays := o.listed[c.proc.PID]; !stays {
			c.abend = true
			r.tell(c)
		}
	}
	o.gone = o.gone[:0]
	clear(o.listed)
}
