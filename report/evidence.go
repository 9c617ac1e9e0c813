package report

import (
	"cmp"
	"slices"

	"oddkin/parsers/event"
	"oddkin/tree"
)

// telling is what the nodes of a system tell, for [noteList.recording].
type telling struct {
	starts, silent int // program starts, and those without a command line
}

// count walks the forest once and sums it up, over all and per host. It returns what
// the nodes of each system tell.
func (e *Evidence) count(f *tree.Forest) map[event.OS]telling {
	told := map[event.OS]telling{}
	e.Hosts = []Host{}
	if e.Inputs == nil {
		e.Inputs = []Input{}
	}
	hosts := map[string]*Host{}
	for n := range f.Nodes() {
		h := hosts[n.Host()]
		if h == nil {
			h = &Host{Name: text(n.Host())}
			hosts[n.Host()] = h
		}
		h.Boots = max(h.Boots, n.Boot())
		h.Processes++
		if n.Leaf() {
			h.Chains++
		}
		start := stamp(n.Start())
		widen(&h.First, &h.Last, start)
		widen(&e.First, &e.Last, start)
		e.FailedStarts += len(n.Failed())
		e.Links.add(n.Link.Kind)
		e.Standings.add(n.Standing)
		if n.Standing == tree.Started {
			t := told[n.Program().OS]
			if t.starts++; !n.HasCommand() {
				t.silent++
			}
			told[n.Program().OS] = t
		}
	}
	for _, h := range hosts {
		e.Hosts = append(e.Hosts, *h)
		e.Processes += h.Processes
		e.Chains += h.Chains
	}
	slices.SortFunc(e.Hosts, func(a, b Host) int { return cmp.Compare(a.Name, b.Name) })
	return told
}

func (l *Links) add(k tree.LinkKind) {
	switch k {
	case tree.Root:
		l.Root++
	case tree.Observed:
		l.Observed++
	case tree.ByGUID:
		l.GUID++
	case tree.ByPID:
		l.PID++
	case tree.Inferred:
		l.Inferred++
	case tree.Supposed:
		l.Supposed++
	case tree.Orphan:
		l.Orphan++
	}
}

func (s *Standings) add(k tree.Standing) {
	switch k {
	case tree.Started:
		s.Started++
	case tree.Seen:
		s.Seen++
	case tree.Named:
		s.Named++
	}
}
