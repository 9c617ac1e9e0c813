package tree

import (
	"cmp"
	"slices"
	"sort"

	"oddkin/parsers/event"
)

// contact is a connection or login on record.
type contact struct {
	at      int64
	pid     uint32
	session text
	src     source
	serial  uint64
	remote  event.Remote
}

// adminPorts are where hosts are reached to run programs on them, with the entries
// that such a connection can open.
var adminPorts = map[uint16][]Entry{
	22: {EntrySSH}, 2222: {EntrySSH}, 5985: {EntryWinRM}, 5986: {EntryWinRM},
	135: {EntryWMI, EntryService, EntryTask}, 445: {EntryService, EntryTask, EntryWMI},
}

// contact keeps what e tells of another host, if it may be a way to run programs.
func (c *collector) contact(h *host, e *event.Event, at int64, src source) {
	r := e.Remote
	if r == nil || at == untimed || !r.Inbound && adminPorts[r.Port] == nil {
		return
	}
	t := &c.store.texts
	k := contact{at: at, pid: e.Proc.PID, session: t.id(e.Proc.Session), src: src, serial: e.Source.Serial, remote: *r}
	if r.Session != "" {
		k.session = t.id(r.Session)
	}
	h.contacts = append(h.contacts, k)
}

// sortContacts puts the contacts in order, whatever the order of arrival.
func (h *host) sortContacts() {
	slices.SortFunc(h.contacts, func(a, b contact) int {
		return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.serial, b.serial), h.compareSource(a.src, b.src), cmp.Compare(a.pid, b.pid),
			cmp.Compare(a.remote.Address, b.remote.Address), cmp.Compare(a.remote.Port, b.remote.Port), cmp.Compare(a.remote.Local, b.remote.Local))
	})
}

// places finds the nodes of one host by pid and session.
type places struct {
	nodes    []*Node // in order of time
	byPID    map[uint32][]*Node
	sessions map[text]*Node // the first of each
}

func newPlaces(nodes []*Node) *places {
	p := &places{nodes: nodes, byPID: map[uint32][]*Node{}, sessions: map[text]*Node{}}
	for _, n := range nodes {
		p.byPID[n.PID] = append(p.byPID[n.PID], n)
		if n.session != 0 && n.Standing != Named && p.sessions[n.session] == nil {
			p.sessions[n.session] = n
		}
	}
	return p
}

// at is what the process of that number ran at the time, or nil.
func (p *places) at(pid uint32, at int64) *Node {
	list := p.byPID[pid]
	i := sort.Search(len(list), func(i int) bool { return list[i].start > at+skew })
	if i == 0 {
		return nil
	}
	if n := list[i-1]; n.end == untimed || n.end >= at-skew {
		return n
	}
	return nil
}
