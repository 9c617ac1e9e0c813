package auditd

import (
	"bytes"
	"hash/maphash"

	"oddkin/parsers/event"
)

// dispatch takes a record into its event, or counts why not.
func (s *scan) dispatch(st *stream, p *pending, b *block, r *record) {
	a := s.in.Account
	st.seen |= 1 << r.class
	switch r.class {
	case classSyscall:
		s.syscall(st, p, b, r)
	case classExecve, classCwd, classProctitle, classSockaddr:
		s.keep(p, b, r)
	case classPath:
		if r.item < maxItem {
			if p.items&(1<<r.item) != 0 {
				a.Duplicate++
				return
			}
			p.items |= 1 << r.item
		}
		if r.item == 0 || r.item == itemUnknown {
			s.keep(p, b, r)
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
		s.single(st, p, b, r)
	}
}

// keep copies a record that its event needs or may turn out to need.
func (s *scan) keep(p *pending, b *block, r *record) {
	if p.syscall && !p.wanted.has(r.class) {
		s.in.Account.NotNeeded++
		return
	}
	body := b.text[r.body:r.end]
	k := keptRecord{class: r.class}
	if r.index >= 0 {
		k.memo = b.memos[r.index]
	}
	if s.kept(p, &k, body) {
		s.in.Account.Duplicate++
		return
	}
	if len(p.kept) >= maxRecords || len(p.text)+p.lent+len(body) > maxText {
		s.malformed(b, r, p.stamp.serial, reasonLarge)
		return
	}
	if k.memo != nil {
		p.add(k, p.text)
	} else {
		p.add(k, s.large.extend(p.text, body))
	}
	s.text += len(body)
	if p.untold && r.class == classExecve { // the kernel writes these for an execve alone
		if p.kind == 0 && !p.sight {
			s.in.Account.NotNeeded--
			s.in.Account.Used++
		}
		p.untold = false
		p.exec()
	}
}

// add keeps a record whose fields, if they are not remembered, are what text has more than p's.
func (p *pending) add(k keptRecord, text []byte) {
	if k.memo != nil {
		p.lent += len(k.memo.body)
	}
	k.from, k.to = uint32(len(p.text)), uint32(len(text))
	p.text, p.kept = text, append(p.kept, k)
}

// kept reports whether p holds the record already. Records of one size are told
// apart by their hashes first, so that hostile look-alikes cost no long comparisons.
func (s *scan) kept(p *pending, k *keptRecord, body []byte) bool {
	for i := range p.kept {
		o := &p.kept[i]
		if o.class != k.class {
			continue
		}
		old := p.body(o)
		if len(old) != len(body) {
			continue
		}
		if !k.hashed {
			k.sum, k.hashed = maphash.Bytes(s.seed, body), true
		}
		if !o.hashed {
			o.sum, o.hashed = maphash.Bytes(s.seed, old), true
		}
		if o.sum == k.sum && bytes.Equal(old, body) {
			return true
		}
	}
	return false
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
func (s *scan) syscall(st *stream, p *pending, b *block, r *record) {
	if p.syscall {
		s.in.Account.Duplicate++
		return
	}
	c := &b.calls[r.index]
	if !c.ok {
		s.malformed(b, r, p.stamp.serial, reasonSyscall)
		return
	}
	p.syscall = true
	p.sight = st.ids.call(c, p.stamp) || p.sight
	p.judge(c)
	if p.untold {
		st.shortage.unknown.note(p)
	}
	if p.kind == 0 && !p.sight && !p.connects {
		s.in.Account.NotNeeded++
	} else {
		s.in.Account.Used++
	}
	s.drop(p)
}

// judge decides what an event tells beside a sighting, from its SYSCALL record.
func (p *pending) judge(r *syscallRecord) {
	switch {
	case r.call == callExec && r.success, r.arch == nil && r.success && p.has(classExecve):
		p.exec()
	case r.call == callExec && r.finished, r.arch == nil && r.finished && p.has(classExecve):
		p.kind = event.ExecFailed
		p.wanted = 1<<classExecve | 1<<classCwd | 1<<classPath
	case r.arch == nil && !r.named && r.success:
		p.untold = true
		p.wanted = 1 << classExecve
	case r.makesProcess():
		p.kind = event.Fork
		p.child, p.fromParent = uint32(r.exit), r.call == callClone && r.args[r.arch.cloneFlags()]&cloneParent != 0
	case r.call == callExitGroup:
		p.kind = event.Exit
	case r.call == callConnect && (r.success || r.exit == -einprogress):
		p.connects = true
		p.wanted = 1 << classSockaddr
	}
	if p.sight {
		p.wanted |= 1 << classProctitle
	}
	if p.kind != 0 || p.sight || p.connects || p.untold {
		p.profile, p.pid, p.ppid = r.profile, r.pid, r.ppid
	}
}

// exec makes it a start.
func (p *pending) exec() {
	p.kind, p.sight = event.Exec, false
	p.wanted = 1<<classExecve | 1<<classCwd | 1<<classProctitle
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
func (s *scan) single(st *stream, p *pending, b *block, r *record) {
	a := s.in.Account
	if p.singles.has(r.class) {
		a.Duplicate++
		return
	}
	p.singles |= 1 << r.class
	if r.class == classBoot {
		s.systemBoot(st, p)
		return
	}
	seen := b.sightings[r.index]
	if seen.profile == nil {
		a.NotNeeded++
		return
	}
	if r.class == classAbend && p.kind == 0 {
		p.kind = event.Exit
	}
	if !p.syscall { // which says more
		p.sight = st.ids.sight(seen, p.stamp) || p.sight
		p.profile, p.pid, p.ppid = seen.profile, seen.pid, 0
	}
	if p.kind == 0 && !p.sight {
		a.NotNeeded++
		return
	}
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
	st.ids.clear()
	st.ends.boot()
	p.kind = event.Boot
	s.in.Account.Used++
}
