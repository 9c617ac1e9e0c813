package tree

// inSight is how many entries of a group are brought near at once.
const inSight = 32

// bringNear reads what the next entries of a group tell of. In a large log each lies far from what is in the
// processor's caches, and who goes through them one after the other waits for each, three and four times in turn.
// Here, where nothing depends on what was read, the processor waits for many at once.
func (w *walker) bringNear(entries []entry) {
	met := w.met
	for _, e := range entries {
		met += w.recs[e.rec()].pid
	}
	for _, e := range entries {
		switch r := &w.recs[e.rec()]; r.kind() {
		case kindExec:
			n := w.starts[r.arg()].node
			if n != nil && e.ref() {
				met += uint32(w.refs.of(n.parent).guid)
			} else if n != nil {
				met += uint32(n.guid)
			}
		case kindFork:
			met += uint32(w.forks[r.arg()].caller)
		case kindSight:
			met += uint32(w.seen[w.sights[r.arg()].what].guid)
		}
	}
	w.met = met // so that it is read
}
