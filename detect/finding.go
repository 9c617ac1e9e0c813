package detect

import "oddkin/tree"

// Ranking is what detection says of a forest: every chain shape once, the least
// normal first.
type Ranking struct {
	Findings []Finding
	// Paths is the number of root-to-leaf paths behind the findings.
	Paths int
	// UnknownNames is the share, 0 to 1, of distinct program names in the forest
	// that the model never saw. OutOfDomain is set when it is so high that the
	// scores say more about the model than about the evidence.
	UnknownNames float32
	OutOfDomain  bool
}

// Finding is one chain shape and every path that has it.
type Finding struct {
	// Rank counts from 1 in the order of the report.
	Rank int
	// Score is the calibrated rank value, 0 (ordinary) to 1 (like no normal life).
	Score float32
	// Own is the score of the shape by itself; Score exceeds it where the chain is part
	// of a stranger one's incident, which Kin then names. A shape with some chains
	// in an incident and some outside is a finding for each.
	Own float32
	Kin *Kin
	// Known is set for a chain that the clean evidence of the site has to which the model
	// was tuned. Its scores are kept below the threshold, in the order they had; Uncapped
	// is what Own were otherwise.
	Known    bool
	Uncapped float32
	// Names is the shape: normalised program names, root first, one for each hop of
	// the paths. Of a chain longer than [MaxHops] it holds some only, and Depths says
	// which: Names[i] is hop Depths[i] of the chain, from 0. Otherwise Depths is nil.
	Names  []string
	Depths []int
	// Paths are the chains of this shape, earliest first. Never empty.
	Paths []tree.Path
	// From and To bound the hops, Names[From:To], of the window that scored worst.
	// They are 0 and len(Names) unless the chain is longer than the network reads. A window of a direct
	// reading passes over some hops between them: those that only run the next.
	From, To int
	// Network is the LSTM's own probability that the worst window is abnormal;
	// Surprise is from how surprising its most surprising step is after all before it: the
	// two make the score by the [Model.Weights] of the chain's system. Surprise is 0 where the
	// model has no opinion of what comes next. Rarity, from how rare the shape's edges are, is only told.
	Network, Rarity, Surprise float32
	// Why says what moved the score, strongest first; of a known chain that it is known
	// before all.
	Why []Reason
	// Nearest is the most similar normal chain that the model knows, root first;
	// empty when none is near.
	Nearest []string
}

// Reason is one hop's part in a score.
type Reason struct {
	// Hop indexes [Finding.Names].
	Hop int
	// Weight is by how much the score rises when the window is read up to and
	// including this hop instead of ending before it; below zero where the chain is known.
	Weight float32
	// Text says it for a reader: "sh under nginx was never seen in normal life".
	Text string
}
