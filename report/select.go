package report

import (
	"math"
	"slices"
	"strings"
	"time"

	"oddkin/detect"
	"oddkin/parsers/event"
	"oddkin/tree"
)

// Select picks processes of the forest. All that is set must hold. What is picked is
// kept together with its ancestors, which give it its meaning; the zero value picks
// everything.
type Select struct {
	// Hosts are names of hosts, without case; "-" is the host without a name.
	Hosts []string
	// Sessions are audit sessions or logon ids, and PIDs process ids. What descends from
	// such a process is picked too.
	Sessions []string
	PIDs     []uint32
	// Users are effective or audit users, without case on Windows.
	Users []string
	// From and Until pick what started in that span of time, From included. A process
	// whose start is not known is not picked by time.
	From, Until time.Time
	// MinScore picks what a chain of at least this score runs through.
	MinScore float32
}

// Reaches reports whether score is at least least, to the three digits that people
// are shown.
func Reaches(score, least float32) bool {
	return score >= least || math.Round(float64(score)*1000) >= float64(least)*1000-1e-3
}

// all reports whether s picks everything.
func (s *Select) all() bool {
	return len(s.Hosts)+len(s.Sessions)+len(s.PIDs)+len(s.Users) == 0 && s.From.IsZero() && s.Until.IsZero() && s.MinScore <= 0
}

// picks reports whether n is picked by itself, not for what descends from it or what it descends from.
func (s *Select) picks(n *tree.Node, score float32) bool {
	p := n.Proc()
	if len(s.Hosts) > 0 && !slices.ContainsFunc(s.Hosts, func(h string) bool { return strings.EqualFold(h, n.Host()) || h == "-" && n.Host() == "" }) {
		return false
	}
	if len(s.Users) > 0 && !slices.ContainsFunc(s.Users, func(u string) bool { return sameUser(p.OS, u, p.User) || sameUser(p.OS, u, p.AuditUser) }) {
		return false
	}
	if !s.From.IsZero() || !s.Until.IsZero() {
		start := started(n)
		if start.IsZero() || start.Before(s.From) || !s.Until.IsZero() && !start.Before(s.Until) {
			return false
		}
	}
	return Reaches(score, s.MinScore)
}

// branch is of what kind of named process a node is or descends from.
type branch uint8

const (
	ofPID branch = 1 << iota
	ofSession
)

// named says whether n is one of the processes named by pid or session. What is not asked
// for counts as found.
func (s *Select) named(n *tree.Node) (b branch) {
	if len(s.PIDs) == 0 || slices.Contains(s.PIDs, n.PID) {
		b |= ofPID
	}
	if len(s.Sessions) == 0 || slices.ContainsFunc(s.Sessions, func(id string) bool { return strings.EqualFold(id, n.Proc().Session) }) {
		b |= ofSession
	}
	return b
}

// selected marks, by ID, the nodes that s picks and their ancestors. It is nil if s picks
// everything.
func selected(f *tree.Forest, s *Select, best []best) []bool {
	if s.all() {
		return nil
	}
	kept := make([]bool, len(best))
	branches := make([]branch, len(best))
	for n := range f.Nodes() {
		b := s.named(n)
		if n.Parent != nil {
			b |= branches[n.Parent.ID]
		}
		branches[n.ID] = b
		if b != ofPID|ofSession || !s.picks(n, best[n.ID].score) {
			continue
		}
		for up := n; up != nil && !kept[up.ID]; up = up.Parent {
			kept[up.ID] = true
		}
	}
	return kept
}

// withPaths is f with only those of its paths whose leaf is kept.
func withPaths(f *detect.Finding, kept []bool) *detect.Finding {
	g := *f
	g.Paths = slices.DeleteFunc(slices.Clone(f.Paths), func(p tree.Path) bool { return !kept[p.Leaf.ID] })
	return &g
}

func sameUser(os event.OS, a, b string) bool {
	return a == b || os == event.Windows && strings.EqualFold(a, b)
}
