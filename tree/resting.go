package tree

import (
	"oddkin/parsers/event"
	"oddkin/tree/internal/column"
)

// resting notes on which records each link rests. Nil notes nothing.
type resting struct{ *segment }

// rests is a list of records: an index into [origin.rests], 0 for none. Processes and nodes that
// come from one another share what is above them.
type rests int32

// rest is a record of a list, and the rest of the list.
type rest struct {
	high, low uint32 // of its position: a whole one would make the list a fifth longer
	serial    serial
	above     rests
	length    int32
}

func (r *rest) position() position { return position(r.high)<<32 | position(r.low) }

// maxResting bounds how many records are told of a link: those nearest to the child.
const maxResting = 8

func newResting(s *segment) *resting {
	s.rests = []rest{{}}
	return &resting{s}
}

// then puts the record that tells where p came from before those of what stands above.
func (r *resting) then(p *proc, above rests) rests {
	if r == nil {
		return 0
	}
	var own int32
	switch {
	case p.fork >= 0:
		own = p.fork
	case p.sight >= 0:
		own = p.sight
	case p.exec >= 0 && p.link.Rule == ruleExecsLater:
		own = r.starts[p.exec].node.ID
	default:
		return above
	}
	rec := &r.recs[own]
	at := r.position(r.recordSource(rec))
	r.rests = column.Push(r.lasts, r.rests, rest{uint32(at >> 32), uint32(at), rec.serial, above, r.rests[above].length + 1})
	return rests(len(r.rests) - 1)
}

// Records lists the records that the link to the parent rests on besides the node's own:
// forks and sightings of processes between that ran no program of their own, from n
// upward, and says how many more there are. It is empty unless [Options].Records was set.
func (n *Node) Records() (list []event.Source, more int) {
	at := n.rests
	if at == 0 {
		return nil, 0
	}
	for range maxResting {
		if at == 0 {
			return list, 0
		}
		r := &n.of.rests[at]
		if src := n.of.sourceAt(r.position()); src != n.of.sourceAt(n.position) {
			list = append(list, n.of.source(src, n.of.serialOf(r.serial)))
		}
		at = r.above
	}
	return list, int(n.of.rests[at].length)
}
