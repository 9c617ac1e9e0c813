package ingest

import (
	"cmp"
	"maps"
	"math"
	"math/bits"
	"slices"
)

// Run is a range of record numbers without a hole.
type Run struct{ First, Last uint64 }

// Join widens r by a run that overlaps it or follows on either side, and reports whether
// next is one.
func (r *Run) Join(next Run) bool {
	if next.First > r.Last && next.First-1 != r.Last || next.Last < r.First && next.Last+1 != r.First {
		return false
	}
	r.First, r.Last = min(r.First, next.First), max(r.Last, next.Last)
	return true
}

// Numbers keeps which record numbers there are of each log, such as a channel of a Windows
// host or what its kernel audits since a boot. They are given without a hole, so that one
// which is missing tells of a record that was left out, lost, overwritten or removed. They
// may come in any order: a log that overwrites its oldest chunks does not hold them in theirs,
// and an export may begin with the newest, or with any where it comes from several shards.
type Numbers struct {
	logs  map[uint64]*numberLog
	last  *numberLog // the one used last
	key   uint64     // of last
	pages int        // in all logs
	lost  bool       // there were too many to keep
}

// numberLog is one log: pages of which some numbers are known, and runs of those of which all
// are, of the numbers divided by the size of a page.
type numberLog struct {
	some map[uint64]*numberPage
	all  []Run
}

const (
	pageNumbers = 1024
	// maxNumberPages bounds the memory, to some 20 MB: of more numbers that lie as far apart
	// as a page each, nothing is counted.
	maxNumberPages = 1 << 16
)

// numberPage has a bit for each number.
type numberPage struct {
	bits [pageNumbers / 64]uint64
	n    int // how many are set
}

// Note takes the numbers of a run, of the log of that key.
func (n *Numbers) Note(log uint64, next Run) {
	if n.lost {
		return
	}
	if n.last == nil || n.key != log {
		if n.logs == nil {
			n.logs = make(map[uint64]*numberLog)
		}
		if n.key, n.last = log, n.logs[log]; n.last == nil {
			n.last = &numberLog{some: map[uint64]*numberPage{}}
			n.logs[log] = n.last
		}
	}
	for first := next.First; ; {
		page := first / pageNumbers
		end := page*pageNumbers + pageNumbers - 1
		n.mark(page, first, min(end, next.Last))
		if end >= next.Last {
			return
		}
		first = end + 1
	}
}

// mark notes numbers of one page.
func (n *Numbers) mark(number, first, last uint64) {
	log := n.last
	page := log.some[number]
	if page == nil {
		if log.full(number) {
			return
		}
		if n.pages++; n.pages > maxNumberPages {
			*n = Numbers{lost: true}
			return
		}
		page = &numberPage{}
		log.some[number] = page
	}
	for i := first; ; i++ {
		word, bit := &page.bits[i%pageNumbers/64], uint64(1)<<(i%64)
		if *word&bit == 0 {
			*word |= bit
			page.n++
		}
		if i == last {
			break
		}
	}
	if page.n == pageNumbers {
		delete(log.some, number)
		n.pages--
		log.fill(number)
	}
}

// full reports whether all numbers of a page are known.
func (l *numberLog) full(page uint64) bool {
	i, found := slices.BinarySearchFunc(l.all, page, func(r Run, page uint64) int { return cmp.Compare(r.First, page) })
	return found || i > 0 && page <= l.all[i-1].Last
}

// fill notes that all numbers of a page are known.
func (l *numberLog) fill(page uint64) {
	i, _ := slices.BinarySearchFunc(l.all, page, func(r Run, page uint64) int { return cmp.Compare(r.First, page) })
	this := Run{page, page}
	switch {
	case i > 0 && l.all[i-1].Join(this):
		if i < len(l.all) && l.all[i-1].Join(l.all[i]) {
			l.all = slices.Delete(l.all, i, i+1)
		}
	case i < len(l.all) && l.all[i].Join(this):
	default:
		l.all = slices.Insert(l.all, i, this)
	}
}

// Lost reports whether there were too many numbers, too far apart, to tell what is missing.
func (n *Numbers) Lost() bool { return n.lost }

// Missing says how many numbers are missing between the lowest and the highest of each log, in
// how many gaps, and which one follows the largest: the lowest of several.
func (n *Numbers) Missing() (count, gaps, after uint64) {
	var largest uint64
	for _, log := range n.logs {
		var last uint64
		begun := false
		log.each(func(r Run) {
			if begun && r.First > last+1 {
				hole := r.First - last - 1
				gaps++
				count = min(count+hole, math.MaxInt64)
				if hole > largest || hole == largest && r.First < after {
					largest, after = hole, r.First
				}
			}
			begun, last = true, r.Last
		})
	}
	return count, gaps, after
}

// each yields the runs in order; two may touch.
func (l *numberLog) each(yield func(Run)) {
	runs := l.all
	for _, number := range slices.Sorted(maps.Keys(l.some)) {
		for len(runs) > 0 && runs[0].First < number {
			yield(Run{runs[0].First * pageNumbers, runs[0].Last*pageNumbers + pageNumbers - 1})
			runs = runs[1:]
		}
		l.some[number].each(number*pageNumbers, yield)
	}
	for _, r := range runs {
		yield(Run{r.First * pageNumbers, r.Last*pageNumbers + pageNumbers - 1})
	}
}

// each yields the runs of a page whose first number is base.
func (p *numberPage) each(base uint64, yield func(Run)) {
	for i, word := range p.bits {
		for at := uint64(0); word != 0; {
			skip := uint64(bits.TrailingZeros64(word))
			word >>= skip
			length := uint64(bits.TrailingZeros64(^word))
			first := base + uint64(i)*64 + at + skip
			yield(Run{first, first + length - 1})
			word >>= length // a shift by 64 gives 0
			at += skip + length
		}
	}
}
