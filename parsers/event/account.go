package event

import (
	"fmt"
	"time"
)

// Warning is something in the evidence that could not be taken as it stood:
// what, where, and how much of it. The rest of the input is read all the same.
// It is an error so that a parser can yield it in an event's place.
type Warning struct {
	Source Source
	// Reason says what is wrong, in lower case, without the position. It comes
	// from a small fixed set per format, so that equal ones can be counted.
	Reason string
	// Bytes is how much of the input was passed over because of it.
	Bytes int64
}

// Error gives file, position and reason.
func (w Warning) Error() string {
	if w.Source.Offset < 0 {
		return fmt.Sprintf("%s: %s", w.Source.File, w.Reason)
	}
	return fmt.Sprintf("%s: offset %d: %s", w.Source.File, w.Source.Offset, w.Reason)
}

// Account is the book kept over one input: what it held and what became of
// every record. Records is always the sum of Used, NotNeeded, Duplicate and
// Malformed.
type Account struct {
	File   string
	Format string // name of the format it was read as; empty when refused
	Reason string // why it was taken for that format, or why it was refused
	// Confidence is how sure that is, in percent; 0 when refused or when the format
	// was named by the user.
	Confidence int
	// Bytes is the size read, after decompression; Packed the size on disk.
	Bytes, Packed int64
	// Records counts the format's own units: lines of an audit log, objects of a
	// JSON log, records of an EVTX file, processes of a sandbox report.
	Records, Used, NotNeeded, Duplicate, Malformed int64
	// Events counts what was handed on.
	Events int64
	// Skipped counts bytes that belong to no record: holes, garbage, damage.
	Skipped int64
	// Hosts are the first [MaxHosts] machines that its events name, in order of
	// appearance; HostCount counts all, up to a bound of thousands.
	Hosts     []string
	HostCount int64
	// Boots counts the starts of a host that it shows.
	Boots int64
	// Gaps counts the holes in the numbers of its records (the serials of an audit
	// log, the record ids of a Windows log), Missing the numbers that lack in them.
	Gaps, Missing int64
	// First and Last span the times of all records that have one.
	First, Last time.Time
	// Warnings keeps the first [MaxWarnings] of them; Malformed and Skipped
	// count all.
	Warnings []Warning
	// Suppressed is the number of warnings not kept.
	Suppressed int64
	// Truncated says that the input ended inside a record, could not be read to its
	// end, or was damaged inside what is one document.
	Truncated bool
	// Failure says why the input could not be read, or not to its end; empty when
	// it was. What was read before the failure counts all the same.
	Failure string
}

// MaxHosts is how many hosts an [Account] names.
const MaxHosts = 64

// MaxWarnings is how many warnings an [Account] keeps word for word.
const MaxWarnings = 20

// Warn notes w.
func (a *Account) Warn(w Warning) {
	if len(a.Warnings) < MaxWarnings {
		a.Warnings = append(a.Warnings, w)
		return
	}
	a.Suppressed++
}

// Span widens First and Last to hold t. A zero t is ignored.
func (a *Account) Span(t time.Time) {
	if t.IsZero() {
		return
	}
	if a.First.IsZero() || t.Before(a.First) {
		a.First = t
	}
	if a.Last.IsZero() || t.After(a.Last) {
		a.Last = t
	}
}

// Balanced reports whether every record is accounted for.
func (a *Account) Balanced() bool {
	return a.Records == a.Used+a.NotNeeded+a.Duplicate+a.Malformed
}
