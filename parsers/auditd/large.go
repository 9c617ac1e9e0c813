package auditd

// largeTexts keeps the space of long events for the next ones. Most events are short, and
// so many are open that each cannot have so much.
type largeTexts struct{ free [][]byte }

const (
	// smallText is what an event may keep for itself.
	smallText = 8 << 10
	// maxLarge is how many spaces of how much are kept.
	maxLarge     = 16
	maxLargeSize = 1 << 20
)

func (l *largeTexts) give(b []byte) {
	if len(l.free) < maxLarge && cap(b) <= maxLargeSize {
		l.free = append(l.free, b[:0])
	}
}

// extend appends more to text, in a space that is there already if it gets long.
func (l *largeTexts) extend(text, more []byte) []byte {
	if n := len(l.free); n > 0 && cap(text) <= smallText && len(text)+len(more) > smallText {
		text, l.free = append(l.free[n-1], text...), l.free[:n-1]
	}
	return append(text, more...)
}
