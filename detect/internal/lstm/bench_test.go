package lstm

import (
	"fmt"
	"testing"
)

// The published model's shape.
var published = Shape{Rows: 946, Embed: 64, Hidden1: 64, Hidden2: 32}

// BenchmarkLogits scores chains of 2 to 8 names, the first of them common, and
// reports chains a second on all cores.
func BenchmarkLogits(b *testing.B) {
	for _, n := range []int{1, 64, 10000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			w := New(published, 1)
			batch := randomBatch(n, published.Rows, 5)
			out := make([]float32, n)
			b.ReportAllocs()
			for b.Loop() {
				w.Logits(batch, out)
			}
			b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "chains/s")
		})
	}
}

// BenchmarkGradients is a training step of 64 without solver and graph, on one core.
func BenchmarkGradients(b *testing.B) {
	w := New(published, 1)
	batch := randomBatch(64, published.Rows, 5)
	signs := make([]float32, 64)
	for i := range signs {
		signs[i] = 0.1
	}
	for b.Loop() {
		gradients(w, batch, signs)
	}
}
