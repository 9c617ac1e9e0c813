package detect

import "slices"

// reading is a squeezed chain as the networks read it: as it is, and directly if that differs.
type reading struct {
	as, direct      sequence // the latter empty if they are the same
	windows, passed []int32  // by their number with the scorer
}

// read notes the windows of a chain.
func (s *scorer) read(chain sequence) reading {
	r := reading{as: chain, windows: s.windowsOf(chain)}
	if d := chain.direct(); d.past > 0 {
		r.direct, r.passed = d, s.windowsOf(d)
	}
	return r
}

func (s *scorer) windowsOf(q sequence) (list []int32) {
	if len(q.hops) == 0 {
		return nil
	}
	for w := range q.windows() {
		list = append(list, s.window(q.window(w)))
	}
	return list
}

// opinionsOf are what is thought of each window of a chain, once the networks have read them.
func (s *scorer) opinionsOf(q sequence, windows []int32) []opinions {
	out := make([]opinions, len(windows))
	for w, at := range windows {
		hops, _ := q.window(w)
		out[w] = s.opinions(at, hops)
	}
	return out
}

// judged is what a chain as a whole stands at, and what is thought of the window that says so: its
// worst, or that of the direct reading if that overrules it. A chain that is known stays below the alerts.
func (m *Model) judged(s *scorer, r reading) (float64, opinions) {
	standing, why := m.worst(s, r.as, r.windows, r.as)
	if len(r.passed) > 0 && !m.known.holds(r.direct) && !m.known.holds(r.as) {
		if d, o := m.worst(s, r.direct, r.passed, r.as); overrules(d, standing, r.direct.past) {
			standing, why = d, o
		}
	}
	return m.ofWhole(standing, r.as), why
}

// overrules reports whether what a direct reading that passed over such a row stands at counts.
func overrules(direct, standing float64, past int) bool {
	return direct > standing && (direct >= 0 || past >= endlessRow)
}

// worst is the highest standing among the windows of q, a reading of as, that count: not those up to where
// the chain is known, and more follows. It is [negligible] if there is none.
func (m *Model) worst(s *scorer, q sequence, windows []int32, as sequence) (float64, opinions) {
	standing, why := float64(negligible), opinions{}
	for w, o := range s.opinionsOf(q, windows) {
		end := q.end(w)
		known := end < len(q.hops) && (m.known.holds(sequence{hops: q.hops[:end]}) || m.known.holds(as.upTo(q.at[end-1])))
		if now := s.fit.standing(o); !known && now > standing {
			standing, why = now, o
		}
	}
	return standing, why
}

// upTo is what s has of the chain that it was taken from up to the hop with the index given.
func (s sequence) upTo(index int) sequence {
	n, _ := slices.BinarySearch(s.at, index+1)
	return sequence{hops: s.hops[:n], at: s.at[:n]}
}
