package detect

import (
	"slices"
	"strings"
	"testing"

	"oddkin/detect/corpus"
	"oddkin/detect/names"
)

// disguise rewrites an attack's hops as an attacker might.
type disguise struct {
	name string
	// most is the greatest median shift allowed, as a share of the host's shapes.
	most float64
	// of returns another chain, or nil where the disguise does not apply.
	of func(c corpus.Chain) []corpus.Hop
}

var disguises = []disguise{
	{"another version of the interpreter", 0, func(c corpus.Chain) []corpus.Hop {
		return rewrite(c, func(h corpus.Hop) []corpus.Hop {
			switch {
			case strings.HasPrefix(h.Image, "/usr/bin/python3"):
				h.Image = "/usr/bin/python3.99"
			case strings.HasPrefix(h.Image, "/usr/bin/perl"):
				h.Image = "/usr/bin/perl5.99.1"
			case strings.HasPrefix(h.Image, "/usr/sbin/php-fpm"):
				h.Image = "/usr/sbin/php-fpm9.9"
			case h.Image == "/usr/bin/nc.openbsd":
				h.Image = "/usr/bin/ncat"
			default:
				return nil
			}
			return []corpus.Hop{h}
		})
	}},
	{"every shell started four times over", 0, func(c corpus.Chain) []corpus.Hop {
		return rewrite(c, func(h corpus.Hop) []corpus.Hop {
			if names.Normalise(h.Image, 0) == "sh" || names.Normalise(h.Image, 0) == "bash" {
				return []corpus.Hop{h, h, h, h}
			}
			return nil
		})
	}},
	{"shells of two sorts in turn", 0.05, func(c corpus.Chain) []corpus.Hop {
		sh, bash := corpus.Hop{Image: "/usr/bin/dash"}, corpus.Hop{Image: "/usr/bin/bash"}
		return rewrite(c, func(h corpus.Hop) []corpus.Hop {
			if h == sh || h == bash {
				return []corpus.Hop{h, bash, sh, bash, sh, bash, sh}
			}
			return nil
		})
	}},
	{"the last program copied to another name in its folder", 0.25, func(c corpus.Chain) []corpus.Hop {
		out := slices.Clone(c.Hops)
		last := &out[len(out)-1]
		last.Image = last.Image[:strings.LastIndexByte(last.Image, '/')+1] + "syncd-helper"
		return out
	}},
}

// rewrite replaces the attack's hops for which f gives others.
func rewrite(c corpus.Chain, f func(corpus.Hop) []corpus.Hop) []corpus.Hop {
	out, changed := slices.Clone(c.Hops[:c.From]), false
	for _, h := range c.Hops[c.From:] {
		if other := f(h); other != nil {
			out, changed = append(out, other...), true
			continue
		}
		out = append(out, h)
	}
	if !changed {
		return nil
	}
	return out
}

// Trap 36: what an attacker can do to a chain for free changes its place in the
// ranking by little.
func TestDisguisesMoveAnAttackByLittle(t *testing.T) {
	m := embeddedModel(t)
	for _, d := range disguises {
		var shifts []float64
		for _, f := range HeldOut(shippedCorpus(t)) {
			// Where each margin stands among the host's normal shapes.
			var normal []float64
			for _, r := range m.rows([]*corpus.File{f}) {
				if !r.attack {
					normal = append(normal, r.margin)
				}
			}
			slices.Sort(normal)
			place := func(c corpus.Chain) float64 {
				margin := m.rows([]*corpus.File{{Meta: f.Meta, Chains: []corpus.Chain{c}}})[0].margin
				n, _ := slices.BinarySearch(normal, margin)
				return float64(n) / float64(len(normal))
			}
			for _, c := range f.Chains {
				if !c.Attack {
					continue
				}
				if hops := d.of(c); hops != nil {
					other := c
					other.Hops = hops
					shifts = append(shifts, place(c)-place(other))
				}
			}
		}
		if len(shifts) == 0 {
			t.Errorf("%s: applies to no attack", d.name)
			continue
		}
		slices.Sort(shifts)
		median, worst := shifts[len(shifts)/2], shifts[len(shifts)*9/10]
		t.Logf("%s: of %d attack chains half fall by at most %.1f %% of the normal shapes, nine in ten by at most %.1f %%", d.name, len(shifts), 100*median, 100*worst)
		if median > d.most {
			t.Errorf("%s: the median attack falls by %.1f %% of the normal shapes, want at most %.1f %%", d.name, 100*median, 100*d.most)
		}
	}
}
