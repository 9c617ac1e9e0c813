package lstm

// Shape is the size of a network.
type Shape struct {
	// Rows and Embed are the height and width of the embedding table.
	Rows, Embed int
	// Hidden1 is the number of units of each direction of the first layer, whose
	// output is therefore 2*Hidden1 wide.
	Hidden1 int
	// Hidden2 is the number of units of the second layer.
	Hidden2 int
}

// Layer holds one LSTM's parameters, row major. The 4*Hidden columns are the
// gates i, f, c, o, Hidden columns each.
type Layer struct {
	In, Hidden int
	Kernel     []float32 // [In][4*Hidden]
	Recurrent  []float32 // [Hidden][4*Hidden]
	Bias       []float32 // [4*Hidden]
}

// Weights is a network. The slices are the parameters themselves: a solver that
// writes to them changes the network.
type Weights struct {
	Shape    Shape
	Table    []float32 // [Rows][Embed]
	Forward  Layer     // reads in reading order: Embed -> Hidden1
	Backward Layer     // reads from the end: Embed -> Hidden1
	Second   Layer     // 2*Hidden1 -> Hidden2; the forward half of its input comes first
	Dense    []float32 // [Hidden2]
	Bias     []float32 // [1]
}

// Tensor is a named array of a model, row major.
type Tensor struct {
	Name  string
	Shape []int
	Data  []float32
}

// New returns a network of the given shape with freshly drawn weights: the table
// uniform in ±0.05, kernels Glorot uniform, recurrent kernels orthogonal, biases
// zero but for the forget gates' one, as Keras starts its layers. The same seed
// gives the same weights.
func New(s Shape, seed uint64) *Weights { panic("lstm: New: not yet written") }

// Clone returns a copy that shares no memory with w.
func (w *Weights) Clone() *Weights { panic("lstm: Clone: not yet written") }

// Tensors lists the parameters in a fixed order under fixed names. Data is the
// network's own memory, not a copy.
func (w *Weights) Tensors() []Tensor { panic("lstm: Tensors: not yet written") }

// FromTensors builds a network from the tensors of [Weights.Tensors], in any
// order, and takes over their memory. Tensors of other names are ignored, so
// that a model file may hold more than a network. A tensor that is missing,
// given twice, or whose shape does not fit the others is an error.
func FromTensors(ts []Tensor) (*Weights, error) { panic("lstm: FromTensors: not yet written") }
