package sandbox

import "oddkin/parsers/internal/jsonstream"

// outline is the shape of the JSON that a file begins with: for each path of
// keys, such as "info.machine.label", the text of the scalar there, or "{" or
// "[". The first element alone stands for an array, as "[]", and for one around the rest. A file cut off
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
	o.value(jsonstream.NewScannerBytes(head), "", 0)
	return o
}

func (o outline) value(s *jsonstream.Scanner, path string, depth int) {
	kind := s.Next()
	if depth > maxOutlineDepth || len(o) >= maxOutline || kind == 0 {
		s.Skip()
		return
	}
	switch kind {
	case '{':
		o[path] = "{"
		if path != "" {
			path += "."
		}
		for key := range s.Members() {
			o.value(s, path+string(key), depth+1)
		}
	case '[':
		o[path] = "["
		if path != "" { // else it is around the reports
			path += "[]"
		}
		for i := range s.Elements() {
			if i == 0 {
				o.value(s, path, depth+1)
			}
		}
	default:
		text := s.Text()
		o[path] = string(text[:min(len(text), 64)])
	}
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
