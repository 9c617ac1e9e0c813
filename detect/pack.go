package detect

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// maxCount bounds how often an edge can have been seen, by a model's file.
const maxCount = 1 << 40

// packNormal gives what a model knows of normal life as its file has it, in the varints of
// encoding/binary: a document of JSON would take three times as long to read as all the
// networks.
//
//   - how many names there are, then the length of each, then all of them, in ascending order;
//   - for each name how many programs ran under it, then of each, in ascending order, by how much its
//     index exceeds that of the one before (-1 if it is the first), and how often it did;
//   - how many chains are kept for comparison, then of each how many programs it has, and their indices.
func packNormal(s *statistics, shapes [][]string) ([]byte, error) {
	var b []byte
	put := func(n int) { b = binary.AppendUvarint(b, uint64(n)) }
	put(len(s.names))
	for _, name := range s.names {
		put(len(name))
	}
	for _, name := range s.names {
		b = append(b, name...)
	}
	for _, of := range s.under {
		put(len(of.children))
		before := -1
		for _, c := range of.children {
			put(c.id - before)
			put(int(c.count))
			before = c.id
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

// unpackNormal reads what packNormal gave. It keeps nothing of b.
func unpackNormal(b []byte) (*statistics, [][]string, error) {
	u := unpacker{rest: b}
	list := u.names()
	children := u.edges(len(list))
	shapes := u.shapes(list)
	if u.err == nil && len(u.rest) > 0 {
		u.err = fmt.Errorf("goes on after its end for %d bytes", len(u.rest))
	}
	if u.err != nil {
		return nil, nil, u.err
	}
	return newStatistics(list, children), shapes, nil
}

// unpacker reads packed bytes from the first to the last. After an error it gives nothing more.
type unpacker struct {
	rest []byte
	err  error
}

// number reads one that lies between least and most.
func (u *unpacker) number(least, most int) int {
	n, size := binary.Uvarint(u.rest)
	switch {
	case u.err != nil:
		return 0
	case size <= 0:
		u.err = errors.New("ends, or has no number, where one is due")
		return 0
	case most < least || n < uint64(least) || n > uint64(most):
		u.err = fmt.Errorf("number %d is out of range, %d to %d", n, least, most)
		return 0
	}
	u.rest = u.rest[size:]
	return int(n)
}

// length reads how many things follow, each of which takes a byte at least.
func (u *unpacker) length() int { return u.number(0, len(u.rest)) }

func (u *unpacker) names() []string {
	lengths, total := make([]int, u.length()), 0
	for i := range lengths {
		lengths[i] = u.length()
		total += lengths[i]
	}
	if u.err == nil && total > len(u.rest) {
		u.err = errors.New("ends within the names")
	}
	if u.err != nil {
		return nil
	}
	all := string(u.rest[:total])
	u.rest = u.rest[total:]
	list := make([]string, len(lengths))
	for i, n := range lengths {
		list[i], all = all[:n], all[n:]
		if i > 0 && list[i] <= list[i-1] {
			u.err = fmt.Errorf("name %.40q does not follow on %.40q", list[i], list[i-1])
			return nil
		}
	}
	return list
}

// edges reads the children of each of n names.
func (u *unpacker) edges(n int) [][]child {
	of, all := make([][]child, n), make([]child, 0, len(u.rest)/2)
	for p := range of {
		first, id := len(all), -1
		for range u.length() {
			id += u.number(1, n-1-id)
			all = append(all, child{id, uint64(u.number(1, maxCount))})
			if u.err != nil {
				return nil
			}
		}
		if len(all) > first {
			of[p] = all[first:len(all):len(all)]
		}
	}
	return of
}

func (u *unpacker) shapes(list []string) [][]string {
	shapes := make([][]string, u.length())
	for k := range shapes {
		shapes[k] = make([]string, u.number(1, Length))
		for i := range shapes[k] {
			at := u.number(0, len(list)-1)
			if u.err != nil {
				return nil
			}
			shapes[k][i] = list[at]
		}
	}
	return shapes
}
