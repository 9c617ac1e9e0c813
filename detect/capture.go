package detect

// Capture is how a model ranks one capture of an attack amid a machine's background,
// or of the background alone.
type Capture struct {
	// Name is the capture's file below the folder given, Folder the part of them that it
	// is summed up with. Shapes is how many it has.
	Folder, Name string
	Shapes       int
	// Own is the rank of the first shape that is the attack's own; 0 if none is, as
	// in a benign capture or where the attack starts no process.
	Own int
	// Others are the shapes that are not the attack's own, Alerts those of them at or
	// above the threshold.
	Others, Alerts int
}

// ByChance is how likely one of the attack's own shapes is among the first n where all
// stand in random order: the hypergeometric distribution. Captures of techniques are short.
func (c *Capture) ByChance(n int) float64 {
	none := 1.0 // of the first n is the attack's own
	for i := range min(n, c.Shapes) {
		none *= float64(c.Others-i) / float64(c.Shapes-i)
		if none <= 0 {
			return 1
		}
	}
	return 1 - none
}

// JudgeCapture tells how the ranking does where own says which findings are the
// attack's.
func JudgeCapture(folder, name string, r *Ranking, own func(*Finding) bool) Capture {
	c := Capture{Folder: folder, Name: name, Shapes: len(r.Findings)}
	for i := range r.Findings {
		f := &r.Findings[i]
		if own(f) {
			if c.Own == 0 {
				c.Own = f.Rank
			}
			continue
		}
		c.Others++
		if f.Score >= Threshold {
			c.Alerts++
		}
	}
	return c
}
