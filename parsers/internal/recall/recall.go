// Package recall remembers what texts were read as.
package recall

import "hash/maphash"

// Texts remembers what texts were read as: the latest ones, as many as its bounds allow.
// Machines do the same things in the same way again and again, and of what they do once
// nothing is lost when it is forgotten. So a text has a place of its own, from which another
// one drives it out: there is no table to be rebuilt as it grows. The zero value is ready.
// Not for use by several goroutines.
type Texts[V any] struct {
	slots []recalled[V] // in pairs, the later text first
	seed  maphash.Seed
	texts int // in slots
	size  int // of them and what they were read as, in bytes
}

type recalled[V any] struct {
	hash  uint64
	text  string // "" for a free place
	size  int    // of it and the value, in bytes
	value V
}

const (
	// fewRecalled and maxRecalled bound the number of places, maxRecall the size of all texts together
	// with what they were read as; then remembering starts afresh.
	fewRecalled = 1 << 6
	maxRecalled = 1 << 14
	maxRecall   = 8 << 20
)

// Find gives what text was read as, if that is remembered. The hash is for Add.
func (c *Texts[V]) Find(text []byte) (value V, hash uint64, ok bool) {
	c.begin()
	hash = maphash.Bytes(c.seed, text)
	pair := c.pair(hash)
	for i := range pair {
		if s := &pair[i]; s.hash == hash && s.text == string(text) {
			return s.value, hash, true
		}
	}
	return value, hash, false
}

// FindString is [Texts.Find] for a string.
func (c *Texts[V]) FindString(text string) (value V, hash uint64, ok bool) {
	c.begin()
	hash = maphash.String(c.seed, text)
	pair := c.pair(hash)
	for i := range pair {
		if s := &pair[i]; s.hash == hash && s.text == text {
			return s.value, hash, true
		}
	}
	return value, hash, false
}

func (c *Texts[V]) begin() {
	if c.slots == nil {
		c.slots, c.seed = make([]recalled[V], fewRecalled), maphash.MakeSeed()
	}
}

// pair is where texts of that hash stand.
func (c *Texts[V]) pair(hash uint64) []recalled[V] {
	i := hash & uint64(len(c.slots)-1) &^ 1
	return c.slots[i : i+2]
}

// Add remembers what a text was read as that Find did not know. extra is the size of value.
func (c *Texts[V]) Add(text string, hash uint64, value V, extra int) {
	if len(text) == 0 {
		return
	}
	if c.size+len(text)+extra > maxRecall {
		clear(c.slots)
		c.texts, c.size = 0, 0
	}
	if 2*c.texts >= len(c.slots) && len(c.slots) < maxRecalled {
		c.grow()
	}
	c.put(recalled[V]{hash, text, len(text) + extra, value})
}

func (c *Texts[V]) put(s recalled[V]) {
	pair := c.pair(s.hash)
	if pair[1].text == "" {
		c.texts++ // else one is driven out
	}
	c.size += s.size - pair[1].size
	pair[1], pair[0] = pair[0], s
}

func (c *Texts[V]) grow() {
	old := c.slots
	c.slots, c.texts, c.size = make([]recalled[V], 4*len(old)), 0, 0
	for i := len(old) - 1; i >= 0; i-- { // the later of a pair last, to stand first again
		if old[i].text != "" {
			c.put(old[i])
		}
	}
}
