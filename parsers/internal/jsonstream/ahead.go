package jsonstream

import (
	"bytes"
	"cmp"
	"errors"
	"io"
	"slices"
	"sync/atomic"

	"oddkin/parsers/internal/crew"
)

// Ahead reads a stream for a [Scanner] and has several goroutines check, block by block and before
// the scanner comes there, what it will probably pass over: runs of elements of arrays. See the package comment.
type Ahead struct {
	crew *crew.Crew[block]
	rest []byte // of the present block
	err  error  // what the reader said behind it
	runs []run  // of the blocks taken, by where they start, those from next on not yet passed
	next int
	idle atomic.Bool // nobody passes over anything any more
}

// block is a part of the stream.
type block struct {
	offset int64
	data   []byte
	err    error // what the reader said behind it, if it is the last
	runs   []run
}

// run says of the bytes from start on: if an element of an array is due there, then elements of it stand up to end, where
// a comma or the array's end follows. They nest no deeper than deepest.
type run struct{ start, end int64 }

const (
	// BlockSize is that of the blocks which a processor checks at once, in bytes.
	BlockSize = 1 << 20
	// firstSize is that of the first, which nobody checks: the scanner is there at once.
	firstSize = 64 << 10
	// deepest is how deep what is passed over in one go may nest.
	deepest = 64
	// mostRuns is how many runs a block has at one depth: shorter ones are not worth being noted.
	mostRuns = 256
	// mostGuesses is how often it is guessed in a block that a list goes on. Where so many were wrong, or led to short lists
	// alone, the rest is left.
	mostGuesses = 1024
	// piece is how much is copied to the scanner at once, most of which may turn out to lie in a run.
	piece = 32 << 10
)

// NewAhead reads from r, by that many goroutines and in blocks of that size. It is to be closed.
func NewAhead(r io.Reader, workers, size int) *Ahead {
	offset := int64(0)
	read := func(b *block) (last bool) {
		want := size
		if offset == 0 { // which is all that there is of most reports
			want = min(size, firstSize)
		}
		if cap(b.data) < want {
			b.data = make([]byte, want)
		}
		b.offset = offset
		b.data, b.err = readFull(r, b.data[:want])
		offset += int64(len(b.data))
		return b.err != nil
	}
	a := new(Ahead)
	a.crew = crew.New(workers, read, func() func(*block) {
		check := checker(max(1, size/mostRuns))
		return func(b *block) {
			// With one worker nobody is ahead. The first block is taken at once.
			if b.runs = b.runs[:0]; workers > 1 && b.offset > 0 && !a.idle.Load() {
				check(b)
			}
		}
	})
	return a
}

// readFull fills b as far as r goes.
func readFull(r io.Reader, b []byte) ([]byte, error) {
	size := 0
	for empty := 0; size < len(b); {
		n, err := r.Read(b[size:])
		if size += n; err != nil {
			return b[:size], err
		}
		if n > 0 {
			empty = 0
		} else if empty++; empty == 100 { // as bufio: a reader that keeps returning nothing is broken
			return b[:size], io.ErrNoProgress
		}
	}
	return b, nil
}

// Close ends the work ahead. It is needed however the reading ended.
func (a *Ahead) Close() { a.crew.Close() }

// Drain passes over the rest. The error is why the stream could not be read to its end.
func (a *Ahead) Drain() error {
	a.idle.Store(true)
	a.rest, a.runs, a.next = nil, nil, 0
	for a.err == nil {
		b := a.crew.Next()
		if b == nil {
			return io.ErrClosedPipe
		}
		a.err = b.err
	}
	if errors.Is(a.err, io.EOF) {
		return nil
	}
	return a.err
}

// Read implements [io.Reader].
func (a *Ahead) Read(p []byte) (int, error) {
	for len(a.rest) == 0 {
		if a.err != nil {
			return 0, a.err
		}
		b := a.crew.Next()
		if b == nil {
			return 0, io.ErrClosedPipe
		}
		a.rest, a.err = b.data, b.err
		a.runs = append(slices.Delete(a.runs, 0, a.next), b.runs...)
		a.next = 0
	}
	n := copy(p[:min(len(p), piece)], a.rest)
	a.rest = a.rest[n:]
	return n, nil
}

