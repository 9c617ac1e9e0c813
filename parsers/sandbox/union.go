package sandbox

import (
	"strings"
	"time"
)

// union joins a report's lists of processes into one. CAPE's and Cuckoo's tree
// hold the first process of a pid only, and CAPE's only those with API calls;
// its list of monitored processes may lack what the tree holds where a report
// was trimmed. Entries of one list that say the same in everything are one
// process, counted in duplicates; entries with one pid that differ are several,
// the pid having been used again.
func union(monitor, generic, tree []process) (all []process, duplicates int64) {
	seen := make(map[identity]bool, len(monitor))
	mentioned := make(map[uint32][]int)
	add := func(p process) {
		mentioned[p.proc.PID] = append(mentioned[p.proc.PID], len(all))
		all = append(all, p)
	}
	for _, p := range monitor {
		if !p.usable() {
			continue // refused and counted when it was read
		}
		if id := p.identity(); seen[id] {
			duplicates++
		} else {
			seen[id] = true
			add(p)
		}
	}
	for _, list := range [][]process{generic, tree} {
		for _, p := range list {
			if !p.usable() {
				continue
			}
			if known := find(all, mentioned[p.proc.PID], &p); known != nil {
				known.complete(&p)
				continue
			}
			p.index = 0
			add(p)
		}
	}
	return all, duplicates
}

// identity is all that tells two entries of one list apart.
type identity struct {
	pid, parent          uint32
	name, image, command string
	seen                 time.Time
}

func (p *process) identity() identity {
	return identity{p.proc.PID, p.parent.PID, p.proc.Name, p.proc.Image, p.proc.CommandLine, p.seen}
}

// maxShared is how many processes of one pid an entry is compared with.
const maxShared = 64

// find gives the process among candidates that q may be another mention of:
// none of the facts that both state differ.
func find(all []process, candidates []int, q *process) *process {
	for _, i := range candidates[:min(len(candidates), maxShared)] {
		p := &all[i]
		if (p.parent.PID == q.parent.PID || p.parent.PID == 0 || q.parent.PID == 0) &&
			(p.seen.Equal(q.seen) || p.seen.IsZero() || q.seen.IsZero()) &&
			agree(p.proc.Name, q.proc.Name) && agree(p.proc.Image, q.proc.Image) {
			return p
		}
	}
	return nil
}

func agree(a, b string) bool { return a == "" || b == "" || strings.EqualFold(a, b) }

// complete takes from another mention q of the process what p does not state.
func (p *process) complete(q *process) {
	fill(&p.proc.Name, q.proc.Name)
	fill(&p.proc.Image, q.proc.Image)
	fill(&p.proc.CommandLine, q.proc.CommandLine)
	fill(&p.proc.User, q.proc.User)
	fill(&p.computer, q.computer)
	if p.parent.PID == 0 {
		p.parent = q.parent
	}
	if p.seen.IsZero() {
		p.seen = q.seen
	}
}

func fill(dst *string, text string) {
	if *dst == "" {
		*dst = text
	}
}
