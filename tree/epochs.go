package tree

import (
	"cmp"
	"math"
	"slices"
	"sort"
	"sync/atomic"

	"oddkin/tree/internal/column"
)

// A host whose clock is behind when it starts again writes records that lie, by their
// times, among those of the boot before. No order by time can part them. The log can:
// within one file the kernel's serials begin anew where the later boot's records begin.
// Each record is therefore given an epoch, which goes before its time in the order of
// records (host.begins says where each begins); all have the same one unless a file shows such a beginning.

// stretch is a part of a file in which the serials run on.
type stretch struct {
	recs        []int32 // in the order of the file
	low, high   uint64  // serials
	first, last int64   // times
	// lowFirst and lowLast are the times at which the lowest serial is given.
	lowFirst, lowLast int64
	epoch             uint16
}

const (
	// steadyAfter is how many records must follow a serial that fell before it is believed.
	steadyAfter = 8
	// maxStretches bounds the work, which grows with their square: a host that boots so
	// often in one piece of evidence is one that somebody made up.
	maxStretches = 256
	// maxFalls is of how many records of a file the serial of one may fall, if they stand in the order of writing.
	maxFalls = 4
)

// setEpochs gives the host's records their epochs, if the time of a boot in one of its
// files lies before the end of the one above it, or a file that begins with a boot lies
// among the times of another one. (Boots of which each has a file of its own are then
// told apart, and numbered by their first times: which came first nothing says.) Recorders with GUIDs number records
// through boots, and need none to tell processes apart.
func (h *host) setEpochs() {
	if h.windows > 0 || h.guids || !slices.ContainsFunc(h.recs, func(r record) bool { return r.serial.known() && h.serialOf(r.serial) <= nearZero }) {
		return
	}
	h.written = map[int32]bool{}
	var all []*stretch
	behind := false
	order := h.fileOrder()
	defer column.Drop(h.scratch, order)
	for _, recs := range h.byFile(order) {
		if !h.asWritten(recs) {
			continue
		}
		h.written[h.recordSource(&h.recs[recs[0]]).file] = true
		parts := h.stretches(recs)
		for i := range parts[1:] {
			behind = behind || parts[i+1].first < parts[i].last && parts[i+1].contradicts(parts[i])
		}
		if all = append(all, parts...); behind && len(all) > maxStretches {
			h.found.warn(h.evidence(&h.recs[all[maxStretches].recs[0]]), reasonManyBoots)
			return
		}
	}
	if !behind && (len(all) > maxStretches || !h.mixed(all)) {
		return
	}
	place(all)
	epochs := column.Make[uint16](h.scratch, len(h.recs))
	defer column.Drop(h.scratch, epochs)
	for _, s := range all {
		for _, i := range s.recs {
			epochs[i] = s.epoch
		}
	}
	for i := range h.recs {
		if r := &h.recs[i]; r.kind() == kindExit { // its place in the file is not kept
			epochs[i] = h.epochOf(r, all)
		}
	}
	h.part(epochs)
}

// part puts the records of each epoch behind those of the one before.
func (h *host) part(epochs []uint16) {
	at := make([]int, slices.Max(epochs)+1) // where the next record of each epoch goes
	for _, e := range epochs {
		at[e]++
	}
	begin := 0
	for e, n := range at {
		if e > 0 {
			h.begins = append(h.begins, begin)
		}
		at[e] = begin
		begin += n
	}
	parted := column.Make[record](h.scratch, len(h.recs))
	for i, e := range epochs {
		parted[at[e]] = h.recs[i]
		at[e]++
	}
	column.Drop(h.scratch, h.recs)
	h.recs = parted
}

// epochs are the records of each epoch.
func (h *host) epochs() [][]record {
	all := make([][]record, 0, len(h.begins)+1)
	from := 0
	for _, to := range append(slices.Clone(h.begins), len(h.recs)) {
		all = append(all, h.recs[from:to])
		from = to
	}
	return all
}

// beginsEpoch reports whether an epoch other than the first begins with the record at i.
func (h *host) beginsEpoch(i int) bool {
	_, begins := slices.BinarySearch(h.begins, i)
	return begins
}

// mixed reports whether a boot that begins with a file, as a rotation just before it
// leaves it, lies by its times among the records of another file of its folder that
// cannot be of it. (What names its host may in another folder be of another machine of
// that name; what names none is there because it is a copy, see joinFolders.)
func (h *host) mixed(all []*stretch) bool {
	lies := func(s *stretch) string { return folder(h.evidence(&h.recs[s.recs[0]]).File) }
	for _, s := range all {
		if s.low > nearZero {
			continue
		}
		for _, t := range all {
			if s != t && s.first < t.last && t.first < s.last && s.contradicts(t) && (len(h.names) == 0 || lies(s) == lies(t)) {
				return true
			}
		}
	}
	return false
}

// fileOrder lists the numbered records in the order in which they stand in their files.
func (h *host) fileOrder() []int32 {
	order := column.Make[int32](h.scratch, len(h.recs))
	found := make([]ordered, pieces(len(h.recs)))
	inPieces(len(h.recs), func(i, from, to int) { found[i] = h.numbered(order[from:from], from, to) })
	all, sorted := order[:0], true
	for i := range found {
		p := &found[i]
		if len(p.list) == 0 {
			continue
		}
		sorted = sorted && p.sorted && (len(all) == 0 || h.compareSource(h.recordSource(&h.recs[all[len(all)-1]]), p.first) <= 0)
		all = append(all, p.list...)
	}
	if !sorted {
		slices.SortStableFunc(all, func(a, b int32) int {
			return h.compareSource(h.recordSource(&h.recs[a]), h.recordSource(&h.recs[b]))
		})
	}
	return all
}

