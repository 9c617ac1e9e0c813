package tree

import "oddkin/parsers/event"

// resting notes on which records each link rests. Nil notes nothing.
type resting struct {
	*segment
	forks []int32           // the record of each fork
	procs map[*proc][]int32 // how a process came to run its base
	nodes map[*Node][]int32
}

// maxResting bounds how many records are kept for a link: those nearest to the child.
const maxResting = 8

func newResting(s *segment) *resting {
	r := &resting{segment: s, forks: make([]int32, len(s.forks)), procs: map[*proc][]int32{}, nodes: map[*Node][]int32{}}
	for i := range s.recs {
		if rec := &s.recs[i]; rec.kind == kindFork {
			r.forks[rec.arg] = int32(i)
		}
	}
	return r
}

// below lists the records by which p came to run its base.
func (r *resting) below(p *proc) []int32 {
	if r == nil {
		return nil
	}
	return r.procs[p]
}

// base notes them.
func (r *resting) base(p *proc, records []int32) {
	if r != nil && len(records) > 0 {
		r.procs[p] = records
	}
}

// link notes the records that n's link rests on.
func (r *resting) link(n *Node, records []int32) {
	if r != nil && len(records) > 0 {
		r.nodes[n] = records
	}
}

// fork puts the fork of p, the process that n starts in, before the records of n's link.
func (r *resting) fork(n *Node, p *proc) {
	if r != nil {
		r.nodes[n] = r.then(p, r.nodes[n])
	}
}

// then puts the record that tells where p came from before those of what stands above.
func (r *resting) then(p *proc, above []int32) []int32 {
	if r == nil {
		return nil
	}
	var own int32
	switch {
	case p.fork >= 0:
		own = r.forks[p.fork]
	case p.sight >= 0:
		own = p.sight
	case p.exec >= 0 && p.link.Rule == ruleExecsLater:
		own = r.starts[p.exec].node.ID
	default:
		return above
	}
	return append([]int32{own}, above[:min(len(above), maxResting-1)]...)
}

// cite turns the records into their places in the evidence, without the node's own.
func (r *resting) cite() {
	if r == nil {
		return
	}
	r.records = make(map[*Node][]event.Source, len(r.nodes))
	for n, list := range r.nodes {
		for _, i := range list {
			if rec := &r.recs[i]; r.recordSource(rec) != (source{n.file, n.offset}) {
				r.records[n] = append(r.records[n], r.evidence(rec))
			}
		}
	}
}

// Records lists the records that the link to the parent rests on besides the node's own:
// forks and sightings of processes between that ran no program of their own, from n
// upward. It is empty unless [Options].Records was set.
func (n *Node) Records() []event.Source { return n.of.records[n] }
