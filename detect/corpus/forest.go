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
	return fromPaths(f.Paths(), meta, label.judge)
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
		}, meta, Label(nil).judge)
		if len(file.Chains) > 0 {
			files = append(files, file)
		}
	}
	return files
}

// verdict is what a chain counts as.
type verdict struct {
	attack bool
	from   int // the attack's first hop
	tag    string
	unsure bool // it is left out
}

// judge finds the first hop that is labelled.
func (l Label) judge(hops []*tree.Node) verdict {
	if l != nil {
		for i, n := range hops {
			if tag, attack := l(n); attack {
				return verdict{attack: true, from: i, tag: tag}
			}
		}
	}
	return verdict{}
}

func fromPaths(paths iter.Seq[tree.Path], meta Meta, judge func([]*tree.Node) verdict) *File {
	file := &File{Meta: meta}
	at := map[string]int{}
	var hops []*tree.Node
	for path := range paths {
		hops = path.Hops(hops[:0])
		hops := hops[max(0, len(hops)-MaxHops):]
		v := judge(hops)
		if v.unsure {
			continue
		}
		c := fromHops(hops, v)
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

func fromHops(hops []*tree.Node, v verdict) Chain {
	c := Chain{Hops: make([]Hop, len(hops)), Entry: hops[len(hops)-1].EntryClass(), Count: 1, Attack: v.attack, From: v.from, Tag: v.tag}
	for i, n := range hops {
		c.Hops[i] = hopOf(n)
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
