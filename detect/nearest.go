package detect

import (
	"cmp"
	"slices"

	"oddkin/detect/names"
)

// neighbours are the normal chains that a model keeps, as a tree of their beginnings, so that what they
// have in common is compared once.
type neighbours struct {
	shapes [][]string       // the most usual first
	ids    map[string]int32 // of their names
	kinds  []names.Kind     // by those
	nodes  []beginning      // depth first
	end    []int32          // by node: the one behind all below it
}

// beginning is what some of the chains begin with.
type beginning struct {
	name  int32
	depth int32
	shape int32 // the chain that it is all of; -1 if it is none
	first int32 // the most usual chain that begins so
}

func (m *Model) neighbours() *neighbours {
	n := &neighbours{shapes: m.shapes, ids: make(map[string]int32, len(m.shapes))}
	order := make([]int32, len(n.shapes))
	for i := range order {
		order[i] = int32(i)
	}
	slices.SortFunc(order, func(a, b int32) int { return cmp.Or(slices.Compare(n.shapes[a], n.shapes[b]), cmp.Compare(a, b)) })
	var open [Length]int32 // the nodes that the chain before goes through
	var before []string
	for _, s := range order {
		chain := n.shapes[s]
		same := 0
		for same < min(len(chain), len(before)) && chain[same] == before[same] {
			same++
		}
		n.close(open[same:len(before)])
		for depth := same; depth < len(chain); depth++ {
			open[depth] = int32(len(n.nodes))
			n.nodes = append(n.nodes, beginning{n.id(chain[depth]), int32(depth + 1), -1, s})
		}
		for _, up := range open[:len(chain)] {
			n.nodes[up].first = min(n.nodes[up].first, s)
		}
		if last := &n.nodes[open[len(chain)-1]]; last.shape < 0 {
			last.shape = s
		}
		before = chain
	}
	n.close(open[:len(before)])
	return n
}

// close notes that nothing more comes below the nodes.
func (n *neighbours) close(nodes []int32) {
	n.end = append(n.end, make([]int32, len(n.nodes)-len(n.end))...)
	for _, i := range nodes {
		n.end[i] = int32(len(n.nodes))
	}
}

func (n *neighbours) id(name string) int32 {
	id, ok := n.ids[name]
	if !ok {
		id = int32(len(n.kinds))
		n.ids[name] = id
		n.kinds = append(n.kinds, names.KindOf(name))
	}
	return id
}

// nearest is the most similar chain, by the cost of
// turning one into the other hop by hop: 2 for a hop more or less or another
// program, 1 for another of the same kind. Of several the most usual is given. Chains that share less than half are
// not near.
//
// It is the edit distance's table with a row for every beginning, which is left where every cell
// is worse than the best chain so far.
func (n *neighbours) nearest(hops []hop) []string {
	hops = hops[:min(len(hops), Length)]
	var ids [Length]int32
	var kinds [Length]names.Kind
	var rows [Length + 1][Length + 1]int32
	for j, h := range hops {
		id, ok := n.ids[h.name]
		if !ok {
			id = -1
		}
		ids[j], kinds[j] = id, names.KindOf(h.name)
		rows[0][j+1] = int32(2 * (j + 1))
	}
	best, at := int32(len(hops)), int32(-1)
	better := func(cost, chain int32) bool { return cost < best || cost == best && chain < at }
	for i := int32(0); int(i) < len(n.nodes); {
		b := &n.nodes[i]
		above, row := &rows[b.depth-1], &rows[b.depth]
		kind := n.kinds[b.name]
		low := 2 * b.depth
		row[0] = low
		for j := range hops {
			step := int32(2)
			if ids[j] == b.name {
				step = 0
			} else if kind != names.Other && kind == kinds[j] {
				step = 1
			}
			row[j+1] = min(above[j]+step, above[j+1]+2, row[j]+2)
			low = min(low, row[j+1])
		}
		if cost := row[len(hops)]; b.shape >= 0 && better(cost, b.shape) {
			best, at = cost, b.shape
		}
		if better(low, b.first) {
			i++
		} else {
			i = n.end[i]
		}
	}
	if at < 0 {
		return nil
	}
	return slices.Clone(n.shapes[at])
}
