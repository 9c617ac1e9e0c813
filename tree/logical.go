package tree

import (
	"slices"
	"sort"
	"strings"
	"time"
)

// Logical names the process that asked for a start which another carried out: the
// one behind a COM server, a service, a task, a job or a WMI call. The physical parent
// stays [Node.Parent].
type Logical struct {
	Node, Parent *Node
	// Rule says how it was found.
	Rule string
	// Confidence orders the rules from 0 to 1. It is set by what the rule rests on, not
	// measured: above 0.85 the asker's command line names what was started, or the name it
	// was set up under; at 0.5 and below there is only time, user and the kind of program.
	Confidence float32
}

// Rules for logical parents, as [Logical.Rule] gives them.
const (
	ruleAsksForCommand = "its command line holds the command that was started"
	ruleAsksForProgram = "its command line names the program that was started"
	ruleAsksByName     = "it starts by name what a command line before it set up"
	ruleAsksForName    = "it starts a service or task of that name just before"
	ruleAsksForUnit    = "it asks for a unit of that name just before"
	ruleAsksForBusName = "it asks the bus for that name just before"
	ruleAsksForID      = "its command line names the container"
	ruleLastTable      = "the last to change that user's table of jobs"
	ruleLastQueued     = "the last of that user to queue a job"
	ruleLastClient     = "the last program of that user, of a kind that asks so, to start before"
)

// LogicalParent is the entry of [Forest.Logical] for n, or nil.
func (f *Forest) LogicalParent(n *Node) *Logical {
	i := sort.Search(len(f.Logical), func(i int) bool { return f.Logical[i].Node.ID >= n.ID })
	if i < len(f.Logical) && f.Logical[i].Node == n {
		return &f.Logical[i]
	}
	return nil
}

// broker is a kind of process that starts programs for others.
type broker uint8

const (
	noBroker broker = iota
	serviceBroker
	taskBroker
	wmiBroker
	comBroker
	unitBroker
	cronBroker
	atBroker
	busBroker
	containerBroker
	hostBroker // a service host, of which the command line tells what it is
	brokers
)

// asker finds logical parents. It goes once through the nodes of one boot in order
// of time, remembers who asked for what, and looks back from every start that a broker
// carried out.
type asker struct {
	f       *Forest
	asked   [brokers][]request
	clients []*Node // programs that ask without saying so in their command line
	ids     containerIDs
}

const (
	// lastAsked is how many requests of one kind are looked at for a start.
	lastAsked = 16
	// soon is how long after a request a start may come of it where nothing but names
	// and time join the two.
	soon = 10 * time.Second
	// clientTime is the same for programs that may have asked.
	clientTime = time.Minute
)

// ask finds the logical parents among all nodes, which are ordered by host, boot and time.
func (f *Forest) ask(all []*Node) {
	var a asker
	for i, n := range all {
		if i == 0 || n.of != all[i-1].of {
			a = asker{f: f, ids: containerIDs{}}
		}
		if k := brokerOf(n); k != noBroker {
			if l, ok := a.find(n, k); ok {
				f.Logical = append(f.Logical, l)
			}
		}
		a.note(n)
	}
	slices.SortFunc(f.Logical, func(x, y Logical) int { return int(x.Node.ID - y.Node.ID) })
}

// find looks for what asked for n: the last request that names it, else by the rules
// of the broker.
func (a *asker) find(n *Node, k broker) (Logical, bool) {
	if len(a.asked[k]) == 0 && len(a.clients) == 0 {
		return Logical{}, false
	}
	w := wantedBy(n, k)
	list := a.asked[k]
	list = list[max(0, len(list)-lastAsked):]
	for i := len(list) - 1; i >= 0; i-- {
		r := &list[i]
		if rule, confidence := a.matches(r, &w, list[:i]); rule != "" {
			return Logical{n, r.node, rule, confidence}, true
		}
	}
	if (k == comBroker || k == wmiBroker) && (n.prog.plays().client || strings.EqualFold(n.prog.Base, "cmd.exe")) {
		return a.client(n) // the system's own servers are asked for by everything
	}
	return Logical{}, false
}

// startsWithin reports whether n started at most d after r.
func startsWithin(r, n *Node, d time.Duration) bool {
	return r.Start().IsZero() || n.Start().IsZero() || n.Start().Sub(r.Start()) <= d
}

// client finds the program that was most likely the client of a COM or WMI server, where
// no command line tells: one of those that do such things, the last before n.
func (a *asker) client(n *Node) (Logical, bool) {
	var last *Node
	others := 0
	list := a.clients[max(0, len(a.clients)-lastAsked):]
	for i := len(list) - 1; i >= 0; i-- {
		c := list[i]
		if !startsWithin(c, n, clientTime) || !c.End().IsZero() && !n.Start().IsZero() && c.End().Before(n.Start().Add(-soon)) || !sameUser(c, n) {
			continue
		}
		if last == nil {
			last = c
		} else {
			others++
		}
	}
	if last == nil {
		return Logical{}, false
	}
	confidence := float32(0.5)
	if others > 0 {
		confidence = 0.3
	}
	return Logical{n, last, ruleLastClient, confidence}, true
}

// sameUser reports whether n may run for the user of c: in its logon session, or as its
// user, as far as the evidence tells; or as the system, for whom services work.
func sameUser(c, n *Node) bool {
	if c.session != 0 && c.session == n.session || c.user == 0 || n.user == 0 || c.user == n.user {
		return true
	}
	user := n.of.texts.of(n.user)
	return strings.EqualFold(n.of.texts.of(c.user), user) || isSystem(user)
}
