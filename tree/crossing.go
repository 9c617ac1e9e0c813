package tree

import (
	"cmp"
	"slices"
	"sort"
	"strings"
	"time"

	"oddkin/parsers/event"
)

// Crossing joins a program that reached out on one host to the session, service or job
// that it opened on another. It is always inferred: two hosts' records have nothing in
// common but names, addresses and time.
type Crossing struct {
	// From reached out; To is the first process that came of it.
	From, To *Node
	// Entry is how: [EntrySSH], [EntryWinRM], [EntryWMI], [EntryService] or [EntryTask].
	Entry Entry
	// Rule says what fits, and Confidence orders the rules as in [Logical].
	Rule       string
	Confidence float32
	// Rivals is on how many more hosts a command fits as well. Confidence is shared among them.
	Rivals int
	// Address is where the login came from, as To's host has it; empty if not recorded.
	Address string
	// Out is the record of the command or connection, In that of the login or start.
	Out, In event.Source
}

// Rules for crossings, as [Crossing.Rule] gives them.
const (
	ruleBothEnds  = "the command names the second host, and the login came from the first one's address"
	ruleByJump    = "the command names the second host, and the login came from the one it names on the way"
	ruleTarget    = "the command names the second host, just before"
	ruleOrigin    = "the login came from the first host's address, just after"
	ruleOtherName = "the login came from the first host's address, just after, but the command calls the second host by a name that is not known to be its own"
	ruleTimeAlone = "nothing but the time, and no other fits"
)

// How far a login may lie from the command that leads to it: it waits for a password
// (sshd's LoginGraceTime is 120 s), and clocks differ.
const (
	loginGrace = int64(2 * time.Minute)
	clocksOff  = int64(10 * time.Second)
	// timeAlone is the same where only the time tells.
	timeAlone = int64(5 * time.Second)
	// maxCandidates bounds how many departures are looked at for an arrival.
	maxCandidates = 256
)

// departure is a program that reaches out to another host.
type departure struct {
	node    *Node
	at      int64
	entries []Entry // what it can open there
	target  string  // a name or address, in lower case
	via     string  // see target
	names   bool    // the command line calls the host by a name that nobody in the evidence has
	src     event.Source
	used    bool
	shared  bool // and others fitted as well
}

// arrival is what a remote host may have opened.
type arrival struct {
	node    *Node
	at      int64
	address string
	src     event.Source
	joined  bool
}

// border holds what is known of the hosts for finding crossings.
type border struct {
	f     *Forest
	own   map[string]string // address to the host that has it
	names map[string]string // name, and its first label if unique, to the host
	out   []departure       // in order of time
	in    []arrival
	// opened gives what each process that a crossing led to came of.
	opened map[*Node]*Node
}

// cross finds the crossings between the hosts. contacts are by the name of the host, nodes
// ordered by host, boot and time.
func (f *Forest) cross(nodes []*Node, contacts map[string][]contact) {
	if len(f.Hosts) < 2 {
		return
	}
	b := border{f: f, own: map[string]string{}, names: map[string]string{}, opened: map[*Node]*Node{}}
	b.name()
	for _, list := range byHost(nodes) {
		name := list[0].of.host
		b.addresses(name, contacts[name])
	}
	for _, list := range byHost(nodes) {
		b.host(list, contacts[list[0].of.host])
	}
	slices.SortStableFunc(b.out, func(x, y departure) int { return cmp.Compare(x.at, y.at) })
	slices.SortStableFunc(b.in, func(x, y arrival) int { return cmp.Compare(x.at, y.at) })
	// A command later than what it opened, by clocks that differ, counts only for what no
	// earlier one can have.
	for _, after := range [...]int64{0, clocksOff} {
		for i := range b.in {
			if a := &b.in[i]; !a.joined {
				b.join(a, after)
			}
		}
	}
	slices.SortStableFunc(f.Crossings, func(x, y Crossing) int { return cmp.Compare(x.To.ID, y.To.ID) })
}

// byHost cuts nodes into those of each host.
func byHost(nodes []*Node) (lists [][]*Node) {
	for from := 0; from < len(nodes); {
		to := from
		for to < len(nodes) && nodes[to].of.host == nodes[from].of.host {
			to++
		}
		lists = append(lists, nodes[from:to])
		from = to
	}
	return lists
}

