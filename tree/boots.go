package tree

import (
	"slices"
	"sort"
	"strings"
	"time"
)

// segment is one boot of one host: no process outlives it.
type segment struct {
	*host
	boot     int
	recs     []record // shadows the host's
	procs    slabs[proc]
	steps    []step
	pids     *pidClock
	adopters map[uint32]bool // pids that ran one of reapers
	reboots  []int32         // records with which Windows booted, where GUIDs tell processes apart
	unseen   []*Node         // the nodes that rest on no start
	failed   map[*Node][]attempt
	rests    []rest   // see origin
	found    findings // shadows the host's
}

const (
	// nearZero is the highest serial with which a log can still be said to begin
	// anew: the kernel counts from 1 at boot and a busy start takes some hundreds.
	nearZero = 5000
	// lateMark is how long after the first process of a boot its own record may come: SYSTEM_BOOT is
	// written by a program that init starts after udev and the audit daemon.
	lateMark = int64(10 * time.Minute)
	// lookahead bounds how many records are read to confirm a boot.
	lookahead = 1000
)

// boots cuts the host's records where the host started anew.
func (h *host) boots() []*segment {
	cuts, found := h.bootCuts()
	var out []*segment
	from, boot := 0, 0
	if found {
		boot = 1
	}
	for _, to := range append(cuts, len(h.recs)) {
		if to == from {
			continue
		}
		out = append(out, &segment{host: h, boot: boot, recs: h.recs[from:to]})
		boot++
		from = to
	}
	return out
}

// bootCuts gives the positions at which a boot begins, and whether the evidence
// speaks of boots at all.
func (h *host) bootCuts() (cuts []int, found bool) {
	var none record
	last := &none // the last with a kernel serial
	lastCut := -1
	if len(h.recs) > 0 && (h.initExec(0) || h.smssExec(0)) {
		lastCut = 0 // the evidence begins with a boot
	}
	for i := range h.recs {
		r := &h.recs[i]
		if len(h.begins) > 0 && h.beginsEpoch(i) {
			// whatever the record is
		} else if r.kind() == kindBoot {
			found = true
			if !h.bootMark(i, lastCut, last) {
				continue
			}
		} else if !h.mayBegin(r) || !h.serialReset(i, last) && !h.initStart(i, last) && !h.smssStart(i, lastCut) {
			if r.serial.known() && r.kind() != kindExit { // whose place in its file is not kept
				last = r
			}
			continue
		}
		found = true
		cuts = append(cuts, i)
		lastCut = i
		last = &none
		if r.kind() != kindBoot && r.serial.known() {
			last = r
		}
	}
	return cuts, found
}

// mayBegin tells at a glance of most records other than boots' own that none begins with them.
func (h *host) mayBegin(r *record) bool {
	if h.windows > 0 {
		return r.ppid == systemPID
	}
	return r.pid == 1 || r.serial.known() && h.serialOf(r.serial) <= nearZero
}

// bootMark decides whether the boot record at i begins a boot that is not known
// yet. It does not if the kernel's serials run on across it: then it is late, or a
// container booted, or the audit daemon started again.
func (h *host) bootMark(i, lastCut int, last *record) bool {
	r := &h.recs[i]
	late := lastCut >= 0 && r.at-h.recs[lastCut].at <= lateMark
	if !last.serial.known() {
		return !late
	}
	for _, next := range h.recs[i+1 : min(i+lookahead, len(h.recs))] {
		switch {
		case !next.serial.known() || next.kind() == kindBoot:
			continue
		case h.serialOf(next.serial) <= h.serialOf(last.serial)/2:
			return true
		case h.compareSerials(next.serial, last.serial) > 0 && !late:
			h.found.warn(h.evidence(r), reasonNoBoot)
			return false
		}
		return !late
	}
	return !late
}

