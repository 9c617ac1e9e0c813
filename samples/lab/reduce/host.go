package main

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"sort"
	"strconv"
	"strings"
)

// host is one recorded container.
type host struct {
	name, release, roles string
	nspawn               int
	booted, stopped      float64 // seconds since 1970
	attacks              []attack
	init                 *proc
	records              int
}

// attack is one attack as its driver noted it. What it starts carries the token in an argument; where a whole login
// session is the intruder's, not every command typed there does, and one that does stands for the session.
type attack struct {
	id, token, what string
	session         bool
}

func openHost(dir string) (*host, error) {
	h := &host{name: filepath.Base(dir)}
	read := func(name string) string {
		b, err := os.ReadFile(dir + "/" + name)
		if err != nil && !os.IsNotExist(err) {
			fmt.Fprintln(os.Stderr, "reduce:", err)
		}
		return strings.TrimSpace(string(b))
	}
	h.release, h.roles = read("release"), read("roles")
	var err error
	if h.nspawn, err = strconv.Atoi(read("nspawn.pid")); err != nil {
		return nil, fmt.Errorf("%s: nspawn.pid: %w", dir, err)
	}
	if h.booted, err = strconv.ParseFloat(read("booted"), 64); err != nil {
		return nil, fmt.Errorf("%s: booted: %w", dir, err)
	}
	if h.stopped, err = strconv.ParseFloat(read("stopped"), 64); err != nil {
		return nil, fmt.Errorf("%s: stopped: %w", dir, err)
	}
	for n, l := range strings.Split(read("attacks.tsv"), "\n") {
		if l == "" {
			continue
		}
		f := strings.Split(l, "\t")
		if len(f) != 6 {
			return nil, fmt.Errorf("%s: attacks.tsv:%d: %d fields, want 6", dir, n+1, len(f))
		}
		h.attacks = append(h.attacks, attack{id: f[0], token: f[1], session: f[4] == "session", what: f[5]})
	}
	return h, nil
}

// roots gives each attack's topmost executions: those that carry its token, or are the login shell of a session that is
// the intruder's, while no execution above them is such.
func (h *host) roots(a *audit) map[*exec]*attack {
	marked := map[*exec]*attack{}
	for _, x := range a.execs {
		if a.owner[x.key] != h {
			continue
		}
		for i := range h.attacks {
			t := h.attacks[i].token
			if bytes.Contains(x.args, []byte(t)) || bytes.Contains(x.args, []byte(strings.ToUpper(hex.EncodeToString([]byte(t))))) {
				marked[x] = &h.attacks[i]
				if shell := loginShell(x); h.attacks[i].session && shell != nil {
					marked[shell] = &h.attacks[i]
				}
			}
		}
	}
	top := map[*exec]*attack{}
	for x, at := range marked {
		covered := false
		for up := before(x); up != nil && !covered; up = before(up) {
			covered = marked[up] != nil
		}
		if !covered {
			top[x] = at
		}
	}
	return top
}

// loginShell gives the execution right below the ssh server, nil outside such a session.
func loginShell(x *exec) *exec {
	for up := before(x); up != nil; x, up = up, before(up) {
		if strings.HasPrefix(path.Base(up.exe), "sshd") {
			return x
		}
	}
	return nil
}

// before gives what stood above an execution: the same process's previous image, or the image its parent had when the
// process was born; nil at init.
func before(x *exec) *exec {
	for i, e := range x.proc.execs {
		if e == x && i > 0 {
			return x.proc.execs[i-1]
		}
	}
	return inherited(x.proc)
}

// inherited gives the image a process was born with.
func inherited(p *proc) *exec {
	for ; p.parent != nil; p = p.parent {
		if x := p.parent.hadWhenBorn(p); x != nil {
			return x
		}
	}
	return nil
}

// chain gives the root-to-leaf basenames that end in x, and the attack whose subtree it lies in.
func chain(x *exec, top map[*exec]*attack) (string, *attack) {
	var names []string
	var in *attack
	for e := x; e != nil; e = before(e) {
		names = append(names, path.Base(strings.TrimSuffix(e.exe, " (deleted)")))
		if in == nil {
			in = top[e]
		}
	}
	slices.Reverse(names)
	return strings.Join(names, "<"), in
}

