package tree

import (
	"bytes"
	"encoding/binary"
	"hash/maphash"

	"oddkin/tree/internal/column"
)

// line is where a command line lies in [lines]; 0 for none.
type line uint64

// lines holds command lines one behind the other, each once, so that one costs little
// more than its letters.
type lines struct {
	pages [][]byte
	space *column.Space // of full-sized pages; nil for the heap
	// known finds a line by its hash: open addressing. hashes has that of the line at each place, 0 for a free one,
	// so that hardly any other line's text is looked at to find one, and none to make room.
	known  []line
	hashes []uint32
	table  *column.Space // of both; nil for the heap
	count  int           // in known
	shift  uint          // 32 less the bits of an index in known, which are the highest of the hash
	seed   maphash.Seed
	buf    []byte
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
	hash := l.hash(whole)
	if len(argv) > 0 {
		hash = hashed(maphash.Bytes(l.seed, b))
	}
	i := l.find(hash, b)
	if l.hashes[i] == 0 {
		l.known[i], l.hashes[i] = l.push(b), hash
		l.count++
	}
	return l.known[i]
}

// hash is that of a line without arguments.
func (l *lines) hash(whole string) uint32 { return hashed(maphash.String(l.seed, whole)) }

// hashed is what is kept of a hash.
func hashed(sum uint64) uint32 { return max(1, uint32(sum>>32)) }

// find is the place of b, which has the hash, in known: taken if it is kept already.
func (l *lines) find(hash uint32, b []byte) int {
	for i := l.first(hash); ; i = l.after(i) {
		if l.hashes[i] == 0 || l.hashes[i] == hash && bytes.HasPrefix(l.at(l.known[i]), b) { // none is the beginning of another
			return i
		}
	}
}

// first is the place where what has the hash is looked for first, after the one to be looked at after another.
func (l *lines) first(hash uint32) int { return int(hash >> l.shift) }
func (l *lines) after(place int) int   { return (place + 1) & (len(l.known) - 1) }

// fewestLines is how many places there are at first, by their bits.
const fewestLines = 10

// grow makes room in known.
func (l *lines) grow() {
	old, hashes := l.known, l.hashes
	if old == nil {
		l.seed, l.shift = maphash.MakeSeed(), 32-fewestLines
		l.known, l.hashes = make([]line, 1<<fewestLines), make([]uint32, 1<<fewestLines)
		return
	}
	l.known, l.hashes = column.Make[line](l.table, 2*len(old)), column.Make[uint32](l.table, 2*len(old))
	l.shift--
	for k, hash := range hashes {
		if hash == 0 {
			continue
		}
		i := l.first(hash)
		for l.hashes[i] != 0 {
			i = l.after(i)
		}
		l.known[i], l.hashes[i] = old[k], hash
	}
	l.forget(old, hashes)
}

// drop lets go of what served to find lines.
func (l *lines) drop() {
	l.forget(l.known, l.hashes)
	l.known, l.hashes = nil, nil
}

func (l *lines) forget(known []line, hashes []uint32) {
	column.Drop(l.table, known)
	column.Drop(l.table, hashes)
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
