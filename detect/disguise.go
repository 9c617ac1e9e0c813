package detect

import (
	"context"
	"slices"
	"strings"

	"oddkin/detect/corpus"
	"oddkin/detect/names"
)

// disguise rewrites a chain as an attacker might, or as other normal life would have
// it.
type disguise struct {
	name string
	// attack tells what it is for: the hops of an attack, or normal life.
	attack bool
	// of returns other hops, or nil where the disguise does not apply.
	of func(c corpus.Chain) []corpus.Hop
}

var disguises = []disguise{
	{"another version of the interpreter", true, func(c corpus.Chain) []corpus.Hop {
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
	{"every shell started four times over", true, func(c corpus.Chain) []corpus.Hop {
		return rewrite(c, func(h corpus.Hop) []corpus.Hop {
			if n := names.Normalise(h.Image, 0); n == "sh" || n == "bash" {
				return []corpus.Hop{h, h, h, h}
			}
			return nil
		})
	}},
	{"shells of two sorts in turn", true, func(c corpus.Chain) []corpus.Hop {
		sh, bash := corpus.Hop{Image: "/usr/bin/dash"}, corpus.Hop{Image: "/usr/bin/bash"}
		return rewrite(c, func(h corpus.Hop) []corpus.Hop {
			if h == sh || h == bash {
				return []corpus.Hop{h, bash, sh, bash, sh, bash, sh}
			}
			return nil
		})
	}},
	{"launchers between the attack's first program and the rest", true, func(c corpus.Chain) []corpus.Hop {
		return padded(c, "env", "nice", "nohup", "setsid", "timeout", "env", "nice", "nohup")
	}},
	{"interpreters between the attack's first program and the rest", true, func(c corpus.Chain) []corpus.Hop {
		return padded(c, "xargs", "perl", "python3.11", "xargs", "perl", "python3.11", "xargs", "perl")
	}},
	{"the last program under a plausible other name", true, func(c corpus.Chain) []corpus.Hop {
		return renamed(c.Hops, "syncd-helper")
	}},
	{"the last program under a name drawn at random", true, func(c corpus.Chain) []corpus.Hop {
		return renamed(c.Hops, "xq7rk2vbzt")
	}},
	{"normal life: the last program unknown to the model", false, func(c corpus.Chain) []corpus.Hop {
		return renamed(c.Hops, "frobnicate")
	}},
	{"normal life: another version of the interpreter", false, func(c corpus.Chain) []corpus.Hop {
		return rewrite(c, func(h corpus.Hop) []corpus.Hop {
			if !strings.HasPrefix(h.Image, "/usr/bin/python3") && !strings.HasPrefix(h.Image, "/usr/bin/perl") {
				return nil
			}
			h.Image += ".99"
			return []corpus.Hop{h}
		})
	}},
}

// padded puts programs below the first of the attack's own hops, if more follow.
func padded(c corpus.Chain, programs ...string) []corpus.Hop {
	if len(c.Hops) <= c.From+1 {
		return nil
	}
	out := slices.Clone(c.Hops[:c.From+1])
	for _, p := range programs {
		out = append(out, corpus.Hop{Image: "/usr/bin/" + p})
	}
	return append(out, c.Hops[c.From+1:]...)
}

// rewrite replaces those of the chain's hops for which f gives others; of an attack
// only its own.
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

// renamed gives the last program another name in its folder.
func renamed(hops []corpus.Hop, name string) []corpus.Hop {
	out := slices.Clone(hops)
	last := &out[len(out)-1]
	last.Image, last.Applet = last.Image[:strings.LastIndexByte(last.Image, '/')+1]+name, ""
	return out
}

// Disguised is what a disguise does to the chains it applies to.
type Disguised struct {
	Disguise string
	Attack   bool // of attack chains; else of normal life
	Chains   int
	// Median and NineInTen are by how much half and nine in ten of the chains fall at
	// most, as a share of their host's normal shapes. Of normal life it is by how much they
	// rise.
	Median, NineInTen float64
	// Above is the share of the host's normal shapes that a chain stands above, before
	// and after, in the mean: for attacks the area under the curve over chains.
	Above [2]float64
	// Alerts is the share of the chains alerted, before and after.
	Alerts [2]float64
}

// Disguises measures every disguise on the chains of files, each against the normal
// shapes of its own host.
func (m *Model) Disguises(files []*corpus.File) []Disguised { return m.disguised(m.groups(files, nil)) }

func (m *Model) disguised(groups []group) []Disguised {
	out := make([]Disguised, len(disguises))
	shifts := make([][]float64, len(disguises))
	for _, g := range groups {
		place := standing(g.rows)
		for k, d := range disguises {
			var before, after []corpus.Chain
			for _, c := range g.file.Chains {
				if c.Attack != d.attack {
					continue
				}
				if hops := d.of(c); hops != nil {
					other := c
					other.Hops = hops
					before, after = append(before, c), append(after, other)
				}
			}
			old, now := m.standings(g.file, before), m.standings(g.file, after)
			o := &out[k]
			o.Chains += len(before)
			for i := range before {
				a, b := place(old[i]), place(now[i])
				shift := a - b
				if !d.attack {
					shift = b - a
				}
				shifts[k] = append(shifts[k], shift)
				o.Above[0] += a
				o.Above[1] += b
				o.Alerts[0] += alert(old[i])
				o.Alerts[1] += alert(now[i])
			}
		}
	}
	for k := range out {
		o := &out[k]
		o.Disguise, o.Attack = disguises[k].name, disguises[k].attack
		slices.Sort(shifts[k])
		if n := len(shifts[k]); n > 0 {
			o.Median, o.NineInTen = shifts[k][n/2], shifts[k][n*9/10]
		}
		for i := range 2 {
			o.Above[i] /= float64(max(o.Chains, 1))
			o.Alerts[i] /= float64(max(o.Chains, 1))
		}
	}
	return out
}

// standing gives for a chain's standing the share of the normal rows below it.
func standing(rows []row) func(standing float64) float64 {
	var normal []float64
	for _, r := range rows {
		if !r.attack {
			normal = append(normal, r.standing)
		}
	}
	slices.Sort(normal)
	return func(standing float64) float64 {
		n, _ := slices.BinarySearch(normal, standing)
		return float64(n) / float64(max(len(normal), 1))
	}
}

// alert is 1 for a standing that alerts.
func alert(standing float64) float64 {
	if score(standing) >= Threshold {
		return 1
	}
	return 0
}

// standings scores chains of the file's system one by one, those alike too.
func (m *Model) standings(f *corpus.File, chains []corpus.Chain) []float64 {
	run := newScorer(m.system(f.OS), m.normal.remembering())
	list := make([]reading, len(chains))
	for i := range chains {
		list[i] = run.read(squeeze(hopsOf(&chains[i], f.OS), chains[i].Entry, f.OS))
	}
	_ = run.run(context.Background()) // never ended
	out := make([]float64, len(chains))
	for i, r := range list {
		out[i], _ = m.judged(run, r)
	}
	return out
}
