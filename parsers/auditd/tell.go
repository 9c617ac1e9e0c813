package auditd

import (
	"bytes"
	"hash/maphash"

	"oddkin/parsers/event"
)

// dispatch takes a record into its event, or counts why not.
func (s *scan) dispatch(st *stream, p *pending, h *header, offset int64, size int) {
	a := s.in.Account
	switch h.class {
	case classSyscall:
		s.syscall(st, p, h, offset, size)
	case classExecve, classCwd, classProctitle:
		s.keep(p, h, offset, size)
	case classPath:
		item, ok := parseDec(field(h.body, "item"))
		if ok && item < 64 {
			if p.items&(1<<item) != 0 {
				a.Duplicate++
				return
			}
			p.items |= 1 << item
		}
		if item == 0 {
			s.keep(p, h, offset, size)
			return
		}
		a.NotNeeded++
	case classEOE:
		if p.eoe {
			a.Duplicate++
			return
		}
		p.eoe = true
		a.NotNeeded++
	case classSighting, classAbend, classBoot:
		s.single(st, p, h)
	default:
		a.NotNeeded++
	}
}

// keep copies a record that its event needs or may turn out to need.
func (s *scan) keep(p *pending, h *header, offset int64, size int) {
	if p.syscall && !p.wanted.has(h.class) {
		s.in.Account.NotNeeded++
		return
	}
	sum := maphash.Bytes(s.seed, h.body) // so that hostile look-alikes cost no long comparisons
	for _, k := range p.kept {
		if k.class == h.class && k.sum == sum && bytes.Equal(p.text[k.from:k.to], h.body) {
			s.in.Account.Duplicate++
			return
		}
	}
	if len(p.kept) >= maxRecords || len(p.text)+len(h.body) > maxText {
		s.malformed(offset, h.stamp.serial, reasonLarge, size)
		return
	}
	from := len(p.text)
	p.text = append(p.text, h.body...)
	p.kept = append(p.kept, keptRecord{h.class, from, len(p.text), sum})
	s.text += len(h.body)
}

// drop forgets kept records that turned out not to be needed.
func (s *scan) drop(p *pending) {
	n := 0
	for _, k := range p.kept {
		if p.wanted.has(k.class) {
			p.kept[n] = k
			n++
		} else {
			s.in.Account.NotNeeded++
		}
	}
	p.kept = p.kept[:n]
}

// syscall takes a SYSCALL record: what its event tells is decided here.
func (s *scan) syscall(st *stream, p *pending, h *header, offset int64, size int) {
	if p.syscall {
		s.in.Account.Duplicate++
		return
	}
	var r syscallRecord
	if !r.parse(h.body, &s.arch) {
		s.malformed(offset, h.stamp.serial, reasonSyscall, size)
		return
	}
	id, news, ok := st.ids.fromSyscall(r.rest, &s.intern)
	if !ok {
		s.malformed(offset, h.stamp.serial, reasonSyscall, size)
		return
	}
	p.syscall = true
	p.judge(&r, id, news)
	if p.kind == 0 && !p.sight {
		s.in.Account.NotNeeded++
	} else {
		s.in.Account.Used++
	}
	s.drop(p)
}

// judge decides what an event tells, from its SYSCALL record and what was known
// of the process.
func (p *pending) judge(r *syscallRecord, id *identity, news bool) {
	// A task that dies in a call is logged too, which for a thread can be after
	// the process has ended: no sighting of a new process.
	dying := !r.finished && id.exited
	p.sight = p.sight || news && !dying
	if !dying {
		id.exited = false
	}
	isExec := r.call == callExec || r.arch == nil && p.has(classExecve)
	switch {
	case isExec && r.success:
		p.kind, p.sight = event.Exec, false
		p.wanted = 1<<classExecve | 1<<classCwd | 1<<classProctitle
	case isExec && r.finished:
		p.kind = event.ExecFailed
		p.wanted = 1<<classExecve | 1<<classCwd | 1<<classPath
	case r.makesProcess():
		p.kind = event.Fork
		p.child, p.fromParent = uint32(r.exit), r.call == callClone && r.args[r.arch.cloneFlags()]&cloneParent != 0
	case r.call == callExitGroup:
		p.kind = event.Exit
		id.exited = true
	}
	if p.sight {
		p.wanted |= 1 << classProctitle
	}
	if p.kind != 0 || p.sight {
		p.proc, p.ppid = id.proc, id.ppid
	}
}

// makesProcess reports whether the call made a process and not a thread. The
// flags of clone3 are not recorded, so its threads pass for processes here; the
// number they return never turns up as a pid.
func (r *syscallRecord) makesProcess() bool {
	if !r.success || r.exit <= 0 || r.exit > 1<<32-1 {
		return false
	}
	switch r.call {
	case callFork, callClone3:
		return true
	case callClone:
		return r.args[r.arch.cloneFlags()]&cloneThread == 0
	}
	return false
}

