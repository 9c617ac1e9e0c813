package detect

import (
	"slices"

	"oddkin/detect/names"
)

// neighbour is a chain of at most [Length] hops, as [neighbours.nearest] compares them.
type neighbour struct {
	names []string
	kinds []names.Kind
}

func newNeighbour(list []string) neighbour {
	n := neighbour{list, make([]names.Kind, len(list))}
	for i, name := range list {
		n.kinds[i] = names.KindOf(name)
	}
	return n
}

// neighbours are the normal chains that a model keeps, the most usual first.
type neighbours []neighbour

func (m *Model) neighbours() neighbours {
	list := make(neighbours, len(m.shapes))
	for i, s := range m.shapes {
		list[i] = newNeighbour(s)
	}
	return list
}

// nearest is the most similar of them, by the cost of
// turning one into the other hop by hop: 2 for a hop more or less or another
// program, 1 for another of the same kind. Chains that share less than half are
// not near.
func (all neighbours) nearest(hops []hop) []string {
	list := make([]string, min(len(hops), Length))
	for i := range list {
		list[i] = hops[i].name
	}
	to := newNeighbour(list)
	best, at := len(list), -1
	for i := range all {
		if d := to.distance(&all[i], best); d < best {
			best, at = d, i
		}
	}
	if at < 0 {
		return nil
	}
	return slices.Clone(all[at].names)
}

// distance is the edit distance of two chains, or something not below limit.
func (a *neighbour) distance(b *neighbour, limit int) int {
	if gap := 2 * (len(a.names) - len(b.names)); gap >= limit || -gap >= limit {
		return limit
	}
	var rows [2][Length + 1]int
	for j := range b.names {
		rows[0][j+1] = 2 * (j + 1)
	}
	for i, x := range a.names {
		above, row := &rows[i%2], &rows[(i+1)%2]
		row[0] = 2 * (i + 1)
		low := row[0]
		for j, y := range b.names {
			step := 2
			if x == y {
				step = 0
			} else if k := a.kinds[i]; k != names.Other && k == b.kinds[j] {
				step = 1
			}
			row[j+1] = min(above[j]+step, above[j+1]+2, row[j]+2)
			low = min(low, row[j+1])
		}
		if low >= limit {
			return limit
		}
	}
	return rows[len(a.names)%2][len(b.names)]
}
