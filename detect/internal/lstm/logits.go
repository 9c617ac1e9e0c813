package lstm

import (
	"runtime"
	"sync"
	"sync/atomic"
)

const (
	// scoreChunk is the number of sequences a core takes at a time. More share more
	// of their beginnings and endings; fewer fit the cache.
	scoreChunk = 256
	// scoreTokens and scorePositions bound how many distinct tokens are projected, and
	// how many positions renumbered, at once, and with them the memory that takes: 2 KB
	// a token at the published shape, 4 bytes a position.
	scoreTokens    = 1 << 14
	scorePositions = 1 << 20
)

// Logits scores every sequence of b, which must pass [Batch.Check], into out,
// which must be as long as b.Seqs: out[i] > 0 means that sequence i looks
// abnormal, and [Sigmoid] of it is the probability. It works on all cores; a
// sequence's logit does not depend on what else is in the batch. Equal sequences
// are computed as often as they are listed.
//
// Safe for concurrent use as long as nothing writes to w.
func (w *Weights) Logits(b Batch, out []float32) {
	local := make([]int32, len(b.Tokens)) // index into a block's tokens, plus 1
	for lo := 0; lo < len(b.Seqs); {
		block, hi := b.block(lo, local)
		w.scoreBlock(block, out[lo:hi])
		clear(local)
		lo = hi
	}
}

// block cuts from b the sequences from lo on that together keep within the bounds
// (one sequence at least), with their tokens alone. It returns where it stopped.
// local must be all zero, and is written to.
func (b Batch) block(lo int, local []int32) (Batch, int) {
	var c Batch
	var room []int32 // for the sequences to come
	positions := 0
	for hi := lo; hi < len(b.Seqs); hi++ {
		n := len(b.Seqs[hi])
		if hi > lo && (len(c.Tokens)+n > scoreTokens || positions+n > scorePositions) {
			return c, hi
		}
		positions += n
		if n > len(room) {
			room = make([]int32, max(n, 1<<12))
		}
		seq := room[:n:n]
		room = room[n:]
		for i, t := range b.Seqs[hi] {
			if local[t] == 0 {
				c.Tokens = append(c.Tokens, b.Tokens[t])
				local[t] = int32(len(c.Tokens))
			}
			seq[i] = local[t] - 1
		}
		c.Seqs = append(c.Seqs, seq)
	}
	return c, len(b.Seqs)
}

// scoreBlock scores a batch whose tokens' projections fit in memory at once.
func (w *Weights) scoreBlock(b Batch, out []float32) {
	ahead, back := w.projectTokens(b.Tokens)
	chunks := (len(b.Seqs) + scoreChunk - 1) / scoreChunk
	parallel(chunks, func(next func() (int, bool)) {
		p := passes.Get().(*pass)
		defer passes.Put(p)
		for c, ok := next(); ok; c, ok = next() {
			lo := c * scoreChunk
			hi := min(lo+scoreChunk, len(b.Seqs))
			w.score(b.Seqs[lo:hi], ahead, back, p, out[lo:hi])
		}
	})
}

// projectTokens computes the input side of both directions of the first layer for
// each token.
func (w *Weights) projectTokens(tokens []Bag) (ahead, back []float32) {
	const chunk = 64
	cols, width := 4*w.Shape.Hidden1, w.Shape.Embed
	ahead = make([]float32, len(tokens)*cols)
	back = make([]float32, len(tokens)*cols)
	parallel((len(tokens)+chunk-1)/chunk, func(next func() (int, bool)) {
		x := make([]float32, chunk*width)
		for c, ok := next(); ok; c, ok = next() {
			lo := c * chunk
			part := tokens[lo:min(lo+chunk, len(tokens))]
			x := x[:len(part)*width]
			Embed(w.Table, width, part, x)
			w.Forward.Project(x, len(part), 0, ahead[lo*cols:])
			w.Backward.Project(x, len(part), 0, back[lo*cols:])
		}
	})
	return ahead, back
}

// passes are kept from network to network: what the system gives for fresh memory, a page at a
// time, costs as much as computing on it.
var passes = sync.Pool{New: func() any { return new(pass) }}

// pass is the memory of one scoring goroutine.
type pass struct {
	layout                Layout
	forward, back, second Trace
	projAhead, projBack   []float32
	last                  []float32
}

func (w *Weights) score(seqs [][]int32, ahead, back []float32, p *pass, out []float32) {
	l := &p.layout
	l.Build(seqs)
	w.Forward.Run(&l.Forward, [][]float32{ahead}, &p.forward)
	w.Backward.Run(&l.Backward, [][]float32{back}, &p.back)
	cols := 4 * w.Shape.Hidden2
	p.projAhead = grow(p.projAhead, l.Forward.Rows()*cols)
	p.projBack = grow(p.projBack, l.Backward.Rows()*cols)
	w.Second.Project(p.forward.Hidden, l.Forward.Rows(), 0, p.projAhead)
	w.Second.Project(p.back.Hidden, l.Backward.Rows(), w.Shape.Hidden1, p.projBack)
	w.Second.Run(&l.Second, [][]float32{p.projAhead, p.projBack}, &p.second)
	p.last = grow(p.last, len(seqs)*w.Shape.Hidden2)
	Gather(p.second.Hidden, w.Shape.Hidden2, l.Last, p.last)
	DenseLogits(p.last, w.Dense, w.Bias[0], out)
}

// parallel runs work on as many goroutines as there are cores, at most n; next
// hands out the numbers from 0 to n-1, each once. What work writes for a number
// must not depend on who works on it.
func parallel(n int, work func(next func() (int, bool))) {
	var taken atomic.Int64
	next := func() (int, bool) {
		i := int(taken.Add(1)) - 1
		return i, i < n
	}
	workers := min(runtime.GOMAXPROCS(0), n)
	if workers <= 1 {
		work(next)
		return
	}
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() { work(next) })
	}
	wg.Wait()
}