// write writes everything but the logs.
func (h *host) write(out string, t *truth, a *audit) error {
	top := h.roots(a)
	var truthRows, labelRows, chainRows, shapeRows bytes.Buffer
	var all []*exec
	procs, differ := 0, 0
	for _, p := range t.procs {
		if p.host != h || !p.within(h.init) {
			continue
		}
		procs++
		if len(p.execs) != len(p.kernelExec) && p != h.init {
			differ++
		}
		h.truthRow(&truthRows, p)
		all = append(all, p.execs...)
	}
	seen := h.labelRows(&labelRows, top)
	normal, attacks := shapes(&chainRows, &shapeRows, all, top)
	events, forks := a.events(h)
	var meta bytes.Buffer
	for _, row := range []struct {
		name  string
		value any
	}{
		{"host", h.name},
		{"release", h.release},
		{"roles", h.roles},
		{"seconds", int(h.stopped - h.booted)},
		{"records", h.records},
		{"events", events},
		{"fork and exit events", forks},
		{"processes", procs},
		{"executions", len(all)},
		{"normal shapes", normal},
		{"attack shapes", attacks},
		{"attacks run", len(h.attacks)},
		{"attacks seen", seen},
		{"processes whose audit and kernel exec counts differ", differ},
		{"kernel events lost in the whole recording", t.lost + t.gaps},
	} {
		fmt.Fprintf(&meta, "%s\t%v\n", row.name, row.value)
	}
	for name, b := range map[string]*bytes.Buffer{
		".truth.tsv": &truthRows, ".labels.tsv": &labelRows, ".chains.tsv": &chainRows, ".shapes.tsv": &shapeRows, ".meta": &meta,
	} {
		if err := os.WriteFile(out+"/"+h.name+name, b.Bytes(), 0o644); err != nil {
			return err
		}
	}
	return nil
}

// shapes writes every attack chain and the distinct chains with their counts, and counts those of each kind.
func shapes(chainRows, shapeRows *bytes.Buffer, all []*exec, top map[*exec]*attack) (normal, attacks int) {
	inner := map[*exec]bool{}
	for _, x := range all {
		inner[before(x)] = true
	}
	counts := map[string]int{} // by kind and names
	for _, x := range all {
		if inner[x] {
			continue
		}
		names, in := chain(x, top)
		if in == nil {
			counts["normal\t"+names]++
			continue
		}
		counts["attack\t"+names]++
		fmt.Fprintf(chainRows, "%s\t%s\t%s\n", x.key, in.id, names)
	}
	for _, k := range slices.Sorted(maps.Keys(counts)) {
		kind, names, _ := strings.Cut(k, "\t")
		fmt.Fprintf(shapeRows, "%s\t%d\t%s\n", kind, counts[k], names)
		if kind == "normal" {
			normal++
		} else {
			attacks++
		}
	}
	return normal, attacks
}

func (a *audit) events(h *host) (all, forks int) {
	for k, o := range a.owner {
		if o != h {
			continue
		}
		all++
		if a.forks[k] {
			forks++
		}
	}
	return all, forks
}

// truthRow writes pid, start, true parent pid, its start, end, wait status and the keys of the executions.
func (h *host) truthRow(b *bytes.Buffer, p *proc) {
	parent, born := 0, int64(0)
	if p.parent != nil && p != h.init {
		parent, born = p.parent.pid, p.parent.start
	}
	var keys []string
	for _, x := range p.execs {
		keys = append(keys, x.key.String())
	}
	fmt.Fprintf(b, "%d\t%s\t%d\t%s\t%s\t%d\t%s\n", p.pid, seconds(p.start), parent, seconds(born), seconds(p.end), p.code, strings.Join(keys, ","))
}

func seconds(ns int64) string {
	if ns == 0 {
		return "-"
	}
	return fmt.Sprintf("%d.%09d", ns/1e9, ns%1e9)
}

// labelRows writes one row a root and counts the attacks that have any.
func (h *host) labelRows(b *bytes.Buffer, top map[*exec]*attack) int {
	var xs []*exec
	for x := range top {
		xs = append(xs, x)
	}
	sort.Slice(xs, func(i, j int) bool { return xs[i].key.serial < xs[j].key.serial })
	seen := map[string]bool{}
	for _, x := range xs {
		seen[top[x].id] = true
		fmt.Fprintf(b, "%s\t%s\t%s\n", x.key, top[x].id, top[x].what)
	}
	return len(seen)
}
