package auditd

import (
	"bytes"

	"oddkin/parsers/event"
)

// boot tells of a boot that the serials show.
func (s *scan) boot(st *stream, at stamp, offset int64) {
	st.booted = true
	st.ids.clear()
	s.emit(&event.Event{
		Kind: event.Boot, Host: st.host, Time: at.time(),
		Source: event.Source{File: s.in.Name, Offset: offset, Serial: at.serial},
	})
}

func (s *scan) emit(ev *event.Event) {
	s.in.Account.Events++
	if !s.done && !s.yield(*ev, nil) {
		s.done = true
	}
}

// tell hands on what a closed event tells.
func (s *scan) tell(st *stream, p *pending) {
	remote := s.connection(p)
	if p.kind == 0 && !p.sight {
		if p.has(classExecve) && !p.syscall {
			s.warn(p.offset, p.stamp.serial, reasonOrphanArgs, 0)
		}
		s.settle(p, 0)
		return
	}
	ev := event.Event{
		Host: st.host, Time: p.stamp.time(), Parent: event.Ref{PID: p.ppid},
		Source: event.Source{File: s.in.Name, Offset: p.offset, Serial: p.stamp.serial},
	}
	if p.profile != nil {
		ev.Proc = p.profile.proc
		ev.Proc.PID = p.pid
	}
	if s.in.KeepRaw {
		ev.Raw, ev.Summary = p.rawDict(), p.summary()
	}
	if p.kind == event.Boot {
		boot := ev
		boot.Kind, boot.Proc, boot.Parent = event.Boot, event.Proc{}, event.Ref{}
		s.emit(&boot)
	}
	var used wanted
	if p.sight {
		ev.Kind, ev.Remote = event.Snapshot, p.profile.remote
		if remote != nil {
			ev.Remote = remote
			used = 1 << classSockaddr
		}
		if ev.Proc.CommandLine = s.commandLine(p); ev.Proc.CommandLine != "" {
			used |= 1 << classProctitle
		}
		s.emit(&ev)
		ev.Proc.CommandLine, ev.Remote = "", nil
	}
	switch ev.Kind = p.kind; p.kind {
	case 0, event.Boot:
		s.settle(p, used)
		return
	case event.Exec, event.ExecFailed:
		used |= s.start(p, &ev)
	case event.Fork:
		ev.Proc.PID = p.child
		if !p.fromParent {
			ev.Parent = event.Ref{PID: p.pid, Image: ev.Proc.Image, Name: ev.Proc.Name, User: ev.Proc.User}
		}
	}
	s.emit(&ev)
	s.settle(p, used)
}

// start fills in what a process was started with, and says which records gave it.
func (s *scan) start(p *pending, ev *event.Event) (used wanted) {
	args := s.bodies[:0]
	var argv []string // what one of them was read as
	for i := range p.kept {
		k := &p.kept[i]
		switch k.class {
		case classExecve:
			args, argv = append(args, p.body(k)), nil
			if k.memo != nil {
				argv = k.memo.values
			}
		case classCwd:
			if k.memo != nil {
				ev.Proc.Cwd = k.memo.values[0]
			} else {
				ev.Proc.Cwd = s.intern.Bytes(decode(field(p.body(k), "cwd")))
			}
		}
	}
	s.bodies = args
	switch {
	case len(args) > 0:
		if len(args) > 1 || argv == nil {
			argv = s.arguments.argv(args)
		}
		ev.Proc.Argv = argv
		used = 1 << classExecve
	case p.kind == event.Exec:
		ev.Proc.CommandLine = s.commandLine(p)
		used = 1 << classProctitle
	default: // a failed start leaves the path that was tried
		if body := p.find(classPath); body != nil {
			ev.Proc.CommandLine = s.intern.Bytes(decode(field(body, "name")))
		}
		used = 1 << classPath
	}
	return used | 1<<classCwd
}

// commandLine is the command line as /proc/PID/cmdline had it: cut at 128 bytes, and
// whatever the process chose to write there. A fallback.
func (s *scan) commandLine(p *pending) string {
	body := p.find(classProctitle)
	line, hash, ok := s.titles.Find(body)
	if ok {
		return line
	}
	title := appendDecoded(s.title[:0], field(body, "proctitle"))
	s.title = title
	for i, c := range title {
		if c == 0 {
			title[i] = ' '
		}
	}
	line = s.intern.Bytes(bytes.TrimRight(title, " "))
	if len(body) <= maxMemo {
		s.titles.Add(string(body), hash, line, len(body))
	}
	return line
}

// settle counts an event's kept records by whether they were used.
func (s *scan) settle(p *pending, used wanted) {
	for i := range p.kept {
		k, a := &p.kept[i], s.in.Account
		if k.settled != nil {
			a = k.settled
			a.NotNeeded--
		}
		if used.has(k.class) {
			a.Used++
		} else {
			a.NotNeeded++
		}
	}
}

// find is the text of the first kept record of a class, or nil.
func (p *pending) find(c class) []byte {
	for i := range p.kept {
		if k := &p.kept[i]; k.class == c {
			return p.body(k)
		}
	}
	return nil
}

func (p *pending) has(c class) bool { return p.find(c) != nil }
