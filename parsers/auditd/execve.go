package auditd

import (
	"bytes"
	"cmp"
	"slices"
)

// maxGaps is how many missing arguments are filled in as empty before positions
// are given up: a hostile record may number its arguments as it likes.
const maxGaps = 256

// piece is an argument or a part of one.
type piece struct {
	arg, part uint64
	value     []byte
}

// arguments is the space in which argument vectors are assembled.
type arguments struct {
	pieces []piece
	text   []byte // of all arguments
	parts  []byte // of one argument, joined
	ends   []int  // of each in text
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
func (a *arguments) argv(records [][]byte) []string {
	pieces := a.pieces[:0]
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
	a.pieces = pieces
	return a.assemble(argc)
}

// assemble joins the sorted pieces. All arguments are parts of one string.
func (a *arguments) assemble(argc uint64) []string {
	a.text, a.ends = a.text[:0], a.ends[:0]
	gaps := 0
	fill := func(to uint64) {
		for ; gaps < maxGaps && uint64(len(a.ends)) < to; gaps++ {
			a.ends = append(a.ends, len(a.text))
		}
	}
	for i := 0; i < len(a.pieces); {
		fill(a.pieces[i].arg)
		end := i + 1
		for end < len(a.pieces) && a.pieces[end].arg == a.pieces[i].arg {
			end++
		}
		a.text = a.join(a.text, a.pieces[i:end])
		a.ends = append(a.ends, len(a.text))
		i = end
	}
	fill(argc)
	text := string(a.text)
	out := make([]string, len(a.ends))
	from := 0
	for i, end := range a.ends {
		out[i] = text[from:end]
		from = end
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

// join appends one argument, given its parts, to out. Hexadecimal parts are
// joined before they are decoded, should a cut have split a byte.
func (a *arguments) join(out []byte, parts []piece) []byte {
	parts = slices.CompactFunc(parts, func(a, b piece) bool { return a.part == b.part })
	if len(parts) > 1 {
		all := a.parts[:0]
		for _, p := range parts {
			all = append(all, p.value...)
		}
		a.parts = all
		if decoded, ok := appendHex(out, all); ok {
			return decoded
		}
	}
	for _, p := range parts {
		out = appendDecoded(out, p.value)
	}
	return out
}
