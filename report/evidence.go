package report

import (
	"cmp"
	"slices"

	"oddkin/tree"
)

// count walks the forest once and sums it up, over all and per host.
func (e *Evidence) count(f *tree.Forest) {
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
	}
	for _, h := range hosts {
		e.Hosts = append(e.Hosts, *h)
		e.Processes += h.Processes
		e.Chains += h.Chains
	}
	slices.SortFunc(e.Hosts, func(a, b Host) int { return cmp.Compare(a.Name, b.Name) })
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
