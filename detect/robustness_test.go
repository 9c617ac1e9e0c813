package detect

import "testing"

// Trap 36: what an attacker can do to a chain for free changes its place in the
// ranking by little.
func TestDisguisesMoveAnAttackByLittle(t *testing.T) {
	// The greatest median fall allowed, as a share of the host's normal shapes.
	most := map[string]float64{
		"another version of the interpreter":                           0,
		"every shell started four times over":                          0,
		"shells of two sorts in turn":                                  0.05,
		"launchers between the attack's first program and the rest":    0.05,
		"interpreters between the attack's first program and the rest": 0.05,
		"the last program under a plausible other name":                0.1,
		"the last program under a name drawn at random":                0.1,
	}
	for _, d := range embeddedModel(t).Disguises(HeldOut(shippedCorpus(t))) {
		t.Logf("%s: of %d chains half move by at most %.1f %% of the normal shapes, nine in ten by at most %.1f %%", d.Disguise, d.Chains, 100*d.Median, 100*d.NineInTen)
		limit, ok := most[d.Disguise]
		switch {
		case d.Chains == 0:
			t.Errorf("%s: applies to no chain", d.Disguise)
		case ok != d.Attack:
			t.Errorf("%s: no limit is stated", d.Disguise)
		case ok && d.Median > limit:
			t.Errorf("%s: the median attack falls by %.1f %% of the normal shapes, want at most %.1f %%", d.Disguise, 100*d.Median, 100*limit)
		}
	}
}
