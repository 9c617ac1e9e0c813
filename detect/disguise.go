package detect

import (
	"context"
	"slices"
	"strings"

	"oddkin/detect/corpus"
	"oddkin/detect/names"
	"oddkin/parsers/event"
)

// disguise rewrites a chain as an attacker might, or as other normal life would have
// it.
type disguise struct {
	name string
	// attack tells what it is for: the hops of an attack, or normal life.
	attack bool
	// of returns other hops, or nil where the disguise does not apply.
	of func(c corpus.Chain, d *dress) []corpus.Hop
}

// dress is what disguises are made of on a system.
type dress struct {
	os event.OS
	// versions are the images of interpreters, by what they begin with, in another version: on Windows the
	// folder tells it, and the file has the same name in all.
	versions map[string]string
	// shells are two sorts, launchers and interpreters what is put in between.
	shells                  [2]string
	launchers, interpreters []string
}

var dresses = map[bool]*dress{ // by whether it is Windows'
	false: {
		versions: map[string]string{
			"/usr/bin/python3": "/usr/bin/python3.99", "/usr/bin/perl": "/usr/bin/perl5.99.1",
			"/usr/sbin/php-fpm": "/usr/sbin/php-fpm9.9", "/usr/bin/nc.openbsd": "/usr/bin/ncat",
		},
		shells:       [2]string{"/usr/bin/bash", "/usr/bin/dash"},
		launchers:    []string{"/usr/bin/env", "/usr/bin/nice", "/usr/bin/nohup", "/usr/bin/setsid", "/usr/bin/timeout"},
		interpreters: []string{"/usr/bin/xargs", "/usr/bin/perl", "/usr/bin/python3.11"},
	},
	true: {
		os:           event.Windows,
		shells:       [2]string{`C:\Windows\System32\cmd.exe`, `C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe`},
		launchers:    []string{`C:\Windows\System32\cmd.exe`, `C:\Windows\System32\forfiles.exe`, `C:\Windows\System32\cmd.exe`, `C:\Windows\System32\pcalua.exe`},
		interpreters: []string{`C:\Windows\System32\cscript.exe`, `C:\Strawberry\perl\bin\perl.exe`, `C:\Python311\python.exe`},
	},
}

// between is how many programs are put in between.
const between = 8

var disguises = []disguise{
	{"another version of the interpreter", true, func(c corpus.Chain, d *dress) []corpus.Hop {
		return rewrite(c, func(h corpus.Hop) []corpus.Hop {
			for begin, image := range d.versions {
				if strings.HasPrefix(h.Image, begin) {
					h.Image = image
					return []corpus.Hop{h}
				}
			}
			return nil
		})
	}},
	{"every shell started four times over", true, func(c corpus.Chain, d *dress) []corpus.Hop {
		return rewrite(c, func(h corpus.Hop) []corpus.Hop {
			if d.isShell(h) {
				return []corpus.Hop{h, h, h, h}
			}
			return nil
		})
	}},
	{"shells of two sorts in turn", true, func(c corpus.Chain, d *dress) []corpus.Hop {
		one, other := corpus.Hop{Image: d.shells[0]}, corpus.Hop{Image: d.shells[1]}
		return rewrite(c, func(h corpus.Hop) []corpus.Hop {
			if h == one || h == other {
				return []corpus.Hop{h, one, other, one, other, one, other}
			}
			return nil
		})
	}},
	{"launchers between the attack's first program and the rest", true, func(c corpus.Chain, d *dress) []corpus.Hop {
		return padded(c, d.launchers)
	}},
	{"interpreters between the attack's first program and the rest", true, func(c corpus.Chain, d *dress) []corpus.Hop {
		return padded(c, d.interpreters)
	}},
	{"the last program under a plausible other name", true, func(c corpus.Chain, d *dress) []corpus.Hop {
		return d.renamed(c.Hops, "syncd-helper")
	}},
	{"the last program under a name drawn at random", true, func(c corpus.Chain, d *dress) []corpus.Hop {
		return d.renamed(c.Hops, "xq7rk2vbzt")
	}},
	{"normal life: the last program unknown to the model", false, func(c corpus.Chain, d *dress) []corpus.Hop {
		return d.renamed(c.Hops, "frobnicate")
	}},
	{"normal life: another version of the interpreter", false, func(c corpus.Chain, d *dress) []corpus.Hop {
		return rewrite(c, func(h corpus.Hop) []corpus.Hop {
			if !strings.HasPrefix(h.Image, "/usr/bin/python3") && !strings.HasPrefix(h.Image, "/usr/bin/perl") {
				return nil
			}
			h.Image += ".99"
			return []corpus.Hop{h}
		})
	}},
}

// isShell reports whether the hop is one of the system's two sorts of shells.
func (d *dress) isShell(h corpus.Hop) bool {
	name := names.Normalise(h.Image, d.os)
	return slices.ContainsFunc(d.shells[:], func(s string) bool { return names.Normalise(s, d.os) == name })
}

// padded puts programs in turn below the first of the attack's own hops, if more follow.
func padded(c corpus.Chain, programs []string) []corpus.Hop {
	if len(c.Hops) <= c.From+1 {
		return nil
	}
	out := slices.Clone(c.Hops[:c.From+1])
	for i := range between {
		out = append(out, corpus.Hop{Image: programs[i%len(programs)]})
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
func (d *dress) renamed(hops []corpus.Hop, name string) []corpus.Hop {
	out := slices.Clone(hops)
	last := &out[len(out)-1]
	if d.os == event.Windows {
		name += ".exe"
	}
	last.Image, last.Applet = last.Image[:strings.LastIndexAny(last.Image, `/\`)+1]+name, ""
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
				if hops := d.of(c, dresses[g.file.OS == event.Windows]); hops != nil {
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
