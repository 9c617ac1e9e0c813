package tree

import (
	"slices"
	"sort"
	"time"
)

// step is a moment at which a host's clock was set back.
type step struct {
	from int64 // the order time of the first record after it
	by   int64
}

const (
	// stepSize is the smallest step that is told from the jitter of records,
	// which are stamped when a call is entered and numbered when it is logged.
	stepSize = int64(time.Second)
	// stepRun is how many records in a row must lie back: a single one is a call that
	// took long. Of starts, which do not wait, three are enough, and two where the log
	// ends with them.
	stepRun      = 5
	stepRunAtEnd = 2
	stepRunExecs = 3
)

// undoSteps puts the records of a boot in their true order where the clock was
// set back: the kernel's serials go on when the time does not. Times of records after a
// step are moved on for ordering; nodes keep the time as it stands in the log.
func (s *segment) undoSteps() {
	if s.windows > 0 || !s.disordered() {
		return
	}
	var order []int32
	for i := range s.recs {
		if s.recs[i].serial.known() && s.recs[i].at != untimed && s.recs[i].kind() != kindBoot {
			order = append(order, int32(i))
		}
	}
	slices.SortStableFunc(order, func(a, b int32) int { return s.compareSerials(s.recs[a].serial, s.recs[b].serial) })
	s.doubtSerials(order)
	latest, shift := int64(untimed), int64(0)
	for i, o := range order {
		r := &s.recs[o]
		if latest != untimed && s.stepsBack(order[i:], latest-shift) {
			shift = latest + 1 - r.at
			s.steps = append(s.steps, step{latest + 1, shift})
			s.found.counts.ClockSteps++
			s.found.warn(s.evidence(r), reasonClockStep)
		}
		r.at += shift
		latest = max(latest, r.at)
	}
	if len(s.steps) > 0 {
		slices.SortFunc(s.recs, s.compare)
	}
}

// doubtSerials warns where a serial is given at two times, which no kernel does: then records of
// several boots lie among each other, and no file says which was written when.
func (s *segment) doubtSerials(order []int32) {
	for i, o := range order[min(1, len(order)):] {
		r, q := &s.recs[o], &s.recs[order[i]]
		if s.compareSerials(r.serial, q.serial) == 0 && max(r.at, q.at)-min(r.at, q.at) >= stepSize {
			s.found.warn(s.evidence(r), reasonMixed)
			return
		}
	}
}

// disordered reports whether a record has a smaller serial than one at least
// a step older, or the same one.
func (s *segment) disordered() bool {
	high, next, from := uint64(0), uint64(0), int64(untimed) // the highest serial a step ago, and since from
	for i := range s.recs {
		r := &s.recs[i]
		if !r.serial.known() || r.at == untimed || r.kind() == kindBoot {
			continue
		}
		if from == untimed || r.at-from >= stepSize {
			high, from = next, r.at
		}
		serial := s.serialOf(r.serial)
		if serial <= high {
			return true
		}
		next = max(next, serial)
	}
	return false
}

// stepsBack reports whether the next records all lie a step before latest.
func (s *segment) stepsBack(order []int32, latest int64) bool {
	execs := true
	for n, o := range order[:min(stepRun, len(order))] {
		r := &s.recs[o]
		if r.at > latest-stepSize {
			return n >= stepRunExecs && execs
		}
		execs = execs && r.kind() == kindExec
	}
	return len(order) >= stepRun || execs && len(order) >= stepRunAtEnd
}

// clock is the time in the log at an order time, as [store.stamp] gives it.
func (s *segment) clock(at int64) int64 {
	if at == untimed {
		return untimed
	}
	if after := sort.Search(len(s.steps), func(i int) bool { return s.steps[i].from > at }); after > 0 {
		at -= s.steps[after-1].by
	}
	return at
}
