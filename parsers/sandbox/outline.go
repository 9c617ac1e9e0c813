package sandbox

import (
	"bytes"
)

// outline is the shape of the JSON that a file begins with: for each path of
// keys, such as "info.machine.label", the text of the scalar there, or "{" or
// "[". The first element alone stands for an array, as "[]". A file cut off
// anywhere has an outline of what came before.
type outline map[string]string

// Bounds on an outline: all that is asked about lies within.
const (
	maxOutline      = 4096 // paths
	maxOutlineDepth = 5
)

// outlineOf gives the outline of the first value in head.
func outlineOf(head []byte) outline {
	o := outline{}
	s := newScanner(bytes.NewReader(head))
	_ = o.value(s, "", 0) // what could be read is what counts
	return o
}

func (o outline) value(s *scanner, path string, depth int) error {
	c, err := s.inside()
	if err != nil {
		return err
	}
	if depth > maxOutlineDepth || len(o) >= maxOutline {
		return s.skip()
	}
	switch c {
	case '{':
		o[path] = "{"
		if path != "" {
			path += "."
		}
		return s.object(func(key []byte) error { return o.value(s, path+string(key), depth+1) })
	case '[':
		o[path] = "["
		first := true
		return s.array(func() error {
			if !first {
				return s.skip()
			}
			first = false
			return o.value(s, path+"[]", depth+1)
		})
	}
	text, _, err := s.scalar()
	o[path] = string(text[:min(len(text), 64)])
	return err
}

// has reports whether the outline holds all paths.
func (o outline) has(paths ...string) bool {
	for _, p := range paths {
		if _, ok := o[p]; !ok {
			return false
		}
	}
	return true
}
