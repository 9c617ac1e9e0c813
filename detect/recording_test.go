package detect

import (
	"context"
	"testing"

	"oddkin/tree"
)

// Of three shapes, one is of an attack alone, one of an attack and of normal life, one
// of normal life.
func TestARankingIsJudgedByLabelledNodes(t *testing.T) {
	f := grow("systemd > nginx > sh > curl", "systemd > cron > sh#2 > find", "systemd > cron > sh#3 > find", "systemd > cron > sh#4 > tar")
	r, err := embeddedModel(t).Rank(context.Background(), f, Options{Explain: -1})
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	label := func(n *tree.Node) (string, bool) {
		switch {
		case n.Base() == "curl":
			return "web shell", true
		case n.Base() == "find" && n.Start().Unix() == 1:
			return "hidden", true
		}
		seen++
		return "", false
	}
	h := JudgeRanking("web1", "forks", r, label)
	if h.Rows != len(r.Findings) || h.Attacks != 1 || h.Incidents != 1 || h.Hidden != 1 {
		t.Errorf("%d rows, %d attack shapes, %d attacks shown, %d hidden", h.Rows, h.Attacks, h.Incidents, h.Hidden)
	}
	if h.Oddkin.AUC != 1 || len(h.Oddkin.Effort) != 1 || h.Oddkin.Effort[0] != 1 || h.Oddkin.Alerts != [2]float64{0, 1} {
		t.Errorf("the web shell stands first and alone is alerted, but %+v", h.Oddkin)
	}
	if seen == 0 {
		t.Error("no node was asked for its label")
	}
}
