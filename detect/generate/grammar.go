package generate

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"

	"oddkin/detect/corpus"
	"oddkin/detect/names"
	"oddkin/parsers/event"
	"oddkin/tree"
)

// grammar expands the rule "chain" into chains.
type grammar struct {
	os    event.OS
	rules map[string][]alternative
	kinds map[string][]string // the programs of each kind
	// entryPoints are recorded lineages that end in a program an attack may come
	// in by; the rule $recorded takes one.
	entryPoints []corpus.Chain
}

type alternative struct {
	weight int
	parts  []string
}

const (
	maxHops  = 24
	maxDepth = 40
)

// parse reads a grammar. Grammars are part of the program: a fault in one is an
// error that the package's tests meet first.
func parse(text string, os event.OS) (*grammar, error) {
	g := &grammar{os: os, rules: map[string][]alternative{}, kinds: map[string][]string{}}
	for k := range names.Kinds {
		g.kinds[names.Kind(k).String()] = names.OfKind(names.Kind(k), os)
	}
	rule := ""
	for i, line := range strings.Split(text, "\n") {
		body := strings.TrimSpace(line)
		if body == "" || body[0] == '#' {
			continue
		}
		if line[0] != ' ' && line[0] != '\t' {
			name, rest, ok := strings.Cut(body, "=")
			if !ok {
				return nil, fmt.Errorf("line %d: no rule", i+1)
			}
			rule, body = strings.TrimSpace(name), rest
			if g.rules[rule] != nil {
				return nil, fmt.Errorf("line %d: rule %s twice", i+1, rule)
			}
		}
		for alt := range strings.SplitSeq(body, "|") {
			parts := strings.Fields(alt)
			if len(parts) == 0 {
				continue
			}
			a := alternative{weight: 1, parts: parts}
			if w, ok := strings.CutSuffix(parts[0], "*"); ok {
				n, err := strconv.Atoi(w)
				if err != nil || n < 1 {
					return nil, fmt.Errorf("line %d: weight %q", i+1, parts[0])
				}
				a.weight, a.parts = n, parts[1:]
			}
			g.rules[rule] = append(g.rules[rule], a)
		}
	}
	return g, g.check()
}

// check reports references to rules, kinds and entries that do not exist.
func (g *grammar) check() error {
	if g.rules["chain"] == nil {
		return fmt.Errorf("no rule chain")
	}
	for name, alts := range g.rules {
		for _, a := range alts {
			for _, p := range a.parts {
				for alt := range strings.SplitSeq(strings.TrimPrefix(p, "?"), ",") {
					if alt == "" {
						return fmt.Errorf("rule %s: nothing between two commas", name)
					}
					if r, ok := strings.CutPrefix(alt, "$"); ok && g.rules[r] == nil && r != "recorded" {
						return fmt.Errorf("rule %s: no rule %s", name, r)
					}
					if e, ok := strings.CutSuffix(alt, ":"); ok && entryOf(e) < 0 {
						return fmt.Errorf("rule %s: no entry %s", name, e)
					}
					if _, w := splitPlace(alt); strings.HasPrefix(w, "@") && len(g.kinds[w[1:]]) == 0 {
						return fmt.Errorf("rule %s: no kind %s", name, w)
					}
				}
			}
		}
	}
	return nil
}

// chain draws one chain; ok is false if it came out empty or too long.
func (g *grammar) chain(r *rand.Rand) (c corpus.Chain, ok bool) {
	c = corpus.Chain{Count: 1, From: -1}
	g.expand("chain", r, &c, 0)
	if len(c.Hops) == 0 || len(c.Hops) > maxHops || c.From >= len(c.Hops) {
		return c, false
	}
	if g.os != event.Windows && r.IntN(3) == 0 {
		for i := range c.Hops {
			if names.Normalise(c.Hops[i].Image, g.os) == "sh" {
				c.Hops[i].Image = "/usr/bin/bash" // as on Fedora, SUSE and Arch
			}
		}
	}
	c.Attack = c.From >= 0
	c.From = max(c.From, 0)
	return c, true
}

func (g *grammar) expand(rule string, r *rand.Rand, c *corpus.Chain, depth int) {
	if depth > maxDepth || len(c.Hops) > maxHops {
		return
	}
	alts := g.rules[rule]
	total := 0
	for _, a := range alts {
		total += a.weight
	}
	n := r.IntN(total)
	i := 0
	for ; n >= alts[i].weight; i++ {
		n -= alts[i].weight
	}
	for _, p := range alts[i].parts {
		if q, maybe := strings.CutPrefix(p, "?"); maybe {
			if r.IntN(2) == 0 {
				continue
			}
			p = q
		}
		if strings.IndexByte(p, ',') >= 0 {
			of := strings.Split(p, ",")
			p = of[r.IntN(len(of))]
		}
		switch {
		case p == "!":
			if c.From < 0 {
				c.From = len(c.Hops)
			}
		case p == "$recorded":
			g.recorded(r, c)
		case p[0] == '$':
			g.expand(p[1:], r, c, depth+1)
		case strings.HasSuffix(p, ":"):
			c.Entry = tree.Entry(entryOf(p[:len(p)-1]))
		default:
			c.Hops = append(c.Hops, g.hop(p, r))
		}
	}
}

// recorded puts a recorded way in at the chain's start, or the rule "entry"
// where nothing was recorded.
func (g *grammar) recorded(r *rand.Rand, c *corpus.Chain) {
	if len(g.entryPoints) == 0 {
		g.expand("entry", r, c, 0)
		return
	}
	e := g.entryPoints[r.IntN(len(g.entryPoints))]
	c.Entry = e.Entry
	c.Hops = append(c.Hops, e.Hops...)
}

// hop draws one program.
func (g *grammar) hop(part string, r *rand.Rand) corpus.Hop {
	place, word := splitPlace(part)
	switch {
	case strings.HasPrefix(word, "@"):
		list := g.kinds[word[1:]]
		word = list[r.IntN(len(list))]
	case word == "%word":
		word = InventedName(r)
	case word == "%odd":
		word = oddName(r)
	case word == "%installer", word == "%installer.tmp":
		word = strings.Replace(word, "%installer", InstallerName(r), 1)
	case word == "%random":
		word = randomName(r)
	}
	if by := scripts()[word]; by != "" && g.os != event.Windows && r.IntN(4) > 0 {
		word = by
	}
	return corpus.Hop{Image: g.path(place, word, r), Deleted: place == "mem"}
}

func splitPlace(part string) (place, word string) {
	if p, w, ok := strings.Cut(part, "/"); ok {
		return p, w
	}
	return "", part
}

func entryOf(word string) int {
	for i, e := range corpus.Entries {
		if e == word {
			return i
		}
	}
	return -1
}
