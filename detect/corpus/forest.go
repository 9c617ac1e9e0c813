package corpus

import (
	"cmp"
	"iter"

	"oddkin/detect/names"
	"oddkin/parsers/event"
	"oddkin/tree"
)

// FromForest converts the forest's root-to-leaf paths into chains. A path that
// runs through a node that label names is an attack from there on; label may be
// nil. Paths longer than [MaxHops] keep their last hops.
func FromForest(f *tree.Forest, meta Meta, label Label) *File {
	return fromPaths(f.Paths(), meta, label)
}

// BySystem converts the forest's paths as [FromForest] does, those of each operating
// system into a file of their own. meta's system does not count; nothing is labelled.
func BySystem(f *tree.Forest, meta Meta) []*File {
	var files []*File
	for _, os := range []event.OS{event.Linux, event.Windows, event.MacOS} {
		meta.OS = os
		file := fromPaths(func(yield func(tree.Path) bool) {
			for p := range f.Paths() {
				if cmp.Or(p.Leaf.Program().OS, event.Linux) == os && !yield(p) {
					return
				}
			}
		}, meta, nil)
		if len(file.Chains) > 0 {
			files = append(files, file)
		}
	}
	return files
}

func fromPaths(paths iter.Seq[tree.Path], meta Meta, label Label) *File {
	file := &File{Meta: meta}
	at := map[string]int{}
	var hops []*tree.Node
	for path := range paths {
		hops = path.Hops(hops[:0])
		c := fromHops(hops, label)
		key := c.key()
		if i, ok := at[key]; ok {
			file.Chains[i].Count++
			continue
		}
		at[key] = len(file.Chains)
		file.Chains = append(file.Chains, c)
	}
	file.Merge(nil)
	return file
}

func fromHops(hops []*tree.Node, label Label) Chain {
	leaf := hops[len(hops)-1]
	hops = hops[max(0, len(hops)-MaxHops):]
	c := Chain{Hops: make([]Hop, len(hops)), Entry: leaf.EntryClass(), Count: 1}
	for i, n := range hops {
		c.Hops[i] = hopOf(n)
		if label == nil || c.Attack {
			continue
		}
		if tag, attack := label(n); attack {
			c.Attack, c.From, c.Tag = true, i, tag
		}
	}
	return c
}

func hopOf(n *tree.Node) Hop {
	program := n.Program()
	h := Hop{Image: program.Image, Deleted: program.Deleted}
	base := program.Base
	if h.Image == "" {
		h.Image = base
	}
	if names.MultiCall(base) {
		p := n.Proc()
		if a := names.Of(&p); a != base {
			h.Applet = a
		}
	}
	return h
}
