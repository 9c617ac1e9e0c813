package detect

import (
	"slices"
	"testing"

	"oddkin/detect/corpus"
	"oddkin/detect/names"
	"oddkin/parsers/event"
)

// A disguise changes no label. Launchers are put into chains of either sort, below the first program
// of attacks, and what a chain ends in gets other names.
func TestDisguisesKeepTheLabel(t *testing.T) {
	normal := []hop{{"systemd", names.System}, {"cron", names.System}, {"sh", names.System}, {"logrotate", names.System}}
	attack := []hop{{"systemd", names.System}, {"nginx", names.System}, {"sh", names.System}, {"curl", names.System}}
	c := newCurriculum(1)
	c.os = event.Linux
	for range 400 {
		c.disguised(normal, &corpus.Chain{Count: 1}, 1, 2)
		c.disguised(attack, &corpus.Chain{Count: 1, Attack: true, From: 2}, 1, 2)
	}
	seen := map[string]int{}
	for _, e := range c.list {
		of := "normal"
		if slices.Contains(e.hops, attack[1]) {
			of = "attack"
		}
		if e.attack != (of == "attack") {
			t.Fatalf("%v counts as an attack: %v", e.hops, e.attack)
		}
		for i, h := range e.hops {
			if launchers[h.name] {
				if seen[of+" launched"]++; e.attack && i < 3 {
					t.Errorf("%v: the way in has changed", e.hops)
				}
			}
		}
		if last := e.hops[len(e.hops)-1].name; last != "logrotate" && last != "curl" {
			seen[of+" renamed"]++
		}
	}
	for what, want := range map[string]bool{"normal launched": true, "attack launched": true, "normal renamed": true, "attack renamed": true} {
		if (seen[what] > 0) != want {
			t.Errorf("%s: %d", what, seen[what])
		}
	}
	none := len(c.list)
	for range 50 {
		c.disguised(attack[:1], &corpus.Chain{Count: 1}, 1, 1)
	}
	if len(c.list) != none {
		t.Error("a program by itself was disguised")
	}
}
