package report

import (
	"cmp"
	"encoding/binary"
	"iter"
	"slices"
)

// plan is a forest as it is to be drawn: pruned, equal siblings joined, roots
// grouped by host and boot. Tree, DOT and Mermaid draw it. Nodes go by their place
// in the forest, and take some forty bytes each, so that any number can be drawn.
type plan struct {
	f     *Forest
	items []planned
	kids  []int32
	// roots are ordered by host, boot and then as the forest has them.
	roots []int32
	// order lists the drawn nodes, parents before children.
	order []int32
	// pruned counts nodes left out by depth.
	pruned int
}

type planned struct {
	from, to int32 // its children are kids[from:to]
	times    int32 // how many siblings of equal shape this one stands for; 0 if it is not drawn
}

// newPlan lays out d's forest. It takes time and memory linear in the nodes, and does
// not trust them: a parent that is missing makes a root, and so does the first
// node of a cycle.
func newPlan(d *Document, o Draw) *plan {
	p := &plan{f: d.Forest, items: make([]planned, d.Forest.len())}
	p.link()
	p.reach(o)
	if !o.Every && !o.Details {
		p.join(d.Crossings)
	}
	p.sortRoots()
	return p
}

// sortRoots orders the roots by host and boot, as those of package tree are already.
func (p *plan) sortRoots() {
	compare := func(a, b int32) int {
		x, y := p.f.sketch(a), p.f.sketch(b)
		return cmp.Or(cmp.Compare(x.host, y.host), cmp.Compare(x.boot, y.boot))
	}
	if !slices.IsSortedFunc(p.roots, compare) {
		slices.SortStableFunc(p.roots, compare)
	}
}

// children are the drawn children of the i-th node.
func (p *plan) children(i int32) []int32 { return p.kids[p.items[i].from:p.items[i].to] }

// keep makes list, the first of the i-th node's children in place, all of them.
func (p *plan) keep(i int32, list []int32) { p.items[i].to = p.items[i].from + int32(len(list)) }

// link finds each node's children and the roots.
func (p *plan) link() {
	place := p.f.places()
	parent := func(i int32) int32 {
		if up := place(p.f.parent(i)); up != i {
			return up
		}
		return -1
	}
	roots := 0
	for i := range p.items {
		if up := parent(int32(i)); up >= 0 {
			p.items[up].to++
		} else {
			roots++
		}
	}
	p.roots = make([]int32, 0, roots)
	p.kids = make([]int32, len(p.items)-roots)
	from := int32(0)
	for i := range p.items {
		n := p.items[i].to
		p.items[i].from, p.items[i].to = from, from
		from += n
	}
	for i := range p.items {
		if up := parent(int32(i)); up >= 0 {
			p.kids[p.items[up].to] = int32(i)
			p.items[up].to++
		} else {
			p.roots = append(p.roots, int32(i))
		}
	}
}

// reach walks breadth first, drops what o prunes and fills order.
func (p *plan) reach(o Draw) {
	seen := make([]bool, len(p.items))
	p.order = make([]int32, 0, len(p.items))
	visit := func(list []int32, depth int) []int32 {
		kept := list[:0]
		for _, i := range list {
			if seen[i] {
				continue
			}
			seen[i] = true
			if o.MaxDepth > 0 && depth > o.MaxDepth {
				p.drop(i, seen)
				continue
			}
			p.items[i].times = 1
			p.order = append(p.order, i)
			kept = append(kept, i)
		}
		return kept
	}
	walk := func(from int) {
		for depth := 2; from < len(p.order); depth++ {
			level := p.order[from:]
			from = len(p.order)
			for _, i := range level {
				p.keep(i, visit(p.children(i), depth))
			}
		}
	}
	p.roots = visit(p.roots, 1)
	walk(0)
	for i := range p.items { // what no root leads to lies on a cycle
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
		for _, c := range p.children(i) {
			if !seen[c] {
				seen[c] = true
				stack = append(stack, c)
			}
		}
	}
}

