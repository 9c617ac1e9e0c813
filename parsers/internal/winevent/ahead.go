package winevent

import (
	"time"

	"oddkin/parsers/event"
	"oddkin/parsers/internal/ingest"
)

// Batch is what a number of records that follow each other say by themselves, as
// far as that goes without knowing the records before them. A worker makes it
// with [Reader.Ahead], and the input's own reader settles it, in order.
type Batch struct {
	digests     []digest
	starts      []start
	numbers     []numbered // of all records, by log
	records     int64      // that are not needed, whatever came before, and have no digest
	first, last time.Time
	unzoned     bool // a digest has told of a time without zone
}

// digest is a record that the records before it decide on.
type digest struct {
	state  state
	offset int64
	serial uint64
	odd    string
	index  int      // of a start: its place in the batch
	seen   sighting // of a sighting
	other  sighting // the second process of the record
	pair   bool     // there is one
	zone   bool     // warn of a time without zone
}

// state is what a digest knows.
type state uint8

const (
	// again: the record is to be taken as if nobody had looked at it.
	again state = iota
	// sighted: it is not needed if its processes are known, else taken again.
	sighted
	// started: it tells of a start, end or boot, unless it is a duplicate.
	started
	// unzoned: it is not needed, and its time has no zone.
	unzoned
)

// start is an event of which copies count once.
type start struct {
	event  event.Event
	record uint64 // equal for copies
	told   toldByStart
}

// ahead is where looking at one record ahead of the others leaves what it finds.
type ahead struct {
	batch   *Batch
	starts  int
	sights  [2]sighting
	sighted int
	unzoned bool
}

func (a *ahead) start(s start) {
	a.batch.starts = append(a.batch.starts, s)
	a.starts++
}

func (a *ahead) sight(s sighting) outcome {
	if a.sighted < len(a.sights) {
		a.sights[a.sighted] = s
	}
	a.sighted++
	return open
}

// Reset empties a batch for other records.
func (b *Batch) Reset() {
	*b = Batch{digests: b.digests[:0], starts: b.starts[:0], numbers: b.numbers[:0]}
}

// Len is how many digests there are.
func (b *Batch) Len() int { return len(b.digests) }

// NewAhead makes a reader for [Reader.Ahead], which keeps no account.
func NewAhead(in *ingest.Input) Reader {
	private := *in
	private.Account = &event.Account{}
	return Reader{In: &private, ahead: &ahead{}}
}

// Ahead looks at the record at hand, which stands at offset, and notes in b what
// it says. It knows no other record and yields nothing.
func (r *Reader) Ahead(b *Batch, offset int64) {
	a := r.ahead
	*a = ahead{batch: b}
	r.In.Account.First, r.In.Account.Last = time.Time{}, time.Time{}
	r.offset, r.odd = offset, ""
	r.serial = number(r.Rec.get(recordID), 1<<64-1)
	if next, ok := r.numbered(); ok {
		b.number(next)
	}
	result := r.observe()
	d := digest{offset: offset, serial: r.serial, odd: r.odd, zone: a.unzoned && !b.unzoned}
	switch odd := r.odd != "" || r.Rec.bad; {
	case a.starts == 1 && result == open && a.sighted == 0 && !r.Rec.bad:
		d.state, d.index = started, len(b.starts)-1
	case result == open && !odd && a.starts == 0 && (a.sighted == 1 || a.sighted == 2):
		d.state, d.seen, d.other, d.pair = sighted, a.sights[0], a.sights[1], a.sighted == 2
	case result == notNeeded && !odd:
		b.records++
		b.span(r.In.Account.First)
		if !d.zone {
			return
		}
		d.state = unzoned
	default:
		b.starts = b.starts[:len(b.starts)-a.starts]
		b.digests = append(b.digests, digest{state: again, offset: offset})
		return
	}
	if d.state != unzoned {
		b.span(r.In.Account.First)
	}
	b.unzoned = b.unzoned || a.unzoned
	b.digests = append(b.digests, d)
}

// span widens the time that the batch covers.
func (b *Batch) span(t time.Time) {
	a := event.Account{First: b.first, Last: b.last}
	a.Span(t)
	b.first, b.last = a.First, a.Last
}

// SettleCounts books what a batch says of no record in particular, before its records are settled.
func (r *Reader) SettleCounts(b *Batch) {
	a := r.In.Account
	a.Records += b.records
	a.NotNeeded += b.records
	for _, next := range b.numbers {
		r.numbers.Note(next.log, next.Run)
	}
	a.Span(b.first)
	a.Span(b.last)
	for i := range b.starts { // which are looked up one by one next
		r.starts.Touch(b.starts[i].record)
	}
}

// Settle takes digest i of a batch, whose digests before it and all records before
// those have been settled. It is false if the record, which begins at offset, is
// to be taken itself: the batch says nothing of it.
func (r *Reader) Settle(b *Batch, i int) (offset int64, ok bool) {
	d := &b.digests[i]
	r.offset, r.serial, r.odd = d.offset, d.serial, d.odd
	switch d.state {
	case again:
		return d.offset, false
	case sighted:
		if !r.sightings.known(&d.seen) || d.pair && !r.sightings.known(&d.other) {
			return d.offset, false
		}
	}
	r.guess(!d.zone)
	switch d.state {
	case sighted:
		r.In.Account.Records++
		r.book(notNeeded)
	case started:
		r.In.Account.Records++
		r.book(r.settle(&b.starts[d.index]))
	}
	return 0, true
}
