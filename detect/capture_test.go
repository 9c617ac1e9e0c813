package detect

import (
	"math"
	"testing"
)

func TestCaptureByChance(t *testing.T) {
	for _, c := range []struct {
		shapes, others, first int
		want                  float64
	}{
		{shapes: 4, others: 3, first: 1, want: 0.25},
		{shapes: 4, others: 3, first: 5, want: 1},
		{shapes: 10, others: 8, first: 5, want: 1 - 8.0*7*6*5*4/(10*9*8*7*6)},
		{shapes: 3, others: 3, first: 2, want: 0},
		{shapes: 3, others: 0, first: 1, want: 1},
	} {
		got := (&Capture{Shapes: c.shapes, Others: c.others}).ByChance(c.first)
		if math.Abs(got-c.want) > 1e-12 {
			t.Errorf("%d of %d others, first %d: %v, want %v", c.others, c.shapes, c.first, got, c.want)
		}
	}
}
