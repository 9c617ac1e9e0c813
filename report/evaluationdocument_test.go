package report

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"oddkin/detect"
)

// measured is an evaluation with a figure of every sort, of a host with an attack and of one
// without.
func measuredEvaluation() *detect.Evaluation {
	j := detect.Judgement{AUC: 0.9, AveragePrecision: 0.8, Precision: [3]float64{0.7, 0.6, 0.5}, Recall: [2]float64{0.4, 0.3}, First20: 1, Effort: []int{2, 40}, Alerts: [2]float64{0.01, 0.75}}
	calm := detect.Judgement{AUC: 0.5, Alerts: [2]float64{0.02, 0}}
	hosts := &detect.Metrics{Hosts: []detect.HostMetrics{
		{Host: "web1", View: "forks", Rows: 50, Attacks: 3, Incidents: 2, Hidden: 1, Oddkin: j, Network: j, Rarity: j, RarestEdge: j},
		{Host: "mon1", View: "forks", Rows: 20, Oddkin: calm, Network: calm, Rarity: calm, Next: &calm, RarestEdge: calm},
	}}
	e := &detect.Evaluation{Data: "d", Runs: []detect.Run{{
		Seed: 1, Digest: "m", Metrics: hosts, Unseen: &detect.Metrics{}, Recordings: hosts,
		Disguises: []detect.Disguised{{Disguise: "renamed", Attack: true, Chains: 4, Median: 0.1, NineInTen: 0.2, Above: [2]float64{0.9, 0.8}, Alerts: [2]float64{0.7, 0.6}}},
		Curves:    []detect.Curve{{Ranker: "oddkin", Precision: [][2]float64{{0.5, 1}}, Met: [][2]float64{{2, 0.5}}}},
		Captures:  []detect.Capture{{Folder: "f", Name: "c", Shapes: 9, Own: 1, Others: 8, Alerts: 2}},
	}}}
	e.Measure()
	return e
}

// A reader of the JSON who averages must not count a host that has nothing to find, and finds
// every figure under a name of its own.
func TestEvaluationJSON(t *testing.T) {
	var b bytes.Buffer
	if err := WriteEvaluation(&b, measuredEvaluation(), JSON, Style{}); err != nil {
		t.Fatal(err)
	}
	var d struct {
		Schema int
		Runs   []struct {
			Hosts []struct {
				Host    string
				Rankers []map[string]any
			}
			Captures []map[string]any
		}
		Spread struct{ Mean map[string]any }
	}
	if err := json.Unmarshal(b.Bytes(), &d); err != nil {
		t.Fatal(err)
	}
	attacked, calm := d.Runs[0].Hosts[0].Rankers, d.Runs[0].Hosts[1].Rankers
	if want := []map[string]any{{"ranker": "oddkin", "normal_alerted": 0.02}}; !reflect.DeepEqual(calm, want) {
		t.Errorf("of a host without attacks: %v, want %v", calm, want)
	}
	want := map[string]any{
		"ranker": "oddkin", "auc": 0.9, "average_precision": 0.8, "precision_at_10": 0.7, "precision_at_20": 0.6, "precision_at_50": 0.5,
		"recall_at_1_percent": 0.4, "recall_at_0_1_percent": 0.3, "first_20": 1.0, "shapes_read": []any{2.0, 40.0}, "late_attacks": 1.0,
		"normal_alerted": 0.01, "attack_alerted": 0.75,
	}
	if !reflect.DeepEqual(attacked[0], want) {
		t.Errorf("of a host with attacks: %v\nwant %v", attacked[0], want)
	}
	if len(attacked) != 4 || attacked[1]["normal_alerted"] != nil {
		t.Errorf("%d rankers, want the four that were measured, alerts of the first alone: %v", len(attacked), attacked)
	}
	if d.Schema != Schema || d.Spread.Mean["average_precision"] != 0.8 || d.Runs[0].Captures[0]["own_rank"] != 1.0 {
		t.Errorf("schema %d, spread %v, captures %v", d.Schema, d.Spread, d.Runs[0].Captures)
	}
	for _, key := range strings.Split(b.String(), "\n") {
		if name, _, ok := strings.Cut(key, ":"); ok && name != strings.ToLower(name) {
			t.Errorf("a key that is not in snake case: %s", name)
		}
	}
}

// What is measured newly must not be missing from the JSON: whoever adds a field here adds it
// to its document.
func TestEveryFigureHasItsPlaceInTheJSON(t *testing.T) {
	for typ, n := range map[reflect.Type]int{
		reflect.TypeFor[detect.Run](): 9, reflect.TypeFor[detect.HostMetrics](): 12, reflect.TypeFor[detect.Judgement](): 7, reflect.TypeFor[detect.Summary](): 7,
		reflect.TypeFor[detect.Disguised](): 7, reflect.TypeFor[detect.Curve](): 3, reflect.TypeFor[detect.Capture](): 6, reflect.TypeFor[detect.Info](): 15,
	} {
		if got := typ.NumField(); got != n {
			t.Errorf("%v has %d fields; evaluationdocument.go and carddocument.go know %d: what is new there belongs into the JSON, and its number here", typ, got, n)
		}
	}
}
