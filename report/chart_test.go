package report

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"reflect"
	"strings"
	"testing"

	"oddkin/detect"
)

func TestTicksAreRoundAndInside(t *testing.T) {
	for _, c := range []struct {
		lo, hi float64
		want   []float64
	}{
		{0, 1, []float64{0, 0.2, 0.4, 0.6, 0.8, 1}},
		{1, 7, []float64{1, 2, 3, 4, 5, 6, 7}},
		{0, 100, []float64{0, 20, 40, 60, 80, 100}},
	} {
		got := ticks(c.lo, c.hi)
		for i := range got {
			got[i] = float64(int(got[i]*100+0.5)) / 100
		}
		if !reflect.DeepEqual(got, c.want) {
			t.Errorf("%v to %v: %v, want %v", c.lo, c.hi, got, c.want)
		}
	}
}

// Pictures are well-formed whatever training or evaluation gave, and never name a
// number that is none.
func TestPicturesAreWellFormed(t *testing.T) {
	var epochs []detect.Progress
	for n := 1; n <= 9; n++ {
		epochs = append(epochs, detect.Progress{Network: n, Loss: 1.5, ValidLoss: 0.2, ValidAUC: 1})
	}
	hostile := detect.Curve{Ranker: `<script>&"`, Precision: [][2]float64{{0.5, 1}}, Met: [][2]float64{{1, 0.5}, {500, 1}}}
	for name, write := range map[string]func(io.Writer) error{
		"training": func(w io.Writer) error { return WriteLearning(w, epochs) },
		"no epoch": func(w io.Writer) error { return WriteLearning(w, nil) },
		"evaluation": func(w io.Writer) error {
			return WriteEvaluationPicture(w, &detect.Evaluation{Runs: []detect.Run{{Curves: []detect.Curve{hostile}}}})
		},
		"nothing to find": func(w io.Writer) error {
			return WriteEvaluationPicture(w, &detect.Evaluation{Runs: make([]detect.Run, 2)})
		},
	} {
		var b bytes.Buffer
		if err := write(&b); err != nil {
			t.Fatal(err)
		}
		text := b.String()
		d := xml.NewDecoder(&b)
		for {
			if _, err := d.Token(); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
		}
		if strings.Contains(text, "NaN") || strings.Contains(text, "Inf") || strings.Contains(text, "<script") {
			t.Errorf("%s: %s", name, text)
		}
	}
}
