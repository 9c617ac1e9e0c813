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
// same nanosecond under the same serial by the same process in the same place of another.
type startKey struct {
	at        int64
	serial    uint64
	pid, ppid uint32
	image     string
}

// copyOf is where a start is on record, and with which arguments.
type copyOf struct {
	folder string
	line   line
}

// like reports whether two starts of one key may be copies: their arguments are the same, or
// only one is told.
func (a copyOf) like(b copyOf) bool { return a.line == b.line || a.line == 0 || b.line == 0 }

// eachKey yields the starts by which h's log can be told from others.
func (h *host) eachKey(yield func(startKey, line)) {
	for i := range h.recs {
		if r := &h.recs[i]; r.kind() == kindExec && r.serial.known() && r.at != untimed {
			n := h.starts[r.arg()].node
			yield(startKey{r.at, h.serialOf(r.serial), r.pid, r.ppid, n.prog.Image}, n.line)
		}
	}
}

// joinFolders makes one host of the folders that hold copies of one log, which share a
// start, be it through others: the first of them has it all. It is a union of sets, each
// known by its least member.
func (c *collector) joinFolders() {
	folders := slices.Sorted(maps.Keys(c.byFolder))
	if len(folders) < 2 {
		return
	}
	up := map[string]string{}
	find := func(name string) string {
		for up[name] != name {
			up[name] = up[up[name]]
			name = up[name]
		}
		return name
	}
	holds := map[startKey]copyOf{}
	for _, name := range folders {
		up[name] = name
		c.byFolder[name].eachKey(func(k startKey, l line) {
			this := copyOf{name, l}
			other, ok := holds[k]
			if !ok {
				holds[k] = this
			} else if other.like(this) {
				a, b := find(other.folder), find(name)
				up[max(a, b)] = min(a, b)
			}
		})
	}
	for _, name := range folders {
		if first := find(name); first != name {
			c.byFolder[first].absorb(c.byFolder[name])
			delete(c.byFolder, name)
		}
	}
}

// nameFolders lets a named host have the folders that hold copies of its log without the
// name, as a second collector may write it: they share a start with it, and with no other.
func (c *collector) nameFolders() {
	if len(c.byFolder) == 0 || len(c.byName) == 0 {
		return
	}
	holds := map[startKey]copyOf{}
	for _, name := range slices.Sorted(maps.Keys(c.byFolder)) {
		c.byFolder[name].eachKey(func(k startKey, l line) {
			if _, ok := holds[k]; !ok {
				holds[k] = copyOf{name, l}
			}
		})
	}
	owners := map[string][]string{}
	for _, name := range slices.Sorted(maps.Keys(c.byName)) {
		c.byName[name].eachKey(func(k startKey, l line) {
			at, ok := holds[k]
			if ok && at.like(copyOf{line: l}) && !slices.Contains(owners[at.folder], name) {
				owners[at.folder] = append(owners[at.folder], name)
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

// unnamedHosts gives the hosts of which nothing but the folder is known, and names them
// after it. A single one needs no telling apart and stays without a name.
func (c *collector) unnamedHosts() []*host {
	var hosts []*host
	for _, name := range slices.Sorted(maps.Keys(c.byFolder)) {
		h := c.byFolder[name]
		h.name = name
		hosts = append(hosts, h)
	}
	if len(hosts) == 1 {
		hosts[0].name = ""
	}
	return hosts
}
