package detect

import (
	"math"
	"reflect"
	"testing"
)

// Two hosts with attacks and one without: means take each host alike, and normal
// alerts those of all three.
func TestASummaryIsTheMeanOverHosts(t *testing.T) {
	m := &Metrics{Hosts: []HostMetrics{
		{Attacks: 10, Incidents: 4, Oddkin: Judgement{AUC: 1, First20: 4, Effort: []int{1, 2, 30, 31}, Alerts: [2]float64{0.01, 1}}},
		{Attacks: 5, Incidents: 2, Oddkin: Judgement{AUC: 0.5, First20: 1, Effort: []int{3, 15}, Alerts: [2]float64{0.02, 0}}},
		{Oddkin: Judgement{Alerts: [2]float64{0.06, 0}}},
	}}
	s := m.OfModel()
	for _, c := range []struct {
		what      string
		got, want float64
	}{
		{"AUC", s.AUC, 0.75},
		{"met early", s.First20, 0.75},
		{"met late", s.Late, 0.125}, // one of four beyond 3 x 10, none of two beyond 3 x 5
		{"normal alerts", s.Alerts[0], 0.03},
		{"attack alerts", s.Alerts[1], 0.5},
	} {
		if math.Abs(c.got-c.want) > 1e-12 {
			t.Errorf("%s: %v, want %v", c.what, c.got, c.want)
		}
	}
	if plain := m.ofRanker(4); plain != (Summary{}) {
		t.Errorf("a ranker that no host has: %+v", plain)
	}
}

func TestSpreadIsTheStandardDeviationOverSeeds(t *testing.T) {
	mean, spread := MeanAndSpread([]Summary{{AUC: 0.9}, {AUC: 0.94}, {AUC: 0.98}})
	if math.Abs(mean.AUC-0.94) > 1e-12 || math.Abs(spread.AUC-0.04) > 1e-12 {
		t.Errorf("mean %v, spread %v; want 0.94 and 0.04", mean.AUC, spread.AUC)
	}
	if _, spread := MeanAndSpread([]Summary{{AUC: 0.9}}); spread != (Summary{}) {
		t.Errorf("one model has a spread: %+v", spread)
	}
}

// The order is attack, normal and attack at one score, normal.
func TestCurvesWorkedByHand(t *testing.T) {
	rows := graded([]float64{9, 8, 8, 5}, "one", "", "two", "")
	if got, want := precisionRecall(rows, byStanding), [][2]float64{{0.5, 1}, {1, 0.6667}}; !reflect.DeepEqual(got, want) {
		t.Errorf("precision and recall %v, want %v", got, want)
	}
	if got, want := met([]int{7, 1, 3, 3}), [][2]float64{{1, 0.25}, {3, 0.75}, {7, 1}}; !reflect.DeepEqual(got, want) {
		t.Errorf("met %v, want %v", got, want)
	}
}
