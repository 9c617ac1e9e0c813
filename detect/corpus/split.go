package corpus

import (
	"fmt"
	"strings"
)

// CheckSplits reports a host that stands in two splits: what one view of a host
// teaches must not be tested on another view of it.
func CheckSplits(files []*File) error {
	split := map[string]string{}
	for _, f := range files {
		if old, ok := split[f.Host]; ok && old != f.Split {
			return fmt.Errorf("corpus: host %s is in split %s and in %s", f.Host, old, f.Split)
		}
		split[f.Host] = f.Split
	}
	return nil
}

// Key is the shape that near duplicates share: the normalised names without
// immediate repetitions, whatever the folder, the version or the beginning.
func (c *Chain) Key(f *File) string {
	var b strings.Builder
	last := ""
	for _, n := range c.Names(f.OS) {
		if n != last {
			b.WriteString(n)
			b.WriteByte(0)
		}
		last = n
	}
	return b.String()
}

// Unseen returns the chains of file that have no near duplicate, of whatever
// label, among the chains of others.
func Unseen(file *File, others []*File) []Chain {
	seen := map[string]bool{}
	for _, f := range others {
		for i := range f.Chains {
			seen[f.Chains[i].Key(f)] = true
		}
	}
	var out []Chain
	for i := range file.Chains {
		if !seen[file.Chains[i].Key(file)] {
			out = append(out, file.Chains[i])
		}
	}
	return out
}
