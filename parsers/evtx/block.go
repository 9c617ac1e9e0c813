package evtx

import (
	"oddkin/parsers/internal/ingest"
	"oddkin/parsers/internal/winevent"
)

// block is a piece of the file, and of a chunk what its records say by themselves.
// Its memory is used again for later ones.
type block struct {
	piece     piece
	buf       []byte // of the piece's data
	unchecked bool   // the log was written without checksums

	batch   winevent.Batch
	remarks []remark
	runs    []ingest.Run // of record numbers, in their order
	sizes   []int        // of the records that have a digest
}

// remark is a warning that stands between two records of the batch.
type remark struct {
	before int // how many digests the batch had
	kind   remarkKind
	offset int64
	number uint64
	reason string
	size   int64
}

type remarkKind uint8

const (
	remarkWarning remarkKind = iota
	remarkLost               // a record that cannot be read
	remarkSkipped            // bytes that belong to none
)

// source gives the pieces of a file as blocks.
type source struct {
	stream    *stream
	unchecked bool
}

// next fills b with the next piece, none behind the last, and reports whether it
// was that.
func (s *source) next(b *block) (last bool) {
	p, ok := s.stream.next()
	if !ok {
		b.piece = piece{kind: none}
		return true
	}
	b.buf = append(b.buf[:0], p.data...)
	if p.data != nil {
		p.data = b.buf
	}
	if p.kind == header {
		s.unchecked = unchecked(p.data)
	}
	b.piece, b.unchecked = p, s.unchecked
	return false
}

// digester looks at chunks by themselves.
type digester struct {
	taker
	reader winevent.Reader
	block  *block
}

func newDigester(in *ingest.Input) *digester {
	d := &digester{reader: winevent.NewAhead(in)}
	d.rec = &d.reader.Rec
	d.reader.Raw = d.raw
	return d
}

// digest reads the records of a chunk.
func (d *digester) digest(b *block) {
	b.batch.Reset()
	b.remarks, b.runs, b.sizes = b.remarks[:0], b.runs[:0], b.sizes[:0]
	if b.piece.kind != chunk || b.piece.size < chunkHeaderSize {
		return
	}
	d.block = b
	d.chunk.load(b.piece.data)
	if whole := len(d.chunk.data) == chunkSize; whole && !b.unchecked && !d.chunk.intact() {
		d.remark(remarkWarning, 0, 0, reasonChecksum, 0)
	}
	d.records()
}

// records finds the records of the chunk at hand.
func (d *digester) records() {
	c := &d.chunk
	first, _ := c.span()
	at, free, previous := chunkHeaderSize, c.free(), first-1
	for {
		number, ok := c.number(at)
		follows := ok && number == previous+1
		if ok && (at < free || follows) && c.whole(at) {
			d.record(at, c.size(at), number)
			at, previous = at+c.size(at), number
			continue
		}
		if at >= free {
			return // what follows is left over from an earlier use of the chunk
		}
		next := c.find(at, free)
		if follows {
			if n := c.salvage(at, next, free); n > 0 {
				d.record(at, n, number)
				at, previous = at+n, number
				continue
			}
		}
		if next == free {
			d.rest(at, free, previous)
			return
		}
		d.remark(remarkLost, at, 0, reasonHole, next-at)
		at = next
	}
}

// rest looks at what stands behind the last record that could be found. Archived
// logs have zeros there.
func (d *digester) rest(at, end int, previous uint64) {
	_, last := d.chunk.span()
	switch {
	case !zeros(d.chunk.data[at:end]):
		d.remark(remarkLost, at, 0, reasonHole, end-at)
	case last > previous && last-previous < chunkSize/recordMin && len(d.chunk.data) == chunkSize:
		d.remark(remarkSkipped, at, previous+1, reasonEnd, end-at)
	}
}

// record reads one record.
func (d *digester) record(at, size int, number uint64) {
	b := d.block
	if n := len(b.runs); n > 0 && b.runs[n-1].Last+1 == number {
		b.runs[n-1].Last = number
	} else {
		b.runs = append(b.runs, ingest.Run{First: number, Last: number})
	}
	if err := d.take(at, size); err != nil {
		d.remark(remarkLost, at, number, err.Error(), size)
		return
	}
	before := b.batch.Len()
	if d.reader.Ahead(&b.batch, b.piece.offset+int64(at)); b.batch.Len() > before {
		b.sizes = append(b.sizes, size)
	}
}

func (d *digester) remark(kind remarkKind, at int, number uint64, reason string, size int) {
	b := d.block
	b.remarks = append(b.remarks, remark{b.batch.Len(), kind, b.piece.offset + int64(at), number, reason, int64(size)})
}
