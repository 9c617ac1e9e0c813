package evtx

import "slices"

// run is a range of record numbers without a hole.
type run struct{ first, last uint64 }

// numbers keeps which record numbers there are. A log that overwrites its oldest
// chunks does not hold them in order.
type numbers struct {
	runs []run
}

// maxRuns bounds the memory; with more, gaps are not told any more.
const maxRuns = 1 << 16

// join notes the numbers of a run, which come behind those noted before.
func (n *numbers) join(next run) {
	if k := len(n.runs); k > 0 && n.runs[k-1].last+1 == next.first {
		n.runs[k-1].last = next.last
		return
	}
	if len(n.runs) <= maxRuns {
		n.runs = append(n.runs, next)
	}
}

// missing says how many numbers are missing between the lowest and the highest,
// in how many gaps, and which one follows the largest.
func (n *numbers) missing() (count, gaps, after uint64) {
	if len(n.runs) > maxRuns {
		return 0, 0, 0
	}
	slices.SortFunc(n.runs, func(a, b run) int {
		if a.first < b.first {
			return -1
		}
		return 1
	})
	var largest, last uint64
	for i, r := range n.runs {
		if i > 0 && r.first > last && r.first-last > 1 {
			hole := r.first - last - 1
			gaps++
			count += hole
			if hole > largest {
				largest, after = hole, r.first
			}
		}
		last = max(last, r.last)
	}
	return count, gaps, after
}
