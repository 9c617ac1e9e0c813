package lstm

import "math"

// Next is a network that tells what comes next: one LSTM reads a sequence, root first,
// and from the state after each token gives every class its probability of being that
// of the token that follows.
//
// Classes are many, so each belongs to one group, and two small softmaxes take the
// place of a large one (Goodman, 2001):
//
//	P(class | h) = P(group | h) P(class | group, h)
//
// A group's classes stand beside each other: group g has those from First[g] up to
// First[g+1].
type Next struct {
	Shape   NextShape
	First   []int32   // [Groups+1]
	Table   []float32 // [Rows][Embed]
	Forward Layer     // Embed -> Hidden

	Group     []float32 // [Hidden][Groups]
	GroupBias []float32 // [Groups]
	Class     []float32 // [Hidden][Classes]
	ClassBias []float32 // [Classes]
}

// NextShape is the size of a [Next].
type NextShape struct {
	Rows, Embed, Hidden, Groups, Classes int
}

// MostBits is the greatest surprise that a class can be: what the network finds less
// likely than once in 4,096 is as strange as it can tell.
const MostBits = 12

// Bits computes for every token of every sequence but the first how surprising its
// class is after the ones before it, -log2 P, at most [MostBits]; for the first it is
// 0. classes gives each token's class. The results are in the sequences' order. Like
// [Weights.Logits] it works on all cores, depends on nothing else in the batch and is
// safe for concurrent use.
func (n *Next) Bits(b Batch, classes []int32) [][]float32 {
	out := make([][]float32, len(b.Seqs))
	local := make([]int32, len(b.Tokens))
	for lo := 0; lo < len(b.Seqs); {
		block, hi := b.block(lo, local)
		own := make([]int32, len(block.Tokens))
		for t, i := range local {
			if i > 0 {
				own[i-1] = classes[t]
			}
		}
		n.bitsOf(block, own, out[lo:hi])
		clear(local)
		lo = hi
	}
	return out
}

// bitsOf is [Next.Bits] of a batch whose tokens' projections fit in memory at once.
func (n *Next) bitsOf(b Batch, classes []int32, out [][]float32) {
	projected := n.projectTokens(b.Tokens)
	chunks := (len(b.Seqs) + scoreChunk - 1) / scoreChunk
	parallel(chunks, func(next func() (int, bool)) {
		var p nextPass
		for c, ok := next(); ok; c, ok = next() {
			lo := c * scoreChunk
			hi := min(lo+scoreChunk, len(b.Seqs))
			n.read(b.Seqs[lo:hi], projected, classes, &p)
			for i, s := range b.Seqs[lo:hi] {
				bits := make([]float32, len(s))
				for t, row := range p.layout.ahead[p.layout.start[i]:][:len(s)] {
					bits[t] = p.bits[row]
				}
				out[lo+i] = bits
			}
		}
	})
}

// projectTokens computes the input side of the layer for each token.
func (n *Next) projectTokens(tokens []Bag) []float32 {
	const chunk = 64
	cols, width := 4*n.Shape.Hidden, n.Shape.Embed
	projected := make([]float32, len(tokens)*cols)
	parallel((len(tokens)+chunk-1)/chunk, func(next func() (int, bool)) {
		x := make([]float32, chunk*width)
		for c, ok := next(); ok; c, ok = next() {
			lo := c * chunk
			part := tokens[lo:min(lo+chunk, len(tokens))]
			Embed(n.Table, width, part, x[:len(part)*width])
			n.Forward.Project(x[:len(part)*width], len(part), 0, projected[lo*cols:])
		}
	})
	return projected
}

// nextPass is the memory of one goroutine.
type nextPass struct {
	layout Layout
	trace  Trace
	bits   []float32 // of each row of layout.Forward
	groups []float32
	states []float32 // before the rows
	odds   []float32 // of one group's classes
}

