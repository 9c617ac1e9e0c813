package tree

import "testing"

// What is recorded is surer than what was worked out, that surer than what is
// supposed, and every rule has its figure.
func TestConfidenceFollowsTheEvidence(t *testing.T) {
	recorded := Link{Kind: ByPID}.Confidence()
	for rule := ruleExecsLater; rule <= ruleService; rule++ {
		inferred, supposed := Link{Inferred, rule}.Confidence(), Link{Supposed, rule}.Confidence()
		if inferred > recorded || supposed > inferred || supposed < 0.5 {
			t.Errorf("%s: inferred %v, supposed %v, recorded by pid %v", rule, inferred, supposed, recorded)
		}
	}
	if c := (Link{Supposed, ruleContained}).Confidence(); c > 0.5 {
		t.Errorf("a shim has confidence %v of having made what stands under it", c)
	}
	if c := (Link{Orphan, reasonBeforeLog}).Confidence(); c != 0 {
		t.Errorf("an orphan has confidence %v in no parent", c)
	}
}
