package detect

import (
	"reflect"
	"testing"

	"pgregory.net/rapid"

	"oddkin/detect/names"
)

var someNames = rapid.SampledFrom([]string{"sh", "bash", "nginx", "curl", "python", "", "x", "systemd"})

var someCounts = rapid.Custom(func(t *rapid.T) counts {
	return counts(rapid.MapOf(
		rapid.Custom(func(t *rapid.T) edge { return edge{someNames.Draw(t, "parent"), someNames.Draw(t, "child")} }),
		rapid.Uint64Range(1, 1<<40),
	).Draw(t, "edges"))
})

// What statistics tell of a pair is what adding up all the edges gives.
func TestStatisticsTellWhatWasCounted(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, parent, child := someCounts.Draw(t, "counts"), someNames.Draw(t, "parent"), someNames.Draw(t, "child")
		want := seen{parent: names.KindOf(parent), child: names.KindOf(child)}
		for e, n := range c {
			ofKind := names.KindOf(e.child) == want.child
			for _, sum := range []struct {
				to     *float64
				counts bool
			}{{&want.edge, e == edge{parent, child}}, {&want.under, e.parent == parent && ofKind}, {&want.out, e.parent == parent}, {&want.program, e.child == child}} {
				if sum.counts {
					*sum.to += float64(n)
				}
			}
		}
		s := c.statistics()
		if got := s.seen(parent, child); got != want {
			t.Fatalf("got %+v, want %+v", got, want)
		}
		again := counts{}
		if s.addTo(again); !reflect.DeepEqual(again, c) {
			t.Fatalf("counted %v, told %v", c, again)
		}
	})
}

// Over all programs that normal life knows, what is estimated to come next is a distribution.
func TestProbabilitiesAddUpToOneAtMost(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, parent := someCounts.Draw(t, "counts"), someNames.Draw(t, "parent")
		s, sum := c.statistics(), 0.0
		for _, name := range s.names {
			p := s.probability(s.seen(parent, name))
			if !(p > 0) {
				t.Fatalf("%s under %s: %v", name, parent, p)
			}
			sum += p
		}
		if sum > 1 {
			t.Fatalf("what comes under %s: %v of %v", parent, sum, c)
		}
	})
}

// Normal life comes back from a file as it was, and the same gives the same bytes.
func TestNormalLifeSurvivesTheFile(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := someCounts.Draw(t, "counts").statistics()
		var shapes [][]string
		if len(s.names) > 0 {
			shapes = rapid.SliceOf(rapid.SliceOfN(rapid.SampledFrom(s.names), 1, Length)).Draw(t, "shapes")
		}
		b, err := packNormal(s, shapes)
		if err != nil {
			t.Fatal(err)
		}
		back, chains, err := unpackNormal(b)
		if err != nil || !reflect.DeepEqual(back, s) || len(chains) != len(shapes) || len(shapes) > 0 && !reflect.DeepEqual(chains, shapes) {
			t.Fatalf("%v and %v came back otherwise: %v, %v (%v)", s.names, shapes, b, chains, err)
		}
	})
}

// FuzzNormalLife reads what an intruder may have made of a model's file: an error, or something that
// can be written and comes back.
func FuzzNormalLife(f *testing.F) {
	s := counts{{"bash", "ls"}: 3, {"sshd", "bash"}: 1 << 40}.statistics()
	b, err := packNormal(s, [][]string{{"sshd", "bash", "ls"}})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b)
	f.Add([]byte{})
	f.Add([]byte{0, 0})
	f.Add([]byte{0, 1, 1, 0})
	f.Fuzz(func(t *testing.T, b []byte) {
		s, shapes, err := unpackNormal(b)
		if err != nil {
			return
		}
		again, err := packNormal(s, shapes)
		if err != nil {
			t.Fatal(err)
		}
		back, chains, err := unpackNormal(again)
		if err != nil || !reflect.DeepEqual(back, s) || !reflect.DeepEqual(chains, shapes) {
			t.Fatalf("%v and %v came back otherwise: %v, %v (%v)", s.names, shapes, b, chains, err)
		}
	})
}
