package generate

import (
	"embed"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"oddkin/detect/corpus"
	"oddkin/detect/names"
	"oddkin/parsers/event"
	"oddkin/tree"
)

// HostPrefix begins the host names of generated files, RandomTag names the
// chains in a random order.
const (
	HostPrefix = corpus.MadePrefix
	RandomTag  = "random"
)

//go:embed grammars/*.txt
var grammars embed.FS

// Options say how much to make. Counts are of distinct chains; a grammar that
// runs dry gives fewer.
type Options struct {
	// Seed decides everything; the same seed, options and normal chains give the
	// same files.
	Seed uint64
	// Normal, Attacks and Random are the numbers of chains for each operating
	// system; none where it is not above zero.
	Normal, Attacks, Random int
	// HeldOut lists shapes, as normalised names root first, that must not be made:
	// the chains that an evaluation judges by.
	HeldOut [][]string
}

// How much the shipped model was trained on, for each operating system.
const (
	DefaultNormal  = 27000
	DefaultAttacks = 12000
	DefaultRandom  = 2000
)

// Corpus makes files of normal life, attacks and random orders for Linux and
// Windows. recorded are normal chains to take programs and ways in from; it may
// be nil. The files' split is train.
func Corpus(recorded []*corpus.File, o Options) ([]*corpus.File, error) {
	var out []*corpus.File
	for i, os := range []event.OS{event.Linux, event.Windows} {
		held := map[string]bool{}
		for _, h := range o.HeldOut {
			held[Shape(h)] = true
		}
		seed := func(n uint64) *rand.Rand { return rand.New(rand.NewPCG(o.Seed, uint64(i)<<8|n)) }
		var own []*corpus.File
		for _, f := range recorded {
			if f.OS == os {
				own = append(own, f)
			}
		}
		for n, part := range []struct {
			what  string
			count int
		}{{"normal", o.Normal}, {"attack", o.Attacks}} {
			g, err := load(os, part.what)
			if err != nil {
				return nil, err
			}
			normals := own
			if len(out) > 0 && os == event.Windows {
				normals = append(normals, out[len(out)-1])
			}
			g.entryPoints = entryPoints(normals)
			made := draw(part.count, held, seed(uint64(n)), g.chain, os)
			out = append(out, file(os, part.what, made))
			for i := range made {
				held[Shape(made[i].Names(os))] = true // what is normal is no attack as well
			}
		}
		programs := vocabulary(append(own, out[len(out)-2]))
		random := func(r *rand.Rand) (corpus.Chain, bool) {
			if len(programs) == 0 {
				return corpus.Chain{}, false // of Windows nothing is known but what was generated
			}
			return randomChain(programs, r), true
		}
		out = append(out, file(os, "random", draw(o.Random, held, seed(2), random, os)))
	}
	return slices.DeleteFunc(out, func(f *corpus.File) bool { return len(f.Chains) == 0 }), nil
}

func file(os event.OS, what string, chains []corpus.Chain) *corpus.File {
	f := &corpus.File{Meta: corpus.Meta{
		Host: fmt.Sprintf("%s%s-%s", HostPrefix, os, what), Role: what, OS: os, Split: corpus.Train,
		Source: "generated from a grammar, not recorded", Licence: "the project's own",
	}}
	f.Merge(chains)
	return f
}

func load(os event.OS, what string) (*grammar, error) {
	name := fmt.Sprintf("grammars/%s_%s.txt", os, what)
	text, err := grammars.ReadFile(name)
	if err != nil {
		return nil, err
	}
	g, err := parse(string(text), os)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return g, nil
}

// draw calls one until it has given n chains of distinct programs and places that are not
// held out, or has for long given nothing new.
func draw(n int, held map[string]bool, r *rand.Rand, one func(*rand.Rand) (corpus.Chain, bool), os event.OS) []corpus.Chain {
	seen := map[string]bool{}
	var out []corpus.Chain
	for tries := 0; len(out) < n && tries < 20*n+100; tries++ {
		c, ok := one(r)
		if !ok {
			continue
		}
		shape := Shape(c.Names(os))
		if held[shape] {
			continue
		}
		// Where a program lies tells chains apart, how the lineage began does not: no network reads it.
		key := shape
		for _, h := range c.Hops {
			p := h.Proc(os)
			key += string(rune(names.PlaceOf(&p)))
		}
		if !seen[key] {
			seen[key] = true
			out = append(out, c)
		}
	}
	return out
}

// Shape is the identity under which held-out chains are compared: the names with
// immediate repetitions taken once.
func Shape(namesRootFirst []string) string {
	return strings.Join(slices.Compact(slices.Clone(namesRootFirst)), "\x00")
}

// entryPoints are the heads of normal chains that end in a program that faces
// others: a server, a database, a daemon, a mail program.
func entryPoints(files []*corpus.File) []corpus.Chain {
	seen := map[string]bool{}
	var out []corpus.Chain
	for _, f := range files {
		for _, c := range f.Chains {
			if c.Attack {
				continue
			}
			all := c.Names(f.OS)
			for i, n := range all {
				switch names.KindOf(n) {
				case names.Server, names.Database, names.Messaging, names.Document, names.Browser:
					key := Shape(all[:i+1])
					if !seen[key] && i < 10 {
						seen[key] = true
						out = append(out, corpus.Chain{Hops: c.Hops[: i+1 : i+1], Entry: c.Entry, Count: 1})
					}
				}
			}
		}
	}
	return out
}

// vocabulary lists the distinct images of the files' normal chains.
func vocabulary(files []*corpus.File) []corpus.Hop {
	seen := map[corpus.Hop]bool{}
	var out []corpus.Hop
	for _, f := range files {
		for _, c := range f.Chains {
			if c.Attack {
				continue
			}
			for _, h := range c.Hops {
				if !seen[h] {
					seen[h] = true
					out = append(out, h)
				}
			}
		}
	}
	return out
}

// randomChain is two to ten programs in an order that nothing arranged.
func randomChain(programs []corpus.Hop, r *rand.Rand) corpus.Chain {
	c := corpus.Chain{Count: 1, Attack: true, Tag: RandomTag, Entry: tree.Entry(r.IntN(len(corpus.Entries)))}
	for range 2 + r.IntN(9) {
		c.Hops = append(c.Hops, programs[r.IntN(len(programs))])
	}
	return c
}
