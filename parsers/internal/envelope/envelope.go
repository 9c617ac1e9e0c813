package envelope

import (
	"bytes"
	"cmp"
	"errors"
	"io"
)

// maxDepth is how deep a document may nest, as in package jsonstream.
const maxDepth = 1000

// key is a key that leads to the records.
type key uint8

const (
	otherKey key = iota
	hitsKey
	resultsKey
	eventsKey
	sequencesKey
)

// longest is how much of a key is looked at: more than the longest has.
const longest = len("sequences") + 1

// level is an object or array that is open.
type level struct {
	bracket byte // that opened it
	key     key  // under which it stands, in an object outside the records
}

// opener follows documents and blanks what is none of their records.
type opener struct {
	levels  []level
	kept    int  // levels up to the array of records; 0 outside of one
	last    byte // of what was read outside strings: a bracket, comma or colon, a quote, else 0
	quoted  bool // inside a string
	escaped bool // behind a backslash there
	word    []byte
	name    key  // the string read last
	lost    bool // brackets or strings do not match: nothing is blanked any more

	pages   int  // 1 inside of an array of documents
	what    key  // under which the first array of records stands
	objects bool // and that objects are in it
	gave    bool // the document at hand has such an array

	offset, began    int64 // of the bytes at hand, and of the document
	others, othersAt int64 // bytes in documents without records, and where the first stands
}

// around reports whether what is read stands around the records of a document.
func (o *opener) around() bool { return len(o.levels) > 0 && o.kept == 0 }

// blank blanks what of p, the next bytes of the input, stands around records.
func (o *opener) blank(p []byte) {
	for i := 0; i < len(p) && !o.lost; {
		from, around, records := i, o.around(), o.kept > 0
		if o.quoted {
			if i = o.text(p, i); around {
				wipe(p[from:i])
			}
			continue
		}
		o.structure(p[i], o.offset+int64(i))
		if i++; (around || o.around()) && !records && o.kept == 0 && !o.lost {
			wipe(p[from:i])
		}
	}
	o.offset += int64(len(p))
}

// wipe leaves the line ends, by which readers find their way.
func wipe(p []byte) {
	for i, c := range p {
		if c != '\n' {
			p[i] = ' '
		}
	}
}

// plain marks the bytes that mean nothing within a string.
var plain = func() (t [256]bool) {
	for c := range t {
		t[c] = c != '"' && c != '\\' && c != '\n' && c != 0
	}
	return t
}()

// text follows a string from p[i] on, and gives where it ends or p does.
func (o *opener) text(p []byte, i int) int {
	for ; i < len(p); i++ {
		c := p[i]
		if o.around() && len(o.word) < longest {
			o.word = append(o.word, c)
		}
		switch {
		case o.escaped:
			o.escaped = false
		case plain[c]:
		case c == '\\':
			o.escaped = true
		case c == '"':
			o.quoted, o.last = false, '"'
			o.name = keyOf(o.word)
			return i + 1
		default: // as in a string that was cut
			o.lost = true
			return i
		}
	}
	return i
}

// keyOf tells which key a word is, the quote behind it included.
func keyOf(word []byte) key {
	switch string(word) {
	case `hits"`:
		return hitsKey
	case `results"`:
		return resultsKey
	case `events"`:
		return eventsKey
	case `sequences"`:
		return sequencesKey
	}
	return otherKey
}

// structure takes the byte c, at at, outside strings.
func (o *opener) structure(c byte, at int64) {
	switch c {
	case ' ', '\n', '\r', '\t':
		return
	case '{', '[':
		o.open(c, at)
	case '}', ']':
		o.close(c, at)
	case '"':
		o.quoted, o.word = true, o.word[:0]
		o.lost = len(o.levels) == 0
	case ',':
	default:
		o.lost = len(o.levels) == 0
		if c != ':' {
			c = 0
		}
	}
	o.last = c
}

// open takes an opening bracket.
func (o *opener) open(c byte, at int64) {
	n := len(o.levels)
	if n == 0 {
		if c == '[' {
			o.lost = o.pages > 0 || o.last != 0
			o.pages = 1
			return
		}
		o.began, o.gave = at, false
		o.levels = append(o.levels, level{bracket: c})
		return
	}
	top := o.levels[n-1]
	if o.lost = n == maxDepth || top.bracket == '{' && o.last != ':'; o.lost {
		return
	}
	in := level{bracket: c}
	switch {
	case o.kept == 0 && top.bracket == '{':
		in.key = o.name
	case o.kept == 0 && top.key == sequencesKey: // each has its events
		in.key = sequencesKey
	}
	o.levels = append(o.levels, in)
	switch {
	case o.kept == n && c == '{' && n > 0:
		o.objects = true
	case o.kept == 0 && c == '[' && leads(top.key, in.key, n == 1):
		o.kept, o.gave = n+1, true
		if o.what == otherKey {
			o.what = cmp.Or(top.key, in.key)
			if o.what == sequencesKey {
				o.what = hitsKey
			}
		}
	}
}

// leads reports whether the array under key holds records, within what stands under
// owner, or in the document itself.
func leads(owner, key key, inDocument bool) bool {
	switch owner {
	case hitsKey:
		return key == hitsKey || key == eventsKey // the latter of an EQL search
	case sequencesKey:
		return key == eventsKey
	}
	return inDocument && (key == resultsKey || key == eventsKey)
}

// close takes a closing bracket.
func (o *opener) close(c byte, at int64) {
	n := len(o.levels) - 1
	if n < 0 && c == ']' && o.pages == 1 {
		o.pages = 0
		return
	}
	if o.lost = n < 0 || o.levels[n].bracket+2 != c; o.lost { // '{'+2 is '}', '['+2 is ']'
		return
	}
	o.levels = o.levels[:n]
	if o.kept > n {
		o.kept = 0
	}
	if n == 0 && !o.gave {
		if o.others == 0 {
			o.othersAt = o.began
		}
		o.others += at + 1 - o.began
	}
}

// Open looks at head, the first bytes of an input, and gives them as a [Reader] would,
// with what the records stand in; nil if no records stand in a document there.
func Open(head []byte) (opened []byte, what string) {
	if !bytes.Contains(head, []byte(`"hits"`)) && !bytes.Contains(head, []byte(`"results"`)) && !bytes.Contains(head, []byte(`"events"`)) {
		return nil, ""
	}
	var o opener
	opened = bytes.Clone(head)
	o.blank(opened)
	switch {
	case !o.objects:
		return nil, ""
	case o.what == hitsKey:
		return opened, "the hits of an answer by Elasticsearch or OpenSearch"
	case o.what == eventsKey:
		return opened, "the events of one document, as CloudWatch Logs answers"
	}
	return opened, "the results of a Splunk search"
}

// Reader gives an input with blanks for what stands around its records.
type Reader struct {
	r     io.Reader
	o     opener
	ended bool
}

// NewReader opens what r gives.
func NewReader(r io.Reader) *Reader { return &Reader{r: r} }

// Read implements [io.Reader].
func (r *Reader) Read(p []byte) (int, error) {
	n, err := r.r.Read(p)
	r.o.blank(p[:n])
	r.ended = errors.Is(err, io.EOF)
	return n, err
}

// Others is how many bytes stood in documents without records, and where the first
// of them begins.
func (r *Reader) Others() (n, offset int64) { return r.o.others, r.o.othersAt }

// Cut gives where the input has ended, if that is within a document around its records.
func (r *Reader) Cut() (offset int64, cut bool) {
	return r.o.offset, r.ended && r.o.around() && !r.o.lost
}