// name notes by which names hosts are called.
func (b *border) name() {
	short := map[string]int{}
	label := func(name string) string { l, _, _ := strings.Cut(strings.ToLower(name), "."); return l }
	for _, h := range b.f.Hosts {
		short[label(h.Name)]++
	}
	for _, h := range b.f.Hosts {
		if h.Name == "" || strings.HasSuffix(h.Name, "/") {
			continue
		}
		b.names[strings.ToLower(h.Name)] = h.Name
		if l := label(h.Name); short[l] == 1 {
			b.names[l] = h.Name
		}
	}
}

// addresses notes which addresses a host has by its own records. One that two hosts claim,
// as a loopback or a private network's is, tells nothing.
func (b *border) addresses(host string, contacts []contact) {
	for i := range contacts {
		b.claim(contacts[i].remote.Local, host)
	}
}

func (b *border) claim(address, host string) {
	if address == "" {
		return
	}
	if other, ok := b.own[address]; ok && other != host {
		host = ""
	}
	b.own[address] = host
}

// resolve notes the address of a host that n names and connects to.
func (b *border) resolve(n *Node, list []target, address string) {
	if len(list) != 1 || list[0].via != "" {
		return // it connects to another on the way
	}
	if host := b.whose(list[0].name); host != "" {
		b.claim(strings.ToLower(address), host)
	}
}

// whose is the host that is called so or has that address; empty if none or several are
// known to. A host that the evidence knows by a short name alone may have any domain.
func (b *border) whose(name string) string {
	if host, ok := b.names[name]; ok {
		return host
	}
	if host, ok := b.own[name]; ok {
		return host
	}
	if label, _, dotted := strings.Cut(name, "."); dotted && strings.EqualFold(b.names[label], label) {
		return b.names[label]
	}
	return ""
}

// stranger reports whether some name in list is that of no host in the evidence.
func (b *border) stranger(list []target) bool {
	return slices.ContainsFunc(list, func(t target) bool { return !isAddress(t.name) && b.whose(t.name) == "" })
}

// host notes the departures and arrivals of one host.
func (b *border) host(nodes []*Node, contacts []contact) {
	at := newPlaces(nodes)
	arrived := map[*Node]int{}
	arrive := func(a arrival) {
		if i, ok := arrived[a.node]; ok {
			if b.in[i].address == "" && a.address != "" {
				b.in[i].address, b.in[i].src = a.address, a.src
			}
			return
		}
		arrived[a.node] = len(b.in)
		b.in = append(b.in, a)
	}
	for _, n := range nodes {
		if n.Leads && n.start != untimed && n.Standing != Named {
			switch n.Entry {
			case EntrySSH, EntryWinRM, EntryWMI, EntryTask, EntryService:
				if n.Entry != EntryService || n.prog.OS == event.Windows {
					arrive(arrival{node: n, at: n.start, src: n.Source()})
				}
			}
		}
		if n.prog.plays().remote && n.start != untimed && n.Standing != Named {
			for _, t := range n.targets() {
				b.out = append(b.out, departure{
					node: n, at: n.start, entries: t.entries, target: t.name, via: t.via, names: b.stranger([]target{t}), src: n.Source(),
				})
			}
		}
	}
	targets := map[*Node][]target{} // of those that made contact, each looked for once
	for i := range contacts {
		k := &contacts[i]
		n := at.at(k.pid, k.at)
		if !k.remote.Inbound {
			if n != nil {
				named, known := targets[n]
				if !known && n.prog.plays().remote {
					named = n.targets()
					targets[n] = named
				}
				b.resolve(n, named, k.remote.Address)
				b.out = append(b.out, departure{
					node: n, at: k.at, entries: adminPorts[k.remote.Port], target: strings.ToLower(k.remote.Address), names: b.stranger(named),
					src: n.of.source(k.src, k.serial),
				})
			}
			continue
		}
		if first := at.sessions[k.session]; k.session != 0 && first != nil {
			n = first
		}
		if n == nil {
			continue
		}
		if leader := n.leaderNear(); leader != nil && leader.Entry.class() == EntryRemote {
			arrive(arrival{node: leader, at: k.at, address: k.remote.Address, src: leader.of.source(k.src, k.serial)})
		}
	}
}

