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
	if p.singles.has(h.class) {
		a.Duplicate++
		return
	}
	p.singles |= 1 << h.class
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
		st.booted = false // the next one is another boot's
		s.in.Account.NotNeeded++
		return
	}
	clear(st.ids.byPID)
	p.kind = event.Boot
	s.in.Account.Used++
}
