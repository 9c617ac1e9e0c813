package sandbox

import (
	"strconv"
	"strings"
	"time"
)

// layouts are the ways in which sandboxes write a time of day. The fraction
// after the seconds is read whether or not the layout has one, after a dot or,
// as Python's logging writes it, a comma.
var layouts = []string{
	"2006-01-02 15:04:05",
	"2006-01-02T15:04:05",
	time.RFC3339,
	"2006-01-02 15:04:05Z07:00",
	"20060102150405", // cuckoomon's own, in reports of Cuckoo before 1.0
	"20060102T15:04:05",
}

// clock reads a time: seconds since 1970 with a fraction, or a time of day. One
// without a zone is the guest's or the host's local time, the report does not
// say which or where: it is taken as UTC. The zero time stands for what cannot
// be read.
func clock(text string) time.Time {
	text = strings.TrimSpace(text)
	for _, layout := range layouts {
		if t, err := time.Parse(layout, text); err == nil {
			return sane(t)
		}
	}
	return sane(unix(text))
}

// unix reads decimal seconds without the rounding of a float.
func unix(text string) time.Time {
	whole, fraction, _ := strings.Cut(text, ".")
	sec, err := strconv.ParseInt(whole, 10, 64)
	if err != nil || sec <= 0 {
		return time.Time{}
	}
	fraction = (fraction + "000000000")[:9]
	nsec, err := strconv.ParseUint(fraction, 10, 32)
	if err != nil {
		return time.Time{}
	}
	return time.Unix(sec, int64(nsec))
}

// sane drops years that no sandbox ran in and that no clock can be compared
// with.
func sane(t time.Time) time.Time {
	if t.Year() < 1970 || t.Year() > 9999 {
		return time.Time{}
	}
	return t.UTC()
}

// stopwatch reads milliseconds. A number too large to count from the start of an
// analysis counts from 1970; a smaller one gives no time of day, but an order.
func stopwatch(text string) (t time.Time, order int64, ok bool) {
	whole, _, _ := strings.Cut(text, ".")
	ms, err := strconv.ParseInt(strings.TrimSpace(whole), 10, 64)
	if text == "" || text == "null" {
		return t, 0, true
	}
	if err != nil {
		return t, 0, false
	}
	const year2000 = 946_684_800_000
	if ms >= year2000 {
		return sane(time.UnixMilli(ms)), 0, true
	}
	return t, ms, true
}
