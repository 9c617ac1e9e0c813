package tree

import "iter"

// Path is one root-to-leaf chain, held as its leaf: the rest is reached through
// [Node.Parent], so that paths cost nothing however deep or many.
type Path struct{ Leaf *Node }

// Hops appends the chain's nodes to dst, root first, and returns it.
func (p Path) Hops(dst []*Node) []*Node {
	from := len(dst)
	for n := p.Leaf; n != nil; n = n.Parent {
		dst = append(dst, n)
	}
	for i, j := from, len(dst)-1; i < j; i, j = i+1, j-1 {
		dst[i], dst[j] = dst[j], dst[i]
	}
	return dst
}

// Paths yields every root-to-leaf path, in the order of [Forest.Nodes]. It
// takes time linear in the number of nodes and no memory.
func (f *Forest) Paths() iter.Seq[Path] {
	return func(yield func(Path) bool) {
		for n := range f.Nodes() {
			if len(n.Children) == 0 && !yield(Path{n}) {
				return
			}
		}
	}
}
