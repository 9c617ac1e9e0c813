package auditjson

import (
	"fmt"
	"strings"

	"oddkin/parsers/internal/ingest"
)

// serials keeps which events there are by the kernel's numbers, to tell which are missing. A
// kernel that has booted begins anew. Where the records stand in the order of time or against
// it that shows by the numbers, which leap; where they are shuffled only by the times.
type serials struct {
	all, parts ingest.Numbers // of each host, and of each of its numberings
	hosts      map[string]*numbering
	begun      uint64 // how many numberings there were
	boots      int64  // how many of them the times tell of
	// falls and rises count leaps to a smaller and a larger number.
	falls, rises int64
}

// numbering is one host's numbers since they last began anew.
type numbering struct {
	whole, part uint64 // the keys
	// first and serial are those of the record read first and last; the others are of all.
	first, serial, lowest, highest uint64
	ms, earliest, latest           int64
}

const (
	// leap is how far apart neighbours in an input in order are only where some are missing.
	leap = 1000
	// shuffled is how many leaps an input in order does not have either way.
	shuffled = 8
)

// counted reports whether a record's serial counts. One that goes with a SYSCALL record is told
// by that: the rest of an event at the head of a file belongs to the file before. The audit
// daemon counts its own records by themselves (audit-userspace, audit-records.h).
func counted(typ int, name string) bool {
	const (
		firstDaemon, lastDaemon    = 1200, 1299
		firstOfCall, lastOfCall    = 1302, 1339
		configChange, tty, seccomp = 1305, 1319, 1326 // among those, and by themselves
	)
	switch {
	case typ == 0 && strings.HasPrefix(name, "UNKNOWN["): // as ausearch and journald call what they do not know
		n, _ := parseUint(strings.TrimSuffix(name[len("UNKNOWN["):], "]"), 10)
		return n != 0 && counted(int(n), "")
	case typ == 0:
		return !strings.HasPrefix(name, "DAEMON_") && !goesWithCall[name]
	case typ == configChange, typ == tty, typ == seccomp:
		return true
	case typ >= firstDaemon && typ <= lastDaemon:
		return false
	}
	return typ < firstOfCall || typ > lastOfCall
}

// goesWithCall are names of records that go with a SYSCALL record, beside those of which more
// is read.
var goesWithCall = map[string]bool{
	"IPC": true, "SOCKETCALL": true, "IPC_SET_PERM": true, "MQ_OPEN": true, "MQ_SENDRECV": true, "MQ_NOTIFY": true, "MQ_GETSETATTR": true,
	"FD_PAIR": true, "OBJ_PID": true, "BPRM_FCAPS": true, "CAPSET": true, "MMAP": true, "KERN_MODULE": true, "FANOTIFY": true,
	"TIME_INJOFFSET": true, "TIME_ADJNTPVAL": true, "OPENAT2": true,
}

// note notes the record of a host at hand.
func (s *serials) note(host string, ms int64, serial uint64) {
	if serial == 0 {
		return
	}
	h := s.hosts[host]
	if h == nil {
		if s.hosts == nil || len(s.hosts) >= maxHosts {
			s.hosts = map[string]*numbering{}
		}
		h = &numbering{whole: s.begin()}
		s.hosts[host] = h
		h.restart(s.begin(), ms, serial)
	}
	fell, rose := serial+leap < h.serial, serial > h.serial+leap
	switch booted := h.booted(ms, serial); {
	case booted:
		s.boots++
		h.restart(s.begin(), ms, serial)
	case fell && !h.backwards() && ms >= h.ms, rose && h.backwards() && ms <= h.ms: // against the times
		h.restart(s.begin(), ms, serial)
	}
	h.read(ms, serial)
	if fell {
		s.falls++
	} else if rose {
		s.rises++
	}
	this := ingest.Run{First: serial, Last: serial}
	s.all.Note(h.whole, this)
	s.parts.Note(h.part, this)
}

// within notes an event of which there are records, though not the one that counts, if it lies
// among those since the last boot.
func (s *serials) within(host string, serial uint64) {
	h := s.hosts[host]
	if h == nil {
		return
	}
	this := ingest.Run{First: serial, Last: serial}
	s.all.Note(h.whole, this)
	if serial > h.lowest && serial < h.highest {
		s.parts.Note(h.part, this)
	}
}

// booted reports whether the times tell that a boot lies between the records so far and the one
// that comes next: of two the later has the smaller number. Or the counter's 32 bits were full.
func (h *numbering) booted(ms int64, serial uint64) bool {
	if h.backwards() {
		return serial > h.lowest+disorder && ms+bootTime < h.earliest
	}
	return serial+disorder < h.highest && ms > h.latest+bootTime || serial < leap && h.highest > 1<<32-leap
}

// restart begins another numbering of the host.
func (h *numbering) restart(part uint64, ms int64, serial uint64) {
	*h = numbering{whole: h.whole, part: part, first: serial, serial: serial, lowest: serial, highest: serial, ms: ms, earliest: ms, latest: ms}
}

// backwards reports whether the newest records stand first.
func (h *numbering) backwards() bool { return h.first-h.lowest > h.highest-h.first }

// read takes another record.
func (h *numbering) read(ms int64, serial uint64) {
	h.serial, h.ms, h.lowest, h.highest = serial, ms, min(h.lowest, serial), max(h.highest, serial)
	h.earliest, h.latest = min(h.earliest, ms), max(h.latest, ms)
}

// begin gives another numbering its key.
func (s *serials) begin() uint64 {
	s.begun++
	return s.begun
}

// tell tells of the numbers that are missing, at the end of the input.
func (s *serials) tell(r *reader) {
	const unknown = "which serials are missing is not told: "
	known := &s.parts
	if min(s.falls, s.rises) > shuffled {
		known = &s.all
	}
	switch {
	case r.stopped:
		return
	case known.Lost():
		r.warn(-1, 0, unknown+"they are too far apart", 0)
		return
	case known == &s.all && s.boots > 0:
		r.warn(-1, 0, unknown+"records of several boots are in no order", 0)
		return
	}
	if count, gaps, after := known.Missing(); count > 0 {
		r.in.Account.Gaps += int64(gaps)
		r.in.Account.Missing += int64(count)
		r.warn(-1, after, fmt.Sprintf("%d serials missing in %d gaps, most before this one: events lost, filtered out or removed", count, gaps), 0)
	}
}

// tellMissing tells which numbers lack, behind the last record: the kernel's, and those of
// other events among them.
func (r *reader) tellMissing() {
	r.serials.tell(r)
	if r.windows != nil && !r.stopped {
		r.windows.EndExport()
	}
}