// single takes a record that is an event by itself, or nearly: the kernel adds
// ANOM_ABEND and SECCOMP to the event of the call in which they happened.
func (s *scan) single(st *stream, p *pending, h *header) {
	a := s.in.Account
	if p.single {
		a.Duplicate++
		return
	}
	p.single = true
	if h.class == classBoot {
		s.systemBoot(st, p)
		return
	}
	id, news, ok := st.ids.fromSighting(h.body, &s.intern)
	if !ok {
		a.NotNeeded++
		return
	}
	if h.class == classAbend && p.kind == 0 {
		p.kind = event.Exit
		id.exited = true
	}
	p.sight = p.sight || news
	if p.kind == 0 && !p.sight {
		a.NotNeeded++
		return
	}
	p.proc, p.ppid = id.proc, id.ppid
	a.Used++
}

// systemBoot takes a SYSTEM_BOOT record, which init sends some time after the
// kernel started. Where the serials have shown the boot already, it adds nothing.
func (s *scan) systemBoot(st *stream, p *pending) {
	if st.booted {
		s.in.Account.NotNeeded++
		return
	}
	st.booted = true
	clear(st.ids.byPID)
	p.kind = event.Boot
	s.in.Account.Used++
}

// boot tells of a boot that the serials show.
func (s *scan) boot(st *stream, at stamp, offset int64) {
	st.booted = true
	clear(st.ids.byPID)
	s.emit(event.Event{
		Kind: event.Boot, Host: st.host, Time: at.time(),
		Source: event.Source{File: s.in.Name, Offset: offset, Serial: at.serial},
	})
}

func (s *scan) emit(ev event.Event) {
	s.in.Account.Events++
	if !s.done && !s.yield(ev, nil) {
		s.done = true
	}
}

// tell hands on what a closed event tells.
func (s *scan) tell(st *stream, p *pending) {
	st.gaps.pass(p.stamp.serial, p.offset)
	if p.kind == 0 && !p.sight {
		if p.has(classExecve) && !p.syscall {
			s.warn(p.offset, p.stamp.serial, reasonOrphanArgs, 0)
		}
		s.settle(p, 0)
		return
	}
	ev := event.Event{
		Host: st.host, Time: p.stamp.time(), Proc: p.proc, Parent: event.Ref{PID: p.ppid},
		Source: event.Source{File: s.in.Name, Offset: p.offset, Serial: p.stamp.serial},
	}
	if s.in.KeepRaw {
		ev.Raw = p.rawDict()
	}
	var used wanted
	if p.sight {
		ev.Kind = event.Snapshot
		if ev.Proc.CommandLine = s.commandLine(p); ev.Proc.CommandLine != "" {
			used = 1 << classProctitle
		}
		s.emit(ev)
		ev.Proc.CommandLine = ""
	}
	switch ev.Kind = p.kind; p.kind {
	case event.Exec, event.ExecFailed:
		used |= s.start(p, &ev)
	case event.Fork:
		ev.Proc.PID = p.child
		if !p.fromParent {
			ev.Parent = event.Ref{PID: p.proc.PID, Image: p.proc.Image, Name: p.proc.Name, User: p.proc.User}
		}
	case event.Boot:
		ev.Proc = event.Proc{}
	}
	if p.kind != 0 {
		s.emit(ev)
	}
	s.settle(p, used)
}

// start fills in what a process was started with, and says which records gave it.
func (s *scan) start(p *pending, ev *event.Event) (used wanted) {
	args := s.bodies[:0]
	for _, k := range p.kept {
		switch body := p.text[k.from:k.to]; k.class {
		case classExecve:
			args = append(args, body)
		case classCwd:
			ev.Proc.Cwd = s.intern.Bytes(decode(field(body, "cwd")))
		}
	}
	s.bodies = args
	switch {
	case len(args) > 0:
		ev.Proc.Argv = s.arguments.argv(args, &s.intern)
		used = 1 << classExecve
	case p.kind == event.Exec:
		ev.Proc.CommandLine = s.commandLine(p)
		used = 1 << classProctitle
	default: // a failed start leaves the path that was tried
		if body := p.find(classPath); body != nil {
			ev.Proc.CommandLine = string(decode(field(body, "name")))
		}
		used = 1 << classPath
	}
	return used | 1<<classCwd
}

// commandLine is the command line as /proc/PID/cmdline had it: cut at 128 bytes, and
// whatever the process chose to write there. A fallback.
func (s *scan) commandLine(p *pending) string {
	title := appendDecoded(s.title[:0], field(p.find(classProctitle), "proctitle"))
	s.title = title
	for i, c := range title {
		if c == 0 {
			title[i] = ' '
		}
	}
	return s.intern.Bytes(bytes.TrimRight(title, " "))
}

// settle counts an event's kept records by whether they were used.
func (s *scan) settle(p *pending, used wanted) {
	for _, k := range p.kept {
		if used.has(k.class) {
			s.in.Account.Used++
		} else {
			s.in.Account.NotNeeded++
		}
	}
}

// find is the text of the first kept record of a class, or nil.
func (p *pending) find(c class) []byte {
	for _, k := range p.kept {
		if k.class == c {
			return p.text[k.from:k.to]
		}
	}
	return nil
}

func (p *pending) has(c class) bool { return p.find(c) != nil }
