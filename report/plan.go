package report

import (
	"cmp"
	"encoding/binary"
	"slices"
	"strconv"
)

// plan is a forest as it is to be drawn: pruned, equal siblings joined, roots
// grouped by host and boot. Tree, DOT and Mermaid draw it.
type plan struct {
	nodes []Node
	items []planned // by index into nodes
	// roots are ordered by host, boot and then as the forest has them.
	roots []int32
	// order lists the drawn nodes, parents before children.
	order []int32
	// apart are the IDs of nodes that are not joined with their siblings.
	apart map[int32]bool
	// pruned counts nodes left out by depth.
	pruned int
}

type planned struct {
	children []int32
	depth    int32 // 1 for a root; 0 if not drawn
	times    int32 // how many siblings of equal shape this one stands for
}

// newPlan lays out d's forest. It takes time and memory linear in the nodes, and does
// not trust them: a parent that is missing makes a root, and so does the first
// node of a cycle.
func newPlan(d *Document, o Draw) *plan {
	f := d.Forest
	p := &plan{nodes: f.Nodes, items: make([]planned, len(f.Nodes)), apart: map[int32]bool{}}
	for i := range d.Crossings {
		p.apart[d.Crossings[i].To.ID], p.apart[d.Crossings[i].From.ID] = true, true
	}
	p.link()
	p.reach(o)
	if !o.Every && !o.Details {
		p.join()
	}
	slices.SortStableFunc(p.roots, func(a, b int32) int {
		x, y := &p.nodes[a], &p.nodes[b]
		return cmp.Or(cmp.Compare(x.Host, y.Host), cmp.Compare(x.Boot, y.Boot))
	})
	return p
}

// link finds each node's children and the roots.
func (p *plan) link() {
	index := make(map[int32]int32, len(p.nodes))
	for i := range p.nodes {
		index[p.nodes[i].ID] = int32(i)
	}
	for i := range p.nodes {
		if up, ok := index[p.nodes[i].Parent]; ok && up != int32(i) {
			p.items[up].children = append(p.items[up].children, int32(i))
		} else {
			p.roots = append(p.roots, int32(i))
		}
	}
}

// reach walks breadth first, drops what o prunes and fills order and depth.
func (p *plan) reach(o Draw) {
	seen := make([]bool, len(p.nodes))
	visit := func(list []int32, depth int32) []int32 {
		kept := list[:0]
		for _, i := range list {
			if seen[i] {
				continue
			}
			seen[i] = true
			if o.MaxDepth > 0 && int(depth) > o.MaxDepth {
				p.drop(i, seen)
				continue
			}
			p.items[i].depth, p.items[i].times = depth, 1
			p.order = append(p.order, i)
			kept = append(kept, i)
		}
		return kept
	}
	p.roots = visit(p.roots, 1)
	walk := func(from int) {
		for k := from; k < len(p.order); k++ {
			item := &p.items[p.order[k]]
			item.children = visit(item.children, item.depth+1)
		}
	}
	walk(0)
	for i := range p.nodes { // what no root leads to lies on a cycle
		if !seen[i] {
			from := len(p.order)
			p.roots = append(p.roots, visit([]int32{int32(i)}, 1)...)
			walk(from)
		}
	}
}

// drop counts i and everything under it as pruned.
func (p *plan) drop(i int32, seen []bool) {
	stack := []int32{i}
	for len(stack) > 0 {
		i := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		p.pruned++
		for _, c := range p.items[i].children {
			if !seen[c] {
				seen[c] = true
				stack = append(stack, c)
			}
		}
	}
}

// join keeps one of all siblings whose subtrees have the same names, users, links, askers
// and containers in any order, the one with the highest score, in the first one's place.
func (p *plan) join() {
	shapes := p.shapes()
	p.roots = p.joinSiblings(p.roots, shapes)
	order := p.order[:0]
	drawn := make([]bool, len(p.nodes))
	for _, i := range p.roots {
		drawn[i] = true
	}
	for _, i := range p.order {
		if !drawn[i] {
			continue
		}
		order = append(order, i)
		item := &p.items[i]
		item.children = p.joinSiblings(item.children, shapes)
		for _, c := range item.children {
			drawn[c] = true
		}
	}
	p.order = order
}

// joinSiblings joins equals within list, in place.
func (p *plan) joinSiblings(list []int32, shapes []int32) []int32 {
	if len(list) < 2 {
		return list
	}
	type key struct {
		shape int32
		boot  int
		host  string
	}
	at := make(map[key]int, len(list))
	kept := list[:0]
	for _, i := range list {
		k := key{shapes[i], p.nodes[i].Boot, p.nodes[i].Host}
		j, ok := at[k]
		if !ok {
			at[k] = len(kept)
			kept = append(kept, i)
			continue
		}
		n := p.items[kept[j]].times + 1
		if p.nodes[i].Score > p.nodes[kept[j]].Score {
			kept[j] = i
		}
		p.items[kept[j]].times = n
	}
	return kept
}

// shapes numbers the distinct subtrees: equal numbers mean equal shape. It goes
// from the leaves up, so that a subtree is known by its name and the sorted
// numbers of its children.
func (p *plan) shapes() []int32 {
	shape := make([]int32, len(p.nodes))
	known := map[string]int32{}
	var key []byte
	var below []int32
	for k := len(p.order) - 1; k >= 0; k-- {
		i := p.order[k]
		n := &p.nodes[i]
		below = below[:0]
		for _, c := range p.items[i].children {
			below = append(below, shape[c])
		}
		slices.Sort(below)
		key = key[:0]
		asker, inside := "", ""
		if n.Logical != nil {
			asker = n.Logical.Name
		}
		if n.Boundary != nil {
			inside = n.Boundary.Rule + n.Boundary.ID
		}
		if p.apart[n.ID] {
			inside += "crossing" + strconv.Itoa(int(i))
		}
		for _, s := range []string{n.Name, n.User, n.Link, asker, inside} {
			key = binary.AppendUvarint(key, uint64(len(s)))
			key = append(key, s...)
		}
		for _, b := range below {
			key = binary.LittleEndian.AppendUint32(key, uint32(b))
		}
		id, ok := known[string(key)]
		if !ok {
			id = int32(len(known))
			known[string(key)] = id
		}
		shape[i] = id
	}
	return shape
}

// dotted is an edge beside those of the tree, between drawn nodes.
type dotted struct {
	from, to int32
	label    string
}

// dotted lists the drawn nodes of which one asked for the other, here or on another host.
func (p *plan) dotted(d *Document) (list []dotted) {
	drawn := make(map[int32]int32, len(p.order))
	for _, i := range p.order {
		drawn[p.nodes[i].ID] = i
	}
	for _, i := range p.order {
		if l := p.nodes[i].Logical; l != nil {
			if from, ok := drawn[l.ID]; ok {
				list = append(list, dotted{from, i, "asked for"})
			}
		}
	}
	for i := range d.Crossings {
		c := &d.Crossings[i]
		from, ok := drawn[c.From.ID]
		to, both := drawn[c.To.ID]
		if ok && both {
			list = append(list, dotted{from, to, c.Entry})
		}
	}
	return list
}
