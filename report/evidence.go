package report

import (
	"cmp"
	"slices"

	"oddkin/tree"
)

// telling is what the nodes of a system tell, for [noteList.recording].
type telling struct {
	starts, silent int // program starts, and those without a command line
}

// tellings is that of each [event.OS].
type tellings [1 << 8]telling

// count walks the forest once and sums it up, over all and per host. It returns what
// the nodes of each system tell.
func (e *Evidence) count(f *tree.Forest) *tellings {
	told := &tellings{}
	e.Hosts = []Host{}
	if e.Inputs == nil {
		e.Inputs = []Input{}
	}
	hosts := map[string]*Host{}
	name, h := "", (*Host)(nil) // the last node's
	for n := range f.Nodes() {
		if h == nil || n.Host() != name {
			name = n.Host()
			if h = hosts[name]; h == nil {
				h = &Host{Name: text(name)}
				hosts[name] = h
			}
		}
		h.Boots = max(h.Boots, n.Boot())
		h.Processes++
		if n.Leaf() {
			h.Chains++
		}
		widen(&h.First, &h.Last, n.Start())
		e.FailedStarts += n.FailedStarts()
		e.Links.add(n.Link.Kind)
		e.Standings.add(n.Standing)
		if n.Standing == tree.Started {
			t := &told[n.Program().OS]
			if t.starts++; !n.HasCommand() {
				t.silent++
			}
		}
	}
	for _, h := range hosts {
		e.Hosts = append(e.Hosts, *h)
		e.Processes += h.Processes
		e.Chains += h.Chains
		widen(&e.First, &e.Last, h.First)
		widen(&e.First, &e.Last, h.Last)
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
