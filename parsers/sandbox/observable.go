package sandbox

import (
	"strconv"
	"strings"
	"time"

	"oddkin/parsers/event"
	"oddkin/parsers/internal/ingest"
)

// observable is a cyber-observable object of STIX 2.0 or 2.1, as far as it may
// describe a process: the process itself, the file it runs, that file's folder,
// or a user.
type observable struct {
	kind, name, path, command, cwd, user string
	pid                                  uint32
	created                              time.Time
	offset, size                         int64
	started                              bool   // its start was observed
	connected                            bool   // it was seen with a network connection
	file, parent, account, folder        string // references
	children                             []string
}

// member reads a member of an observable.
func (o *observable) member(c *collector, key string) {
	p := process{offset: o.offset}
	switch key {
	case "type":
		o.kind = c.text(&p)
	case "name":
		o.name = c.text(&p)
	case "pid":
		c.set(&p, pid, key, c.text(&p))
		o.pid = p.proc.PID
	case "created", "created_time":
		o.created = clock(c.text(&p))
		o.started = !o.created.IsZero()
	case "command_line":
		o.command = c.text(&p)
	case "cwd":
		o.cwd = c.text(&p)
	case "path":
		o.path = c.text(&p)
	case "user_id", "account_login", "display_name":
		fill(&o.user, c.text(&p))
	case "opened_connection_refs":
		o.connected = true
	case "binary_ref", "image_ref":
		o.file = c.text(&p)
	case "parent_ref":
		o.parent = c.text(&p)
	case "child_refs":
		for range c.Elements() {
			o.children = append(o.children, c.text(&p))
		}
	case "creator_user_ref":
		o.account = c.text(&p)
	case "parent_directory_ref":
		o.folder = c.text(&p)
	}
}

// observables reads a set of objects that refer to each other by key.
type observables struct {
	*collector
	byRef map[string]*observable
	order []string // references of the processes, as listed
}

// nameless begins what stands for the reference of an object that has none.
const nameless = "\x00"

func newObservables(c *collector) *observables {
	return &observables{collector: c, byRef: map[string]*observable{}}
}

// object reads one object under the reference ref, or under its own id if ref is
// empty. other, if not nil, is offered the members first and says which it read.
func (s *observables) object(ref string, other func(key string) bool) {
	o := &observable{offset: s.position()}
	if s.Next() != '{' || s.full(len(s.byRef)) {
		s.pass(&process{offset: o.offset}, "an object that cannot be kept")
		return
	}
	for key := range s.Members() {
		switch {
		case other != nil && other(string(key)):
		case ref == "" && string(key) == "id":
			ref, _ = clip(s.Text())
		default:
			o.member(s.collector, string(key))
		}
	}
	o.size = s.Offset() - o.offset
	if ref == "" {
		if s.mending { // of a set whose names damage has lost
			if o.kind == "process" {
				s.refuse(&process{offset: o.offset}, "a process object whose name is damaged")
			}
			return
		}
		ref = nameless + strconv.FormatInt(o.offset, 10)
	}
	switch o.kind {
	case "process":
		s.order = append(s.order, ref)
	case "file", "directory", "user-account":
	default:
		return
	}
	for _, child := range o.children {
		s.kept += len(child) + 16
	}
	s.kept += len(ref) + len(o.name) + len(o.path) + len(o.command) + len(o.cwd) + len(o.user) + len(o.folder)
	s.byRef[ref] = o
}

// image is the path of the program an observable process runs.
func (s *observables) image(o *observable) string {
	file := s.byRef[o.file]
	if file == nil {
		return ""
	}
	folder := s.byRef[file.folder]
	if folder == nil {
		return file.name
	}
	sep := `\`
	if strings.HasPrefix(folder.path, "/") {
		sep = "/"
	}
	return strings.TrimSuffix(folder.path, sep) + sep + file.name
}

// processes turns the objects into entries. seen is when they were observed;
// global says that references hold beyond this set and so identify a process.
func (s *observables) processes(seen time.Time, global bool) (all []process) {
	for _, ref := range s.order { // a child's own word for its parent goes first
		for _, child := range s.byRef[ref].children {
			if o := s.byRef[child]; o != nil && o.parent == "" {
				o.parent = ref
			}
		}
	}
	for _, ref := range s.order {
		o := s.byRef[ref]
		p := process{offset: o.offset, seen: o.created, alive: !o.started || o.connected}
		p.proc = event.Proc{PID: o.pid, Name: o.name, Image: s.image(o), CommandLine: o.command, Cwd: o.cwd}
		if account := s.byRef[o.account]; account != nil {
			p.proc.User = account.user
		}
		if above := s.byRef[o.parent]; above != nil {
			p.parent = event.Ref{PID: above.pid, Image: s.image(above), Name: above.name, CommandLine: above.command}
		}
		if global && !strings.HasPrefix(ref, nameless) {
			p.proc.GUID, p.parent.GUID = guid(ref), guid(o.parent)
		}
		if p.seen.IsZero() {
			p.seen = seen
		}
		if p.usable() {
			all = append(all, p)
		} else {
			s.in.Account.Records++
			s.in.Account.Malformed++
			s.warn(o.offset, 0, "a process object without id or name", o.size)
		}
	}
	return all
}

// observation is one of STIX 2.0, which has a set of objects of its own.
type observation struct {
	*observables
	seen time.Time
}

// observed reads an object of a bundle, which may be an observation.
func (s *observables) observed() observation {
	local := observation{observables: newObservables(s.collector)}
	s.object("", func(key string) bool {
		switch key {
		case "objects":
			s.named(func(ref string) { local.object(ref, nil) })
		case "first_observed":
			local.seen = clock(string(s.Text()))
		default:
			return false
		}
		return true
	})
	return local
}

// readSTIX reads a bundle of STIX 2.0 or 2.1. A process object that says when it
// was created is a start; one that does not, or that was recorded for a network
// connection, is a process seen alive.
func readSTIX(in *ingest.Input, yield func(event.Event, error) bool) {
	c := newCollector(in, yield)
	c.each(func(start int64) {
		global := newObservables(c) // of 2.1: objects of the bundle itself
		var local []observation     // behind damage their sets are read on
		one := func() {
			if o := global.observed(); len(o.order) > 0 || c.Err() != nil {
				local = append(local, o)
			}
		}
		objects := func() {
			c.open(nil, one)
			for range c.Elements() {
				c.element()
				one()
			}
			c.shut()
		}
		for key := range c.Members() {
			if string(key) == "objects" {
				c.section("objects", objects)
			}
		}
		c.mend(1, map[string]func(){"objects": objects})
		var all []process
		for _, o := range local {
			all = append(all, o.processes(o.seen, false)...)
		}
		all = append(all, global.processes(time.Time{}, true)...)
		c.hand(start, guest{}, all, 0)
	})
}
