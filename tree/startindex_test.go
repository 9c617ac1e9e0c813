package tree

import (
	"testing"

	"oddkin/parsers/event"
)

// The index of a boot is as large as the boot makes it, however many starts its host has in others: a host
// may boot thousands of times.
func TestStartIndexIsOfOneBoot(t *testing.T) {
	found := findings{}
	c := newCollector(&found.counts, newStore())
	for i := range 10_000 {
		c.add(&event.Event{Kind: event.Exec, Host: "h", Proc: event.Proc{OS: event.Linux, PID: uint32(i + 1), Image: "/bin/a", Session: "1"}})
	}
	h := c.hosts()[0]
	s := &segment{host: h, recs: h.recs[len(h.recs)-3:]}
	x := newStartIndex(s)
	if len(x.ends) > len(s.recs) {
		t.Errorf("%d buckets for %d starts", len(x.ends), len(s.recs))
	}
	n := x.node(0)
	if starts := x.of(n.prog, n.session); len(starts) != 3 || starts[0] != s.recs[0].arg() || starts[2] != s.recs[2].arg() {
		t.Errorf("starts %v of %v", starts, s.recs)
	}
}
