package corpus

import "fmt"

// Overlap is what two splits have in common.
type Overlap struct {
	Split, Other string
	// Normal and Attack count the distinct shapes of Split, by [Chain.Key]; a shape that
	// is both is normal. SharedNormal and SharedAttack are those that Other has too, of
	// whatever label: a figure over them alone says nothing of shapes never seen.
	Normal, Attack, SharedNormal, SharedAttack int
	// Torn counts the shared shapes that one split calls normal and the other an attack.
	Torn int
}

// Overlaps compares what is held out with what is learned from: validation and test
// with train, and test with validation.
func Overlaps(files []*File) []Overlap {
	shapes := map[string]map[string]bool{Train: {}, Validation: {}, Test: {}}
	for _, f := range files {
		addShapes(shapes[f.Split], f)
	}
	var out []Overlap
	for _, pair := range [][2]string{{Validation, Train}, {Test, Train}, {Test, Validation}} {
		o := Overlap{Split: pair[0], Other: pair[1]}
		for key, normal := range shapes[o.Split] {
			there, shared := shapes[o.Other][key]
			count, common := &o.Attack, &o.SharedAttack
			if normal {
				count, common = &o.Normal, &o.SharedNormal
			}
			*count++
			if shared {
				*common++
				if there != normal {
					o.Torn++
				}
			}
		}
		out = append(out, o)
	}
	return out
}

// addShapes notes the shapes of a file, by [Chain.Key], and whether they are normal.
func addShapes(normal map[string]bool, f *File) {
	for i := range f.Chains {
		key := f.Chains[i].Key(f)
		normal[key] = normal[key] || !f.Chains[i].Attack
	}
}

// Shapes counts the distinct shapes of files as [Overlap] does.
func Shapes(files []*File) (normal, attack int) {
	all := map[string]bool{}
	for _, f := range files {
		addShapes(all, f)
	}
	for _, is := range all {
		if is {
			normal++
		} else {
			attack++
		}
	}
	return normal, attack
}

// sameRecording is the share of equal chains, whatever their counts, from which two files are
// taken for one recording. Of the shipped corpus' hosts no two of different splits share
// more than 0.3.
const sameRecording = 0.8

// Check reports everything that makes a corpus unfit to train and judge by, each as one
// error: a host in two splits, one recording under two hosts' names in two splits, one
// host and view twice, and files that name no source or licence.
func Check(files []*File) []error {
	var errs []error
	if err := CheckSplits(files); err != nil {
		errs = append(errs, err)
	}
	lines := make([]map[string]bool, len(files))
	views := map[[2]string]bool{}
	for i, f := range files {
		name := "corpus: host " + f.Host
		if f.View != "" {
			name += ", view " + f.View
		}
		if view := [2]string{f.Host, f.View}; views[view] {
			errs = append(errs, fmt.Errorf("%s: twice", name))
		} else {
			views[view] = true
		}
		if f.Source == "" || f.Licence == "" {
			errs = append(errs, fmt.Errorf("%s: names no source or no licence", name))
		}
		lines[i] = map[string]bool{}
		for k := range f.Chains {
			lines[i][f.Chains[k].key()] = true
		}
		for k, g := range files[:i] {
			if g.Host != f.Host && g.Split != f.Split && equal(lines[i], lines[k]) >= sameRecording {
				errs = append(errs, fmt.Errorf("%s in split %s: nearly the same recording as host %s in split %s", name, f.Split, g.Host, g.Split))
			}
		}
	}
	return errs
}

// equal is the share of what two sets hold together that both hold (Jaccard).
func equal(a, b map[string]bool) float64 {
	both := 0
	for key := range a {
		if b[key] {
			both++
		}
	}
	return float64(both) / float64(max(len(a)+len(b)-both, 1))
}

// Both counts the chains that a file calls normal and an attack too, beginnings compared as
// well. That may be: an intruder types what users type. They count as normal everywhere.
func Both(f *File) int {
	body := func(c *Chain) string {
		bare := Chain{Hops: c.Hops, Entry: c.Entry}
		return bare.key()
	}
	normal := map[string]bool{}
	for i := range f.Chains {
		if c := &f.Chains[i]; !c.Attack {
			normal[body(c)] = true
		}
	}
	both := map[string]bool{}
	for i := range f.Chains {
		if c := &f.Chains[i]; c.Attack && normal[body(c)] {
			both[body(c)] = true
		}
	}
	return len(both)
}
