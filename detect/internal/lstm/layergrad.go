package lstm

// RunGrad is the gradient of [Layer.Run]. It takes dHidden, the loss' derivative
// by every row's hidden state as far as that state is the layer's output, adds to
// it what flows back through time, and so overwrites it. It adds the derivative by
// the recurrent kernel to dRecurrent, by the bias to dBias, and by each source's
// projections to dProjected[source]. It uses t up: gates become their derivatives.
//
// For each row, with d. the derivative of the loss:
//
//	do = dh * tanh(c)          dc += dh * o * (1 - tanh(c)^2)
//	di = dc * g                df  = dc * c_(t-1)        dg = dc * i
//	dz = (di i(1-i), df f(1-f), dg (1-g^2), do o(1-o))
//	dc_(t-1) += dc * f         dh_(t-1) += dz U^T        dU += h_(t-1)^T dz
func (l *Layer) RunGrad(s *Scan, t *Trace, dHidden, dRecurrent, dBias []float32, dProjected [][]float32) {
	h, cols, rows := l.Hidden, 4*l.Hidden, s.Rows()
	// The transpose lets the one product kernel do this product too.
	uT := transpose(l.Recurrent, h, cols)
	dCell := make([]float32, rows*h)
	var dBefore []float32
	for step := len(s.Steps) - 2; step >= 0; step-- {
		lo, hi := int(s.Steps[step]), int(s.Steps[step+1])
		for r := lo; r < hi; r++ {
			l.activateGrad(t, r, int(s.Prev[r]), dHidden[r*h:][:h], dCell)
		}
		if step == 0 {
			continue
		}
		n := hi - lo
		dBefore = grow(dBefore, n*h)
		clear(dBefore)
		gemm(dBefore, h, rowMajor(t.gates[lo*cols:], cols), uT, h, n, h, cols)
		for r := lo; r < hi; r++ {
			add(dHidden[int(s.Prev[r])*h:][:h], dBefore[(r-lo)*h:])
		}
	}
	if len(s.Steps) > 2 {
		first := int(s.Steps[1]) // earlier rows had no state before them
		gemm(dRecurrent, cols, transposed(t.before[first*h:], h), t.gates[first*cols:], cols, h, cols, rows-first)
	}
	for r := range rows {
		dz := t.gates[r*cols:][:cols]
		add(dBias, dz)
		for i, in := range s.Inputs {
			add(dProjected[i][int(in[r])*cols:][:cols], dz)
		}
	}
}

// activateGrad turns row r's gates into the derivatives of their sums.
func (l *Layer) activateGrad(t *Trace, r, prev int, dh, dCell []float32) {
	h := l.Hidden
	z := t.gates[r*4*h:][:4*h]
	in, forget, cand, out := z[:h], z[h:2*h], z[2*h:3*h], z[3*h:]
	tc := t.tanhCell[r*h:][:h]
	dc := dCell[r*h:][:h]
	for j := range in {
		i, f, g, o := in[j], forget[j], cand[j], out[j]
		d := dc[j] + float32(float32(dh[j]*o)*(1-float32(tc[j]*tc[j])))
		dOut := dh[j] * tc[j]
		in[j] = float32(d*g) * float32(i*(1-i))
		cand[j] = float32(d*i) * (1 - float32(g*g))
		out[j] = dOut * float32(o*(1-o))
		if prev < 0 {
			forget[j] = 0
			continue
		}
		forget[j] = float32(d*t.cell[prev*h+j]) * float32(f*(1-f))
		dCell[prev*h+j] += float32(d * f)
	}
}

// ProjectGrad is the gradient of [Layer.Project], but for the bias, which
// [Layer.RunGrad] sees to: from dOut, the derivative by out, it adds the
// derivative by the kernel to dKernel (of the whole kernel's size) and by x to dx.
func (l *Layer) ProjectGrad(x []float32, n, from int, dOut, dKernel, dx []float32) {
	if n == 0 {
		return
	}
	width, cols := len(x)/n, 4*l.Hidden
	gemm(dKernel[from*cols:], cols, transposed(x, width), dOut, cols, width, cols, n)
	kT := transpose(l.Kernel[from*cols:], width, cols)
	gemm(dx, width, rowMajor(dOut, cols), kT, width, n, width, cols)
}

// transpose returns the transpose of the first rows*cols elements of m.
func transpose(m []float32, rows, cols int) []float32 {
	t := make([]float32, rows*cols)
	for i := range rows {
		for j, v := range m[i*cols:][:cols] {
			t[j*rows+i] = v
		}
	}
	return t
}
