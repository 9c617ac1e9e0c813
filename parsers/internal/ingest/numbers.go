package ingest

import (
	"cmp"
	"math"
	"slices"
)

// Run is a range of record numbers without a hole.
type Run struct{ First, Last uint64 }

// Numbers keeps which record numbers there are of each log, such as a channel of a Windows
// host or what its kernel audits since a boot. They are given without a hole, so that one
// which is missing tells of a record that was left out, lost, overwritten or removed. They
// may come in any order: a log that overwrites its oldest chunks does not hold them in theirs,
// and an export may begin with the newest.
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
	if k := len(runs) - 1; k >= 0 && runs[k].Join(next) {
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

// Join widens r by a run that overlaps it or follows on either side, and reports whether
// next is one.
func (r *Run) Join(next Run) bool {
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
			if !kept[len(kept)-1].Join(r) {
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