// join keeps one of all siblings whose subtrees look the same, in any order, the one with
// the highest score, in the first one's place. Those that others on another host came
// from or go to stay alone.
func (p *plan) join(crossings []Crossing) {
	shapes := p.shapes(crossings)
	p.roots = p.joinSiblings(p.roots, shapes)
	order := p.order[:0]
	for _, i := range p.order {
		list := p.children(i)
		if p.items[i].times == 0 {
			for _, c := range list {
				p.items[c].times = 0
			}
			continue
		}
		order = append(order, i)
		p.keep(i, p.joinSiblings(list, shapes))
	}
	p.order = order
}

// joinSiblings joins equals within list, in place.
func (p *plan) joinSiblings(list, shapes []int32) []int32 {
	if len(list) < 2 {
		return list
	}
	at := map[int32]int{}
	kept := list[:0]
	for _, i := range list {
		j, ok := at[shapes[i]]
		if !ok {
			at[shapes[i]] = len(kept)
			kept = append(kept, i)
			continue
		}
		one, more := kept[j], i
		times := p.items[one].times + 1
		if p.f.score(i) > p.f.score(one) {
			one, more = i, one
		}
		kept[j], p.items[one].times, p.items[more].times = one, times, 0
	}
	return kept
}

// shapes numbers the distinct subtrees: equal numbers mean equal shape. It goes
// from the leaves up, so that a subtree is known by its look and the sorted
// numbers of its children. A leaf's number is that of its look, below 0.
func (p *plan) shapes(crossings []Crossing) []int32 {
	alone := map[int32]bool{}
	place := p.f.places()
	for i := range crossings {
		alone[place(crossings[i].From.ID)], alone[place(crossings[i].To.ID)] = true, true
	}
	shape := make([]int32, len(p.items))
	looks, known := map[look]int32{}, map[string]int32{}
	var key []byte
	var below []int32
	for _, i := range slices.Backward(p.order) {
		l := p.f.sketch(i).look
		if alone[i] {
			l.alone = i + 1
		}
		own, ok := looks[l]
		if !ok {
			own = int32(-1 - len(looks))
			looks[l] = own
		}
		if shape[i] = own; len(p.children(i)) == 0 {
			continue
		}
		below = append(below[:0], own)
		for _, c := range p.children(i) {
			below = append(below, shape[c])
		}
		slices.Sort(below[1:])
		key = key[:0]
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

// step is where a walk is.
type step struct {
	depth int  // 0 for a root
	last  bool // of its siblings
}

// depthFirst yields the drawn nodes of the trees under roots, with a stack of its own: a
// lineage may be deeper than the goroutine's stack should grow.
func (p *plan) depthFirst(roots []int32) iter.Seq2[int32, step] {
	return func(yield func(int32, step) bool) {
		stack := [][]int32{roots} // for each depth, what is left of the siblings
		for len(stack) > 0 {
			depth := len(stack) - 1
			list := stack[depth]
			if len(list) == 0 {
				stack = stack[:depth]
				continue
			}
			stack[depth] = list[1:]
			if !yield(list[0], step{depth, len(list) == 1}) {
				return
			}
			stack = append(stack, p.children(list[0]))
		}
	}
}

// dotted is an edge beside those of the tree, between drawn nodes.
type dotted struct {
	from, to int32
	label    string
}

// dotted yields the drawn nodes of which one asked for the other, here or on another host.
func (p *plan) dotted(crossings []Crossing) iter.Seq[dotted] {
	place := p.f.places()
	drawn := func(id int32) (int32, bool) {
		i := place(id)
		return i, i >= 0 && p.items[i].times > 0
	}
	return func(yield func(dotted) bool) {
		for _, i := range p.order {
			if from, ok := drawn(p.f.sketch(i).askerID); ok && !yield(dotted{from, i, "asked for"}) {
				return
			}
		}
		for i := range crossings {
			c := &crossings[i]
			from, ok := drawn(c.From.ID)
			to, both := drawn(c.To.ID)
			if ok && both && !yield(dotted{from, to, c.Entry}) {
				return
			}
		}
	}
}
