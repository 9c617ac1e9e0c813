package report

// sketch is what a drawing is laid out by, which is cheaper to have than a [Node].
type sketch struct {
	look
	pid     uint32
	score   float32
	scored  bool
	askerID int32 // of the logical parent, -1 for none
}

// look is what siblings that are joined have in common.
type look struct {
	host             string
	boot             int
	name, user, link string
	asker            string // name of the logical parent
	inside           string // of what container it is the first
	alone            int32  // above 0 for a node that is like no other
}

// sketch is that of the i-th node, held or not.
func (f *Forest) sketch(i int32) sketch {
	if f.later != nil {
		return f.later.sketch(int(i))
	}
	n := &f.Nodes[i]
	s := sketch{
		look: look{host: n.Host, boot: n.Boot, name: n.Name, user: n.User, link: n.Link},
		pid:  n.PID, score: n.Score, scored: n.Rank > 0, askerID: -1,
	}
	if n.Logical != nil {
		s.asker, s.askerID = n.Logical.Name, n.Logical.ID
	}
	if n.Boundary != nil {
		s.inside = n.Boundary.Rule + n.Boundary.ID
	}
	return s
}
