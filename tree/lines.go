package tree

import (
	"bytes"
	"encoding/binary"
	"hash/maphash"

	"oddkin/tree/internal/column"
)

// line is where a command line lies in [lines], in lineBits; 0 for none.
type line uint64

// lineBits is enough for a terabyte of command lines.
const lineBits = 40

// lines holds command lines one behind the other, each once, so that one costs little
// more than its letters.
type lines struct {
	pages [][]byte
	space *column.Space // of full-sized pages; nil for the heap
	// known finds a line by its hash: open addressing, 0 for a free place. Above its lineBits stand the highest
	// bits of the hash, so that hardly any other line's text is looked at to find one, and none to make room.
	known []line
	table *column.Space // of known; nil for the heap
	count int           // in known
	shift uint          // 64 less the bits of an index in known
	seed  maphash.Seed
	buf   []byte
}

// pageBits is the size of a page; a line that is longer has one to itself.
const pageBits = 20

// add keeps a command line, given as arguments or as one text or both.
func (l *lines) add(argv []string, whole string) line {
	if len(argv) == 0 && whole == "" {
		return 0
	}
	b := binary.AppendUvarint(l.buf[:0], uint64(len(argv)))
	for _, a := range argv {
		b = binary.AppendUvarint(b, uint64(len(a)))
	}
	b = binary.AppendUvarint(b, uint64(len(whole)))
	for _, a := range argv {
		b = append(b, a...)
	}
	b = append(b, whole...)
	if l.buf = b; cap(b) > 1<<pageBits {
		l.buf = nil
	}
	if 4*l.count >= 3*len(l.known) {
		l.grow()
	}
	hash := line(maphash.Bytes(l.seed, b)) &^ (1<<lineBits - 1)
	slot := l.find(hash, b)
	if *slot == 0 {
		*slot = hash | l.push(b)
		l.count++
	}
	return *slot & (1<<lineBits - 1)
}

// find is the place of b, of which the highest bits of the hash are given, in known: taken if it is kept already.
func (l *lines) find(hash line, b []byte) *line {
	for i := hash >> l.shift; ; i++ {
		slot := &l.known[i&line(len(l.known)-1)]
		if *slot == 0 || (*slot^hash)>>lineBits == 0 && bytes.HasPrefix(l.at(*slot&(1<<lineBits-1)), b) { // none is the beginning of another
			return slot
		}
	}
}

// grow makes room in known.
func (l *lines) grow() {
	old := l.known
	if old == nil {
		l.seed, l.shift = maphash.MakeSeed(), 64-10
		l.known = make([]line, 1<<10)
		return
	}
	l.known = column.Make[line](l.table, 2*len(old))
	l.shift--
	for _, known := range old {
		if known == 0 {
			continue
		}
		i := known &^ (1<<lineBits - 1) >> l.shift
		for l.known[i&line(len(l.known)-1)] != 0 {
			i++
		}
		l.known[i&line(len(l.known)-1)] = known
	}
	column.Drop(l.table, old)
}

// push appends b to the last page, or to a new one. The first pages are small, as most
// evidence is.
func (l *lines) push(b []byte) line {
	last := len(l.pages) - 1
	if last < 1 || len(l.pages[last])+len(b) > cap(l.pages[last]) {
		if last < 0 {
			l.pages = append(l.pages, nil) // so that no line is 0
			last++
		}
		last++
		l.pages = append(l.pages, l.page(max(len(b), 1<<min(pageBits, 11+last))))
	}
	at := len(l.pages[last])
	l.pages[last] = append(l.pages[last], b...)
	return line(last)<<pageBits | line(at)
}

func (l *lines) page(size int) []byte {
	if size == 1<<pageBits {
		return column.Slab[byte](l.space, size)
	}
	return make([]byte, 0, size)
}

// at is the page from the line on.
func (l *lines) at(id line) []byte { return l.pages[id>>pageBits][id&(1<<pageBits-1):] }

// lineHead is what stands before the letters of a line.
type lineHead struct {
	argc  int
	lens  []byte // of the arguments
	whole int    // the length of the text that is no argument
	text  []byte // all letters
	size  int    // of the line
}

func (l *lines) head(id line) lineHead {
	b := l.at(id)
	at := 0
	next := func() int {
		n, size := binary.Uvarint(b[at:])
		at += size
		return int(n)
	}
	h := lineHead{argc: next()}
	h.lens = b[at:]
	total := 0
	for range h.argc {
		total += next()
	}
	h.whole = next()
	h.size = at + total + h.whole
	h.text = b[at:h.size]
	return h
}

// bytes is a line as it is kept: equal ones are equal.
func (l *lines) bytes(id line) []byte {
	if id == 0 {
		return nil
	}
	return l.at(id)[:l.head(id).size]
}

// of gives a command line back as it was added.
func (l *lines) of(id line) (argv []string, whole string) {
	if id == 0 {
		return nil, ""
	}
	h := l.head(id)
	rest := string(h.text)
	if h.argc > 0 {
		argv = make([]string, h.argc)
	}
	for i := range argv {
		n, size := binary.Uvarint(h.lens)
		h.lens = h.lens[size:]
		argv[i], rest = rest[:n], rest[n:]
	}
	return argv, rest
}