// read fills p.bits.
func (n *Next) read(seqs [][]int32, projected []float32, classes []int32, p *nextPass) {
	p.layout.BuildForward(seqs)
	scan := &p.layout.Forward
	n.Forward.Run(scan, [][]float32{projected}, &p.trace)
	h, rows := n.Shape.Hidden, scan.Rows()
	first := rows // of the rows that have one before them
	if len(scan.Steps) > 1 {
		first = int(scan.Steps[1])
	}
	p.bits = grow(p.bits, rows)
	clear(p.bits[:first])
	p.states = grow(p.states, (rows-first)*h)
	for r := first; r < rows; r++ {
		copy(p.states[(r-first)*h:][:h], p.trace.Hidden[int(scan.Prev[r])*h:])
	}
	p.groups = grow(p.groups, (rows-first)*n.Shape.Groups)
	n.groupOdds(p.states, rows-first, p.groups)
	for r := first; r < rows; r++ {
		class := classes[scan.Inputs[0][r]]
		g := n.groupOf(class)
		p.odds = n.classOdds(p.states[(r-first)*h:][:h], g, p.odds)
		logP := logOdds(p.groups[(r-first)*n.Shape.Groups:][:n.Shape.Groups], int(g)) +
			logOdds(p.odds, int(class-n.First[g]))
		p.bits[r] = float32(min(-logP, MostBits))
	}
}

// groupOf is the group of a class.
func (n *Next) groupOf(class int32) int32 {
	lo, hi := 0, n.Shape.Groups-1
	for lo < hi {
		mid := (lo + hi + 1) / 2
		if n.First[mid] <= class {
			lo = mid
		} else {
			hi = mid - 1
		}
	}
	return int32(lo)
}

// groupOdds computes the logits of all groups for rows states.
func (n *Next) groupOdds(states []float32, rows int, out []float32) {
	h, groups := n.Shape.Hidden, n.Shape.Groups
	for r := range rows {
		copy(out[r*groups:][:groups], n.GroupBias)
	}
	gemm(out, groups, rowMajor(states, h), n.Group, groups, rows, groups, h)
}

// classOdds computes the logits of the classes of group g for one state, into out's
// memory.
func (n *Next) classOdds(state []float32, g int32, out []float32) []float32 {
	lo, hi := int(n.First[g]), int(n.First[g+1])
	out = grow(out, hi-lo)
	copy(out, n.ClassBias[lo:hi])
	gemm(out, hi-lo, rowMajor(state, len(state)), n.Class[lo:], n.Shape.Classes, 1, hi-lo, len(state))
	return out
}

// softmax turns logits into probabilities in place. The greatest is taken off first,
// so that none overflows.
func softmax(z []float32) {
	top := z[0]
	for _, v := range z[1:] {
		top = max(top, v)
	}
	sum := float32(0)
	for i, v := range z {
		z[i] = exp(v - top)
		sum += z[i]
	}
	for i := range z {
		z[i] /= sum
	}
}

// logOdds is log2 of the softmax of z at i.
func logOdds(z []float32, i int) float64 {
	top := z[0]
	for _, v := range z[1:] {
		top = max(top, v)
	}
	sum := float32(0)
	for _, v := range z {
		sum += exp(v - top)
	}
	return float64(float64(z[i]-top)*math.Log2E) - log2(float64(sum))
}

// log2 is the binary logarithm of x > 0 to within 1e-11, the same bits on every
// platform: of m in [sqrt(1/2), sqrt(2)) it is 2 atanh(s)/ln 2 with s = (m-1)/(m+1).
func log2(x float64) float64 {
	m, e := math.Frexp(x)
	if m < math.Sqrt2/2 {
		m *= 2
		e--
	}
	s := (m - 1) / (m + 1)
	q := float64(s * s)
	sum := 0.0
	for k := 15; k > 0; k -= 2 {
		sum = float64(sum*q) + 1/float64(k)
	}
	return float64(e) + float64(float64(2*math.Log2E*s)*sum)
}
