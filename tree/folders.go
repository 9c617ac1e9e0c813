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

// eachKey yields the starts by which h's log can be told from others.
func (h *host) eachKey(yield func(startKey)) {
	for i := range h.recs {
		if r := &h.recs[i]; r.kind == kindExec && r.serial != 0 && r.at != untimed {
			yield(startKey{r.at, r.serial, r.pid, h.starts[r.arg].node.prog.Image})
		}
	}
}

// nameFolders lets a named host have the folders that hold copies of its log without the
// name, as a second collector may write it: they share a start with it, and with no other.
func (c *collector) nameFolders() {
	if len(c.byFolder) == 0 || len(c.byName) == 0 {
		return
	}
	holds := map[startKey]string{} // to the folder
	for name, h := range c.byFolder {
		h.eachKey(func(k startKey) {
			if old, ok := holds[k]; !ok || name < old {
				holds[k] = name
			}
		})
	}
	owners := map[string][]string{}
	for _, name := range slices.Sorted(maps.Keys(c.byName)) {
		c.byName[name].eachKey(func(k startKey) {
			if dir, ok := holds[k]; ok && !slices.Contains(owners[dir], name) {
				owners[dir] = append(owners[dir], name)
			}
		})
	}
	for _, dir := range slices.Sorted(maps.Keys(owners)) {
		if names := owners[dir]; len(names) == 1 {
			c.byName[names[0]].absorb(c.byFolder[dir])
			delete(c.byFolder, dir)
		}
	}
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
		h.eachKey(func(k startKey) {
			other, ok := holds[k]
			if !ok {
				holds[k] = i
				return
			}
			a, b := find(other), find(i)
			up[max(a, b)] = min(a, b)
		})
	}
	for i := range up {
		up[i] = find(i)
	}
	return up
}