// pass forgets the runs that start before offset, behind which the scanner stands.
func (a *Ahead) pass(offset int64) {
	for a.next < len(a.runs) && a.runs[a.next].start < offset {
		a.next++
	}
}

// end is where the run ends that starts at an offset, which must not be less than before; the offset if none does.
func (a *Ahead) end(offset int64) int64 {
	a.pass(offset)
	if a.next < len(a.runs) && a.runs[a.next].start == offset {
		return a.runs[a.next].end
	}
	return offset
}

// jump passes over elements of the array whose next element is due, as far as they were checked ahead. It
// reports whether there were any: a comma or the array's end comes next.
func (s *Scanner) jump() bool {
	if s.ahead == nil || s.pin >= 0 || s.hold >= 0 || s.depth > MaxDepth-deepest {
		return false
	}
	n := int(s.ahead.end(s.Offset()) - s.Offset())
	if n == 0 {
		return false
	}
	if here := s.end - s.pos; n > here { // the rest lies in the same block
		s.ahead.rest = s.ahead.rest[n-here:]
		s.base += int64(s.pos + n)
		s.pos, s.end, s.lf, s.nul = 0, 0, -1, -1
		return true
	}
	s.pos += n
	return true
}

// checker gives what finds the runs of a block, of that many bytes at least.
func checker(shortest int) func(*block) {
	s := &Scanner{track: &track{shortest: shortest}}
	return func(b *block) {
		s.track.runs = b.runs[:0]
		s.check(b.data, b.offset)
		b.runs = s.track.runs
		slices.SortFunc(b.runs, func(x, y run) int { return cmp.Compare(x.start, y.start) })
	}
}

// track notes where the arrays lie that a scanner passes over.
type track struct {
	runs     []run
	shortest int
	// Of each open array the places in the buffer where its first element is due, and of its last comma, -1 if there was none.
	start, comma [MaxDepth]int
}

func (t *track) open(depth, at int) { t.start[depth], t.comma[depth] = at, -1 }

// add notes elements of the array at this depth, which stand up to end.
func (t *track) add(depth, end int, base int64) {
	if start := t.start[depth]; end-start >= t.shortest {
		t.runs = append(t.runs, run{base + int64(start), base + int64(end)})
	}
}

// check notes the runs of b, which stands at offset in the stream. Where it begins, in a text or
// between two values, is not known. It takes a comma between two braces for one between elements of an array and
// looks on from there: whoever comes there otherwise does not ask for such a run.
func (s *Scanner) check(b []byte, offset int64) {
	s.Reset(b, offset)
	const base = MaxDepth - deepest - 1 // so that what nests too deep is no run
	for range mostGuesses {
		at := behindComma(b[s.pos:])
		if at < 0 {
			return
		}
		s.pos, s.err, s.depth, s.stack[base] = s.pos+at, nil, base+1, '['
		s.track.open(base, s.pos)
		for s.err == nil {
			if s.Skip(); s.peek() != ',' {
				break
			}
			s.track.comma[base] = s.pos
			s.pos++
		}
		if s.err == nil && s.peek() == ']' {
			s.track.add(base, s.pos, s.base)
			continue
		}
		for d := base; d < s.depth; d++ {
			if s.stack[d] == '[' {
				s.track.add(d, s.track.comma[d], s.base)
			}
		}
	}
}

// behindComma is the place behind the first comma with a closing brace before it and an opening one behind it, blanks
// apart; -1 if there is none.
func behindComma(b []byte) int {
	for from := 0; ; {
		i := bytes.IndexByte(b[from:], '}')
		if i < 0 {
			return -1
		}
		from += i + 1
		rest := bytes.TrimLeft(b[from:], blanks)
		if len(rest) > 0 && rest[0] == ',' && bytes.HasPrefix(bytes.TrimLeft(rest[1:], blanks), []byte("{")) {
			return len(b) - len(rest) + 1
		}
	}
}
