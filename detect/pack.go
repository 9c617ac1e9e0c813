package detect

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// What a model's file may say of normal life, whose figures are a hundredth of these or less: how many names and edges it has
// and how many chains it keeps, how many bytes all names take, and how often an edge was seen.
const (
	maxNames     = 1 << 20
	maxEdges     = 1 << 22
	maxKept      = 1 << 16
	maxNameBytes = 64 << 20
	maxCount     = 1 << 40
)

// packNormal gives what a model knows of normal life as its file has it, in the varints of
// encoding/binary: as a document of JSON it took more than half
// of the time that loading a model takes.
//
//   - how many names there are, then of each, in ascending order, how many bytes it begins with of the
//     one before, how many follow, and these;
//   - for each name how many programs ran under it, then of each, in ascending order, by how much its
//     index exceeds that of the one before (-1 if it is the first), and how often it did;
//   - how many chains are kept for comparison, then of each how many programs it has, and their indices.
func packNormal(s *statistics, shapes [][]string) ([]byte, error) {
	var b []byte
	put := func(n int) { b = binary.AppendUvarint(b, uint64(n)) }
	put(len(s.names))
	last, total := "", 0
	for _, name := range s.names {
		same := shared(last, name)
		put(same)
		put(len(name) - same)
		b = append(b, name[same:]...)
		last = name
		total += len(name)
	}
	for _, c := range []struct {
		of      string
		n, most int
	}{{"names", len(s.names), maxNames}, {"bytes of names", total, maxNameBytes}, {"edges", len(s.edges.children), maxEdges}, {"chains", len(shapes), maxKept}} {
		if c.n > c.most {
			return nil, fmt.Errorf("model: %d %s of normal life, more than %d", c.n, c.of, c.most)
		}
	}
	for p := range s.names {
		first, end := s.edges.of(p)
		put(end - first)
		before := -1
		for i := first; i < end; i++ {
			c := int(s.edges.children[i])
			put(c - before)
			b = binary.AppendUvarint(b, s.edges.counts[i])
			before = c
		}
	}
	put(len(shapes))
	for _, shape := range shapes {
		put(len(shape))
		for _, name := range shape {
			id := s.id(name)
			if id < 0 {
				return nil, fmt.Errorf("model: %.40q of a chain of normal life has no edge there", name)
			}
			put(id)
		}
	}
	return b, nil
}

// shared is how many bytes two names begin with alike.
func shared(a, b string) int {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return n
}

// unpackNormal reads what packNormal gave. It keeps nothing of b.
func unpackNormal(b []byte) (*statistics, [][]string, error) {
	u := unpacker{rest: b}
	list := u.names()
	all := u.edges(len(list))
	shapes := u.shapes(list)
	if u.err == nil && len(u.rest) > 0 {
		u.err = fmt.Errorf("goes on after its end for %d bytes", len(u.rest))
	}
	if u.err != nil {
		return nil, nil, u.err
	}
	return newStatistics(list, all), shapes, nil
}

// unpacker reads packed bytes from the first to the last. After an error it gives nothing more.
type unpacker struct {
	rest []byte
	err  error
}

// number reads one that lies between least and most.
func (u *unpacker) number(least, most int) int {
	if most < least {
		most, least = 0, 1 // none is in range
	}
	return int(u.count(uint64(least), uint64(most)))
}

func (u *unpacker) count(least, most uint64) uint64 {
	n, size := binary.Uvarint(u.rest)
	switch {
	case u.err != nil:
		return 0
	case size <= 0:
		u.err = errors.New("ends, or has no number, where one is due")
		return 0
	case n < least || n > most:
		u.err = fmt.Errorf("number %d is out of range, %d to %d", n, least, most)
		return 0
	}
	u.rest = u.rest[size:]
	return n
}

// length reads how many things follow, each of which takes a byte at least: no more than most.
func (u *unpacker) length(most int) int { return u.number(0, min(most, len(u.rest))) }

func (u *unpacker) names() []string {
	ends := make([]int, u.length(maxNames))
	all := make([]byte, 0, min(len(u.rest), 1<<20)) // about what they take
	begin, end := 0, 0                              // of the name before, in all
	for i := range ends {
		same := u.number(0, end-begin)
		n := u.length(maxNameBytes)
		if u.err == nil && len(all)+same+n > maxNameBytes {
			u.err = fmt.Errorf("the names take more than %d bytes", maxNameBytes)
		}
		if u.err != nil {
			return nil
		}
		all = append(append(all, all[begin:begin+same]...), u.rest[:n]...)
		u.rest = u.rest[n:]
		begin, end = end, len(all)
		ends[i] = end
	}
	text, list, begin := string(all), make([]string, len(ends)), 0
	for i, end := range ends {
		list[i] = text[begin:end]
		if begin = end; i > 0 && list[i] <= list[i-1] {
			u.err = fmt.Errorf("name %.40q does not follow on %.40q", list[i], list[i-1])
			return nil
		}
	}
	return list
}

// edges reads those of each of n names. An edge takes two bytes at least.
func (u *unpacker) edges(n int) edges {
	most := min(len(u.rest)/2, maxEdges)
	all := edges{make([]int32, 0, n), make([]int32, 0, most), make([]uint64, 0, most)}
	for range n {
		id := -1
		for range u.length(maxEdges - len(all.children)) {
			id += u.number(1, n-1-id)
			count := u.count(1, maxCount)
			if u.err != nil {
				return edges{}
			}
			all.add(id, count)
		}
		all.done()
	}
	return all
}

// shapes reads chains of names from list. A name takes a byte at least.
func (u *unpacker) shapes(list []string) [][]string {
	shapes, all := make([][]string, u.length(maxKept)), make([]string, 0, min(len(u.rest), 1<<14))
	for k := range shapes {
		first := len(all)
		for range u.number(1, Length) {
			at := u.number(0, len(list)-1)
			if u.err != nil {
				return nil
			}
			all = append(all, list[at])
		}
		shapes[k] = all[first:len(all):len(all)]
	}
	return shapes
}
