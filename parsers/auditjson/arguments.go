package auditjson

import (
	"cmp"
	"slices"
	"strings"

	"github.com/cespare/xxhash/v2"

	"oddkin/parsers/internal/execve"
	"oddkin/parsers/internal/ingest"
)

// maxGaps is how many missing arguments are filled in as empty before positions
// are given up: a hostile record may number its arguments as it likes.
const maxGaps = 256

// piece is an argument or a part of one, decoded.
type piece struct {
	arg, part uint64
	text      string
}

// arguments collects an argument vector that comes as numbered fields, in
// whatever order:
//
//	argc=3 a0="sh" a1="-c" a2_len=16000 a2[0]=2F62...
//	a2[1]=6E20...
type arguments struct {
	argc   uint64
	pieces []piece
	size   int      // of the text and of what holds it
	seen   []uint64 // fingerprints of the records
	extent execve.Extent
}

func (a *arguments) reset() {
	a.argc, a.pieces, a.size, a.seen = 0, a.pieces[:0], 0, a.seen[:0]
	a.extent.Reset()
}

// record adds the fields of an EXECVE record.
func (a *arguments) record(body []byte) outcome {
	sum := xxhash.Sum64(body)
	if slices.Contains(a.seen, sum) {
		return duplicate
	}
	a.seen = append(a.seen, sum)
	a.extent.Record()
	for key, value := range fieldsOf(body) {
		a.reach(string(key), value)
		a.add(string(key), func() string {
			if string(key) == "argc" { // of which two digits are no byte in hexadecimal
				return string(value)
			}
			return string(decode(value))
		})
	}
	return used
}

// reach notes how far a field of a record goes.
func (a *arguments) reach(key string, value []byte) {
	if key == "argc" {
		n, _ := parseUint(string(value), 10)
		a.extent.Argc(n)
	} else if p, ok := pieceOf(key); ok {
		a.extent.Piece(p.arg, p.part, value)
	} else if p, ok := pieceOf(strings.TrimSuffix(key, "_len")); ok {
		n, _ := parseUint(string(value), 10)
		a.extent.Length(p.arg, n)
	}
}

// add notes one field if it is argc or an argument.
func (a *arguments) add(key string, value func() string) {
	if key == "argc" {
		n, _ := parseUint(value(), 10)
		a.argc = max(a.argc, n)
		return
	}
	if p, ok := pieceOf(key); ok {
		p.text = value()
		a.size += len(p.text) + 64
		a.pieces = append(a.pieces, p)
	}
}

// whole reports whether all arguments are there: of fields that came without their record, as
// many as argc says, the last among them.
func (a *arguments) whole() bool {
	if a.extent.Any() {
		return a.extent.Whole()
	}
	return a.argc > 0 && uint64(len(a.pieces)) >= a.argc && slices.ContainsFunc(a.pieces, func(p piece) bool { return p.arg+1 >= a.argc })
}

// adopt adds the arguments of another part of the event.
func (a *arguments) adopt(o *arguments) {
	a.argc = max(a.argc, o.argc)
	a.pieces = append(a.pieces, o.pieces...)
	a.size += o.size
	a.extent.Adopt(&o.extent)
}

// pieceOf reads the key of an argument: a12 or a12[3]. a12_len is no argument.
func pieceOf(key string) (piece, bool) {
	index, ok := strings.CutPrefix(key, "a")
	if !ok {
		return piece{}, false
	}
	var p piece
	if at := strings.IndexByte(index, '['); at > 0 && strings.HasSuffix(index, "]") {
		if p.part, ok = parseUint(index[at+1:len(index)-1], 10); !ok {
			return piece{}, false
		}
		index = index[:at]
	}
	p.arg, ok = parseUint(index, 10)
	return p, ok
}

// run gives the arguments from the first on up to where one lacks that may be any.
func (a *arguments) run(intern *ingest.Interner) []string {
	slices.SortStableFunc(a.pieces, func(x, y piece) int { return cmp.Compare(x.arg, y.arg) })
	for i, p := range a.pieces {
		if p.arg != uint64(i) {
			a.pieces = a.pieces[:i]
			break
		}
	}
	a.argc = 0
	return a.argv(intern)
}

// argv assembles the vector. Parts go by number, so a10 follows a9. Arguments
// that no field holds but argc or a later one implies are empty: old kernels
// left empty ones out.
func (a *arguments) argv(intern *ingest.Interner) []string {
	if len(a.pieces) == 0 && a.argc == 0 {
		return nil
	}
	slices.SortStableFunc(a.pieces, func(x, y piece) int {
		return cmp.Or(cmp.Compare(x.arg, y.arg), cmp.Compare(x.part, y.part))
	})
	argv := []string{}
	gaps := 0
	fill := func(to uint64) {
		for ; gaps < maxGaps && uint64(len(argv)) < to; gaps++ {
			argv = append(argv, "")
		}
	}
	for i := 0; i < len(a.pieces); {
		first := a.pieces[i]
		fill(first.arg)
		text := first.text
		last := first.part
		for i++; i < len(a.pieces) && a.pieces[i].arg == first.arg; i++ {
			if p := a.pieces[i]; p.part != last {
				text, last = text+p.text, p.part
			}
		}
		argv = append(argv, intern.String(text))
	}
	fill(a.argc)
	return argv
}
