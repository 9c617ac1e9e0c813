package auditd

import (
	"bytes"
	"cmp"
	"slices"

	"oddkin/parsers/internal/ingest"
)

// maxGaps is how many missing arguments are filled in as empty before positions
// are given up: a hostile record may number its arguments as it likes.
const maxGaps = 256

// piece is an argument or a part of one.
type piece struct {
	arg, part uint64
	value     []byte
}

// argv assembles the argument vector from the bodies of an event's EXECVE
// records, in whatever order they come:
//
//	argc=3 a0="sh" a1="-c" a2_len=16000 a2[0]=2F62...
//	a2[1]=6E20...
//
// Parts go by number, so a10 follows a9 and a2[1] follows a2[0]. Arguments that
// no record holds but argc or a later one implies are empty: old kernels left
// empty ones out. Old kernels also logged a script's start twice, for the script
// and for its interpreter, with the arguments of the latter read both times: the
// record that has more of them has them all.
func argv(records [][]byte, intern *ingest.Interner) []string {
	pieces := make([]piece, 0, 16)
	var argc uint64
	for _, body := range records {
		for rest := body; ; {
			key, value, after, closed := nextField(rest)
			if key == nil {
				break
			}
			rest = after
			if string(key) == "argc" {
				n, _ := parseDec(value)
				argc = max(argc, n)
			} else if p, ok := pieceOf(key); ok {
				p.value = value
				pieces = append(pieces, p)
			}
			if !closed {
				break
			}
		}
	}
	order := func(a, b piece) int { return cmp.Or(cmp.Compare(a.arg, b.arg), cmp.Compare(a.part, b.part)) }
	if !slices.IsSortedFunc(pieces, order) {
		slices.SortStableFunc(pieces, order)
	}
	out := make([]string, 0, len(pieces))
	gaps := uint64(0)
	for i := 0; i < len(pieces); {
		arg := pieces[i].arg
		for gaps < maxGaps && uint64(len(out)) < arg {
			out = append(out, "")
			gaps++
		}
		end := i + 1
		for end < len(pieces) && pieces[end].arg == arg {
			end++
		}
		out = append(out, join(pieces[i:end], intern))
		i = end
	}
	for gaps < maxGaps && uint64(len(out)) < argc {
		out = append(out, "")
		gaps++
	}
	return out
}

// pieceOf reads the key of an argument: a12 or a12[3]. a12_len is no argument.
func pieceOf(key []byte) (piece, bool) {
	if len(key) < 2 || key[0] != 'a' {
		return piece{}, false
	}
	index := key[1:]
	part := uint64(0)
	if open := bytes.IndexByte(index, '['); open > 0 && index[len(index)-1] == ']' {
		n, ok := parseDec(index[open+1 : len(index)-1])
		if !ok {
			return piece{}, false
		}
		part, index = n, index[:open]
	}
	n, ok := parseDec(index)
	return piece{arg: n, part: part}, ok
}

// join gives one argument from its parts. Hexadecimal parts are joined before
// they are decoded, should a cut have split a byte.
func join(parts []piece, intern *ingest.Interner) string {
	if len(parts) == 1 {
		return intern.Bytes(decode(parts[0].value))
	}
	var hex []byte
	for i, p := range parts {
		if i > 0 && p.part == parts[i-1].part {
			continue // the same part twice
		}
		hex = append(hex, p.value...)
	}
	if b, ok := unhex(hex); ok {
		return string(b)
	}
	var out []byte
	for i, p := range parts {
		if i > 0 && p.part == parts[i-1].part {
			continue
		}
		out = append(out, decode(p.value)...)
	}
	return string(out)
}
