package ingest

// Interner returns one string for equal bytes, so that a million records that
// name /usr/bin/bash cost one copy. The zero value is ready. Not for use by
// several goroutines.
type Interner struct {
	seen map[string]string
	size int
}

// maxInterned bounds the table: hostile evidence may name a new program each
// time. When it is full it starts afresh, which costs copies and nothing else.
const maxInterned = 8 << 20

// Bytes returns b as a string.
func (t *Interner) Bytes(b []byte) string {
	if s, ok := t.seen[string(b)]; ok { // the compiler makes no copy here
		return s
	}
	return t.add(string(b))
}

// String returns an equal string, the first that was seen.
func (t *Interner) String(s string) string {
	if old, ok := t.seen[s]; ok {
		return old
	}
	return t.add(s)
}

func (t *Interner) add(s string) string {
	if len(s) > 4096 {
		return s
	}
	if t.seen == nil || t.size+len(s) > maxInterned {
		t.seen, t.size = make(map[string]string), 0
	}
	t.seen[s] = s
	t.size += len(s)
	return s
}