// leaderNear is n's entry leader if it is not far above: there may be many logins on record
// and a hostile lineage may be deep.
func (n *Node) leaderNear() *Node {
	const reach = 64
	for i := 0; i < reach && n != nil; i++ {
		if n.Leads {
			return n
		}
		n = n.Parent
	}
	return nil
}

// join finds the departure that led to a, so long after it at most, and notes the crossing.
func (b *border) join(a *arrival, after int64) {
	from := sort.Search(len(b.out), func(i int) bool { return b.out[i].at >= a.at-loginGrace })
	var best *departure
	var rule string
	var confidence float32
	several := false              // programs that fit
	hosts := map[string]float32{} // how well the best of each fits
	for i := from; i < len(b.out) && i < from+maxCandidates && b.out[i].at <= a.at+after; i++ {
		d := &b.out[i]
		if d.used && !d.shared {
			continue
		}
		r, c := b.opens(d, a)
		if c <= 0 || r == ruleTimeAlone && after == 0 {
			continue
		}
		hosts[d.node.of.host] = max(hosts[d.node.of.host], c)
		if d.used {
			continue
		}
		several = several || best != nil && best.node != d.node
		if best == nil || c > confidence || c == confidence && d.at <= a.at {
			best, rule, confidence = d, r, c
		}
	}
	if best == nil || rule == ruleTimeAlone && several {
		return
	}
	rivals := -1
	for _, c := range hosts {
		if c >= confidence {
			rivals++
		}
	}
	best.used = a.node.Entry == EntrySSH // one command, one session
	best.shared = rivals > 0
	a.joined, b.opened[a.node] = true, best.node
	b.f.Crossings = append(b.f.Crossings, Crossing{
		From: best.node, To: a.node, Entry: a.node.Entry, Rule: rule, Confidence: confidence / float32(1+rivals), Rivals: rivals,
		Address: a.address, Out: best.src, In: a.src,
	})
}

// opens says by which rule d can have opened a, on another host; confidence 0 if it cannot.
func (b *border) opens(d *departure, a *arrival) (rule string, confidence float32) {
	if d.node.of.host == a.node.of.host || !slices.Contains(d.entries, a.node.Entry) {
		return "", 0
	}
	e := a.node.Entry
	session := e == EntrySSH || e == EntryWinRM // lasts as long as the command
	if session && d.node.end != untimed && d.node.end < a.at-clocksOff/2 || b.comesOf(d.node, a.node) {
		return "", 0
	}
	rule, confidence = b.fit(d, a)
	if !session && !d.node.installs(a.node) {
		// Services, tasks and WMI start much by themselves.
		if e == EntryService || a.at-d.at > clocksOff {
			return "", 0
		}
		confidence -= 0.3
	}
	return rule, confidence
}

// comesOf reports whether n came of what is above it, on its host or on others through crossings.
func (b *border) comesOf(n, above *Node) bool {
	const reach = 256 // steps
	for i := 0; i < reach && n != nil; i++ {
		if n == above {
			return true
		}
		if from := b.opened[n]; from != nil {
			n = from
		} else {
			n = n.Parent
		}
	}
	return false
}

// fit says by which rule d can have led to a; confidence 0 if it cannot.
func (b *border) fit(d *departure, a *arrival) (rule string, confidence float32) {
	there := b.whose(d.target)
	if there != "" && there != a.node.of.host {
		return "", 0
	}
	here := ""
	if a.address != "" {
		here = b.own[a.address]
	}
	from := b.comesFrom(d)
	came := here != "" && here == from
	if here != "" && from != "" && here != from {
		return "", 0
	}
	switch {
	case there != "" && came && d.via != "":
		return ruleByJump, 0.95
	case there != "" && came:
		return ruleBothEnds, 0.95
	case there != "":
		return ruleTarget, 0.85
	case a.node.Entry != EntrySSH && a.node.Entry != EntryWinRM:
		return "", 0 // most such starts are the host's own
	case came && d.names:
		return ruleOtherName, 0.6
	case came:
		return ruleOrigin, 0.8
	case here == "" && !d.names && d.at >= a.at-timeAlone && d.at <= a.at+clocksOff/5:
		return ruleTimeAlone, 0.4
	}
	return "", 0
}

// comesFrom is the host from which the target sees d come; empty if that is not known.
func (b *border) comesFrom(d *departure) string {
	if d.via == "" {
		return d.node.of.host
	}
	return b.whose(d.via)
}
