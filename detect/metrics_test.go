package detect

import (
	"math"
	"reflect"
	"testing"
)

// graded makes rows with the given standings; attacks carry tags.
func graded(standings []float64, tags ...string) []row {
	rows := make([]row, len(standings))
	for i := range rows {
		rows[i] = row{standing: standings[i], names: []string{string(rune('a' + i))}, count: 1}
		if tags[i] != "" {
			rows[i].attack, rows[i].tags = true, []string{tags[i]}
		}
	}
	return rows
}

func byStanding(r *row) float64 { return r.standing }

// Two attacks among three normal rows: the order is attack, normal, attack,
// normal, normal.
func TestJudgementWorkedByHand(t *testing.T) {
	j := judge(graded([]float64{9, 8, 7, 6, 5}, "one", "", "two", "", ""), byStanding)
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
	j := judge(graded([]float64{1, 1, 1, 1}, "one", "", "", ""), byStanding)
	if j.AUC != 0.5 || !reflect.DeepEqual(j.Effort, []int{4}) {
		t.Errorf("all alike: AUC %v, effort %v; want 0.5 and 4", j.AUC, j.Effort)
	}
}

func TestJudgementWithoutAttacksOrWithoutNormalLife(t *testing.T) {
	if j := judge(graded([]float64{1, 2}, "", ""), byStanding); j.AUC != 0.5 || j.Effort != nil {
		t.Errorf("without attacks: %+v", j)
	}
	if j := judge(graded([]float64{1, 2}, "a", "a"), byStanding); j.AUC != 0.5 || len(j.Effort) != 1 {
		t.Errorf("without normal life: %+v", j)
	}
	if j := judge(nil, byStanding); j.AUC != 0.5 {
		t.Errorf("of nothing: %+v", j)
	}
}

func TestCalibrationIsMonotoneAndSaysWhatItPromises(t *testing.T) {
	var normal []observation
	for i := range 1000 {
		x := float64(i) / 1000
		normal = append(normal, observation{{-9, 0, 0}, {-8 + 6*x, 4 * x, 5 * x}})
	}
	var c calibration
	for _, share := range []float64{0.03, rare} {
		c = fitCalibration([][]observation{normal[:500], nil, normal}, bitWeight, share)
		if err := c.check(); err != nil {
			t.Fatal(err)
		}
		above := 0
		for _, o := range normal {
			if score(c.standing(o[1])) >= Threshold {
				above++
			}
		}
		if want := int(1000 * share); above < want-2 || above > want+2 {
			t.Errorf("%d of 1000 normal shapes reach the threshold, want %d", above, want)
		}
	}
	for z := -10.0; z < 10; z++ {
		for r := 0.0; r < 20; r++ {
			for n := 0.0; n < 13; n++ {
				here := score(c.standing(opinions{z, r, n}))
				for _, stranger := range []opinions{{z + 1, r, n}, {z, r + 1, n}, {z, r, n + 1}} {
					if score(c.standing(stranger)) < here {
						t.Fatalf("the score falls from %v to %v", opinions{z, r, n}, stranger)
					}
				}
			}
		}
	}
}
