// Package lstm is the network that reads a chain of processes, as arithmetic
// over flat []float32.
//
// It is for package detect, which scores with it, and for package graph, which
// trains with it: both run the same code, so a score cannot differ from what was
// trained. It knows no program names, no files and no solver.
//
// # The network
//
// A sequence is a list of tokens; a token is a [Bag], a weighted sum of rows of
// one table:
//
//	x_t = sum_k scale_k * table[row_k]
//
// The vectors go through a bidirectional LSTM of Hidden1 units a direction,
// then an LSTM of Hidden2 units of which only the last state is kept, then one
// dense unit. What comes out is a logit: positive is abnormal, and its sigmoid
// is the probability.
//
// Each LSTM is Keras' (Hochreiter and Schmidhuber 1997 with the forget gate of
// Gers et al. 2000), gates in the order i, f, c, o:
//
//	i_t = sigmoid(x_t Wi + h_(t-1) Ui + bi)
//	f_t = sigmoid(x_t Wf + h_(t-1) Uf + bf)
//	g_t = tanh   (x_t Wc + h_(t-1) Uc + bc)
//	o_t = sigmoid(x_t Wo + h_(t-1) Uo + bo)
//	c_t = f_t * c_(t-1) + i_t * g_t
//	h_t = o_t * tanh(c_t)
//
// # Room for other heads
//
// [Layout], [Scan] and [Layer] know nothing of [Weights]: a head that wants the
// state after every beginning (a softmax over the next process, say) runs a Layer
// over [Layout.Forward] and reads [Trace.Hidden], where each distinct beginning
// stands once, and hands the derivatives back to [Layer.RunGrad].
//
// # Lengths and padding
//
// Sequences are ragged: each is read to its own end and nothing stands behind
// it, which is what a mask does elsewhere. A model trained with padding as an
// ordinary token gets it as one, appended by its caller.
//
// # Determinism
//
// The same weights and batch give the same bits, whatever the number of cores,
// the size of the batch a sequence comes in, or the architecture: every sum has
// one order, products are rounded before they are added (no fused multiply-add),
// and the exponential is computed here.
package lstm
