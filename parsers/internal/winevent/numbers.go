package winevent

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/cespare/xxhash/v2"
)

// Run is a range of record numbers without a hole.
type Run struct{ First, Last uint64 }

// Numbers keeps which record numbers there are of each log. The service gives the
// records of a log (a channel of a host) numbers without a hole, so that one which
// is missing tells of a record that was left out, overwritten or removed. They may
// come in any order: a log that overwrites its oldest chunks does not hold them in
// theirs, and an export may begin with the newest.
type Numbers struct {
	logs map[uint64][]Run
	runs int  // in all logs
	lost bool // there were too many to keep
}

// maxRuns bounds the memory; where records in no order need more, gaps are not told.
const maxRuns = 1 << 16

// Note takes the numbers of a run, of the log of that key.
func (n *Numbers) Note(log uint64, next Run) {
	if n.lost {
		return
	}
	runs := n.logs[log]
	if k := len(runs) - 1; k >= 0 && runs[k].join(next) {
		return
	}
	if n.logs == nil {
		n.logs = make(map[uint64][]Run)
	}
	n.logs[log] = append(runs, next)
	if n.runs++; n.runs > maxRuns {
		n.tidy()
		n.lost = n.runs > maxRuns/2
	}
}

// join widens r by a run that overlaps it or follows on either side.
func (r *Run) join(next Run) bool {
	if next.First > r.Last && next.First-1 != r.Last || next.Last < r.First && next.Last+1 != r.First {
		return false
	}
	r.First, r.Last = min(r.First, next.First), max(r.Last, next.Last)
	return true
}

// tidy puts the runs of each log in order and makes one of those that touch.
func (n *Numbers) tidy() {
	n.runs = 0
	for log, runs := range n.logs {
		slices.SortFunc(runs, func(a, b Run) int { return cmp.Compare(a.First, b.First) })
		kept := runs[:1]
		for _, r := range runs[1:] {
			if !kept[len(kept)-1].join(r) {
				kept = append(kept, r)
			}
		}
		n.logs[log] = kept
		n.runs += len(kept)
	}
}

// Missing says how many numbers are missing between the lowest and the highest of
// each log, in how many gaps, and which one follows the largest.
func (n *Numbers) Missing() (count, gaps, after uint64) {
	if n.lost {
		return 0, 0, 0
	}
	n.tidy()
	var largest uint64
	for _, runs := range n.logs {
		for i := 1; i < len(runs); i++ {
			hole := runs[i].First - runs[i-1].Last - 1
			gaps++
			count = min(count+hole, math.MaxInt64)
			if hole > largest || hole == largest && runs[i].First < after {
				largest, after = hole, runs[i].First
			}
		}
	}
	return count, gaps, after
}

// Gaps books the numbers that are missing and warns of them; why says what may
// have become of the records.
func (r *Reader) Gaps(n *Numbers, why string) {
	count, gaps, after := n.Missing()
	if count == 0 || r.Stopped {
		return
	}
	r.In.Account.Gaps, r.In.Account.Missing = int64(gaps), int64(count)
	r.Warn(-1, after, fmt.Sprintf("%d record numbers missing in %d gaps, most before this one: %s", count, gaps, why), 0)
}

// EndExport tells, behind the last record of an export, which numbers it lacks.
func (r *Reader) EndExport() { r.Gaps(&r.numbers, "records left out of the export, lost or removed") }

// numbered is the run of one record, and the key of its log.
type numbered struct {
	log uint64
	Run
}

// numbered gives the number of the record at hand; false where it has none, or where
// nobody asks.
func (r *Reader) numbered() (numbered, bool) {
	if !r.Export || r.serial == 0 {
		return numbered{}, false
	}
	b := append(r.scratch[:0], r.Rec.raw(computer)...)
	b = append(append(b, 0), r.Rec.first(channel, provider)...)
	r.scratch = b
	return numbered{xxhash.Sum64(b), Run{r.serial, r.serial}}, true
}

// interleaved is how many of the newest runs of a batch are looked through for the
// one that a number goes on: exports mix the records of a few logs.
const interleaved = 8

// number notes the number of a record in the batch.
func (b *Batch) number(next numbered) {
	for i := len(b.numbers) - 1; i >= max(0, len(b.numbers)-interleaved); i-- {
		if b.numbers[i].log == next.log && b.numbers[i].join(next.Run) {
			return
		}
	}
	b.numbers = append(b.numbers, next)
}
