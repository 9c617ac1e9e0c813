package tree

import (
	"maps"
	"slices"
	"strings"
)

// nameless gives the host of the events in file that name none: auditd writes no
// name unless it is told to (auditd.conf(5), name_format). What lies in one folder, as
// the rotated parts of a log do, is of one host.
func (c *collector) nameless(file string) *host {
	if c.unnamed != nil && c.lies == file {
		return c.unnamed
	}
	key := folder(file)
	h := c.byFolder[key]
	if h == nil {
		h = c.newHost()
		c.byFolder[key] = h
	}
	c.unnamed, c.lies = h, file
	return h
}

// folder is where a file lies, with the slash or the "!" of an archive behind it.
func folder(file string) string {
	if i := strings.LastIndexAny(file, "/!"); i >= 0 {
		return file[:i+1]
	}
	return "./"
}

// startKey is what no two machines have in common: the same program started at the
// same nanosecond by the same process under the same serial.
type startKey struct {
	at     int64
	serial uint64
	pid    uint32
	image  string
}

// joinFolders makes one host of the folders that hold copies of one log, which
// share a start, and names what is left after the first of its folders. A single
// host needs no telling apart and stays without a name.
func (c *collector) joinFolders() []*host {
	folders := slices.Sorted(maps.Keys(c.byFolder))
	if len(folders) < 2 {
		return slices.Collect(maps.Values(c.byFolder))
	}
	first := c.firstCopies(folders)
	var hosts []*host
	for i, name := range folders {
		h := c.byFolder[name]
		if first[i] != i {
			c.byFolder[folders[first[i]]].absorb(h)
			continue
		}
		h.name = name
		hosts = append(hosts, h)
	}
	if len(hosts) == 1 {
		hosts[0].name = ""
	}
	return hosts
}

// firstCopies gives for each folder the first one that it shares a start with, be it
// through others. It is a union of sets, each known by its least member.
func (c *collector) firstCopies(folders []string) []int {
	up := make([]int, len(folders))
	find := func(i int) int {
		for up[i] != i {
			up[i] = up[up[i]]
			i = up[i]
		}
		return i
	}
	holds := map[startKey]int{}
	for i, name := range folders {
		up[i] = i
		h := c.byFolder[name]
		for j := range h.recs {
			r := &h.recs[j]
			if r.kind != kindExec || r.serial == 0 || r.at == untimed {
				continue
			}
			key := startKey{r.at, r.serial, r.pid, h.starts[r.arg].node.prog.Image}
			other, ok := holds[key]
			if !ok {
				holds[key] = i
				continue
			}
			a, b := find(other), find(i)
			up[max(a, b)] = min(a, b)
		}
	}
	for i := range up {
		up[i] = find(i)
	}
	return up
}
