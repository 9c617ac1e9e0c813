package lstm

import (
	"math"
	"reflect"
	"strings"
	"testing"
)

func TestNewWeights(t *testing.T) {
	w := New(published, 3)
	if !reflect.DeepEqual(w, New(published, 3)) {
		t.Error("the same seed gives other weights")
	}
	if reflect.DeepEqual(w, New(published, 4)) {
		t.Error("another seed gives the same weights")
	}
	for name, l := range map[string]Layer{"forward": w.Forward, "backward": w.Backward, "second": w.Second} {
		h := l.Hidden
		for i := range h {
			for j := range h {
				var d float64
				for k := range 4 * h {
					d += float64(l.Recurrent[i*4*h+k]) * float64(l.Recurrent[j*4*h+k])
				}
				want := 0.0
				if i == j {
					want = 1
				}
				if math.Abs(d-want) > 1e-5 {
					t.Fatalf("%s: rows %d and %d of the recurrent kernel have product %v", name, i, j, d)
				}
			}
		}
		for j, b := range l.Bias {
			if forget := j >= h && j < 2*h; (b == 1) != forget || (b != 0) != forget {
				t.Fatalf("%s: bias %d is %v", name, j, b)
			}
		}
	}
}

func TestTensorsRoundTrip(t *testing.T) {
	w := New(Shape{Rows: 5, Embed: 4, Hidden1: 3, Hidden2: 2}, 1)
	ts := append(w.Clone().Tensors(), Tensor{Name: "calibration", Shape: []int{1}, Data: []float32{1}})
	back, err := FromTensors(reversed(ts))
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(w, back) {
		t.Error("the network came back changed")
	}
	back.Table[0]++
	if w.Table[0] == back.Table[0] {
		t.Error("a clone shares memory")
	}
}

func TestFromTensorsRefuses(t *testing.T) {
	set := func(name string, change func(*Tensor)) func([]Tensor) []Tensor {
		return func(ts []Tensor) []Tensor {
			for i := range ts {
				if ts[i].Name == name {
					change(&ts[i])
				}
			}
			return ts
		}
	}
	for name, c := range map[string]struct {
		spoil func([]Tensor) []Tensor
		says  string
	}{
		"nothing":          {func([]Tensor) []Tensor { return nil }, "missing"},
		"one missing":      {func(ts []Tensor) []Tensor { return ts[:len(ts)-1] }, `"dense.bias" is missing`},
		"one twice":        {func(ts []Tensor) []Tensor { return append(ts, ts[3]) }, "twice"},
		"no axes":          {set("table", func(t *Tensor) { t.Shape = nil }), "2 axes"},
		"an empty axis":    {set("table", func(t *Tensor) { t.Shape = []int{0, 4} }), "none empty"},
		"another width":    {set("second.kernel", func(t *Tensor) { t.Shape = []int{5, 8} }), "should be [6 8]"},
		"too few numbers":  {set("forward.bias", func(t *Tensor) { t.Data = t.Data[1:] }), "11 numbers"},
		"other directions": {set("backward.recurrent", func(t *Tensor) { t.Shape = []int{2, 8} }), "should be [3 12]"},
	} {
		ts := c.spoil(New(Shape{Rows: 5, Embed: 4, Hidden1: 3, Hidden2: 2}, 1).Tensors())
		if _, err := FromTensors(ts); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: error %v, which should speak of %q", name, err, c.says)
		}
	}
}
