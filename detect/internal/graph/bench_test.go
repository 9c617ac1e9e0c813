package graph

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"oddkin/detect/internal/lstm"
)

// BenchmarkStep is one training step, solver included, at the published model's
// shape over chains of 2 to 8 names; with hashed, the table has 16,384 rows more
// and each token a dozen of them.
func BenchmarkStep(b *testing.B) {
	for _, hashed := range []bool{false, true} {
		for _, size := range []int{64, 256} {
			b.Run(fmt.Sprintf("%d/hashed=%v", size, hashed), func(b *testing.B) {
				shape := lstm.Shape{Rows: 946, Embed: 64, Hidden1: 64, Hidden2: 32}
				r := rand.New(rand.NewPCG(1, 1))
				d := Dataset{}
				for i := range shape.Rows {
					bag := lstm.Bag{Rows: []int32{int32(i)}}
					for j := 0; hashed && j < 12; j++ {
						bag.Rows = append(bag.Rows, int32(shape.Rows+r.IntN(1<<14)))
					}
					d.Tokens = append(d.Tokens, bag)
				}
				for range 4096 {
					q := make([]int32, 2+r.IntN(7))
					for j := range q {
						q[j] = int32(float64(shape.Rows) * math.Pow(r.Float64(), 2.5))
					}
					d.Train.Seqs = append(d.Train.Seqs, q)
					d.Train.Labels = append(d.Train.Labels, float32(r.IntN(2)))
				}
				if hashed {
					shape.Rows += 1 << 14
				}
				tr, err := newTrainer(lstm.New(shape, 1), d, Options{BatchSize: size}.withDefaults())
				if err != nil {
					b.Fatal(err)
				}
				b.ReportAllocs()
				for i := 0; b.Loop(); i++ {
					at := i * size % (4096 - size)
					if _, _, err := tr.step(tr.order[at : at+size]); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
