package tree

// Confidence is how often a parent known in this way is the right one, 0 to 1, as
// measured against the kernel's process events on the recordings of samples/lab (see
// "Inference" in the package comment); by a recorder's own id it is what the
// public captures show no exception to. 1 for a root, 0 for an orphan.
func (l Link) Confidence() float32 {
	switch l.Kind {
	case Root:
		return 1
	case Observed, ByGUID:
		return 0.998
	case ByPID:
		if l.Rule == ruleInitOrOrphan {
			return initOrOrphan
		}
		return 0.997
	case Inferred, Supposed:
		return ruleConfidence[l.Rule][l.Kind-Inferred]
	}
	return 0
}

// initOrOrphan is set lower than measured ones, not measured: what orphans are handed to init
// depends on the host's work.
const initOrOrphan = 0.8

// ruleConfidence is the share of right parents by rule, inferred and supposed.
var ruleConfidence = map[Rule][2]float32{
	ruleExecsLater: {0.79, 0.5},
	ruleDaemon:     {0.99, 0.5},
	ruleOrphaned:   {0.5, 0.5},
	ruleStill:      {0.9, 0.5},
	ruleNearest:    {0.98, 0.72},
	ruleService:    {0.9, 0.8},
}
