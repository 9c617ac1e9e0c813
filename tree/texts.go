package tree

import (
	"hash/maphash"
	"unsafe"

	"oddkin/tree/internal/column"
)

// text is the number of a text; 0 is the empty one.
type text uint32

// The numbers of "0" and "root": the user who may become any other, as the kernel
// writes it and as an enriched log does (auditd.conf(5), log_format).
const (
	rootID   text = 1
	rootName text = 2
)

// isRoot reports whether a user's text means root.
func (t text) isRoot() bool { return t == rootID || t == rootName }

// below is t's number if that is less than n, else that of the empty text.
func (t text) below(n int) int {
	if int(t) >= n {
		return 0
	}
	return int(t)
}

// texts holds texts, each once, end to end in pages: a log may have a million ids of processes.
type texts struct {
	all   []textAt // by number
	pages [][]byte
	open  int           // the page that is being filled
	space *column.Space // of full-sized pages and all; nil for the heap
	known known
	seed  maphash.Seed
	// recent finds texts by where they lie: readers keep those once that repeat.
	recent *[recentTexts]recentText
}

// textAt is where a text lies: above 32 bits the page, above 16 where it begins in that, then the length; wholePage
// if it has the page to itself.
type textAt uint64

const wholePage = 1<<16 - 1

// textPage is the size of a page; what is longer than a sixteenth of it lies by itself.
const textPage = 1 << 16

// recentText is a text that was asked for. It stays where it lies for as long as it is here.
type recentText struct {
	text string
	id   text
}

const recentTexts = 1 << 10

func newTexts() texts {
	t := texts{all: []textAt{0}, pages: make([][]byte, 1), seed: maphash.MakeSeed()}
	t.add("0") // rootID
	t.add("root")
	return t
}

func (t *texts) id(s string) text {
	if s == "" {
		return 0
	}
	if t.recent == nil {
		t.recent = &[recentTexts]recentText{}
	}
	at := uintptr(unsafe.Pointer(unsafe.StringData(s)))
	slot := &t.recent[(at^at>>10)/8%recentTexts]
	if len(slot.text) != len(s) || unsafe.StringData(slot.text) != unsafe.StringData(s) {
		*slot = recentText{s, t.add(s)}
	}
	return slot.id
}

func (t *texts) add(s string) text {
	t.known.grow()
	hash := t.hash(s)
	for i := t.known.first(hash); ; i++ {
		switch at := t.known.at(i); {
		case at.id == 0:
			t.known.count++
			*at = knownPlace{uint32(len(t.all)), hash}
			t.all = column.Push(t.space, t.all, t.keep(s))
			return text(at.id)
		case at.hash == hash && t.of(text(at.id)) == s:
			return text(at.id)
		}
	}
}

func (t *texts) hash(s string) uint32 { return uint32(maphash.String(t.seed, s) >> 32) }

// keep copies a text, which may be part of a larger one, into a page.
func (t *texts) keep(s string) textAt {
	if len(s) > textPage/16 {
		t.pages = append(t.pages, []byte(s))
		return textAt(len(t.pages)-1)<<32 | wholePage
	}
	if full := cap(t.pages[t.open]); len(t.pages[t.open])+len(s) > full {
		t.open = len(t.pages)
		t.pages = append(t.pages, t.page(max(1<<10, min(textPage, 2*full))))
	}
	page := &t.pages[t.open]
	at := len(*page)
	*page = append(*page, s...)
	return textAt(t.open)<<32 | textAt(at)<<16 | textAt(len(s))
}

func (t *texts) page(size int) []byte {
	if size == textPage {
		return column.Slab[byte](t.space, size)
	}
	return make([]byte, 0, size)
}

func (t *texts) of(id text) string {
	at := t.all[id]
	page := t.pages[at>>32]
	if n := at & wholePage; n != wholePage {
		page = page[at>>16&(textPage-1):][:n]
	}
	return unsafe.String(unsafe.SliceData(page), len(page))
}
