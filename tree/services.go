package tree

import (
	"iter"
	"sort"
)

// services are starts of services, in order. There may be as many as the log's author likes, so that of very many
// not all are looked at for one record: where timers run the same programs again and again, the last starts of each.
type services struct {
	all      []act
	programs [][]int32     // the starts of each program by name, in the order of the first ones; indexes all
	numbers  map[int32]int // of programs there, by Program.named
}

const (
	// fewServices is up to how many starts all are looked at.
	fewServices = 1024
	// Beyond that it is the last startsPerService of each program; of programs, if there are more than a host has,
	// the servicePrograms that came first, as a boot starts them, and as many that came last.
	startsPerService = 16
	servicePrograms  = 128
)

func (s *services) add(a act) {
	name := a.self.prog.named
	k, known := s.numbers[name]
	if !known {
		if s.numbers == nil {
			s.numbers = map[int32]int{}
		}
		k = len(s.programs)
		s.numbers[name], s.programs = k, append(s.programs, nil)
	}
	s.programs[k] = append(s.programs[k], int32(len(s.all)))
	s.all = append(s.all, a)
}

// before yields the starts up to a record.
func (s *services) before(rec int32) iter.Seq[*act] {
	return func(yield func(*act) bool) {
		n := sort.Search(len(s.all), func(i int) bool { return s.all[i].rec > rec })
		if n <= fewServices {
			for i := range s.all[:n] {
				if !yield(&s.all[i]) {
					return
				}
			}
			return
		}
		programs := sort.Search(len(s.programs), func(k int) bool { return int(s.programs[k][0]) >= n })
		for k := 0; k < programs; k++ {
			if k == servicePrograms {
				k = max(k, programs-servicePrograms)
			}
			starts := s.programs[k]
			last := sort.Search(len(starts), func(i int) bool { return int(starts[i]) >= n })
			for _, i := range starts[max(0, last-startsPerService):last] {
				if !yield(&s.all[i]) {
					return
				}
			}
		}
	}
}
