package lstm

// Trace is what a layer computed for a batch and its gradient needs again. The
// zero value is ready; the memory is reused from run to run.
type Trace struct {
	Hidden []float32 // [rows][Hidden], h_t: the layer's output

	gates    []float32 // [rows][4*Hidden], activated: i, f, g, o
	before   []float32 // [rows][Hidden], h_(t-1)
	cell     []float32 // [rows][Hidden], c_t
	tanhCell []float32 // [rows][Hidden]
	zeros    []float32 // [Hidden]
}

// Project computes one source's part of the gates' sums for n input vectors,
//
//	out[v] = x[v] K[from : from+width]   (+ b, if from is 0)
//
// where width is len(x)/n, and from the first row of the kernel that belongs to
// the source. out is [n][4*Hidden]. A layer whose input is the concatenation of
// several vectors has that many sources; their parts add up.
func (l *Layer) Project(x []float32, n, from int, out []float32) {
	if n == 0 {
		return
	}
	width, cols := len(x)/n, 4*l.Hidden
	for v := range n {
		o := out[v*cols:][:cols]
		if from == 0 {
			copy(o, l.Bias)
		} else {
			clear(o)
		}
	}
	gemm(out, cols, rowMajor(x, width), l.Kernel[from*cols:], cols, n, cols, width)
}

// Run computes the states of s. projected holds what [Layer.Project] gave for each
// source.
func (l *Layer) Run(s *Scan, projected [][]float32, t *Trace) {
	h, rows := l.Hidden, s.Rows()
	t.Hidden = grow(t.Hidden, rows*h)
	t.gates = grow(t.gates, rows*4*h)
	t.before = grow(t.before, rows*h)
	t.cell = grow(t.cell, rows*h)
	t.tanhCell = grow(t.tanhCell, rows*h)
	t.zeros = grow(t.zeros, h)
	clear(t.zeros)
	// A block is small enough for its rows to stay in the nearest cache from the
	// product to the activation.
	const block = 16
	for step := 0; step+1 < len(s.Steps); step++ {
		for lo := int(s.Steps[step]); lo < int(s.Steps[step+1]); lo += block {
			l.block(s, projected, t, lo, min(lo+block, int(s.Steps[step+1])))
		}
	}
}

// block computes rows lo to hi, which belong to one step.
func (l *Layer) block(s *Scan, projected [][]float32, t *Trace, lo, hi int) {
	h, cols := l.Hidden, 4*l.Hidden
	for r := lo; r < hi; r++ {
		z := t.gates[r*cols:][:cols]
		copy(z, projected[0][int(s.Inputs[0][r])*cols:])
		for i := 1; i < len(projected); i++ {
			add(z, projected[i][int(s.Inputs[i][r])*cols:])
		}
		if p := int(s.Prev[r]); p >= 0 {
			copy(t.before[r*h:][:h], t.Hidden[p*h:])
		} else {
			clear(t.before[r*h:][:h])
		}
	}
	if s.Prev[lo] >= 0 {
		gemm(t.gates[lo*cols:], cols, rowMajor(t.before[lo*h:], h), l.Recurrent, cols, hi-lo, cols, h)
	}
	for r := lo; r < hi; r++ {
		l.activate(t, r, int(s.Prev[r]))
	}
}

// activate turns row r's sums into gates, cell and hidden state.
func (l *Layer) activate(t *Trace, r, prev int) {
	h := l.Hidden
	before := t.zeros // the cell that a first row begins with
	if prev >= 0 {
		before = t.cell[prev*h:][:h]
	}
	z := t.gates[r*4*h:][:4*h]
	cell, tc, hidden := t.cell[r*h:][:h], t.tanhCell[r*h:][:h], t.Hidden[r*h:][:h]
	done := 0
	if hasVectors {
		done = activateVector(z, h, before, cell, tc, hidden)
	}
	in, forget, cand, out := z[:h], z[h:2*h], z[2*h:3*h], z[3*h:]
	for j := done; j < h; j++ {
		in[j] = Sigmoid(in[j])
		forget[j] = Sigmoid(forget[j])
		cand[j] = tanh(cand[j])
		out[j] = Sigmoid(out[j])
		cell[j] = float32(in[j]*cand[j]) + float32(forget[j]*before[j])
		tc[j] = tanh(cell[j])
		hidden[j] = out[j] * tc[j]
	}
}
