package lstm

// Gather copies each sequence's last state out of hidden, [rows][width], into
// out, [len(last)][width]. A sequence without one (-1) gets zeros.
func Gather(hidden []float32, width int, last []int32, out []float32) {
	for i, r := range last {
		o := out[i*width:][:width]
		if r < 0 {
			clear(o)
			continue
		}
		copy(o, hidden[int(r)*width:])
	}
}

// GatherGrad is the gradient of [Gather]: it adds dOut to dHidden.
func GatherGrad(dOut []float32, width int, last []int32, dHidden []float32) {
	for i, r := range last {
		if r >= 0 {
			add(dHidden[int(r)*width:][:width], dOut[i*width:])
		}
	}
}

// DenseLogits computes out[i] = bias + x[i] dense for each row of x, which is
// len(dense) wide.
func DenseLogits(x, dense []float32, bias float32, out []float32) {
	for i := range out {
		z := bias
		for j, v := range x[i*len(dense):][:len(dense)] {
			z += float32(v * dense[j])
		}
		out[i] = z
	}
}

// DenseGrad is the gradient of [DenseLogits]: from dOut it adds the derivatives to
// dx, dDense and dBias.
func DenseGrad(x, dense, dOut, dx, dDense, dBias []float32) {
	n := len(dense)
	for i, d := range dOut {
		axpy(dx[i*n:][:n], dense, d)
		axpy(dDense, x[i*n:], d)
		dBias[0] += d
	}
}
