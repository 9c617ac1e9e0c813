package detect

import (
	"math"
	"reflect"
	"testing"
)

// graded makes rows with the given margins; attacks carry tags.
func graded(margins []float64, tags ...string) []row {
	rows := make([]row, len(margins))
	for i := range rows {
		rows[i] = row{margin: margins[i], names: []string{string(rune('a' + i))}, count: 1}
		if tags[i] != "" {
			rows[i].attack, rows[i].tags = true, []string{tags[i]}
		}
	}
	return rows
}

func byMargin(r *row) float64 { return r.margin }

// Two attacks among three normal rows: the order is attack, normal, attack,
// normal, normal.
func TestJudgementWorkedByHand(t *testing.T) {
	j := judge(graded([]float64{9, 8, 7, 6, 5}, "one", "", "two", "", ""), byMargin)
	if want := 5.0 / 6; math.Abs(j.AUC-want) > 1e-12 { // 3 of 3 pairs, then 2 of 3
		t.Errorf("AUC %v, want %v", j.AUC, want)
	}
	if want := (1.0/1 + 2.0/3) / 2; math.Abs(j.AveragePrecision-want) > 1e-12 {
		t.Errorf("average precision %v, want %v", j.AveragePrecision, want)
	}
	if want := [3]float64{0.4, 0.4, 0.4}; j.Precision != want {
		t.Errorf("precision %v, want %v: two of five rows", j.Precision, want)
	}
	if want := [2]float64{0.5, 0.5}; j.Recall != want {
		t.Errorf("recall %v, want %v: one attack above every normal row", j.Recall, want)
	}
	if want := []int{1, 3}; !reflect.DeepEqual(j.Effort, want) || j.First20 != 2 {
		t.Errorf("effort %v, first twenty %d", j.Effort, j.First20)
	}
}

func TestTiesCountAgainstTheRanker(t *testing.T) {
	j := judge(graded([]float64{1, 1, 1, 1}, "one", "", "", ""), byMargin)
	if j.AUC != 0.5 || !reflect.DeepEqual(j.Effort, []int{4}) {
		t.Errorf("all alike: AUC %v, effort %v; want 0.5 and 4", j.AUC, j.Effort)
	}
}

func TestJudgementWithoutAttacksOrWithoutNormalLife(t *testing.T) {
	if j := judge(graded([]float64{1, 2}, "", ""), byMargin); j.AUC != 0.5 || j.Effort != nil {
		t.Errorf("without attacks: %+v", j)
	}
	if j := judge(graded([]float64{1, 2}, "a", "a"), byMargin); j.AUC != 0.5 || len(j.Effort) != 1 {
		t.Errorf("without normal life: %+v", j)
	}
	if j := judge(nil, byMargin); j.AUC != 0.5 {
		t.Errorf("of nothing: %+v", j)
	}
}

func TestCalibrationIsMonotoneAndSaysWhatItPromises(t *testing.T) {
	var obs []observation
	for i := range 1000 {
		x := float64(i) / 1000
		obs = append(obs, observation{opinions: opinions{-8 + 6*x, 4 * x, 5 * x}})
		if i%20 == 0 {
			obs = append(obs, observation{opinions: opinions{1 + 6*x, 3 + 4*x, 2 + 5*x}, attack: true})
		}
	}
	c := fitCalibration(obs, bitWeights, bitWeights)
	if err := c.check(); err != nil {
		t.Fatal(err)
	}
	above := 0
	for _, o := range obs {
		if !o.attack && c.score(c.margin(o.opinions)) >= Threshold {
			above++
		}
	}
	if above < 8 || above > 12 {
		t.Errorf("%d of 1000 normal shapes reach the threshold, want ten", above)
	}
	for z := -10.0; z < 10; z++ {
		for r := 0.0; r < 20; r++ {
			for n := 0.0; n < 13; n++ {
				here := c.score(c.margin(opinions{z, r, n}))
				for _, stranger := range []opinions{{z + 1, r, n}, {z, r + 1, n}, {z, r, n + 1}} {
					if c.score(c.margin(stranger)) < here {
						t.Fatalf("the score falls from %v to %v", opinions{z, r, n}, stranger)
					}
				}
			}
		}
	}
}
