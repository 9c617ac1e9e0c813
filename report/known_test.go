package report

import (
	"strings"
	"testing"

	"oddkin/detect"
	"oddkin/tree"
)

// A report tells of a chain that the site's own evidence keeps below the alerts, and how many there are.
func TestKnownChainsAreToldOf(t *testing.T) {
	forest := tree.Plant(&tree.Sketch{}, &tree.Sketch{})
	finding := func(i int, uncapped, own float32) detect.Finding {
		f := detect.Finding{Rank: i + 1, Score: own, Own: own, Known: true, Uncapped: uncapped, Names: []string{"nc"}, To: 1, Why: []detect.Reason{{Weight: own - uncapped, Text: "the site's own clean evidence has this chain"}}}
		for n := range forest.Nodes() {
			if int(n.ID) == i {
				f.Paths = []tree.Path{{Leaf: n}}
			}
		}
		return f
	}
	v := Values{
		Manifest: Manifest{Tool: "oddkin", Model: &Model{Name: "m", Threshold: 0.5}}, Forest: forest,
		Ranking: &detect.Ranking{Paths: 2, Findings: []detect.Finding{finding(0, 0.947, 0.49), finding(1, 0.2, 0.2)}},
	}
	d := New(v, Options{})
	if d.Evidence.KnownShapes != 1 || d.Evidence.Flagged != 0 {
		t.Errorf("%d known shapes and %d flagged, want 1 and none", d.Evidence.KnownShapes, d.Evidence.Flagged)
	}
	if page := string(render(t, d, HTML, Style{})); !strings.Contains(page, "clean evidence has this chain; otherwise 0.947") {
		t.Error("the page does not tell what the chain otherwise scored")
	}
	table := strings.Join(strings.Fields(string(render(t, d, Table, Style{Width: 120}))), " ")
	if !strings.Contains(table, "1 chain shape is as strange as an alert and stands below the alerts") {
		t.Errorf("the table does not count what is held back:\n%s", table)
	}
	for _, text := range []string{`"known":true,"uncapped_score":0.947`, `"known":true,"uncapped_score":0.2`} {
		if !strings.Contains(string(render(t, d, JSONLines, Style{})), text) {
			t.Errorf("JSON Lines lack %s", text)
		}
	}
}
