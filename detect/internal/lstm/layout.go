package lstm

// Scan is the order in which one LSTM works through a batch. Its rows are the
// states to compute, step by step; a row knows the row before it and, for each
// source of input, which input vector it reads.
//
// Two sequences that have begun alike are in the same state, so the first
// layer's rows are not (sequence, position) pairs but distinct beginnings: a trie
// in breadth-first order. Chains of one process tree share most of theirs.
type Scan struct {
	Steps  []int32   // step t computes rows Steps[t] to Steps[t+1]
	Prev   []int32   // for each row the row of the step before; -1 in step 0
	Inputs [][]int32 // Inputs[source][row] is the index of an input vector
}

// Rows is the number of states the scan computes.
func (s *Scan) Rows() int { return len(s.Prev) }

// Layout is a batch of sequences laid out for the three LSTMs. Its zero value is
// ready for [Layout.Build], which reuses its memory.
type Layout struct {
	Forward  Scan    // distinct beginnings; the source is the tokens
	Backward Scan    // distinct endings, read from the end; the same source
	Second   Scan    // (sequence, position); sources: forward's rows, backward's rows
	Last     []int32 // for each sequence its last row in Second; -1 if it is empty

	start []int32 // for each sequence where its positions begin in ahead and behind
	ahead []int32 // for each position its row in Forward
	back  []int32 // for each position its row in Backward
	seen  trie
}

// Build lays out seqs, indices into some list of tokens.
func (l *Layout) Build(seqs [][]int32) {
	positions, longest := l.forward(seqs)
	l.back = grow(l.back, positions)
	l.share(&l.Backward, seqs, longest, positions, l.back, func(s []int32, t int) int { return len(s) - 1 - t })
	l.second(seqs, longest)
}

// BuildForward lays out seqs for the forward direction alone.
func (l *Layout) BuildForward(seqs [][]int32) { l.forward(seqs) }

func (l *Layout) forward(seqs [][]int32) (positions, longest int) {
	l.start = l.start[:0]
	for _, s := range seqs {
		l.start = append(l.start, int32(positions))
		positions += len(s)
		longest = max(longest, len(s))
	}
	l.ahead = grow(l.ahead, positions)
	l.share(&l.Forward, seqs, longest, positions, l.ahead, func(s []int32, t int) int { return t })
	return positions, longest
}

// Ends gives for each sequence its last row in Forward; -1 if it is empty.
func (l *Layout) Ends(seqs [][]int32) []int32 {
	ends := make([]int32, len(seqs))
	for i, s := range seqs {
		if ends[i] = -1; len(s) > 0 {
			ends[i] = l.ahead[int(l.start[i])+len(s)-1]
		}
	}
	return ends
}

// share builds the trie of a direction: at gives the position read in step t,
// and rows receives each position's row.
func (l *Layout) share(sc *Scan, seqs [][]int32, longest, positions int, rows []int32, at func([]int32, int) int) {
	sc.reset(1)
	l.seen.reset(positions)
	for t := range longest {
		for i, s := range seqs {
			if t >= len(s) {
				continue
			}
			prev := int32(-1)
			if t > 0 {
				prev = rows[int(l.start[i])+at(s, t-1)]
			}
			p := at(s, t)
			row, isNew := l.seen.add(prev, s[p], int32(len(sc.Prev)))
			if isNew {
				sc.Prev = append(sc.Prev, prev)
				sc.Inputs[0] = append(sc.Inputs[0], s[p])
			}
			rows[int(l.start[i])+p] = row
		}
		sc.Steps = append(sc.Steps, int32(len(sc.Prev)))
	}
}

// second lays out the second layer, in which no two sequences share a row: what
// it reads in its first step already depends on the whole sequence.
func (l *Layout) second(seqs [][]int32, longest int) {
	sc := &l.Second
	sc.reset(2)
	l.Last = grow(l.Last, len(seqs))
	for i := range l.Last {
		l.Last[i] = -1
	}
	for t := range longest {
		for i, s := range seqs {
			if t >= len(s) {
				continue
			}
			p := int(l.start[i]) + t
			sc.Prev = append(sc.Prev, l.Last[i])
			sc.Inputs[0] = append(sc.Inputs[0], l.ahead[p])
			sc.Inputs[1] = append(sc.Inputs[1], l.back[p])
			l.Last[i] = int32(len(sc.Prev) - 1)
		}
		sc.Steps = append(sc.Steps, int32(len(sc.Prev)))
	}
}

func (s *Scan) reset(sources int) {
	s.Steps = append(s.Steps[:0], 0)
	s.Prev = s.Prev[:0]
	if len(s.Inputs) != sources {
		s.Inputs = make([][]int32, sources)
	}
	for i := range s.Inputs {
		s.Inputs[i] = s.Inputs[i][:0]
	}
}

// trie maps (row before, token) to a row: an open hash table that is emptied by
// counting up its round.
type trie struct {
	slots []trieSlot
	mask  uint64
	round uint32
}

type trieSlot struct {
	key   uint64
	row   int32
	round uint32
}

func (h *trie) reset(n int) {
	size := 16
	for size < 2*n {
		size *= 2
	}
	h.round++
	if size > len(h.slots) || h.round == 0 {
		h.slots = make([]trieSlot, max(size, len(h.slots)))
		h.round = 1
	}
	h.mask = uint64(len(h.slots) - 1)
}

// add returns the row of the key, entering next for it if the key is new.
func (h *trie) add(prev, token, next int32) (row int32, isNew bool) {
	key := uint64(uint32(prev))<<32 | uint64(uint32(token))
	for i := (key * 0x9e3779b97f4a7c15) >> 20; ; i++ {
		s := &h.slots[i&h.mask]
		if s.round != h.round {
			*s = trieSlot{key: key, row: next, round: h.round}
			return next, true
		}
		if s.key == key {
			return s.row, false
		}
	}
}

// grow returns a slice of n elements, s's own memory where that suffices. Its
// content is arbitrary.
func grow[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n, n+n/4)
	}
	return s[:n]
}
