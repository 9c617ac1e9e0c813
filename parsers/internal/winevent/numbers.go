package winevent

import (
	"fmt"

	"github.com/cespare/xxhash/v2"

	"oddkin/parsers/internal/ingest"
)

// Gaps books the numbers that are missing and warns of them; why says what may
// have become of the records.
func (r *Reader) Gaps(n *ingest.Numbers, why string) {
	if n.Lost() && !r.Stopped {
		r.Warn(-1, 0, "record numbers too far apart to tell which are missing", 0)
	}
	count, gaps, after := n.Missing()
	if count == 0 || r.Stopped {
		return
	}
	r.In.Account.Gaps += int64(gaps)
	r.In.Account.Missing += int64(count)
	r.Warn(-1, after, fmt.Sprintf("%d record numbers missing in %d gaps, most before this one: %s", count, gaps, why), 0)
}

// EndExport tells, behind the last record of an export, which numbers it lacks.
func (r *Reader) EndExport() { r.Gaps(&r.numbers, "records left out of the export, lost or removed") }

// numbered is the run of one record, and the key of its log.
type numbered struct {
	log uint64
	ingest.Run
}

// numbered gives the number of the record at hand; false where it has none, or where
// nobody asks.
func (r *Reader) numbered() (numbered, bool) {
	if !r.Export || r.serial == 0 {
		return numbered{}, false
	}
	b := append(r.scratch[:0], r.Rec.raw(computer)...)
	b = append(append(b, 0), r.Rec.first(channel, provider)...)
	r.scratch = b
	return numbered{xxhash.Sum64(b), ingest.Run{First: r.serial, Last: r.serial}}, true
}

// interleaved is how many of the newest runs of a batch are looked through for the
// one that a number goes on: exports mix the records of a few logs.
const interleaved = 8

// number notes the number of a record in the batch.
func (b *Batch) number(next numbered) {
	for i := len(b.numbers) - 1; i >= max(0, len(b.numbers)-interleaved); i-- {
		if b.numbers[i].log == next.log && b.numbers[i].Join(next.Run) {
			return
		}
	}
	b.numbers = append(b.numbers, next)
}
