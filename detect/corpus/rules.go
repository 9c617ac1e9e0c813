package corpus

import (
	"regexp"

	"oddkin/detect/names"
	"oddkin/tree"
)

// Rules label chains by what runs in them, for evidence without a table of its attacks.
// Each expression is matched against every process, as
//
//	parent > name: image command line
//
// with normalised names, the parent's empty at the top. From the root down, the first process
// that Normal or Attack matches decides, Normal before Attack: the whole chain is normal, or
// an attack from there on, called by the name of that process. Where neither matches, a
// chain is left out if Unsure matches a process of it, and normal if not. A nil expression
// matches none.
type Rules struct {
	Normal, Attack, Unsure *regexp.Regexp
}

// ByRules converts the forest's root-to-leaf paths as [FromForest] does, labelled by rules.
func ByRules(f *tree.Forest, meta Meta, rules Rules) *File {
	return fromPaths(f.Paths(), meta, rules.judge)
}

func (r Rules) judge(hops []*tree.Node) verdict {
	var v verdict
	up := ""
	for i, n := range hops {
		p := n.Proc()
		name := names.Of(&p)
		text := up + " > " + name + ": " + p.Image + " " + p.Command()
		switch {
		case matches(r.Normal, text):
			return verdict{}
		case matches(r.Attack, text):
			return verdict{attack: true, from: i, tag: name}
		}
		v.unsure = v.unsure || matches(r.Unsure, text)
		up = name
	}
	return v
}

func matches(e *regexp.Regexp, text string) bool { return e != nil && e.MatchString(text) }