// ordered is a list of records.
type ordered struct {
	list   []int32
	first  source
	sorted bool // they stand in their files in this order
}

// numbered appends to list the numbered records from one to before another.
func (h *host) numbered(list []int32, from, to int) ordered {
	o := ordered{list: list, sorted: true}
	var last source
	for i := from; i < to; i++ {
		r := &h.recs[i]
		if !r.serial.known() || r.at == untimed || r.kind() == kindExit {
			continue
		}
		at := h.recordSource(r)
		if at.offset < 0 {
			continue
		}
		if len(o.list) == 0 {
			o.first = at
		} else {
			o.sorted = o.sorted && h.compareSource(last, at) <= 0
		}
		last = at
		o.list = append(o.list, int32(i))
	}
	return o
}

// byFile cuts that order by file. The files are ordered by their first times.
func (h *host) byFile(order []int32) [][]int32 {
	var files [][]int32
	for len(order) > 0 {
		file := h.recordSource(&h.recs[order[0]]).file
		n := sort.Search(len(order), func(i int) bool { return h.recordSource(&h.recs[order[i]]).file != file })
		files = append(files, order[:n])
		order = order[n:]
	}
	slices.SortStableFunc(files, func(a, b []int32) int { return cmp.Compare(h.recs[a[0]].at, h.recs[b[0]].at) })
	return files
}

// asWritten reports whether a file's records stand there in the order in which they were
// written, so that their places are evidence: the serials then fall only where a boot begins
// or where calls overlap. In a file that was shuffled they fall at every other record, in one that
// was turned round at each.
func (h *host) asWritten(recs []int32) bool {
	var falls atomic.Int64
	inPieces(len(recs), func(_, from, to int) {
		n := 0
		for i := max(from, 1); i < to; i++ {
			if h.compareSerials(h.recs[recs[i]].serial, h.recs[recs[i-1]].serial) < 0 {
				n++
			}
		}
		falls.Add(int64(n))
	})
	return int(falls.Load()) <= len(recs)/maxFalls
}

// stretches cuts a file's records where the serials begin anew: near zero and, if it is not the
// start of process 1, well below the highest before, and staying there.
func (h *host) stretches(recs []int32) []*stretch {
	var all []*stretch
	var s *stretch
	from := 0
	for i, rec := range recs {
		r := &h.recs[rec]
		serial := h.serialOf(r.serial)
		if s == nil || serial <= nearZero && (serial <= s.high/2 && h.staysBelow(recs[i+1:], s.high) || serial < s.high && h.initExec(int(rec))) {
			s = &stretch{low: math.MaxUint64, first: math.MaxInt64, last: math.MinInt64}
			all = append(all, s)
			from = i
		}
		s.add(serial, r.at)
		s.recs = recs[from : i+1]
	}
	return all
}

func (s *stretch) add(serial uint64, at int64) {
	switch {
	case serial < s.low:
		s.low, s.lowFirst, s.lowLast = serial, at, at
	case serial == s.low:
		s.lowFirst, s.lowLast = min(s.lowFirst, at), max(s.lowLast, at)
	}
	s.high = max(s.high, serial)
	s.first, s.last = min(s.first, at), max(s.last, at)
}

func (h *host) staysBelow(recs []int32, serial uint64) bool {
	for _, i := range recs[:min(len(recs), steadyAfter)] {
		if h.serialOf(h.recs[i].serial) >= serial {
			return false
		}
	}
	return true
}

// place gives stretches their epochs: each that of the nearest one that it does not
// contradict, or a new one.
func place(all []*stretch) {
	var epochs [][]*stretch
	for _, s := range all {
		best, distance := -1, uint64(math.MaxUint64)
		for e, members := range epochs {
			if slices.ContainsFunc(members, s.contradicts) {
				continue
			}
			for _, m := range members {
				if d := s.distance(m); d < distance || best < 0 {
					best, distance = e, d
				}
			}
		}
		if best < 0 {
			best = len(epochs)
			epochs = append(epochs, nil)
		}
		s.epoch = uint16(best) // below maxStretches
		epochs[best] = append(epochs[best], s)
	}
}

// contradicts reports whether two stretches cannot be of one boot: what has the greater
// serials has not the later times, or one serial is given at two.
func (s *stretch) contradicts(t *stretch) bool {
	switch {
	case s.low > t.high:
		return s.first < t.last-stepSize
	case t.low > s.high:
		return t.first < s.last-stepSize
	case s.low < t.low:
		return s.first > t.first+stepSize
	case t.low < s.low:
		return t.first > s.first+stepSize
	}
	return max(s.lowFirst, t.lowFirst)-min(s.lowLast, t.lowLast) > stepSize
}

// distance is how many serials lie between two stretches.
func (s *stretch) distance(t *stretch) uint64 {
	switch {
	case s.low > t.high:
		return s.low - t.high
	case t.low > s.high:
		return t.low - s.high
	}
	return 0
}

// epochOf is the epoch of the stretch in which a record fits best, by its serial and time; not one
// in which its serial is given at another time.
func (h *host) epochOf(r *record, all []*stretch) uint16 {
	best, distance := uint16(0), int64(math.MaxInt64)
	for _, s := range all {
		i := sort.Search(len(s.recs), func(i int) bool { return h.compareSerials(h.recs[s.recs[i]].serial, r.serial) >= 0 })
		for _, k := range []int{i, i - 1} {
			if k < 0 || k >= len(s.recs) || r.at == untimed {
				continue
			}
			at := h.recs[s.recs[k]].at
			if h.compareSerials(h.recs[s.recs[k]].serial, r.serial) == 0 && at != r.at {
				break
			}
			if d := max(at, r.at) - min(at, r.at); d < distance {
				best, distance = s.epoch, d
			}
		}
	}
	return best
}
