package evtx

import (
	"strings"

	"github.com/Velocidex/ordereddict"

	"oddkin/parsers/internal/winevent"
)

// raw is the sink that keeps everything, for [event.Event.Raw]: a dictionary of
// elements, attributes and event data by their names, nested as they are. Values
// are strings; lists, and elements that come more than once, are lists of them.
type raw struct {
	dict *ordereddict.Dict
}

func (r *raw) wants(winevent.Field) bool { return true }

func (r *raw) enough() bool { return false }

func (r *raw) text(within string, p *part, text []byte) { r.put(within, p.path, string(text)) }

func (r *raw) list(within string, p *part, v value) {
	for item := range v.items() {
		r.put(within, p.path, string(appendValue(nil, item)))
	}
}

// put adds a value below the names of path, which is that within another element
// unless that is the event itself.
func (r *raw) put(within, path, text string) {
	if within != "" && within != "Event" {
		path = within + "/" + path
	}
	d := r.dict
	for {
		name, rest, deeper := strings.Cut(path, "/")
		old, found := d.Get(name)
		below, nested := old.(*ordereddict.Dict)
		switch {
		case !deeper && !found:
			d.Set(name, text)
			return
		case !deeper && nested:
			d, path = below, "#text"
		case !deeper:
			list, _ := old.([]any)
			if list == nil {
				list = []any{old}
			}
			d.Set(name, append(list, text))
			return
		case nested:
			d, path = below, rest
		default:
			below = ordereddict.NewDict()
			if found {
				below.Set("#text", old)
			}
			d.Set(name, below)
			d, path = below, rest
		}
	}
}

// items walks a list: strings end in zeros, all else has the size of its type.
func (v value) items() func(yield func(value) bool) {
	return func(yield func(value) bool) {
		kind, rest := v.kind&^typeArray, v.data
		for len(rest) > 0 {
			n := min(sizes[kind&31], len(rest))
			switch kind {
			case typeString:
				n = ended(rest, 2)
			case typeAnsi:
				n = ended(rest, 1)
			}
			if n == 0 {
				n = len(rest)
			}
			if !yield(value{kind: kind, data: rest[:n]}) {
				return
			}
			rest = rest[n:]
		}
	}
}

// sizes of the types in a list; 0 where there is none.
var sizes = [32]int{
	typeInt8: 1, typeUint8: 1, typeInt16: 2, typeUint16: 2, typeInt32: 4, typeUint32: 4, typeInt64: 8, typeUint64: 8,
	typeFloat32: 4, typeFloat64: 8, typeBool: 4, typeGUID: 16, typeFiletime: 8, typeSystemTime: 16, typeHex32: 4, typeHex64: 8,
}

// ended gives the size of the string that b begins with, its final zero included;
// width is the size of a character.
func ended(b []byte, width int) int {
	for i := 0; i+width <= len(b); i += width {
		if zeros(b[i : i+width]) {
			return i + width
		}
	}
	return len(b)
}
