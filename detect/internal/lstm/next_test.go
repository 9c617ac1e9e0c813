package lstm

import (
	"math"
	"math/rand/v2"
	"testing"
)

func drawNext(seed uint64) (*Next, Batch, []int32) {
	n := NewNext(9, 5, 7, []int{4, 1, 3}, seed)
	r := rand.New(rand.NewPCG(seed, 8))
	for _, t := range n.Tensors() {
		uniform(r, t.Data, 1)
	}
	var b Batch
	var classes []int32
	for i := range 9 {
		b.Tokens = append(b.Tokens, Bag{Rows: []int32{int32(i), int32(r.IntN(9))}, Scale: []float32{1, 0.5}})
		classes = append(classes, int32(r.IntN(8)))
	}
	for range 700 { // several chunks
		q := make([]int32, r.IntN(8))
		for j := range q {
			q[j] = int32(r.IntN(9))
		}
		b.Seqs = append(b.Seqs, q)
	}
	return n, b, classes
}

// The surprises against the definition, worked out in float64 for each sequence alone.
func TestBitsAreWhatTheDefinitionSays(t *testing.T) {
	n, b, classes := drawNext(1)
	for i, bits := range n.Bits(b, classes) {
		want := n.definition(b, b.Seqs[i], classes)
		for p := range want {
			if math.Abs(float64(bits[p])-want[p]) > 1e-4 {
				t.Fatalf("sequence %d, position %d: %v bits, by definition %v", i, p, bits[p], want[p])
			}
		}
	}
}

func (n *Next) definition(b Batch, seq, classes []int32) []float64 {
	h := n.Shape.Hidden
	state, cell := make([]float64, h), make([]float64, h)
	out := make([]float64, len(seq))
	sigmoid := func(x float64) float64 { return 1 / (1 + math.Exp(-x)) }
	dense := func(kernel, bias []float32, k int) float64 {
		z := float64(bias[k])
		for j, s := range state {
			z += s * float64(kernel[j*len(bias)+k])
		}
		return z
	}
	share := func(z func(k int) float64, lo, hi, at int) float64 {
		sum := 0.0
		for k := lo; k < hi; k++ {
			sum += math.Exp(z(k))
		}
		return math.Exp(z(at)) / sum
	}
	for t, token := range seq {
		if t > 0 {
			class := classes[token]
			g := 0
			for n.First[g+1] <= class {
				g++
			}
			p := share(func(k int) float64 { return dense(n.Group, n.GroupBias, k) }, 0, n.Shape.Groups, g) *
				share(func(k int) float64 { return dense(n.Class, n.ClassBias, k) }, int(n.First[g]), int(n.First[g+1]), int(class))
			out[t] = min(-math.Log2(p), MostBits)
		}
		x := make([]float64, n.Shape.Embed)
		for k, row := range b.Tokens[token].Rows {
			for j := range x {
				x[j] += float64(n.Table[int(row)*n.Shape.Embed+j]) * float64(b.Tokens[token].scale(k))
			}
		}
		z := make([]float64, 4*h)
		for c := range z {
			z[c] = float64(n.Forward.Bias[c])
			for j, v := range x {
				z[c] += v * float64(n.Forward.Kernel[j*4*h+c])
			}
			for j, v := range state {
				z[c] += v * float64(n.Forward.Recurrent[j*4*h+c])
			}
		}
		for j := range state {
			cell[j] = sigmoid(z[h+j])*cell[j] + sigmoid(z[j])*math.Tanh(z[2*h+j])
			state[j] = sigmoid(z[3*h+j]) * math.Tanh(cell[j])
		}
	}
	return out
}

// What else is in the batch changes no bit.
func TestBitsDoNotDependOnTheBatch(t *testing.T) {
	n, b, classes := drawNext(2)
	all := n.Bits(b, classes)
	for i, s := range b.Seqs {
		alone := n.Bits(Batch{Tokens: b.Tokens, Seqs: [][]int32{s}}, classes)[0]
		for p := range s {
			if alone[p] != all[i][p] {
				t.Fatalf("sequence %d: %v alone, %v among others", i, alone, all[i])
			}
		}
	}
}

// Of all classes together something must come next.
func TestProbabilitiesOfAllClassesAddUpToOne(t *testing.T) {
	n, b, _ := drawNext(3)
	for first := range 9 {
		sum := 0.0
		for class := range int32(8) {
			classes := make([]int32, 9)
			classes[1] = class
			bits := n.Bits(Batch{Tokens: b.Tokens, Seqs: [][]int32{{int32(first), 1}}}, classes)
			sum += math.Exp2(-float64(bits[0][1]))
		}
		if math.Abs(sum-1) > 1e-3 {
			t.Errorf("after token %d they add up to %v", first, sum)
		}
	}
}

func TestLog2(t *testing.T) {
	for _, x := range []float64{1, 2, 0.5, 1.4142, 1.41422, 0.7071, 0.70711, 3e-30, 12345.678, 1e30} {
		if got := log2(x); math.Abs(got-math.Log2(x)) > 1e-10 {
			t.Errorf("log2(%v) = %v, want %v", x, got, math.Log2(x))
		}
	}
}

func TestNextFromTensorsChecksWhatItIsGiven(t *testing.T) {
	sizes := []int{4, 1, 3}
	n := NewNext(9, 5, 7, sizes, 1)
	if _, err := NextFromTensors(n.Tensors(), sizes); err != nil {
		t.Fatal(err)
	}
	for name, spoil := range map[string]func(ts []Tensor) ([]Tensor, []int){
		"one missing":      func(ts []Tensor) ([]Tensor, []int) { return ts[1:], sizes },
		"one twice":        func(ts []Tensor) ([]Tensor, []int) { return append(ts, ts[0]), sizes },
		"another shape":    func(ts []Tensor) ([]Tensor, []int) { ts[4].Shape = []int{7, 4}; return ts, sizes },
		"too few numbers":  func(ts []Tensor) ([]Tensor, []int) { ts[7].Data = ts[7].Data[1:]; return ts, sizes },
		"other groups":     func(ts []Tensor) ([]Tensor, []int) { return ts, []int{4, 4, 1} },
		"no groups":        func(ts []Tensor) ([]Tensor, []int) { return ts, nil },
		"an empty group":   func(ts []Tensor) ([]Tensor, []int) { return ts, []int{8, 0, 0} },
		"a table of axes":  func(ts []Tensor) ([]Tensor, []int) { ts[0].Shape = []int{45}; return ts, sizes },
		"a negative group": func(ts []Tensor) ([]Tensor, []int) { return ts, []int{9, -4, 3} },
	} {
		if _, err := NextFromTensors(spoil(n.Clone().Tensors())); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}
