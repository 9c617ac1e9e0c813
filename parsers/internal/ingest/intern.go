package ingest

import "oddkin/parsers/internal/recall"

// Interner returns one string for equal bytes that come often, so that a million records that
// name /usr/bin/bash cost one copy. What has not come for long is copied anew, so that hostile evidence,
// which may name a new program each time, costs copies and nothing else. The zero value is
// ready. Not for use by several goroutines.
type Interner struct{ texts recall.Texts[string] }

// maxInterned is the longest text that is looked up.
const maxInterned = 4096

// Bytes returns b as a string.
func (t *Interner) Bytes(b []byte) string {
	if len(b) > maxInterned {
		return string(b)
	}
	s, hash, ok := t.texts.Find(b)
	if !ok {
		s = string(b)
		t.texts.Add(s, hash, s, 0)
	}
	return s
}

// String returns an equal string.
func (t *Interner) String(s string) string {
	if len(s) > maxInterned {
		return s
	}
	old, hash, ok := t.texts.FindString(s)
	if !ok {
		t.texts.Add(s, hash, s, 0)
		return s
	}
	return old
}