// serialReset reports whether the kernel's serials begin anew at i: near zero, well
// below the last, and staying there. Windows numbers its records through reboots.
func (h *host) serialReset(i int, last *record) bool {
	r := &h.recs[i]
	if h.windows > 0 || !r.serial.known() || !last.serial.known() || h.serialOf(r.serial) > min(nearZero, h.serialOf(last.serial)/2) || h.writtenBefore(r, last) {
		return false
	}
	for n, seen := i+1, 0; n < min(i+lookahead, len(h.recs)) && seen < 8; n++ {
		if next := &h.recs[n]; next.serial.known() && next.kind() != kindBoot {
			if h.compareSerials(next.serial, last.serial) >= 0 {
				return false
			}
			seen++
		}
	}
	return true
}

// initStart reports whether the record at i starts process 1 anew. A serial that runs on says that
// init merely executed itself again, as an upgrade of systemd makes it do.
func (h *host) initStart(i int, last *record) bool {
	r := &h.recs[i]
	return i > 0 && h.initExec(i) && h.compareSerials(r.serial, last.serial) <= 0 && !h.writtenBefore(r, last)
}

// initExec reports whether the record at i is the start of process 1, and not an
// init that goes on in a new version of itself.
func (h *host) initExec(i int) bool {
	r := &h.recs[i]
	if r.kind() != kindExec || r.pid != 1 || h.windows > 0 {
		return false
	}
	argv, _ := h.lines.of(h.starts[r.arg()].node.line)
	return !slices.Contains(argv, "--deserialize")
}

// smssStart reports whether the record at i begins a boot of Windows: the system process
// starts the session manager once, and an image named Registry ahead of it (Windows
// Internals, 7th edition, part 2, chapter 12). It does not where the log's own record of
// the boot has come before.
func (h *host) smssStart(i, lastCut int) bool {
	return h.smssExec(i) && i > 0 && (lastCut < 0 || h.recs[i].at-h.recs[lastCut].at > lateMark)
}

// smssExec reports whether the record at i is of such a start. Where a recorder gives
// processes ids of their own, pids need no boots to be told apart, and the Security log
// beside it may be hours off (see zoneApart).
func (h *host) smssExec(i int) bool { return !h.guids && h.startsSession(&h.recs[i]) }

// systemPID is the number of the Windows System process in every boot.
const systemPID = 4

// startsSession reports whether r is such a start, whatever the recorder.
func (h *host) startsSession(r *record) bool {
	if h.windows <= 0 || r.kind() != kindExec || r.ppid != systemPID {
		return false
	}
	n := h.starts[r.arg()].node
	if n == nil {
		return false
	}
	name := n.prog.Base
	return strings.EqualFold(name, "smss.exe") || strings.EqualFold(name, "Registry")
}

// writtenBefore reports whether a stands before b in the same file, if that is in the order
// of writing: then the clock was set back between them, whatever their times say.
func (h *host) writtenBefore(a, b *record) bool {
	if !a.serial.known() || !b.serial.known() {
		return false
	}
	s, t := h.recordSource(a), h.recordSource(b)
	return s.file == t.file && h.written[s.file] && s.offset >= 0 && s.offset < t.offset
}

// findReboots notes where Windows booted within what counts as one boot, for a recorder
// gives GUIDs: another one beside it may name a parent by its number alone.
func (s *segment) findReboots() {
	if !s.guids {
		return
	}
	for i := range s.recs {
		if s.startsSession(&s.recs[i]) {
			s.reboots = append(s.reboots, int32(i))
		}
	}
}

// outlived reports whether Windows booted between two records, of which the first is of the
// process with that number: then it is not there any more.
func (s *segment) outlived(pid uint32, from, to int32) bool {
	if len(s.reboots) == 0 || pid == systemPID {
		return false
	}
	i := sort.Search(len(s.reboots), func(i int) bool { return s.reboots[i] > from })
	return i < len(s.reboots) && s.reboots[i] < to
}
