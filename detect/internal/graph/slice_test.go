package graph

import (
	"math"
	"math/rand/v2"
	"testing"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"oddkin/detect/internal/lstm"
)

// gorgonia 0.9.18 hashes a slice's ends modulo 256, so that two slices of one node
// 256 apart are taken for one node, without an error. If this test fails, gorgonia
// has been mended.
func TestGorgoniaTakesSlices256ApartForOne(t *testing.T) {
	g := gorgonia.NewGraph()
	x := gorgonia.NewVector(g, tensor.Float32, gorgonia.WithShape(512), gorgonia.WithName("x"))
	a := gorgonia.Must(gorgonia.Slice(x, gorgonia.S(0, 64)))
	b := gorgonia.Must(gorgonia.Slice(x, gorgonia.S(256, 320)))
	if a != b {
		t.Error("slices 0:64 and 256:320 are told apart")
	}
}

// This package's graph slices nothing. So a batch of 64 or 256, whose rows go far
// beyond 255, must give what its examples give one by one: the same logits, and
// derivatives that are the sum of theirs.
func TestBatchesOf64And256EqualBatchesOf1(t *testing.T) {
	shape := lstm.Shape{Rows: 700, Embed: 8, Hidden1: 8, Hidden2: 6}
	w := lstm.New(shape, 9)
	r := rand.New(rand.NewPCG(4, 4))
	for _, size := range []int{64, 256} {
		b, labels, weights := lstm.Batch{}, make([]float32, size), make([]float32, size)
		for i := range shape.Rows {
			b.Tokens = append(b.Tokens, lstm.Bag{Rows: []int32{int32(i)}})
		}
		for i := range size {
			q := make([]int32, 1+r.IntN(10))
			for j := range q {
				q[j] = int32(r.IntN(shape.Rows))
			}
			b.Seqs = append(b.Seqs, q)
			labels[i], weights[i] = float32(r.IntN(2)), r.Float32()
		}
		whole := runOnce(t, w, b, labels, weights, size)
		alone, err := newNetwork(w, limits{batch: 1, tokens: len(b.Tokens), rows: 10})
		if err != nil {
			t.Fatal(err)
		}
		sums := make([][]float64, len(whole.params))
		for i := range b.Seqs {
			if _, err := alone.run(lstm.Batch{Tokens: b.Tokens, Seqs: b.Seqs[i : i+1]}, labels[i:i+1], weights[i:i+1]); err != nil {
				t.Fatal(err)
			}
			if got, want := whole.logits.Data().([]float32)[i], alone.logits.Data().([]float32)[0]; got != want {
				t.Fatalf("batch of %d: logit %d is %v, alone it is %v", size, i, got, want)
			}
			for p := range sums {
				g := alone.params[p].(parameter).grad.Float32s()
				if sums[p] == nil {
					sums[p] = make([]float64, len(g))
				}
				for j, v := range g {
					sums[p][j] += float64(v)
				}
			}
		}
		for p, sum := range sums {
			for j, v := range whole.params[p].(parameter).grad.Float32s() {
				if math.Abs(float64(v)-sum[j]) > 1e-4*(1+math.Abs(sum[j])) {
					t.Fatalf("batch of %d: derivative %d of %s is %v, examples alone sum to %v", size, j, w.Tensors()[p].Name, v, sum[j])
				}
			}
		}
	}
}

func runOnce(t *testing.T, w *lstm.Weights, b lstm.Batch, labels, weights []float32, size int) *network {
	t.Helper()
	n, err := newNetwork(w, limits{batch: size, tokens: len(b.Tokens), rows: 10 * size})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := n.run(b, labels, weights); err != nil {
		t.Fatal(err)
	}
	return n
}
