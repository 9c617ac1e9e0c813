package tree

import (
	"hash/maphash"
	"strings"
	"unsafe"
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
	all  []string // by number; they lie in pages
	page []byte   // the last one
	// known finds a text by its hash: open addressing, 0 for a free place.
	known []knownText
	seed  maphash.Seed
	// recent finds texts by where they lie: readers keep those once that repeat.
	recent *[recentTexts]recentText
}

// knownText is a text and a part of its hash.
type knownText struct {
	id   text
	hash uint32
}

// textPage is the size of a page; what is longer than a sixteenth of it lies by itself.
const textPage = 1 << 16

// recentText is a text that was asked for. It stays where it lies for as long as it is here.
type recentText struct {
	text string
	id   text
}

const recentTexts = 1 << 10

func newTexts() texts {
	t := texts{all: []string{""}, seed: maphash.MakeSeed()}
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
	if 4*len(t.all) >= 3*len(t.known) {
		t.grow()
	}
	hash := maphash.String(t.seed, s)
	slot := t.find(s, hash)
	if slot.id == 0 {
		*slot = knownText{text(len(t.all)), uint32(hash >> 32)}
		t.all = append(t.all, t.keep(s))
	}
	return slot.id
}

// find is the place of s, which has the given hash, in known: taken if s is kept already.
func (t *texts) find(s string, hash uint64) *knownText {
	for i := hash; ; i++ {
		slot := &t.known[i&uint64(len(t.known)-1)]
		if slot.id == 0 || slot.hash == uint32(hash>>32) && t.all[slot.id] == s {
			return slot
		}
	}
}

// grow makes room in known.
func (t *texts) grow() {
	t.known = make([]knownText, max(1<<10, 2*len(t.known)))
	for id, s := range t.all[1:] {
		hash := maphash.String(t.seed, s)
		*t.find("", hash) = knownText{text(id + 1), uint32(hash >> 32)}
	}
}

// keep copies a text, which may be part of a larger one, into the last page.
func (t *texts) keep(s string) string {
	if len(s) > textPage/16 {
		return strings.Clone(s)
	}
	if len(t.page)+len(s) > cap(t.page) {
		t.page = make([]byte, 0, max(1<<10, min(textPage, 2*cap(t.page))))
	}
	at := len(t.page)
	t.page = append(t.page, s...)
	return unsafe.String(unsafe.SliceData(t.page[at:]), len(s))
}

func (t *texts) of(id text) string { return t.all[id] }
